"""The journal's file: opened when it is first needed, read and written in transactions, by any thread one at a time.

What a start asks of the journal is asked here: whether there is anything in it that concerns this start at all. Plans,
and what reads them, are loaded only then.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from jfconsole.services.journal_schema import closed, open_journal

_ONE_OF_KIND: Final = "SELECT 1 FROM steps JOIN plans ON plans.id = plan_id WHERE kind = ? AND origin = ? LIMIT 1"


class PlanState(StrEnum):
    """Where a plan stands. OPEN is being executed or was interrupted."""

    OPEN = "open"
    ENDED = "ended"
    KEPT = "kept"
    """Interrupted, and left as it is by a person's decision."""


class JournalFile:
    """All calls block, for milliseconds as a rule. Each raises JournalClosed when the database cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the database; a later call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view over several statements."""
        with self._lock:
            db = self._open()
            try:
                db.execute("BEGIN")
                yield db
            except sqlite3.Error as error:
                raise closed(self.path, error) from error
            finally:
                _roll_back(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start."""
        with self._lock:
            db = self._open()
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except sqlite3.Error as error:
                raise closed(self.path, error) from error
            finally:
                _roll_back(db)

    def has_open_plans(self) -> bool:
        """Whether any plan is being executed or was interrupted."""
        with self.reading() as db:
            return db.execute("SELECT 1 FROM plans WHERE state = ? LIMIT 1", (PlanState.OPEN,)).fetchone() is not None

    def has_steps(self, kinds: Collection[str], origin: str) -> bool:
        """Whether there are steps of these kinds for a platform."""
        with self.reading() as db:
            return any(db.execute(_ONE_OF_KIND, (kind, origin)).fetchone() for kind in kinds)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_journal(self.path)
        return self._connection


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")
