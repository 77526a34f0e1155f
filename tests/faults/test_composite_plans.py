"""Plans of several objects, killed at every commit: continued they end like one straight run, undone like none.

The plan renames a group while a colleague has changed the permission that names it, so that every kill also meets a
step that was carried over to a changed object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from jfconsole.domain.errors import PlanMoved
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.services.directory import Directory
from jfconsole.services.journal_entries import Moment
from tests.support.crash import KILLED, dying_at, in_child
from tests.support.directing import Office, a_group, a_permission, a_section, done
from tests.support.revoking import Desk
from tests.support.sandbox import Json, RunningSandbox


def settle(office: Office) -> None:
    """A group with a member and a grant, beside another one."""
    office.put("POST", "groups", a_group("ops", members=("admin",)).as_object())
    office.put("POST", "groups", {"name": "qa"})
    office.put("POST", "permissions", a_permission(ops="READ WRITE", readers="READ").as_object())


def renaming(office: Office) -> Plan:
    """The reviewed plan; afterwards a colleague gives another group something in the same section."""
    plan = office.ask(_rename)
    grant_qa(office)
    return plan


def grant_qa(office: Office) -> None:
    """Somebody else gives another group something in the same section."""
    section = a_section(ops="READ WRITE", readers="READ", qa="READ")
    office.put("PUT", "permissions/ox-permissions/artifact", section.as_object())


def meddling(sandbox: RunningSandbox, home: Path, when: str, what: Callable[[Office], None]) -> Office:
    """An office in which somebody else does something once, right after the first commit of that name."""
    once: list[Moment] = []

    def listen(moment: Moment) -> None:
        if moment.name == when and moment.durable and not once:
            once.append(moment)
            what(office)

    office = Office(sandbox, home, listener=listen)
    settle(office)
    return office


def boundaries(sandbox: RunningSandbox, home: Path) -> Iterator[tuple[Office, Plan, bool, Json]]:
    """One run killed at each moment of its journal: the office, the plan, whether it was killed, the start."""
    number, killed = 0, True
    while killed:
        sandbox.reset()
        office = Office(sandbox, home / str(number))
        settle(office)
        plan = renaming(office)
        start = sandbox.state()
        place = home / str(number)
        killed = in_child(partial(run, sandbox, place, plan, number)) == KILLED
        yield office, plan, killed, start
        number += 1


def run(sandbox: RunningSandbox, place: Path, plan: Plan, number: int) -> Report:
    return Desk(sandbox, place, listener=dying_at(number)).runner.run(plan)


def finish(office: Office, plan: Plan) -> None:
    """What a person does after a crash: begin anew if the plan never started, else continue it."""
    if not office.journal.history():
        done(office.runner.run(plan))
    elif office.journal.unfinished():
        report = office.runner.resume(plan.id)
        assert report.complete
        assert set(report.counts) <= {Outcome.DONE, Outcome.ALREADY}, report.results
    assert office.journal.unfinished() == ()
    assert office.journal.verify().intact


@pytest.mark.deep
def test_continued_it_ends_like_one_straight_run(sandbox: RunningSandbox, tmp_path: Path) -> None:
    ends: list[Json] = []
    for office, plan, _, _ in boundaries(sandbox, tmp_path):
        finish(office, plan)
        creations = [c for c in sandbox.changes() if (c["action"], c["key"]) == ("created", "operations")]
        assert len(creations) == 1
        ends.append({kind: sandbox.state()[kind] for kind in ("groups", "permissions")})
    assert len(ends) >= 12
    for end in ends:
        assert end == ends[-1]
    groups = ends[-1]["permissions"]
    assert any("operations" in str(permission) and "qa" in str(permission) for permission in groups)


@pytest.mark.deep
def test_undone_after_a_crash_it_is_as_before(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for office, plan, _, start in boundaries(sandbox, tmp_path):
        finish(office, plan)
        done(office.runner.run(office.undo(plan.id)))
        assert sandbox.state() == start


def test_a_step_that_is_carried_over_is_written_down_before_it_is_sent(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Before the plan begins it is part of what is written down; afterwards it is an event of its own."""
    office = Office(sandbox, tmp_path)
    settle(office)
    plan = renaming(office)
    report = office.runner.run(plan)
    done(report)
    assert report.results[1].message == "Merged with what changed meanwhile: + artifact: group qa: READ"
    assert "qa" in str(office.journal.load(plan.id).plan.steps[1].requests[0].body)
    assert "amend" not in [event.kind for event in office.journal.events(plan.id)]


def test_a_step_that_is_carried_over_on_the_way_is_an_event(sandbox: RunningSandbox, tmp_path: Path) -> None:
    office = meddling(sandbox, tmp_path, "begin", grant_qa)
    report = office.do(_rename)
    done(report)
    loaded = office.journal.load(report.plan_id)
    assert "qa" in str(loaded.plan.steps[1].requests[0].body)
    kinds = [event.kind for event in office.journal.events(report.plan_id)]
    assert kinds.index("amend") < [place for place, kind in enumerate(kinds) if kind == "sending"][1]
    assert office.journal.verify().intact


def test_what_moves_in_the_middle_of_a_plan_stops_it_there(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """The group that shall be deleted changes after the plan has begun: it stays, and the plan can be continued."""
    office = meddling(
        sandbox,
        tmp_path,
        "finish",
        lambda office: office.put("PATCH", "groups/ops", {"description": "still needed"}),
    )
    report = office.do(_rename)
    assert [result.outcome for result in report.results] == [Outcome.DONE, Outcome.DONE, Outcome.PENDING]
    assert "is not what was reviewed: ~ description: read only → still needed" in report.stopped
    assert office.get("groups/ops") is not None
    with pytest.raises(PlanMoved):
        office.runner.resume(report.plan_id)


async def _rename(directory: Directory) -> Plan:
    return await directory.groups.plan_rename("ops", "operations", await directory.surroundings())
