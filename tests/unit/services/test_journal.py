"""The journal: what it keeps, who may write to it, and when it refuses."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from jfconsole.domain.errors import JournalClosed, NotFound, Refused
from jfconsole.domain.plans import Outcome
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import SIGN_OF_LIFE, Moment
from jfconsole.services.journal_file import PlanState
from tests.support.crash import in_child, start_child, wait_child
from tests.unit.services.plans_at_hand import ORIGIN, a_plan, a_step, done


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal.db", actor="ann")


def edit(journal: Journal, statement: str, *values: object) -> None:
    """Change the database behind the journal's back."""
    with closing(sqlite3.connect(journal.path)) as db, db:
        db.execute(statement, values)


def age(journal: Journal, seconds: float) -> None:
    """Let every sign of life be that much older."""
    edit(journal, "UPDATE plans SET beat = beat - ?", seconds)


def test_a_plan_runs_through_its_states(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    assert journal.load(plan.id).entry.running
    journal.mark_sending(plan, [0, 1])
    assert journal.load(plan.id).entry.counts == {Outcome.SENDING: 2}
    journal.note_answers(plan, [plan.result(0, Outcome.DONE), plan.result(1, Outcome.FAILED, "No", 2.0)])
    assert journal.load(plan.id).entry.counts == {Outcome.SENDING: 1, Outcome.FAILED: 1}
    journal.finish(plan, done(plan, 0))
    journal.release(plan)
    loaded = journal.load(plan.id)
    assert loaded.plan == plan
    assert loaded.results == (*done(plan, 0), plan.result(1, Outcome.FAILED, "No", 2.0))
    assert (loaded.entry.state, loaded.entry.running) == (PlanState.ENDED, False)


def test_the_trail_tells_it_in_order(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    journal.mark_sending(plan, [0, 1])
    journal.note_answers(plan, done(plan, 1))
    journal.finish(plan, done(plan, 0, 1))
    journal.release(plan)
    trail = journal.events(plan.id)
    kinds = [(event.kind, event.ordinal) for event in trail]
    sending = [("sending", 0), ("sending", 1)]
    assert kinds == [("begin", None), *sending, ("answer", 1), ("outcome", 0), ("outcome", 1), ("release", None)]
    assert {(event.actor, event.origin) for event in trail} == {("ann", ORIGIN)}
    assert '"calls":["PUT /things/one"]' in trail[1].payload


def test_a_live_plan_is_not_offered_and_an_orphaned_one_is(journal: Journal) -> None:
    plan = a_plan()
    assert in_child(lambda: Journal(journal.path).begin(plan)) == 0
    (entry,) = journal.unfinished()
    assert (entry.plan_id, entry.interrupted) == (plan.id, True)
    journal.claim(plan.id)
    assert journal.unfinished() == ()


def test_a_process_number_that_is_in_use_again_proves_nothing(journal: Journal) -> None:
    plan = a_plan()
    assert in_child(lambda: Journal(journal.path).begin(plan)) == 0
    edit(journal, "UPDATE plans SET owner_pid = ?", os.getpid())
    assert journal.unfinished() == ()
    age(journal, SIGN_OF_LIFE + 1)
    assert [entry.plan_id for entry in journal.unfinished()] == [plan.id]


def test_an_owner_on_another_host_lives_by_its_signs(journal: Journal) -> None:
    plan = a_plan()
    assert in_child(lambda: Journal(journal.path).begin(plan)) == 0
    edit(journal, "UPDATE plans SET owner_host = 'another'")
    assert journal.unfinished() == ()
    age(journal, SIGN_OF_LIFE + 1)
    assert [entry.plan_id for entry in journal.unfinished()] == [plan.id]


def test_two_consoles_never_execute_one_plan(journal: Journal) -> None:
    plan = a_plan()
    other = Journal(journal.path)
    journal.begin(plan)
    with pytest.raises(Refused, match="executed by another console"):
        other.claim(plan.id)
    age(journal, SIGN_OF_LIFE + 1)
    other.claim(plan.id)
    writes: list[Callable[[], None]] = [
        lambda: journal.mark_sending(plan, [0]),
        lambda: journal.note_answers(plan, done(plan, 0)),
        lambda: journal.finish(plan, done(plan, 0)),
        lambda: journal.sign_of_life(plan.id),
        lambda: journal.release(plan),
    ]
    for write in writes:
        with pytest.raises(Refused, match="taken over"):
            write()
    assert other.load(plan.id).entry.counts == {Outcome.PENDING: 2}


def test_signs_of_life_keep_a_plan(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    age(journal, SIGN_OF_LIFE + 1)
    journal.sign_of_life(plan.id)
    assert journal.unfinished() == ()


def test_what_is_left_makes_a_plan_interrupted(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    journal.finish(plan, done(plan, 0))
    journal.release(plan, stopped="The disk is on fire")
    (entry,) = journal.unfinished()
    assert (entry.state, entry.stopped) == (PlanState.OPEN, "The disk is on fire")
    assert entry.counts == {Outcome.DONE: 1, Outcome.PENDING: 1}


def test_an_abandoned_plan_is_kept_as_it_is(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    journal.release(plan)
    journal.abandon(plan.id)
    assert journal.unfinished() == ()
    assert journal.load(plan.id).entry.state is PlanState.KEPT
    assert journal.events(plan.id)[-1].kind == "kept"
    with pytest.raises(Refused, match="has ended"):
        journal.claim(plan.id)


def test_history_is_searched_by_plan_and_by_object(journal: Journal) -> None:
    first, second = a_plan(a_step("alpha%")), a_plan(a_step("beta"))
    for plan in (first, second):
        journal.begin(plan)
    assert [entry.plan_id for entry in journal.history()] == [second.id, first.id]
    assert [entry.plan_id for entry in journal.history("alpha")] == [first.id]
    assert [entry.plan_id for entry in journal.history("%")] == [first.id]
    assert [entry.plan_id for entry in journal.history(second.id[4:])] == [second.id]
    assert len(journal.history("acme.example", limit=1)) == 1
    with pytest.raises(NotFound):
        journal.load("jfc-none")


def test_secrets_never_reach_the_disk(journal: Journal) -> None:
    plan = a_plan(a_step("one"), a_step("two", secret="hunter2"))
    journal.begin(plan)
    journal.mark_sending(plan, [0, 1])
    assert journal.load(plan.id).needs_secrets == (1,)
    written = b"".join(path.read_bytes() for path in journal.path.parent.iterdir())
    assert b"hunter2" not in written
    assert b"Make two" in written


def test_a_plan_that_is_not_what_was_reviewed_is_not_continued(journal: Journal) -> None:
    plan = a_plan()
    journal.begin(plan)
    journal.release(plan)
    edit(journal, "UPDATE steps SET body = replace(body, '/things/two', '/things/too') WHERE ordinal = 1")
    with pytest.raises(JournalClosed, match="not what was reviewed"):
        journal.claim(plan.id)


def test_files_are_private_from_the_first_byte(journal: Journal) -> None:
    before = os.umask(0)
    try:
        journal.begin(a_plan())
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in journal.path.parent.iterdir()}
    assert modes == dict.fromkeys(["journal.db", "journal.db-wal", "journal.db-shm"], 0o600)
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700


def test_every_commit_is_announced_before_and_after(tmp_path: Path) -> None:
    moments: list[Moment] = []
    seen_by_others: list[int] = []
    path = tmp_path / "journal.db"

    def listen(moment: Moment) -> None:
        moments.append(moment)
        with closing(sqlite3.connect(path)) as db:
            seen_by_others.append(db.execute("SELECT count(*) FROM events").fetchone()[0])

    journal, plan = Journal(path, listener=listen), a_plan()
    journal.begin(plan)
    journal.mark_sending(plan, [0])
    assert moments == [Moment(name, durable) for name in ("begin", "sending") for durable in (False, True)]
    assert seen_by_others == [0, 1, 1, 2]


def test_a_listener_that_fails_undoes_the_commit(tmp_path: Path) -> None:
    def fail(moment: Moment) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        Journal(tmp_path / "journal.db", listener=fail).begin(a_plan())
    assert Journal(tmp_path / "journal.db").history() == ()


def test_many_processes_begin_at_once(journal: Journal) -> None:
    plans = [a_plan() for _ in range(6)]

    def begin(number: int) -> None:
        mine = Journal(journal.path)
        mine.begin(plans[number])
        for _ in range(20):
            mine.mark_sending(plans[number], [0, 1])

    children = [start_child(partial(begin, number)) for number in range(6)]
    assert [wait_child(pid) for pid in children] == [0] * 6
    assert {entry.plan_id for entry in journal.unfinished()} == {plan.id for plan in plans}
    checked = journal.verify()
    assert (checked.intact, checked.events) == (True, 6 * 41)


def test_it_opens_again_after_being_closed(journal: Journal) -> None:
    journal.begin(a_plan())
    journal.close()
    assert len(journal.history()) == 1


def test_what_belongs_to_no_plan_is_kept_in_the_chain(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    for number in range(3):
        journal.record("https://acme.test", "exchange", {"number": number})
    assert [record.payload for record in journal.records("exchange", limit=2)] == ['{"number":2}', '{"number":1}']
    assert journal.records("other") == ()
    assert journal.history() == ()
    found = journal.verify()
    assert (found.intact, found.events) == (True, 3)
