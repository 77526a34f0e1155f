"""The demo company's local issuer: a vault that opens by itself, keys with a past, roles, registries, a mint log.

Told in two parts, so that the first is done while the sandbox starts: what needs the sandbox's address comes second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from jfconsole.domain.durations import DAY, HOUR, MINUTE
from jfconsole.domain.issuer_roles import AllowedClaim, IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry
from jfconsole.domain.secret import Secret
from jfconsole.domain.transit_keys import Cipher, TransitKey
from jfconsole.issuer import publishing
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.store import FOLDER
from jfconsole.issuer.vault import Vault
from jfconsole.issuer.wraps import Cost
from jfconsole.services.demo_names import ISSUER, ROLE, SUBJECT, TENANT

_WORDS: Final = "acme demo vault"
PASSPHRASE: Final = Secret(_WORDS)
"""No secret, but what the vault says it is: the demo is gone when it is left."""

_CHEAP: Final = Cost(memory=64, passes=1, lanes=1)
"""A passphrase that everybody may read need not be costly to try."""

_ADMIN: Final = "george.miller"
_PRODUCTION: Final = "k8s-prod"
_SHOP: Final = "ci-shop"


@dataclass
class _Clock:
    """Epoch seconds as the story needs them."""

    now: float

    def __call__(self) -> float:
        return self.now


class DemoIssuer:
    """Tells the story into a state folder. `now`, in epoch seconds, is when it is told."""

    def __init__(self, state_folder: Path, now: float | None = None) -> None:
        self._folder = state_folder / FOLDER
        self._told = int(time.time() if now is None else now)
        self._clock = _Clock(self._told)

    def begin(self, base: str) -> None:
        """The vault, opened by a key file, and the keys with their past."""
        with self._as(_ADMIN, unlocked=False) as issuer:
            self._ago(412 * DAY)
            issuer.vault.create(PASSPHRASE, base, tenant=TENANT)
            issuer.vault.add_key_file(self._folder / "vault.key")
            self._the_plant(issuer)
            self._the_edge(issuer)
            self._the_registry(issuer)

    def finish(self, address: str, platform_url: str) -> None:
        """What the registry at this address needs, and the tokens that were asked for meanwhile."""
        with self._as(_ADMIN) as issuer:
            for role in _roles(address):
                issuer.put_role(role)
            for registry in _registries(address, platform_url):
                issuer.put_registry(registry)
        self._mints(address)

    # -- keys ------------------------------------------------------------------------------------------

    def _the_plant(self, issuer: LocalIssuer) -> None:
        """An RSA key by hand, rotated this morning: its first version is on its way out."""
        issuer.create_key(TransitKey(name="plant", cipher=Cipher.RSA_2048))
        issuer.put_issuer(JwtIssuer(name="plant", signing_key="plant"))
        agent = IssuerRole(
            issuer="plant",
            name="agent",
            allowed_audiences=("https://*.plant.acme.test",),
            subject_template="${SYS_TENANT}/plant/${SYS_USERNAME}",
            allowed_claims=(AllowedClaim(name="line", values=("north", "south")),),
        )
        issuer.put_role(agent)

    def _the_edge(self, issuer: LocalIssuer) -> None:
        """A key whose time has come long ago: its next version is not in the files that were published."""
        self._ago(220 * DAY)
        issuer.create_key(TransitKey(name="edge", cipher=Cipher.ED25519, rotate_period=90 * DAY))
        issuer.put_issuer(JwtIssuer(name="edge", signing_key="edge", issuer="https://id.edge.acme.test/jwt/edge"))
        devices = IssuerRole(
            issuer="edge",
            name="devices",
            allowed_audiences=("mqtt.edge.acme.test",),
            allowed_subject_patterns=("device-*",),
            verbose_logging=True,
        )
        issuer.put_role(devices)
        publishing.publish(issuer.store, "edge", self._folder.parent / "site-edge", issuer.now())
        self._ago(204 * DAY)
        issuer.rotate_key("edge")

    def _the_registry(self, issuer: LocalIssuer) -> None:
        """A key that rotates as it should, and the secrets of registries that take no tokens."""
        self._ago(131 * DAY)
        issuer.create_key(TransitKey(name=ISSUER, rotate_period=90 * DAY, overlap=14 * HOUR))
        issuer.put_issuer(JwtIssuer(name=ISSUER, signing_key=ISSUER, max_ttl=12 * HOUR))
        issuer.put_vault("hub", f"Logins elsewhere; this vault's passphrase: {_WORDS}")
        issuer.put_secret("hub", "mirror", {"username": Secret("acmemirror"), "password": Secret("not-a-secret")})
        self._ago(41 * DAY)
        issuer.rotate_key(ISSUER)
        self._ago(6 * HOUR)
        issuer.rotate_key("plant")

    # -- minting ---------------------------------------------------------------------------------------

    def _mints(self, address: str) -> None:
        """Tokens of the last days, and those that were refused."""
        pull = MintRequest(issuer=ISSUER, role=ROLE, audiences=(address,), ttl=5 * MINUTE)
        nightly = MintRequest(issuer=ISSUER, role="nightly", audiences=(address,), ttl=5 * MINUTE)
        elsewhere = MintRequest(issuer=ISSUER, role=ROLE, audiences=("registry.acme.test",), ttl=5 * MINUTE)
        device = MintRequest(
            issuer="edge", role="devices", audiences=("mqtt.edge.acme.test",), subject="device-0815", ttl=10 * MINUTE
        )
        stranger = MintRequest(issuer="edge", role="devices", audiences=("mqtt.edge.acme.test",), subject="admin")
        gone = MintRequest(issuer=ISSUER, role="pulls", audiences=(address,))
        story: Sequence[tuple[int, str, Sequence[MintRequest]]] = (
            (5 * HOUR, _PRODUCTION, (pull, pull)),
            (4 * HOUR, _SHOP, (gone, elsewhere)),
            (3 * HOUR, _ADMIN, (device, stranger)),
            (2 * HOUR, _SHOP, (nightly,)),
            (40 * MINUTE, _PRODUCTION, (pull, pull, pull)),
            (3 * MINUTE, _PRODUCTION, (nightly, pull)),
        )
        for ago, actor, requests in story:
            self._ago(ago)
            with self._as(actor) as issuer:
                issuer.mint_many(requests)

    # -- inside ----------------------------------------------------------------------------------------

    def _ago(self, seconds: int) -> None:
        self._clock.now = self._told - seconds

    @contextmanager
    def _as(self, actor: str, *, unlocked: bool = True) -> Iterator[LocalIssuer]:
        """The issuer as somebody uses it, at the time where the story is."""
        vault: Callable[..., Vault] = partial(Vault, cost=_CHEAP)
        issuer = LocalIssuer(self._folder, clock=self._clock, actor=actor, vault=vault)
        try:
            if unlocked:
                issuer.vault.unlock_unattended()
            yield issuer
        finally:
            issuer.close()


def _roles(address: str) -> Sequence[IssuerRole]:
    """One as it should be, and one whose tokens are too short-lived for a pull."""
    pull = IssuerRole(issuer=ISSUER, name=ROLE, allowed_audiences=(address,), subject_template=SUBJECT)
    nightly = IssuerRole(
        issuer=ISSUER,
        name="nightly",
        allowed_audiences=(address,),
        subject_template=SUBJECT,
        default_ttl=MINUTE,
        max_ttl=2 * MINUTE,
    )
    return (pull, nightly)


def _registries(address: str, platform_url: str) -> Sequence[RemoteRegistry]:
    """The demo's own platform with mixed credentials, and one that takes no tokens."""
    own = RemoteRegistry(
        address=address,
        platform_url=platform_url,
        credentials=(
            RegistryCredential(repository="*", jwt_issuer=ISSUER, jwt_role=ROLE),
            RegistryCredential(repository="docker-prod-local/warehouse", jwt_issuer=ISSUER, jwt_role="nightly"),
            RegistryCredential(repository="docker-hub-remote", vault="hub", secret="mirror"),  # noqa: S106  # its name
        ),
    )
    mirror = RemoteRegistry(
        address="mirror.acme.test:6000",
        credentials=(RegistryCredential(repository="*", vault="hub", secret="mirror"),),  # noqa: S106  # its name
    )
    return (own, mirror)
