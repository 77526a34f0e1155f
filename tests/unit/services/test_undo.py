"""Undo plans take back what was done and is unchanged, last thing first, and say what is left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.plans import Outcome, Plan, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.handlers import Verdict
from jfconsole.services.journal import Journal
from jfconsole.services.undo import plan_undo
from tests.unit.jfrog.recording_sender import RecordingSender
from tests.unit.services.plans_at_hand import a_plan, a_step, done


class Things:
    """Things that are as they were left, but for those that moved or are back already."""

    reached_words = "the thing is there"
    unreached_words = "the thing is not there"

    def __init__(self, moved: str = "", back: str = "") -> None:
        self._moved = moved
        self._back = back

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        return {}

    def moved(self, step: Step, current: Json) -> str | None:
        return "The thing is another" if step.key == self._moved else None

    def reached(self, step: Step, current: Json) -> bool:
        return step.key == self._back

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        return Verdict(Outcome.DONE)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db")


def undo(journal: Journal, plan: Plan, things: Things | None = None) -> Plan:
    return asyncio.run(plan_undo(journal, plan.id, RecordingSender([]), {"thing.make": things or Things()}))


def begun(journal: Journal, *steps: Step, outcomes: Mapping[int, Outcome] | None = None) -> Plan:
    """A plan that has ended: every step is done, but for these."""
    plan = a_plan(*steps)
    journal.begin(plan)
    odd = [plan.result(ordinal, outcome) for ordinal, outcome in (outcomes or {}).items()]
    journal.finish(plan, [*done(plan, *(set(range(len(plan.steps))) - set(outcomes or {}))), *odd])
    journal.release(plan)
    return plan


def test_what_was_done_is_undone_in_reverse(journal: Journal) -> None:
    steps = (a_step(name, inverse=a_step(f"un-{name}")) for name in ("one", "two", "three", "four"))
    plan = begun(journal, *steps, outcomes={1: Outcome.ALREADY, 3: Outcome.FAILED})
    found = undo(journal, plan)
    assert [step.key for step in found.steps] == ["un-three", "un-one"]
    assert (found.origin, found.title) == (plan.origin, "Undo: Make things")
    assert found.confirmation.effects == (
        "Make un-three",
        "Make un-one",
        "Make four: not undone, it failed",
        "Make two: not undone, it changed nothing",
    )


def test_what_cannot_be_undone_is_said(journal: Journal) -> None:
    half = replace(a_step("one", inverse=a_step("un-one")), loses="The password does not come back")
    never = replace(a_step("two"), loses="The old password is gone")
    plan = begun(journal, half, never, a_step("three", inverse=a_step(secret="s")), a_step("four"))
    found = undo(journal, plan)
    assert [step.key for step in found.steps] == ["un-one"]
    assert found.confirmation.effects[1:] == (
        "Make one: the password does not come back",
        "Make four: not undone, it cannot be undone",
        "Make three: not undone, a secret would be needed",
        "Make two: not undone, the old password is gone",
    )


def test_what_changed_since_is_left_alone(journal: Journal) -> None:
    plan = begun(journal, *(a_step(name, inverse=a_step(f"un-{name}")) for name in ("one", "two", "three")))
    found = undo(journal, plan, Things(moved="un-one", back="un-three"))
    assert [step.key for step in found.steps] == ["un-two"]
    assert found.confirmation.effects[1:] == (
        "Make three: not undone, it is as before already",
        "Make one: not undone, the thing is another",
    )


def test_steps_that_changed_one_object_in_turn_are_judged_by_the_last(journal: Journal) -> None:
    plan = begun(journal, a_step("one", inverse=a_step("x")), a_step("one", inverse=a_step("x")))
    assert len(undo(journal, plan).steps) == 2


def test_nothing_to_undo_is_refused(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    with pytest.raises(Refused, match="is being executed"):
        undo(journal, plan)
    journal.finish(plan, done(plan, 0, 1))
    journal.release(plan)
    with pytest.raises(Refused, match="can be undone: Make two: not undone, it cannot be undone"):
        undo(journal, plan)
