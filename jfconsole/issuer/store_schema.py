"""The issuer's database: how it is opened, and how older ones are brought up to date.

WAL with `synchronous=FULL`: what was committed survives a crash and a power cut, readers never wait, writers wait for
each other for milliseconds. There are no lock files, so that an open console never blocks a pull.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.issuer_errors import StoreClosed
from jfconsole.issuer.files import private_file, private_folder

BUSY_TIMEOUT: Final = 5.0
"""Seconds that a writer waits for another process's commit."""

_BUSY_POLL: Final = 0.02

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE wraps (kind TEXT PRIMARY KEY, params TEXT NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID",
        """CREATE TABLE records (
            kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL,
            body TEXT NOT NULL, sealed BLOB, seal BLOB NOT NULL, PRIMARY KEY (kind, name, version)
        ) WITHOUT ROWID""",
        """CREATE TABLE audit (
            seq INTEGER PRIMARY KEY, at REAL NOT NULL, keyed INTEGER NOT NULL, row TEXT NOT NULL, hash BLOB NOT NULL
        )""",
        "CREATE TABLE publications (issuer TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END""",
        """CREATE TRIGGER audit_lasts BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END""",
    ),
)
"""What brings a database from version n to n + 1. Entries are never changed once released, only added."""


def open_store(path: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> sqlite3.Connection:
    """A connection to the store, made or migrated when needed; transactions are explicit, threads take turns.

    Raises StoreClosed with what stands in the way, Refused when others can read the files.
    """
    try:
        private_folder(path.parent)
        for suffix in ("-wal", "-shm"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                private_file(beside)
        private_file(path)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise closed(path, error) from error
    try:
        _configure(connection)
        migrate(connection, path, migrations)
    except sqlite3.Error as error:
        connection.close()
        raise closed(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Sequence[str]]) -> None:
    """Bring the database up to date in one transaction, after a backup copy beside it (`issuer.db.v1`).

    Raises StoreClosed for a database of a newer console, sqlite3.Error when a step fails: then nothing changed.
    """
    if _version(connection, path, migrations) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, path, migrations)
        if 0 < version < len(migrations):
            _back_up(path, version)
        for statements in migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def closed(path: Path, error: Exception) -> ConsoleError:
    """Why the store cannot be used, in words."""
    if isinstance(error, ConsoleError):
        return error
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        reason, hint = "it is damaged", f"Restore a backup in place of {path}"
    elif code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        reason, hint = "the disk is full or failing", f"Make room for {path}"
    elif code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        reason, hint = "another process holds it", "Try again in a moment"
    else:
        reason, hint = str(error), f"Make {path.parent} readable and writable for yourself alone"
    return StoreClosed(f"The issuer's store cannot be used, so nothing is minted or changed: {reason}", hint)


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


def _version(connection: sqlite3.Connection, path: Path, migrations: Sequence[Sequence[str]]) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise StoreClosed(
            f"The issuer's store was written by a newer jfconsole (schema {version}; this one knows {len(migrations)})",
            f"Use the newer jfconsole; {path} is left as it is",
        )
    return version


def _back_up(path: Path, version: int) -> None:
    """A copy of the last committed state; the migration's own write lock keeps it from moving meanwhile."""
    target = private_file(path.with_name(f"{path.name}.v{version}"))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
