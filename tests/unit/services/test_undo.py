"""Undo plans take back what was done, last thing first."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.errors import Refused
from jfconsole.domain.plans import Outcome
from jfconsole.services.journal import Journal
from jfconsole.services.undo import inverse_plan
from tests.unit.services.plans_at_hand import a_plan, a_step, done


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db")


def test_what_was_done_is_undone_in_reverse(journal: Journal) -> None:
    plan = a_plan(*(a_step(name, inverse=a_step(f"un-{name}")) for name in ("one", "two", "three", "four")))
    journal.begin(plan)
    journal.finish(plan, [*done(plan, 0, 2), plan.result(1, Outcome.ALREADY), plan.result(3, Outcome.FAILED)])
    journal.release(plan)
    undo = inverse_plan(journal, plan.id)
    assert [step.key for step in undo.steps] == ["un-three", "un-one"]
    assert undo.confirmation.effects == ("Make un-three", "Make un-one")
    assert (undo.origin, undo.title) == (plan.origin, "Undo: Make things")


def test_what_cannot_be_undone_is_said(journal: Journal) -> None:
    plan = a_plan(a_step("one", inverse=a_step("un-one")), a_step("two"), a_step("three", inverse=a_step(secret="s")))
    journal.begin(plan)
    journal.finish(plan, done(plan, 0, 1, 2))
    journal.release(plan)
    undo = inverse_plan(journal, plan.id)
    assert [step.key for step in undo.steps] == ["un-one"]
    assert undo.confirmation.effects[-1] == "2 of its steps cannot be undone, and stay"


def test_nothing_to_undo_is_refused(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    with pytest.raises(Refused, match="is being executed"):
        inverse_plan(journal, plan.id)
    journal.finish(plan, done(plan, 0, 1))
    journal.release(plan)
    with pytest.raises(Refused, match="can be undone"):
        inverse_plan(journal, plan.id)
