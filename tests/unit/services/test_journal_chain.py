"""The audit trail finds accidental damage, and claims no more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jfconsole.services.journal import Journal
from tests.unit.services.plans_at_hand import a_plan, done

_COLUMNS = ("at", "actor", "origin", "plan_id", "ordinal", "kind", "payload", "prev", "hash")
_EVENTS = 7


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal with seven events."""
    journal, plan = Journal(tmp_path / "journal.db"), a_plan()
    journal.begin(plan)
    journal.mark_sending(plan, [0, 1])
    journal.note_answers(plan, done(plan, 1))
    journal.finish(plan, done(plan, 0, 1))
    journal.release(plan)
    assert journal.verify().events == _EVENTS
    return journal


def damage(journal: Journal, *statements: str) -> None:
    """What no console does: change events, past the triggers that forbid it."""
    with closing(sqlite3.connect(journal.path)) as db, db:
        for trigger in ("events_stay", "events_last"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)


def test_an_intact_trail_says_what_it_is_worth(journal: Journal) -> None:
    checked = journal.verify()
    assert checked.intact
    assert checked.sentence.startswith("7 events, no accidental damage found. The chain has no key")


@pytest.mark.parametrize("column", _COLUMNS)
@pytest.mark.parametrize("seq", range(1, _EVENTS + 1))
def test_a_changed_value_is_found(journal: Journal, column: str, seq: int) -> None:
    damage(journal, f"UPDATE events SET {column} = '9' WHERE seq = {seq}")
    checked = journal.verify()
    assert checked.broken_at == seq
    assert checked.sentence.startswith(f"The journal is damaged at event {seq}: ")


@pytest.mark.parametrize("seq", range(1, _EVENTS))
def test_a_missing_event_is_found(journal: Journal, seq: int) -> None:
    damage(journal, f"DELETE FROM events WHERE seq = {seq}")
    assert (journal.verify().broken_at, journal.verify().problem) == (seq, "it is missing")


@pytest.mark.parametrize("seq", range(1, _EVENTS))
def test_events_in_another_order_are_found(journal: Journal, seq: int) -> None:
    damage(
        journal,
        f"UPDATE events SET seq = 100 WHERE seq = {seq}",
        f"UPDATE events SET seq = {seq} WHERE seq = {seq + 1}",
        f"UPDATE events SET seq = {seq + 1} WHERE seq = 100",
    )
    assert journal.verify().broken_at == seq


def test_a_missing_event_whose_number_was_closed_up_is_found(journal: Journal) -> None:
    damage(journal, "DELETE FROM events WHERE seq = 3", "UPDATE events SET seq = seq - 1 WHERE seq > 3")
    assert (journal.verify().broken_at, journal.verify().problem) == (3, "it does not follow from the one before")


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events"])
def test_the_database_refuses_to_change_events(journal: Journal, statement: str) -> None:
    with closing(sqlite3.connect(journal.path)) as db, pytest.raises(sqlite3.IntegrityError, match="never"):
        db.execute(statement)
