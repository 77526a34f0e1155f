"""Everything the platform remembers: one store per kind of object, a log of changes, optionally a file underneath."""

from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from jfconsole.sandbox.records import (
    ApiKeyRecord,
    ArtifactRecord,
    FolderRecord,
    GroupRecord,
    IntegrationRecord,
    MappingRecord,
    PermissionRecord,
    ProjectRecord,
    RefreshGrant,
    RepositoryRecord,
    RevokedToken,
    RoleRecord,
    SelfRevocable,
    StandInRecord,
    TokenRecord,
    UserRecord,
)
from jfconsole.sandbox.storage import Storage


class Record(Protocol):
    """Anything that can live in a store."""

    @property
    def key(self) -> str:
        """What it is found by."""


R = TypeVar("R", bound=Record)
_ANSWERING: ContextVar[int | None] = ContextVar("answering", default=None)


class Change(msgspec.Struct):
    """One object created, updated or deleted, in the order of `seq`."""

    seq: int
    kind: str
    action: str
    key: str
    request: int | None
    """`seq` of the request that caused it; None for the control area's own doings."""


class ChangeLog:
    """What changed since the state was last reset. Seeding is not a change."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    @staticmethod
    def answer(request: int | None) -> None:
        """Say which request is being answered; each is a task of its own, and may wait while others are answered."""
        _ANSWERING.set(request)

    def add(self, kind: str, action: str, key: str) -> None:
        """Note a change."""
        self._changes.append(Change(len(self._changes) + 1, kind, action, key, _ANSWERING.get()))

    def clear(self) -> None:
        """Forget all changes and count from 1 again."""
        self._changes.clear()


class Store(Generic[R]):
    """Objects of one kind by key, in order of creation. Records are not to be modified except through `put`."""

    def __init__(self, kind: str, record: type[R], log: ChangeLog, storage: Storage | None) -> None:
        self.kind = kind
        self.version = 0
        """Grows with every modification: an answer made from this version may be kept while it lasts."""
        self._record = record
        self._log = log
        self._storage = storage
        self._rows: dict[str, R] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def get(self, key: str) -> R | None:
        """The object called `key`, if there is one."""
        return self._rows.get(key)

    def put(self, row: R) -> None:
        """Create or replace an object."""
        action = "updated" if row.key in self._rows else "created"
        self.touch(row)
        self._log.add(self.kind, action, row.key)

    def touch(self, row: R) -> None:
        """Replace an object without calling it a change (a time of last use, say)."""
        self._rows[row.key] = row
        self.version += 1
        if self._storage:
            self._storage.put(self.kind, [(row.key, msgspec.json.encode(row))])

    def delete(self, key: str) -> R | None:
        """Remove an object and return it, or None if there was none."""
        row = self._rows.pop(key, None)
        if row is not None:
            self.version += 1
            self._log.add(self.kind, "deleted", key)
            if self._storage:
                self._storage.remove(self.kind, key)
        return row

    def plant(self, rows: Iterable[R]) -> None:
        """Fill an empty store from a seed: no change is logged."""
        self._rows = {row.key: row for row in rows}
        self.version += 1
        if self._storage:
            self._storage.clear(self.kind)
            self._storage.put(self.kind, ((key, msgspec.json.encode(row)) for key, row in self._rows.items()))

    def take(self, row: object) -> None:
        """Create or replace an object from its fields, unchecked, and without calling it a change.

        Raises:
            msgspec.ValidationError: they are not those of such an object.
        """
        self.touch(msgspec.convert(row, self._record))

    def restore(self) -> None:
        """Read back what the storage holds."""
        decoder = msgspec.json.Decoder(self._record)
        rows = (decoder.decode(body) for body in self._storage.load(self.kind)) if self._storage else ()
        self._rows = {row.key: row for row in rows}
        self.version += 1


class State:
    """The stores. A new area adds its store here and its routes in a module of its own."""

    def __init__(self, storage: Storage | None = None) -> None:
        self.changes = ChangeLog()
        self.storage = storage
        self.tokens = self._store("tokens", TokenRecord)
        self.refreshes = self._store("refreshes", RefreshGrant)
        self.revoked = self._store("revoked", RevokedToken)
        self.users = self._store("users", UserRecord)
        self.api_keys = self._store("api_keys", ApiKeyRecord)
        self.groups = self._store("groups", GroupRecord)
        self.permissions = self._store("permissions", PermissionRecord)
        self.repositories = self._store("repositories", RepositoryRecord)
        self.artifacts = self._store("artifacts", ArtifactRecord)
        self.folders = self._store("folders", FolderRecord)
        self.projects = self._store("projects", ProjectRecord)
        self.roles = self._store("roles", RoleRecord)
        self.integrations = self._store("integrations", IntegrationRecord)
        self.mappings = self._store("mappings", MappingRecord)
        self.self_revocable = self._store("self_revocable", SelfRevocable)
        self.stand_ins = self._store("stand_ins", StandInRecord)

    def _store(self, kind: str, record: type[R]) -> Store[R]:
        return Store(kind, record, self.changes, self.storage)

    def stores(self) -> tuple[Store[Any], ...]:
        """Every store."""
        return tuple(value for value in vars(self).values() if isinstance(value, Store))

    def take(self, objects: Mapping[str, Iterable[object]]) -> None:
        """Put in objects by kind, as `Store.take` does: whatever a directory, a migration or a malicious hand could.

        Raises:
            msgspec.ValidationError: a kind or a field that does not exist.
        """
        stores = {store.kind: store for store in self.stores()}
        for kind, rows in objects.items():
            if kind not in stores:
                raise msgspec.ValidationError(f"there is nothing called {kind}")
            for row in rows:
                stores[kind].take(row)

    def clear(self) -> None:
        """Remove every object, and the memory of changes."""
        for store in self.stores():
            store.plant(())
        self.changes.clear()

    def restore(self) -> None:
        """Read back every store from the storage."""
        for store in self.stores():
            store.restore()

    def commit(self) -> None:
        """Make what was written durable, if there is a storage."""
        if self.storage:
            self.storage.commit()
