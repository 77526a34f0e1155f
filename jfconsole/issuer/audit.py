"""The audit trail: every attempt to mint and every change, each row bound to the one before by a hash.

While the vault is unlocked the hash has a key, and the last keyed row is noted under a MAC: edits, deletion, another
order and a cut end are found, and no row is added behind a cut, which would hide it. Of rows written while it is locked
(refusals) accidental damage alone is found, until the next keyed row covers them. Never has a row a token in it.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, cast

from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.issuer.sealing import DataKey, canonical, compact, damaged, unkeyed_link
from jfconsole.issuer.store import get_meta, set_meta

_START: Final = bytes(32)
_HEAD: Final = "audit-head"

JOURNAL_SEALED: Final = "journal.seal"
"""The event that says where the journal of changes ended."""

_NO_SEAL: Final = f'{{"event":"{JOURNAL_SEALED}"%'


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row; `at` in epoch seconds. `keyed`: written while the vault was unlocked."""

    seq: int
    at: float
    keyed: bool
    row: JsonObject


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """What checking the trail gave. `broken_at` is the first row that does not fit, `unkeyed` those at its end."""

    rows: int
    keyed: bool
    unkeyed: int = 0
    broken_at: int | None = None
    problem: str = ""

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.broken_at is None

    @property
    def sentence(self) -> str:
        """The result for people, with what it is worth."""
        if not self.intact:
            return f"The audit trail is damaged at row {self.broken_at}: {self.problem}"
        if not self.keyed:
            return f"{self.rows} rows, no accidental damage found; unlock the vault to find edits and a cut end"
        tail = f"; {self.unkeyed} at the end were written while it was locked" if self.unkeyed else ""
        return f"{self.rows} rows, none edited, moved or missing{tail}"


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the trail ends, and the note on its last keyed row."""

    seq: int
    hash: bytes
    head: JsonObject

    @property
    def minted(self) -> float:
        """The latest time of a minted token."""
        return _number(self.head.get("minted"))


def tail(db: sqlite3.Connection) -> Tail:
    """The end of the trail. Raises Damaged when its last row is none of ours."""
    row = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq, last = row or (0, _START)
    if not isinstance(last, bytes):
        raise damaged(("audit", seq))
    return Tail(seq, last, _head(db))


def append(
    db: sqlite3.Connection, key: DataKey | None, rows: Iterable[JsonObject], at: float, *, minted: bool = False
) -> None:
    """Add rows in the caller's transaction, which holds the write lock.

    Raises Damaged when the trail does not end as it was noted: rows added to it would hide what is missing.
    """
    end, at = tail(db), float(at)
    if key is not None and not _ends_as_noted(db, key, end):
        raise damaged(("the end of the", "audit trail"))
    seq, previous, written = end.seq, end.hash, []
    stamp = _stamp(at, key is not None)
    for row in rows:
        seq += 1
        body = compact(row).decode()
        previous = _link(key, previous, f"{seq} {stamp} {body}")
        written.append((seq, at, key is not None, body, previous))
    db.executemany("INSERT INTO audit (seq, at, keyed, row, hash) VALUES (?, ?, ?, ?, ?)", written)
    if key is not None and written:
        latest = max(end.minted, at) if minted else end.minted
        head: JsonObject = {"seq": seq, "hash": previous.hex(), "minted": latest}
        set_meta(db, _HEAD, canonical({**head, "mac": key.seal([_HEAD, head]).hex()}))


def recent(db: sqlite3.Connection, limit: int, after: int = 0) -> tuple[AuditRow, ...]:
    """The last rows behind the one with the number `after`, newest first. Raises Damaged for what is no row.

    Rows that seal the journal are left out.
    """
    found = db.execute(
        "SELECT seq, at, keyed, row FROM audit WHERE seq > ? AND row NOT LIKE ? ORDER BY seq DESC LIMIT ?",
        (after, _NO_SEAL, limit),
    )
    return tuple(AuditRow(seq, at, bool(keyed), _row(seq, row)) for seq, at, keyed, row in found)


def latest(db: sqlite3.Connection, events: Collection[str]) -> JsonObject | None:
    """The last keyed row of one of these events. Raises Damaged for what is no row."""
    begins = " OR ".join("row LIKE ?" for _ in events)
    found = db.execute(
        f"SELECT seq, row FROM audit WHERE keyed AND ({begins}) ORDER BY seq DESC LIMIT 1",
        [f'{{"event":"{event}"%' for event in events],
    ).fetchone()
    return None if found is None else _row(*found)


def _row(seq: int, text: str) -> JsonObject:
    try:
        return as_object(cast(JsonObject, json.loads(text)))
    except (ValueError, TypeError, RecursionError) as problem:
        raise damaged(("audit", seq)) from problem


def verify(db: sqlite3.Connection, key: DataKey | None) -> AuditVerification:
    """Walk the trail from its first row; with the key, edits on purpose are found too."""
    head = _head(db)
    count, previous, last_keyed = 0, _START, 0
    for seq, at, keyed, row, found in db.execute("SELECT seq, at, keyed, row, hash FROM audit ORDER BY seq"):
        if seq != count + 1:
            return AuditVerification(count, key is not None, broken_at=count + 1, problem="it is missing")
        if not (isinstance(keyed, int) and isinstance(found, bytes)):
            return AuditVerification(count, key is not None, broken_at=seq, problem="it is no row of ours")
        text = f"{seq} {_stamp(at, keyed)} {row}"
        if (not keyed or key is not None) and _link(key if keyed else None, previous, text) != found:
            return AuditVerification(
                count, key is not None, broken_at=seq, problem="it was changed, or another follows"
            )
        if seq == head.get("seq") and found.hex() != head.get("hash"):
            return AuditVerification(count, key is not None, broken_at=seq, problem="it is not the one that was noted")
        count, previous, last_keyed = seq, found, seq if keyed else last_keyed
    if key is not None and not count and _has_begun(db):
        return AuditVerification(count, True, broken_at=1, problem="all rows are gone")
    return _judged(head, key, count, last_keyed)


def _ends_as_noted(db: sqlite3.Connection, key: DataKey, end: Tail) -> bool:
    """Whether the last keyed row is the one that was noted, and those behind it were written while it was locked."""
    noted = int(_number(end.head.get("seq")))
    if db.execute("SELECT 1 FROM audit WHERE seq > ? AND keyed", (noted,)).fetchone():
        return False
    if not noted:
        return not _has_begun(db)
    there = db.execute("SELECT hex(hash) FROM audit WHERE seq = ?", (noted,)).fetchone()
    return there is not None and str(there[0]).lower() == end.head.get("hash") and _is_ours(key, end.head)


def _has_begun(db: sqlite3.Connection) -> bool:
    """Whether anything was changed since the store was made, which leaves a row; the count has a seal."""
    return (get_meta(db, "generation") or "0") not in ("0", "1")


def _is_ours(key: DataKey, head: JsonObject) -> bool:
    plain: JsonObject = {name: head[name] for name in ("seq", "hash", "minted") if name in head}
    return hmac.compare_digest(key.seal([_HEAD, plain]).hex(), str(head.get("mac", "")))


def _judged(head: JsonObject, key: DataKey | None, count: int, last_keyed: int) -> AuditVerification:
    noted = int(_number(head.get("seq")))
    if count < noted or last_keyed != noted:
        return AuditVerification(count, key is not None, broken_at=count + 1, problem="the end is cut off")
    if key is not None and noted and not _is_ours(key, head):
        return AuditVerification(count, True, broken_at=noted, problem="the note on the last row was changed")
    return AuditVerification(count, key is not None, unkeyed=count - noted)


def _stamp(at: float, keyed: int) -> str:
    """What rows of one transaction have in common."""
    return f"{at!r} {keyed:d}"


def _link(key: DataKey | None, previous: bytes, text: str) -> bytes:
    return unkeyed_link(previous, text) if key is None else key.link(previous, text)


def _head(db: sqlite3.Connection) -> JsonObject:
    try:
        return as_object(cast(JsonObject, json.loads(get_meta(db, _HEAD) or "{}")))
    except ValueError:
        return {"seq": -1}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
