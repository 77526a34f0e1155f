"""SQLite files: how they are opened, and how older ones are brought up to date.

WAL with `synchronous=FULL`: a commit that returned survives a crash and a power cut, readers never wait for a
writer, and writers wait for each other for milliseconds. There are no lock files.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, TypeAlias

BUSY_TIMEOUT: Final = 5.0
"""Seconds that a writer waits for another process's commit."""

_BUSY_POLL: Final = 0.02

Migrations: TypeAlias = Sequence[Sequence[str]]
"""What brings a database from version n to n + 1. Entries are never changed once released, only added."""


class Trouble(Enum):
    """Why a database cannot be used."""

    DAMAGED = "it is damaged"
    FULL = "the disk is full or failing"
    BUSY = "another process holds it"
    OTHER = ""


class NewerSchema(Exception):
    """The database was written by a newer console, in a version of its schema that this one does not know."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(f"schema {version}; this one knows {known}")


@dataclass(frozen=True, slots=True)
class Database:
    """A kind of database. `make_private` makes a file that nobody else reads, for the backup copy."""

    migrations: Migrations
    make_private: Callable[[Path], Path]

    def open(self, path: Path) -> sqlite3.Connection:
        """A connection, the database made or migrated when needed; transactions are explicit.

        It may be used from any thread, one at a time. Raises NewerSchema, sqlite3.Error.
        """
        connection = _connect(path)
        try:
            _configure(connection)
            self.migrate(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection

    def migrate(self, connection: sqlite3.Connection, path: Path) -> None:
        """Bring the database up to date in one transaction, after a backup copy beside it (`journal.db.v1`).

        Raises NewerSchema, and sqlite3.Error when a step fails: then nothing changed.
        """
        if self._version(connection) == len(self.migrations):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = self._version(connection)
            if 0 < version < len(self.migrations):
                self._back_up(path, version)
            for statements in self.migrations[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(self.migrations)}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _version(self, connection: sqlite3.Connection) -> int:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self.migrations):
            raise NewerSchema(version, len(self.migrations))
        return version

    def _back_up(self, path: Path, version: int) -> None:
        """A copy of the last committed state; the migration's own write lock keeps it from moving meanwhile."""
        target = self.make_private(path.with_name(f"{path.name}.v{version}"))
        with closing(_connect(path)) as source, closing(_connect(target)) as copy:
            source.backup(copy)


def trouble(error: Exception) -> Trouble:
    """What an error of SQLite comes down to."""
    code = getattr(error, "sqlite_errorname", "")
    for found, names in _CODES.items():
        if code.startswith(names):
            return found
    return Trouble.OTHER


_CODES: Final = {
    Trouble.DAMAGED: ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
    Trouble.FULL: ("SQLITE_FULL", "SQLITE_IOERR"),
    Trouble.BUSY: ("SQLITE_BUSY", "SQLITE_LOCKED"),
}


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)


def _configure(connection: sqlite3.Connection) -> None:
    """Per-connection settings. The change to WAL is retried: SQLite does not wait for it when two processes begin."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_POLL)
    for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")
