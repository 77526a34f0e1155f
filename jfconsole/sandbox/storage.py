"""State on disk: one SQLite file and the signing key, for as long as the directory is kept."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (kind, key)
);
"""
_UPSERT = (
    "INSERT INTO objects (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body"
)


class StateInUse(Exception):
    """Another process has the state directory open."""


class Storage:
    """Writes of a request become durable together, at `commit`, before its answer leaves.

    An acknowledged write survives the death of the process, not that of the machine: nothing is synced to the
    platter, which a sandbox does not need and a bulk revoke would pay for.
    """

    def __init__(self, directory: Path) -> None:
        """Open `directory`, making it if needed.

        Raises:
            StateInUse: another sandbox works on it.
            OSError: it cannot be made or read.
        """
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / "state.db"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._open = False
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            raise StateInUse(f"{directory} is in use by another sandbox") from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)

    def meta(self, key: str) -> bytes | None:
        """A single value, or None if it was never written."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def put_meta(self, key: str, value: bytes) -> None:
        """Write a single value."""
        self._begin()
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def load(self, kind: str) -> Iterator[bytes]:
        """Every object of `kind`, oldest first."""
        for (body,) in self._db.execute("SELECT body FROM objects WHERE kind = ? ORDER BY seq", (kind,)):
            yield body

    def put(self, kind: str, rows: Iterable[tuple[str, bytes]]) -> None:
        """Insert or replace objects of `kind`, given as key and encoded body."""
        self._begin()
        self._db.executemany(_UPSERT, ((kind, key, body) for key, body in rows))

    def remove(self, kind: str, key: str) -> None:
        """Delete one object."""
        self._begin()
        self._db.execute("DELETE FROM objects WHERE kind = ? AND key = ?", (kind, key))

    def clear(self, kind: str) -> None:
        """Delete every object of `kind`."""
        self._begin()
        self._db.execute("DELETE FROM objects WHERE kind = ?", (kind,))

    def commit(self) -> None:
        """Make everything written since the last commit durable."""
        if self._open:
            self._db.execute("COMMIT")
            self._open = False

    def close(self) -> None:
        """Commit and let go of the file."""
        self.commit()
        self._db.close()

    def _begin(self) -> None:
        if not self._open:
            self._db.execute("BEGIN")
            self._open = True
