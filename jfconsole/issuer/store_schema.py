"""The issuer's database: its tables, and what is said when it cannot be used. An open console never blocks a pull."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.issuer_errors import StoreClosed
from jfconsole.storage.database import Database, Migrations, NewerSchema, Trouble, trouble
from jfconsole.storage.private import secret_dir, secret_file

MIGRATIONS: Final[Migrations] = (
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
"""Entries are never changed once released, only added."""


def open_store(path: Path, migrations: Migrations = MIGRATIONS) -> sqlite3.Connection:
    """A connection to the store at `path`; see `Database.open`.

    Raises StoreClosed with what stands in the way, Refused when others can read the files.
    """
    try:
        secret_dir(path.parent)
        for suffix in ("-wal", "-shm"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                secret_file(beside)
        return Database(migrations, secret_file).open(secret_file(path))
    except (OSError, NewerSchema, sqlite3.Error) as error:
        raise closed(path, error) from error


def closed(path: Path, error: Exception) -> ConsoleError:
    """Why the store cannot be used, in words."""
    if isinstance(error, ConsoleError):
        return error
    if isinstance(error, NewerSchema):
        return StoreClosed(
            f"The issuer's store was written by a newer jfconsole ({error})",
            f"Use the newer jfconsole; {path} is left as it is",
        )
    found = trouble(error)
    hint = {
        Trouble.DAMAGED: f"Restore a backup in place of {path}",
        Trouble.FULL: f"Make room for {path}",
        Trouble.BUSY: "Try again in a moment",
        Trouble.OTHER: f"Make {path.parent} readable and writable for yourself alone",
    }[found]
    return StoreClosed(
        f"The issuer's store cannot be used, so nothing is minted or changed: {found.value or error}", hint
    )
