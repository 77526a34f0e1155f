"""The local issuer as a whole: one store, one vault, and everything that is done with them.

Every change is one transaction with its row in the audit trail, and needs the vault unlocked; reading does not. Calls
block and may come from any thread; several processes may use one store. Each may raise StoreClosed and Damaged.
"""

from __future__ import annotations

import getpass
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError, NotFound
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.registries import RemoteRegistry
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.transit_keys import TransitKey
from jfconsole.issuer import audit, configuration, keys, records
from jfconsole.issuer.audit import AuditRow, AuditVerification
from jfconsole.issuer.documents import Document, documents
from jfconsole.issuer.key_material import generate
from jfconsole.issuer.loading import load_state
from jfconsole.issuer.minting import MintedToken, Minter, Validated
from jfconsole.issuer.sealing import DataKey
from jfconsole.issuer.store import DATABASE, Store
from jfconsole.issuer.vault import Vault


class LocalIssuer:
    """Keys, issuers, roles, vaults and minting, in one folder. `clock` gives epoch seconds."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        actor: str | None = None,
        vault: Callable[[Store], Vault] = Vault,
    ) -> None:
        self.store = Store(folder / DATABASE)
        self.vault = vault(self.store)
        self.actor = actor or _login()
        self._clock = clock
        self._minter = Minter(self.store, self.vault, self.actor, clock)
        self._looked = 0

    def close(self) -> None:
        """Lock, and let go of the file."""
        self.vault.lock()
        self.store.close()

    # -- reading: while it is locked too ---------------------------------------------------------------

    def state(self) -> IssuerState:
        """Everything public."""
        with self.store.reading() as db:
            return load_state(db)

    def documents(self, issuer: str) -> tuple[Document, Document]:
        """The keys and the discovery document of an issuer as of now. Raises NotFound."""
        state = self.state()
        if issuer not in state.issuers:
            raise NotFound(f"There is no issuer {issuer}", "See `jfconsole issuers list`")
        return documents(state, issuer, self.now())

    def audit_rows(self, limit: int = 100, after: int = 0) -> tuple[AuditRow, ...]:
        """The last rows of the audit trail behind the one with the number `after`, newest first.

        Those that seal the journal are left out: there is one for nearly every change of whatever platform.
        """
        with self.store.reading() as db:
            return audit.recent(db, limit, after)

    def verify_audit(self) -> AuditVerification:
        """Check the audit trail; while unlocked, for edits too."""
        key = None if self.vault.locked else self.vault.key()
        with self.store.reading() as db:
            return audit.verify(db, key)

    def journal_mark(self) -> JsonObject | None:
        """What `seal_journal` wrote last; None when it never did, or not since a backup was restored."""
        with self.store.reading() as db:
            row = audit.latest(db, (audit.JOURNAL_SEALED, _RESTORED))
        return None if row is None or row["event"] == _RESTORED else as_object(row["detail"])

    def seal_journal(self, mark: JsonObject) -> None:
        """Keep where the journal ends, under the vault's key. Raises VaultLocked."""
        with self._changing(audit.JOURNAL_SEALED, "", mark):
            pass

    def note_restored(self) -> None:
        """Say that this store came out of a backup: it may be another machine, with another journal."""
        with self._changing(_RESTORED, ""):
            pass

    def now(self) -> int:
        """Epoch seconds."""
        return int(self._clock())

    # -- minting ---------------------------------------------------------------------------------------

    def mint(self, request: MintRequest) -> MintedToken:
        """A token, once its audit row is durable; overdue keys rotate first. Raises as `Minter.mint`."""
        self._look_at_keys()
        return self._minter.mint(request)

    def mint_many(self, requests: Iterable[MintRequest]) -> list[MintedToken | ConsoleError]:
        """As `mint` for each, with one commit for all; what was refused stands in its place."""
        self._look_at_keys()
        return self._minter.mint_many(requests)

    def validate(self, request: MintRequest) -> Validated:
        """What `mint` would sign; nothing is signed or written. Raises MintRefused."""
        return self._minter.validate(request)

    # -- keys ------------------------------------------------------------------------------------------

    def create_key(self, key: TransitKey) -> None:
        """Make a key with two versions. Raises Conflict, UsageError."""
        with self._changing("key.create", key.name, key.document()) as (db, seal, state):
            keys.create(db, seal, state, key, self.now())

    def change_key(self, key: TransitKey) -> None:
        """Change a key's configuration. Raises NotFound, UsageError."""
        with self._changing("key.change", key.name, key.document()) as (db, seal, state):
            keys.change(db, seal, state, key, self.now())

    def rotate_key(self, name: str, *, emergency: bool = False, active: int | None = None) -> bool:
        """Let the next version sign; whether it does so from now on.

        With `active` only that version is replaced: where another one signs by now, somebody else has rotated, and
        nothing happens. Raises NotFound, Refused while verifiers cannot know the next version.
        """

        def wanted(state: IssuerState) -> bool:
            return active is None or state.keys[name].active.version == active

        return self._rotate(name, wanted, {"emergency": emergency}, emergency=emergency)

    def rotate_due(self) -> tuple[str, ...]:
        """Rotate the keys whose time has come, and mark what has expired; the names of those that rotated.

        Any unlocked process may call it at any time: each rotation happens once.
        """
        before = self.state()
        due = [name for name in before.keys if keys.is_due(before, name, self.now())]
        return tuple(name for name in due if self._rotate_if_due(name))

    def destroy_version(self, name: str, version: int) -> None:
        """Take a retiring version out of the JWKS for good. Raises NotFound, Refused."""
        with self._changing("key.destroy", name, {"version": version}) as (db, seal, state):
            keys.destroy(db, seal, state, name, version, self.now())

    def delete_key(self, name: str, *, taken_back: bool = False) -> None:
        """Delete a key. Raises NotFound; Refused while it is used, or when it may not be deleted.

        `taken_back`: it is what an earlier change made, and may be deleted as long as nothing uses it.
        """
        with self._changing("key.delete", name) as (db, _, state):
            keys.delete(db, state, name, self.now(), taken_back=taken_back)

    # -- issuers, roles, registries, vaults ------------------------------------------------------------

    def put_issuer(self, issuer: JwtIssuer) -> None:
        """Make or change an issuer. Raises UsageError."""
        with self._changing("issuer.put", issuer.name, issuer.document()) as (db, seal, state):
            configuration.put_issuer(db, seal, state, issuer, self.now())

    def delete_issuer(self, name: str) -> None:
        """Delete an issuer. Raises NotFound; Refused while it has roles."""
        with self._changing("issuer.delete", name) as (db, _, state):
            configuration.delete_issuer(db, state, name)

    def put_role(self, role: IssuerRole) -> None:
        """Make or change a role. Raises NotFound, UsageError."""
        with self._changing("role.put", role.key, role.document()) as (db, seal, state):
            configuration.put_role(db, seal, state, role)

    def delete_role(self, key: str) -> None:
        """Delete a role, `issuer/role`. Raises NotFound; Refused while a registry uses it."""
        with self._changing("role.delete", key) as (db, _, state):
            configuration.delete_role(db, state, key)

    def put_registry(self, registry: RemoteRegistry) -> None:
        """Make or change a remote registry. Raises UsageError."""
        with self._changing("registry.put", registry.address, registry.document()) as (db, seal, state):
            configuration.put_registry(db, seal, state, registry)

    def delete_registry(self, address: str) -> None:
        """Delete a remote registry. Raises NotFound."""
        with self._changing("registry.delete", address) as (db, _, state):
            configuration.delete_registry(db, state, address)

    def put_vault(self, name: str, description: str = "") -> None:
        """Make or change a vault of named secrets. Raises UsageError."""
        with self._changing("vault.put", name) as (db, seal, _):
            configuration.put_vault(db, seal, name, description)

    def delete_vault(self, name: str) -> None:
        """Delete a vault. Raises NotFound; Refused while it holds secrets."""
        with self._changing("vault.delete", name) as (db, _, state):
            configuration.delete_vault(db, state, name)

    def put_secret(self, vault: str, name: str, values: Mapping[str, Secret]) -> None:
        """Put a secret into a vault. Raises NotFound, UsageError."""
        detail: Json = {"keys": ", ".join(sorted(values))}
        with self._changing("secret.put", f"{vault}/{name}", detail) as (db, seal, state):
            configuration.put_secret(db, seal, state, vault, name, values)

    def read_secret(self, key: str) -> dict[str, Secret]:
        """The values of `vault/secret`. Raises VaultLocked, NotFound."""
        seal = self.vault.key()
        with self.store.reading() as db:
            return configuration.read_secret(db, seal, key)

    def delete_secret(self, key: str) -> None:
        """Delete `vault/secret`. Raises NotFound; Refused while a registry uses it."""
        with self._changing("secret.delete", key) as (db, _, state):
            configuration.delete_secret(db, state, key)

    def set_public_base(self, public_base: str) -> None:
        """Say where issuers without a URL of their own are reached. Raises UsageError."""
        with self._changing("public-base", public_base) as (db, _, state):
            configuration.set_public_base(db, state, public_base)

    # -- inside ----------------------------------------------------------------------------------------

    def _look_at_keys(self) -> None:
        """Rotate what is overdue, at most once a second; minting goes on when that is impossible."""
        now = self.now()
        if now == self._looked or self.vault.locked:
            return
        self._looked = now
        with suppress(VaultLocked):
            self.rotate_due()

    def _key(self, name: str) -> TransitKey:
        found = self.state().keys.get(name)
        if found is None:
            raise NotFound(f"There is no transit key {name}", "See `jfconsole keys list`")
        return found.key

    def _rotate_if_due(self, name: str) -> bool:
        with suppress(NotFound):  # deleted meanwhile
            return self._rotate(name, lambda state: keys.is_due(state, name, self.now()), {"overdue": True})
        return False

    def _rotate(
        self, name: str, wanted: Callable[[IssuerState], bool], detail: Json, *, emergency: bool = False
    ) -> bool:
        """Rotate a key if it is `wanted` in the state that the same transaction changes; whether it was."""
        fresh = generate(self._key(name).cipher)
        seal = self.vault.key()
        with self.store.writing() as db:
            records.verify(db, seal)
            state = load_state(db)
            if name in state.keys and not wanted(state):
                return False
            keys.rotate(db, seal, state, name, fresh, self.now(), emergency=emergency)
            self._written(db, seal, "key.rotate", name, detail)
        return True

    @contextmanager
    def _changing(
        self, event: str, name: str, detail: Json = None
    ) -> Iterator[tuple[sqlite3.Connection, DataKey, IssuerState]]:
        """One change: on a store that is as it was last written, with its audit row, or not at all."""
        seal = self.vault.key()
        with self.store.writing() as db:
            records.verify(db, seal)
            state = load_state(db)
            yield db, seal, state
            self._written(db, seal, event, name, detail)

    def _written(self, db: sqlite3.Connection, seal: DataKey, event: str, name: str, detail: Json) -> None:
        keys.sweep(db, seal, load_state(db), self.now())
        row: JsonObject = {"event": event, "actor": self.actor, "name": name, "detail": detail}
        audit.append(db, seal, [row], self._clock())
        records.finish_writing(db, seal)


_RESTORED: Final = "vault.restore"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
