"""The journal's database: how it is opened, and how older ones are brought up to date.

WAL with `synchronous=FULL`: a commit that returned survives a crash and a power cut, readers never wait for a
writer, and writers wait for each other for milliseconds. There are no lock files.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError, JournalClosed
from jfconsole.services.paths import private_dir, private_file

BUSY_TIMEOUT: Final = 5.0
"""Seconds that a writer waits for another process's commit."""

_BUSY_POLL: Final = 0.02

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """CREATE TABLE plans (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, origin TEXT NOT NULL, body TEXT NOT NULL, total INTEGER NOT NULL,
            state TEXT NOT NULL, stopped TEXT NOT NULL DEFAULT '', created REAL NOT NULL, ended REAL,
            owner TEXT, owner_host TEXT, owner_pid INTEGER, beat REAL
        )""",
        "CREATE INDEX plans_by_time ON plans (created)",
        """CREATE TABLE steps (
            plan_id TEXT NOT NULL REFERENCES plans (id), ordinal INTEGER NOT NULL, key TEXT NOT NULL,
            body TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL DEFAULT '', at REAL NOT NULL DEFAULT 0,
            PRIMARY KEY (plan_id, ordinal)
        ) WITHOUT ROWID""",
        "CREATE INDEX steps_by_key ON steps (key)",
        """CREATE TABLE events (
            seq INTEGER PRIMARY KEY, at REAL NOT NULL, actor TEXT NOT NULL, origin TEXT NOT NULL,
            plan_id TEXT NOT NULL, ordinal INTEGER, kind TEXT NOT NULL, payload TEXT NOT NULL,
            prev TEXT NOT NULL, hash TEXT NOT NULL
        )""",
        "CREATE INDEX events_by_plan ON events (plan_id)",
        """CREATE TRIGGER events_stay BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
        """CREATE TRIGGER events_last BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
    ),
    (
        "ALTER TABLE steps ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE steps ADD COLUMN made TEXT NOT NULL DEFAULT ''",
        "UPDATE steps SET kind = json_extract(body, '$.kind')",
        "CREATE INDEX steps_by_kind ON steps (kind)",
    ),
)
"""What brings a database from version n to n + 1. Entries are never changed once released, only added."""


def open_journal(path: Path) -> sqlite3.Connection:
    """A connection to the journal at `path`, made or migrated when needed; transactions are explicit.

    It may be used from any thread, one at a time. Raises JournalClosed with what stands in the way.
    """
    try:
        private_dir(path.parent)
        private_file(path)
        connection = _connect(path)
    except (OSError, ConsoleError, sqlite3.Error) as error:
        raise closed(path, error) from error
    try:
        _configure(connection)
        migrate(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise closed(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring the database up to date in one transaction, after a backup copy beside it (`journal.db.v1`).

    Raises JournalClosed for a database of a newer console, sqlite3.Error when a step fails: then nothing changed.
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


def closed(path: Path, error: Exception) -> JournalClosed:
    """Why the journal cannot be used, in words: nothing is changed without it."""
    code = getattr(error, "sqlite_errorname", "")
    if isinstance(error, ConsoleError):
        return JournalClosed(f"The journal cannot be used: {error.message}", error.hint)
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        reason, hint = "it is damaged", f"Move {path} away; a new one will be made"
    elif code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        reason, hint = "the disk is full or failing", f"Make room for {path}"
    elif code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        reason, hint = "another process holds it", "Try again in a moment"
    else:
        reason, hint = str(error), f"Make {path.parent} writable, or set JFCONSOLE_HOME to another folder"
    return JournalClosed(f"The journal cannot be written, so nothing may be changed: {reason}", hint)


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


def _version(connection: sqlite3.Connection, path: Path, migrations: Sequence[Sequence[str]]) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise JournalClosed(
            f"The journal was written by a newer jfconsole (schema {version}; this one knows {len(migrations)})",
            f"Use the newer jfconsole, or set JFCONSOLE_HOME to another folder; {path} is left as it is",
        )
    return version


def _back_up(path: Path, version: int) -> None:
    """A copy of the last committed state; the migration's own write lock keeps it from moving meanwhile."""
    target = private_file(path.with_name(f"{path.name}.v{version}"))
    with closing(_connect(path)) as source, closing(_connect(target)) as copy:
        source.backup(copy)
