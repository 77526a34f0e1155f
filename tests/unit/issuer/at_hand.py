"""Issuers at hand for tests: a clock that is set, and a passphrase that costs little to try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.secret import Secret
from jfconsole.domain.transit_keys import Cipher, TransitKey
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.store import Store
from jfconsole.issuer.vault import Vault
from jfconsole.issuer.wraps import Cost

CHEAP = Cost(memory=64, passes=1, lanes=1)
PASSPHRASE = Secret("correct horse battery")
BASE = "https://issuer.example"
REQUEST = MintRequest(issuer="jfrog", role="pulls", audiences=("acme.jfrog.io",))


class Clock:
    """Epoch seconds that stand still until they are told to go on."""

    def __init__(self, now: float = 1_800_000_000) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def vault_of(store: Store) -> Vault:
    """A vault with a cheap passphrase."""
    return Vault(store, cost=CHEAP)


def an_issuer(folder: Path, clock: Clock | None = None) -> LocalIssuer:
    """An issuer in a folder, as it is found there."""
    return LocalIssuer(folder, clock=clock or Clock(), actor="alice", vault=vault_of)


@contextmanager
def new_issuer(folder: Path, clock: Clock | None = None) -> Iterator[LocalIssuer]:
    """A new issuer with an empty, unlocked vault."""
    issuer = an_issuer(folder, clock)
    issuer.vault.create(PASSPHRASE, BASE)
    try:
        yield issuer
    finally:
        issuer.close()


@contextmanager
def ready_issuer(
    folder: Path, clock: Clock | None = None, cipher: Cipher = Cipher.ECDSA_P256, base: str = BASE
) -> Iterator[LocalIssuer]:
    """A new issuer that mints: the key `k`, the issuer `jfrog`, the role `pulls`."""
    with new_issuer(folder, clock) as issuer:
        issuer.set_public_base(base)
        furnish(issuer, cipher)
        yield issuer


def furnish(issuer: LocalIssuer, cipher: Cipher = Cipher.ECDSA_P256) -> None:
    """Make the key, the issuer and the role."""
    issuer.create_key(TransitKey(name="k", cipher=cipher))
    issuer.put_issuer(JwtIssuer(name="jfrog", signing_key="k"))
    issuer.put_role(
        IssuerRole(
            issuer="jfrog",
            name="pulls",
            allowed_audiences=("acme.jfrog.io",),
            subject_template="${SYS_TENANT}/pulls",
        )
    )
