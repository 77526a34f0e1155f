"""The names by which one installation knows itself."""

import hashlib
import random
import uuid

import msgspec

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def ulid(source: random.Random) -> str:
    """Twenty-six lower-case characters in the shape of JFrog's service ids."""
    return "01" + "".join(source.choice(_CROCKFORD) for _ in range(24))


def uuid4(source: random.Random) -> str:
    """A version 4 UUID drawn from `source`, so that seeds are the same every time."""
    return str(uuid.UUID(int=source.getrandbits(128), version=4))


class Identity(msgspec.Struct, frozen=True):
    """Service ids and node names of this installation; made once and kept with its state."""

    access_id: str
    """`jfac@<ulid>`: the issuer of every token."""
    artifactory_id: str
    """`jfrt@<ulid>`: what `service_id` answers."""
    instance: str
    """Forty hex digits, sent as `X-Artifactory-Id`."""
    node: str
    """Node name, sent as `X-Artifactory-Node-Id`."""

    @classmethod
    def create(cls, seed: str = "empty") -> "Identity":
        """A new installation. A seed that tells of a company tells of the same installation each time."""
        source = random.SystemRandom() if seed == "empty" else random.Random(f"installation {seed}")
        access, artifactory = ulid(source), ulid(source)
        return cls(
            access_id=f"jfac@{access}",
            artifactory_id=f"jfrt@{artifactory}",
            instance=hashlib.sha256(artifactory.encode()).hexdigest()[:40],
            node="sandbox-artifactory-primary-0",
        )

    def subject(self, username: str) -> str:
        """The `sub` of a token that speaks for `username`."""
        return f"{self.access_id}/users/{username}"
