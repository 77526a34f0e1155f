"""A database in one file that several processes use at once, and any thread, one at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class DatabaseFile:
    """Opened at the first call. Calls block, for milliseconds as a rule.

    `connect` opens it; `closed` says why it cannot be used: every call raises that instead of an error of SQLite.
    """

    def __init__(
        self,
        path: Path,
        connect: Callable[[Path], sqlite3.Connection],
        closed: Callable[[Path, Exception], Exception],
    ) -> None:
        self.path = path
        self._connect = connect
        self._closed = closed
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
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction with the write lock from its start, durable when the block is left without an error.

        When it cannot be written nothing changed.
        """
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                self._connection = self._connect(self.path)
            db = self._connection
            try:
                db.execute(begin)
                yield db
            except sqlite3.Error as error:
                raise self._closed(self.path, error) from error
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
