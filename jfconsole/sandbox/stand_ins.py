"""Stand-ins for the token services of CI platforms: keys, documents and tokens. Nothing here exists on a real one."""

import uuid
from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from msgspec.structs import replace

from jfconsole.sandbox import jose
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import StandInRecord

PATH = "/_sandbox/idp"
DISCOVERY, JWKS = "/.well-known/openid-configuration", "/.well-known/jwks"

CLAIMS: Mapping[str, Mapping[str, object]] = {
    "github": {
        "sub": "repo:acme/shop:ref:refs/heads/main",
        "repository": "acme/shop",
        "repository_id": "74",
        "repository_owner": "acme",
        "repository_owner_id": "65",
        "repository_visibility": "private",
        "ref": "refs/heads/main",
        "ref_type": "branch",
        "ref_protected": "true",
        "sha": "4c1d2e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d",
        "workflow": "release",
        "workflow_ref": "acme/shop/.github/workflows/release.yml@refs/heads/main",
        "job_workflow_ref": "acme/shop/.github/workflows/release.yml@refs/heads/main",
        "event_name": "push",
        "actor": "aisha.khan",
        "actor_id": "12",
        "run_id": "8812",
        "run_number": "41",
        "run_attempt": "1",
        "runner_environment": "github-hosted",
    },
    "gitlab": {
        "sub": "project_path:acme/shop:ref_type:branch:ref:main",
        "namespace_path": "acme",
        "namespace_id": "65",
        "project_path": "acme/shop",
        "project_id": "74",
        "ref": "main",
        "ref_type": "branch",
        "ref_protected": "true",
        "pipeline_source": "push",
        "user_login": "aisha.khan",
        "runner_environment": "gitlab-hosted",
    },
}
"""What the known ones say of a job, by name (github/docs content/actions/reference/security/oidc.md; GitLab's page
"OpenID Connect authentication using ID tokens")."""


class NoStandIn(LookupError):
    """There is none of that name."""


class StandIns:
    """Those that were made, those that stand for a real issuer, and the known ones, which are there when asked for."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def names(self) -> list[str]:
        """Those that exist."""
        made = (record.name for record in self._platform.state.stand_ins)
        return sorted({*made, *self._platform.trust.aliases.values(), *CLAIMS})

    def get(self, name: str) -> StandInRecord:
        """The one called `name`.

        Raises:
            NoStandIn: there is none.
        """
        record = self._platform.state.stand_ins.get(name)
        if record is None and name not in self.names():
            raise NoStandIn(name)
        return record or StandInRecord(name, claims=dict(CLAIMS.get(name, {"sub": name})))

    def save(self, record: StandInRecord) -> None:
        """Keep it. A key of another algorithm is forgotten."""
        old = self._platform.state.stand_ins.get(record.name)
        if old is not None and old.algorithm != record.algorithm:
            record = replace(record, private_keys=[])
        self._platform.state.stand_ins.touch(record)

    def rotate(self, record: StandInRecord, *, keep: bool) -> None:
        """Sign with a new key from now on; with `keep`, earlier ones stay published."""
        new = _pem(jose.generate(record.algorithm))
        self.save(replace(record, private_keys=[new, *(record.private_keys if keep else ())]))

    def issuer(self, name: str, base: str) -> str:
        """The `iss` of its tokens: that of the issuer it stands for, else its own address at `base`."""
        stood_for = (url for url, alias in self._platform.trust.aliases.items() if alias == name)
        return next(stood_for, f"{base}{PATH}/{name}")

    def document(self, url: str) -> Mapping[str, object] | None:
        """What is at `url` of an issuer that one stands for, or None if none does.

        Raises:
            NoStandIn: one does, and has nothing there.
        """
        for issuer, name in self._platform.trust.aliases.items():
            if url == issuer + DISCOVERY:
                return self.discovery(name, issuer)
            if url == issuer + JWKS:
                return self.jwks(self.get(name))
            if url.startswith(f"{issuer}/"):
                raise NoStandIn(url)
        return None

    def discovery(self, name: str, issuer: str) -> dict[str, object]:
        """The discovery document."""
        return {
            "issuer": issuer,
            "jwks_uri": issuer + JWKS,
            "subject_types_supported": ["public", "pairwise"],
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": [self.get(name).algorithm],
            "scopes_supported": ["openid"],
        }

    def jwks(self, record: StandInRecord) -> dict[str, object]:
        """The public keys."""
        return {"keys": [jose.public_jwk(key, record.algorithm) for key in self._keys(record)]}

    def token(
        self, record: StandInRecord, issuer: str, audience: str | None, claims: Mapping[str, object]
    ) -> dict[str, object]:
        """The claims of a token for `audience`; those in `claims` count more, and null leaves one out."""
        now = int(self._platform.clock.precise() + record.clock_offset)
        said: dict[str, object] = {
            **record.claims,
            "iss": issuer,
            "aud": audience or _audience(record, issuer),
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + record.lifetime,
            **claims,
        }
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, record: StandInRecord, claims: Mapping[str, object], header: Mapping[str, object]) -> str:
        """The token; `header` may lie about everything but how it is signed."""
        key = self._keys(record)[0]
        kid = jose.public_jwk(key, record.algorithm)["kid"]
        return jose.sign(key, {"typ": "JWT", "kid": kid, **header, "alg": record.algorithm}, claims)

    def _keys(self, record: StandInRecord) -> list[jose.PrivateKey]:
        """The keys, of which there is one at least."""
        record = self._platform.state.stand_ins.get(record.name) or record
        if not record.private_keys:
            record = replace(record, private_keys=[_pem(jose.generate(record.algorithm))])
            self._platform.state.stand_ins.touch(record)
        return [_key(pem) for pem in record.private_keys]


def _audience(record: StandInRecord, issuer: str) -> str:
    """GitHub's default is the address of the repository's owner; elsewhere one has to ask."""
    owner = record.claims.get("repository_owner")
    return f"https://github.com/{owner}" if owner else issuer


def _pem(key: jose.PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _key(pem: str) -> jose.PrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey)
    return key
