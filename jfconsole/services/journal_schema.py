"""The journal's database: its tables, and what is said when it cannot be used."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError, JournalClosed
from jfconsole.storage.database import Database, Migrations, NewerSchema, Trouble, trouble
from jfconsole.storage.private import private_dir, private_file

MIGRATIONS: Final[Migrations] = (
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
"""Entries are never changed once released, only added."""


def open_journal(path: Path, migrations: Migrations = MIGRATIONS) -> sqlite3.Connection:
    """A connection to the journal at `path`; see `Database.open`. Raises JournalClosed with what stands in the way."""
    try:
        private_dir(path.parent)
        return Database(migrations, private_file).open(private_file(path))
    except (OSError, ConsoleError, NewerSchema, sqlite3.Error) as error:
        raise closed(path, error) from error


def closed(path: Path, error: Exception) -> JournalClosed:
    """Why the journal cannot be used, in words: nothing is changed without it."""
    if isinstance(error, ConsoleError):
        return JournalClosed(f"The journal cannot be used: {error.message}", error.hint)
    if isinstance(error, NewerSchema):
        return JournalClosed(
            f"The journal was written by a newer jfconsole ({error})",
            f"Use the newer jfconsole, or set JFCONSOLE_HOME to another folder; {path} is left as it is",
        )
    found = trouble(error)
    hint = {
        Trouble.DAMAGED: f"Move {path} away; a new one will be made",
        Trouble.FULL: f"Make room for {path}",
        Trouble.BUSY: "Try again in a moment",
        Trouble.OTHER: f"Make {path.parent} writable, or set JFCONSOLE_HOME to another folder",
    }[found]
    return JournalClosed(f"The journal cannot be written, so nothing may be changed: {found.value or error}", hint)
