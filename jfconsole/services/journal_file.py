"""The journal's file, opened when it is first needed.

What a start asks of the journal is asked here: whether there is anything in it that concerns this start at all. Plans,
and what reads them, are loaded only then.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Final

from jfconsole.services.journal_schema import closed, open_journal
from jfconsole.storage.database_file import DatabaseFile

_ONE_OF_KIND: Final = "SELECT 1 FROM steps JOIN plans ON plans.id = plan_id WHERE kind = ? AND origin = ? LIMIT 1"


class PlanState(StrEnum):
    """Where a plan stands. OPEN is being executed or was interrupted."""

    OPEN = "open"
    ENDED = "ended"
    KEPT = "kept"
    """Interrupted, and left as it is by a person's decision."""


class JournalFile(DatabaseFile):
    """The database of a journal. Calls raise JournalClosed when it cannot be used."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, open_journal, closed)

    def has_open_plans(self) -> bool:
        """Whether any plan is being executed or was interrupted."""
        with self.reading() as db:
            return db.execute("SELECT 1 FROM plans WHERE state = ? LIMIT 1", (PlanState.OPEN,)).fetchone() is not None

    def has_steps(self, kinds: Collection[str], origin: str) -> bool:
        """Whether there are steps of these kinds for a platform."""
        with self.reading() as db:
            return any(db.execute(_ONE_OF_KIND, (kind, origin)).fetchone() for kind in kinds)
