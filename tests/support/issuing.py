"""The local issuer of a console under test, made beforehand, and what another process does with it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jfconsole.domain.secret import Secret
from jfconsole.issuer.backend import LocalIssuer
from tests.unit.issuer.at_hand import PASSPHRASE, furnish, vault_of

BASE = "http://127.0.0.1:9"
WORDS = PASSPHRASE.reveal()


@contextmanager
def local_issuer(home: Path) -> Iterator[LocalIssuer]:
    """The issuer under a console's home, as another process opens it; unlocked."""
    issuer = LocalIssuer(home / "state" / "issuer", actor="alice", vault=vault_of)
    if issuer.vault.status().exists:
        issuer.vault.unlock(PASSPHRASE)
    else:
        issuer.vault.create(PASSPHRASE, BASE)
    try:
        yield issuer
    finally:
        issuer.close()


def made(home: Path, *, furnished: bool = True) -> None:
    """Make it: locked, with the key `k`, the issuer `jfrog` and the role `pulls` unless it shall be empty."""
    with local_issuer(home) as issuer:
        if furnished:
            furnish(issuer)


def secret_in(home: Path, key: str) -> dict[str, str]:
    """The values of a secret."""
    with local_issuer(home) as issuer:
        found: dict[str, Secret] = issuer.read_secret(key)
        return {name: value.reveal() for name, value in found.items()}
