"""The local issuer at one moment, as lists show it. Reading it works while the vault is locked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.issuer_state import IssuerState, KeyRecord, Publication
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.issuer import publishing
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.vault import VaultStatus

KEY_FILE_LEFT: Final = "Delete its key file, if there was one: it still opens older copies of the store"
"""What is said when only the passphrase opens the vault from now on."""

__all__ = ["KEY_FILE_LEFT", "IssuerRow", "IssuerView", "KeyRow", "SecretRow", "VaultStatus", "look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerView:
    """Everything public, and what opens the rest; without a state where there is no vault yet."""

    status: VaultStatus
    state: IssuerState | None = None
    now: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A transit key, and the issuers whose JWKS has it. `ready`: from when on the next version may sign; None: never
    as things are, since it is not in what was published."""

    record: KeyRecord
    users: tuple[str, ...]
    ready: int | None

    @property
    def name(self) -> str:
        """The key."""
        return self.record.key.name


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRow:
    """An issuer with its URL. `signing` is the key that signs now, which a change of key leaves for a while.

    `current`: whether what was published as files is what would be published now.
    """

    issuer: JwtIssuer
    url: str
    signing: str
    roles: tuple[str, ...]
    publication: Publication | None
    current: bool

    @property
    def name(self) -> str:
        """The issuer."""
        return self.issuer.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """A named secret, or a vault without any: then `name` is empty."""

    vault: str
    name: str
    description: str
    holds: tuple[str, ...] = ()
    revision: int = 0

    @property
    def key(self) -> str:
        """`vault/secret`, or the vault alone."""
        return f"{self.vault}/{self.name}" if self.name else self.vault


def look(issuer: LocalIssuer) -> IssuerView:
    """Read everything public. Raises Damaged, StoreClosed."""
    status = issuer.vault.status()
    return IssuerView(status=status, state=issuer.state() if status.exists else None, now=issuer.now())


def key_rows(state: IssuerState, now: int) -> Iterator[KeyRow]:
    """The transit keys."""
    for name, record in state.keys.items():
        users = state.users_of(name, now)
        moments = [state.ready_at(issuer, name, record.next) for issuer in users]
        known = [moment for moment in moments if moment is not None]
        ready = max(known, default=0) if len(known) == len(moments) else None
        yield KeyRow(record=record, users=users, ready=ready)


def issuer_rows(state: IssuerState, now: int) -> Iterator[IssuerRow]:
    """The issuers."""
    for name, record in state.issuers.items():
        yield IssuerRow(
            issuer=record.issuer,
            url=state.url(name),
            signing=state.signing_key(name, now),
            roles=tuple(role.name for role in state.roles.values() if role.issuer == name),
            publication=state.publications.get(name),
            current=publishing.is_current(state, name, now),
        )


def secret_rows(state: IssuerState) -> Iterator[SecretRow]:
    """The secrets of all vaults, and the vaults that hold none."""
    for vault, description in state.vaults.items():
        held = [key for key in state.secrets if key.startswith(f"{vault}/")]
        if not held:
            yield SecretRow(vault=vault, name="", description=description)
        for key in held:
            yield SecretRow(
                vault=vault,
                name=key.partition("/")[2],
                description=description,
                holds=state.secrets[key],
                revision=state.revisions.get(key, 0),
            )
