"""The audit trail: events in order, each bound to the one before by a hash.

The chain itself has no key, so it finds accidental damage (a changed row, one missing in the middle, rows in another
order). Somebody who can write the file can also write a new chain, or cut off its end; that is found where a vault
sealed it, see `journal_seal`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.requests import Json
from jfconsole.services.plan_codec import canonical

NO_PLAN: Final = ""
"""In the place of a plan's id, for events that belong to none."""

_COLUMNS: Final = "seq, at, actor, origin, plan_id, ordinal, kind, payload, prev, hash"
_OF_PLAN: Final = "SELECT seq, at, actor, origin, plan_id, ordinal, kind, payload FROM events WHERE plan_id = ?"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a plan, or to one of its steps (`ordinal`); with `NO_PLAN` by itself."""

    plan_id: str
    kind: str
    payload: Json
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the journal; `at` in epoch seconds, `payload` as JSON text."""

    seq: int
    at: float
    actor: str
    origin: str
    plan_id: str
    ordinal: int | None
    kind: str
    payload: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chain: the number of an event, and its hash."""

    seq: int
    hash: str


BEGINNING: Final = Mark(0, "0" * 64)


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the chain gave. `broken_at` is the first event that does not fit, `problem` says how.

    `end` is where it ends, as far as it fits. `sealed` says how many events were compared with the seal of a vault, and
    is None where there is none to ask; `locked`: there is one that has to be opened first.
    """

    end: Mark
    broken_at: int | None = None
    problem: str = ""
    sealed: int | None = None
    locked: bool = False

    @property
    def events(self) -> int:
        """How many events fit."""
        return self.end.seq

    @property
    def intact(self) -> bool:
        """Whether no damage was found."""
        return self.broken_at is None

    @property
    def sentence(self) -> str:
        """The result for people, with what it is worth."""
        if not self.intact:
            return f"The journal is damaged at event {self.broken_at}: {self.problem}"
        if self.sealed:
            fresh = self.events - self.sealed
            tail = f"; the last {fresh} wait for the vault's seal" if fresh else ""
            return f"{self.events} events, none edited, moved or missing{tail}"
        return f"{self.events} events, no accidental damage found. {self._worth}"

    @property
    def _worth(self) -> str:
        if self.locked:
            return "Open the vault to find a deliberate rewrite, or a cut end"
        if self.sealed is not None:
            return "The vault has not sealed any of them yet: a deliberate rewrite or a cut end would not be noticed"
        return "The chain has no key: a deliberate rewrite or a cut end would not be noticed"


def append(connection: sqlite3.Connection, actor: str, origin: str, events: Iterable[Event]) -> None:
    """Add events at the end of the chain; the caller's transaction must hold the write lock."""
    last = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    seq, prev = last or (BEGINNING.seq, BEGINNING.hash)
    at = time.time()
    rows = []
    for event in events:
        seq += 1
        fields = (seq, at, actor, origin, event.plan_id, event.ordinal, event.kind, canonical(event.payload), prev)
        prev = _digest(fields)
        rows.append((*fields, prev))
    connection.executemany(f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def verify(connection: sqlite3.Connection, since: Mark = BEGINNING) -> Verification:
    """Walk the chain, from its first event or from behind one that was marked."""
    end = since
    for row in connection.execute(f"SELECT {_COLUMNS} FROM events WHERE seq > ? ORDER BY seq", (since.seq,)):
        *fields, digest = row
        if fields[0] != end.seq + 1:
            return Verification(end, end.seq + 1, "it is missing")
        if fields[-1] != end.hash:
            return Verification(end, fields[0], "it does not follow from the one before")
        if _digest(tuple(fields)) != digest:
            return Verification(end, fields[0], "its content was changed")
        end = Mark(end.seq + 1, digest)
    return Verification(end)


def hash_of(connection: sqlite3.Connection, seq: int) -> str | None:
    """The hash of an event; None when there is no such event."""
    row = connection.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else str(row[0])


def events_of(connection: sqlite3.Connection, plan_id: str) -> tuple[Recorded, ...]:
    """What happened to one plan, in order."""
    rows = connection.execute(f"{_OF_PLAN} ORDER BY seq", (plan_id,))
    return tuple(Recorded(*row) for row in rows)


def records_of(connection: sqlite3.Connection, kind: str, limit: int) -> tuple[Recorded, ...]:
    """The last events of one kind that belong to no plan, newest first."""
    rows = connection.execute(f"{_OF_PLAN} AND kind = ? ORDER BY seq DESC LIMIT ?", (NO_PLAN, kind, limit))
    return tuple(Recorded(*row) for row in rows)


def record_at(connection: sqlite3.Connection, kind: str, seq: int) -> Recorded | None:
    """The event of that number, if it is of that kind and belongs to no plan."""
    row = connection.execute(f"{_OF_PLAN} AND kind = ? AND seq = ?", (NO_PLAN, kind, seq)).fetchone()
    return None if row is None else Recorded(*row)


def pinned(connection: sqlite3.Connection, plan_id: str) -> Recorded | None:
    """The event that says what a plan consists of: its beginning, or its last amendment."""
    wanted = f"{_OF_PLAN} AND kind IN ('begin', 'amend') ORDER BY seq DESC LIMIT 1"
    row = connection.execute(wanted, (plan_id,)).fetchone()
    return None if row is None else Recorded(*row)


def _digest(fields: tuple[int | float | str | None, ...]) -> str:
    return hashlib.sha256(canonical(list(fields)).encode()).hexdigest()
