"""The issuer's store: transactions over one SQLite file that several processes use at once."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from jfconsole.issuer.store_schema import closed, open_store
from jfconsole.storage.database_file import DatabaseFile

FOLDER: Final = "issuer"
"""Where the store is, in the folder of the console's state."""

DATABASE: Final = "issuer.db"


class Store(DatabaseFile):
    """The database of a local issuer. Calls raise StoreClosed when it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, open_store, closed)


def get_meta(db: sqlite3.Connection, name: str) -> str | None:
    """One of the store's own values."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(db: sqlite3.Connection, name: str, value: str) -> None:
    """Write one of the store's own values."""
    db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))
