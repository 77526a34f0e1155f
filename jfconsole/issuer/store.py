"""The issuer's store: transactions over one SQLite file that several processes use at once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jfconsole.issuer.store_schema import closed, open_store

FOLDER: Final = "issuer"
"""Where the store is, in the folder of the console's state."""

DATABASE: Final = "issuer.db"


class Store:
    """Opened at the first call. Calls block, for milliseconds as a rule, and may come from any thread."""

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
        """One consistent view. Raises StoreClosed when the database cannot be read."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction with the write lock from its start, durable when the block is left without an error.

        Raises StoreClosed when it cannot be written; then nothing changed.
        """
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            db = self._open()
            try:
                db.execute(begin)
                yield db
            except sqlite3.Error as error:
                raise closed(self.path, error) from error
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_store(self.path)
        return self._connection


def get_meta(db: sqlite3.Connection, name: str) -> str | None:
    """One of the store's own values."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(db: sqlite3.Connection, name: str, value: str) -> None:
    """Write one of the store's own values."""
    db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))
