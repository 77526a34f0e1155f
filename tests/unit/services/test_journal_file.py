"""The journal's file: what a start asks of it before anything that reads plans is loaded."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from jfconsole.domain.errors import JournalClosed
from jfconsole.services.journal import Journal
from jfconsole.services.journal_file import JournalFile
from tests.unit.services.plans_at_hand import ORIGIN, a_plan, done


def test_only_what_can_be_continued_is_open(tmp_path: Path) -> None:
    with closing(JournalFile(tmp_path / "journal.db")) as file:
        assert not file.has_open_plans()
        journal, plan = Journal(file.path, file=file), a_plan()
        journal.begin(plan)
        assert file.has_open_plans()
        journal.finish(plan, done(plan, *range(len(plan.steps))))
        journal.release(plan)
        assert not file.has_open_plans()


def test_steps_are_found_by_kind_and_platform(tmp_path: Path) -> None:
    with closing(JournalFile(tmp_path / "journal.db")) as file:
        plan = a_plan()
        Journal(file.path, file=file).begin(plan)
        kind = plan.steps[0].kind
        assert file.has_steps(("another", kind), ORIGIN)
        assert not file.has_steps((kind,), "https://elsewhere.example")
        assert not file.has_steps(("another",), ORIGIN)


def test_a_file_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("no database, and long enough to be taken for one" * 40)
    with pytest.raises(JournalClosed):
        JournalFile(path).has_open_plans()
