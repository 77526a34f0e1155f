"""Records of the store: a public body, a sealed secret if there is one, and a MAC over both and over all of them.

Public bodies are read while the vault is locked. Only an unlocked vault can write, and can tell that nobody else did:
each record has a seal, and a manifest seals which records there are in which revision.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.issuer.sealing import DataKey, canonical, damaged
from jfconsole.issuer.store import get_meta, set_meta

Place: TypeAlias = tuple[str, str, int]
"""Kind, name and version: 0 for a record without versions."""

_COLUMNS: Final = "kind, name, version, revision, body, sealed, seal"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the store; `revision` counts its writes."""

    kind: str
    name: str
    version: int
    revision: int
    body: str
    sealed: bytes | None
    seal: bytes

    @property
    def place(self) -> tuple[str | int, ...]:
        """Where its secret belongs."""
        return (self.kind, self.name, self.version, self.revision)

    def value(self) -> JsonObject:
        """The public body. Raises Damaged when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as problem:
            raise damaged(self.place) from problem
        if not isinstance(found, dict):
            raise damaged(self.place)
        return cast(JsonObject, found)

    def secret(self, key: DataKey) -> bytes:
        """The sealed part. Raises Damaged when there is none, or it is not what was sealed here."""
        if not isinstance(self.sealed, bytes):
            raise damaged(self.place)
        return key.decrypt(self.place, self.sealed)

    def sealed_value(self) -> Json:
        """What its MAC is over."""
        digest = hashlib.sha256(self.sealed).hexdigest() if isinstance(self.sealed, bytes) else None
        return [*self.place, self.body, digest]


def all_records(db: sqlite3.Connection) -> Iterator[Record]:
    """Every record, in order. Raises Damaged for a row that was never written by us."""
    for row in db.execute(f"SELECT {_COLUMNS} FROM records ORDER BY kind, name, version"):
        kind, name, version, revision, body, _, seal = row
        texts = (kind, name, body)
        if not (all(isinstance(part, str) for part in texts) and isinstance(seal, bytes)):
            raise damaged((str(kind), str(name)))
        if not (isinstance(version, int) and isinstance(revision, int)):
            raise damaged((kind, name))
        yield Record(*row)


def find(db: sqlite3.Connection, place: Place) -> Record | None:
    """One record."""
    wanted = f"SELECT {_COLUMNS} FROM records WHERE kind = ? AND name = ? AND version = ?"
    row = db.execute(wanted, place).fetchone()
    return None if row is None else Record(*row)


def put(
    db: sqlite3.Connection,
    key: DataKey,
    place: Place,
    body: JsonObject,
    secret: bytes | None = None,
    *,
    keep: bool = False,
) -> None:
    """Write a record in a new revision. With `keep` its secret stays, sealed anew; else it is `secret`, or none."""
    found = find(db, place)
    if keep and found is not None and found.sealed is not None:
        secret = found.secret(key)
    revision = 1 if found is None else found.revision + 1
    sealed = None if secret is None else key.encrypt((*place, revision), secret)
    record = Record(*place, revision, canonical(body), sealed, b"")
    db.execute(
        f"INSERT OR REPLACE INTO records ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*place, revision, record.body, sealed, key.seal(record.sealed_value())),
    )


def drop(db: sqlite3.Connection, place: Place) -> None:
    """Take a record away; SQLite overwrites it (`secure_delete`)."""
    db.execute("DELETE FROM records WHERE kind = ? AND name = ? AND version = ?", place)


def finish_writing(db: sqlite3.Connection, key: DataKey) -> None:
    """Seal which records there are; called at the end of every change, in its transaction."""
    generation = int(get_meta(db, "generation") or 0) + 1
    set_meta(db, "generation", str(generation))
    set_meta(db, "manifest", _manifest(db, key, generation).hex())


def verify(db: sqlite3.Connection, key: DataKey) -> None:
    """Raise Damaged unless every record, and the list of them, is as an unlocked vault wrote it."""
    for record in all_records(db):
        if not hmac.compare_digest(key.seal(record.sealed_value()), record.seal):
            raise damaged(record.place)
    text = get_meta(db, "generation") or ""
    generation = int(text) if text.isdecimal() else -1
    expected = _manifest(db, key, generation).hex()
    if get_meta(db, "store") != key.store_id or not hmac.compare_digest(expected, get_meta(db, "manifest") or ""):
        raise damaged(("the list of", "records"))


def _manifest(db: sqlite3.Connection, key: DataKey, generation: int) -> bytes:
    owner: list[Json] = [get_meta(db, "tenant"), get_meta(db, "public-base")]
    listed: list[Json] = [[*record.place, record.seal.hex()] for record in all_records(db)]
    return key.seal([generation, owner, listed])
