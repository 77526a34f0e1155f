"""Opening, upgrading and refusing journals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jfconsole.domain.errors import JournalClosed
from jfconsole.domain.plans import Outcome
from jfconsole.services.journal import Journal
from jfconsole.services.journal_schema import MIGRATIONS, open_journal
from tests.unit.services.plans_at_hand import a_plan

JOURNALS = Path(__file__).parents[2] / "support" / "journals"
_NEXT = (*MIGRATIONS, ("ALTER TABLE plans ADD COLUMN colour TEXT", "UPDATE plans SET colour = 'red'"))
_BROKEN = (*MIGRATIONS, ("ALTER TABLE plans ADD COLUMN colour TEXT", "UPDATE nothing SET colour = 'red'"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of today's schema with one plan."""
    journal = Journal(tmp_path / "journal.db")
    journal.begin(a_plan())
    journal.close()
    return journal.path


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[1] for row in db.execute("PRAGMA table_info(plans)")]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
        return found


def test_it_is_durable_and_safe_to_share(path: Path) -> None:
    with closing(open_journal(path)) as db:
        settings = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    full = 2
    expected = {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    assert settings == expected


def test_an_older_journal_is_upgraded_after_a_copy(path: Path) -> None:
    with closing(open_journal(path, _NEXT)) as db:
        assert db.execute("SELECT colour FROM plans").fetchall() == [("red",)]
    copy = path.with_name(f"journal.db.v{len(MIGRATIONS)}")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (version(path), version(copy)) == (len(_NEXT), len(MIGRATIONS))
    assert "colour" not in columns(copy)


def test_a_failed_upgrade_changes_nothing(path: Path) -> None:
    with pytest.raises(JournalClosed):
        open_journal(path, _BROKEN)
    assert version(path) == len(MIGRATIONS)
    assert "colour" not in columns(path)
    assert len(Journal(path).history()) == 1


def test_a_newer_journal_is_refused_and_left_alone(path: Path) -> None:
    open_journal(path, _NEXT).close()
    before = path.read_bytes()
    with pytest.raises(JournalClosed, match=r"written by a newer jfconsole \(schema 3; this one knows 2\)"):
        Journal(path).begin(a_plan())
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", range(1, len(MIGRATIONS) + 1))
def test_every_schema_there_was_opens(number: int, tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((JOURNALS / f"v{number}.sql").read_text())
    journal = Journal(path)
    assert version(path) == number
    (entry,) = journal.unfinished()
    assert version(path) == len(MIGRATIONS)
    assert entry.counts == {Outcome.DONE: 1, Outcome.SENDING: 1}
    assert [step.key for step in journal.claim(entry.plan_id).plan.steps] == ["one", "two"]
    assert journal.verify().intact


@pytest.mark.parametrize("content", [b"no database " * 500, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_refused_with_the_way_out(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    with pytest.raises(JournalClosed) as refused:
        Journal(path).unfinished()
    assert "it is damaged" in refused.value.message
    assert str(path) in refused.value.hint
    assert path.read_bytes() == content


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(JournalClosed, match="is a link"):
        Journal(tmp_path / "journal.db").unfinished()
