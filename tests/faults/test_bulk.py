"""Bulk work under fire: killed at every commit, on a failing network, without a writable journal."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import JournalClosed, OutcomeUnknown
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.secret import Secret
from jfconsole.jfrog.tokens import fetch_list
from jfconsole.jfrog.transport import Transport
from jfconsole.services.control import Control
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import Moment
from jfconsole.services.revoke import plan_revoke
from jfconsole.services.runner import Runner
from tests.support.crash import KILLED, dying_at, fill_disk, in_child, make_room, start_child, wait_child
from tests.support.fault_server import FaultServer, Wire, reply
from tests.support.revoking import Desk, calls, deletions, make_tokens
from tests.support.sandbox import Json, RunningSandbox

FIRE: list[Json] = [
    {"kind": "status", "status": 500, "method": "DELETE", "probability": 0.025},
    {"kind": "drop", "when": "before", "method": "DELETE", "probability": 0.025},
    {"kind": "drop", "when": "after", "method": "DELETE", "probability": 0.025, "how": "close"},
    {"kind": "rate_limit", "retry_after": 0, "method": "DELETE", "probability": 0.025},
]
"""One call in ten goes wrong."""


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


def run_until(number: int, sandbox: RunningSandbox, home: Path, work: Callable[[Desk], object]) -> int:
    """Do the work in a child that dies at its journal's moment `number`; the exit code."""
    return in_child(lambda: work(Desk(sandbox, home, listener=dying_at(number))))


def running(plan: Plan) -> Callable[[Desk], Report]:
    """The work of executing this plan."""
    return lambda desk: desk.runner.run(plan)


def resuming(plan: Plan) -> Callable[[Desk], Report]:
    """The work of continuing this plan."""
    return lambda desk: desk.runner.resume(plan.id)


def all_boundaries(sandbox: RunningSandbox, home: Path, tokens: int) -> int:
    """Kill one run at each moment of its journal and continue it; how many moments there were."""
    number = 0
    while True:
        sandbox.reset()
        make_tokens(sandbox, tokens)
        place = home / str(number)
        desk = Desk(sandbox, place)
        plan = desk.plan()
        code = run_until(number, sandbox, place, running(plan))
        continue_and_check(desk, plan)
        assert len(calls(sandbox, "DELETE")) == tokens, "none is revoked again once it is known to be gone"
        if code == 0:
            return number
        number += 1


def continue_and_check(desk: Desk, plan: Plan) -> None:
    """What a person does after a crash: continue if it is offered, begin anew if the plan never started."""
    begun = [entry.plan_id for entry in desk.journal.history()]
    if not begun:
        assert calls(desk.sandbox, "DELETE") == []
        desk.runner.run(plan)
    elif unfinished := desk.journal.unfinished():
        assert [entry.plan_id for entry in unfinished] == [plan.id]
        report = desk.runner.resume(plan.id)
        assert report.complete
    check_revoked_once(desk, plan)
    assert desk.journal.unfinished() == ()
    assert desk.journal.verify().intact


def check_revoked_once(desk: Desk, plan: Plan) -> None:
    """Every token was deleted exactly once, and the journal says so."""
    keys = [step.key for step in plan.steps]
    assert deletions(desk.sandbox) == dict.fromkeys(keys, 1)
    loaded = desk.journal.load(plan.id)
    assert [result.key for result in loaded.results] == keys
    assert {result.outcome for result in loaded.results} <= {Outcome.DONE, Outcome.ALREADY}
    assert desk.tokens() == []


def test_killed_at_every_commit_and_continued(sandbox: RunningSandbox, tmp_path: Path) -> None:
    assert all_boundaries(sandbox, tmp_path, tokens=6) >= 10


@pytest.mark.deep
def test_killed_at_every_commit_of_several_windows(sandbox: RunningSandbox, tmp_path: Path) -> None:
    assert all_boundaries(sandbox, tmp_path, tokens=100) >= 16


def test_killed_again_while_it_is_continued(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 6)
    desk = Desk(sandbox, tmp_path)
    plan = desk.plan()
    assert run_until(5, sandbox, tmp_path, running(plan)) == KILLED
    kills = 0
    while desk.journal.unfinished():
        run_until(kills, sandbox, tmp_path, resuming(plan))
        kills += 1
    assert kills >= 4
    check_revoked_once(desk, plan)


def under_fire(sandbox: RunningSandbox, home: Path, tokens: int, kill_at: list[int]) -> Report:
    """Revoke under faults, killed at these moments, one run after the other, and continued to the end."""
    make_tokens(sandbox, tokens)
    desk = Desk(sandbox, home)
    plan = desk.plan()
    sandbox.faults(*(rule | {"seed": seed} for seed, rule in enumerate(FIRE)))
    first, *others = kill_at
    assert run_until(first, sandbox, home, running(plan)) == KILLED
    for number in others:
        assert run_until(number, sandbox, home, resuming(plan)) == KILLED
    report = desk.runner.resume(plan.id)
    while not report.complete:
        report = desk.runner.resume(plan.id)
    check_report(desk, plan, report)
    return report


def check_report(desk: Desk, plan: Plan, report: Report) -> None:
    """Nothing lost, nothing twice, and every outcome is what the platform shows."""
    assert len(report.results) == len(plan.steps)
    gone = {result.key for result in report.results if result.outcome in {Outcome.DONE, Outcome.ALREADY}}
    failed = {result.key for result in report.results if result.outcome is Outcome.FAILED}
    assert len(gone) + len(failed) == len(plan.steps)
    assert deletions(desk.sandbox) == dict.fromkeys(gone, 1)
    assert {token.token_id for token in desk.tokens()} == failed
    assert report.saved is not None
    header, *lines = [json.loads(line) for line in report.saved.read_text().splitlines()]
    assert len(lines) == header["steps"] == sum(header["counts"].values()) == len(plan.steps)
    fired = [rule["fired"] for rule in desk.sandbox.control("GET", "/faults")["faults"]]
    assert all(fired), "every kind of fault must have struck"


@pytest.mark.deep
def test_three_hundred_under_fire_killed_and_continued(sandbox: RunningSandbox, tmp_path: Path) -> None:
    report = under_fire(sandbox, tmp_path, 300, kill_at=[13])
    assert report.counts[Outcome.DONE] > 250


@pytest.mark.deep
def test_five_thousand_under_fire_killed_and_continued(sandbox: RunningSandbox, tmp_path: Path) -> None:
    report = under_fire(sandbox, tmp_path, 5000, kill_at=[150, 101])
    assert report.counts[Outcome.DONE] > 4500


def test_two_processes_revoke_through_one_journal(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 80)
    desk = Desk(sandbox, tmp_path)
    tokens = desk.tokens()
    plans = [desk.plan(tokens[:40]), desk.plan(tokens[40:])]
    children = [start_child(partial(Desk(sandbox, tmp_path).runner.run, plan)) for plan in plans]
    assert [wait_child(pid) for pid in children] == [0, 0]
    assert [desk.journal.load(plan.id).entry.counts for plan in plans] == [{Outcome.DONE: 40}] * 2
    assert set(deletions(sandbox).values()) == {1}
    assert desk.journal.verify().intact


class RecordingPlatform:
    """Lists its tokens and revokes them; before each revocation it looks into the journal as another process would."""

    def __init__(self, journal: Path, tokens: int) -> None:
        self.tokens = {f"id-{number}": {"subject": f"jfac@0/users/bot-{number}"} for number in range(tokens)}
        self.outcomes_at_arrival: list[str] = []
        self._journal = journal

    async def answer(self, wire: Wire) -> bool:
        """One behaviour for all calls."""
        key = wire.arrival.target.rpartition("/")[2]
        if wire.arrival.method == "DELETE":
            self.outcomes_at_arrival.append(self._outcome(key))
            del self.tokens[key]
            return await reply(200)(wire)
        listed = [{"token_id": key, "issued_at": 1, **token} for key, token in self.tokens.items()]
        return await reply(200, {"tokens": listed})(wire)

    def _outcome(self, key: str) -> str:
        with closing(sqlite3.connect(f"file:{self._journal}?mode=ro", uri=True)) as db:
            outcome: str = db.execute("SELECT outcome FROM steps WHERE key = ?", (key,)).fetchone()[0]
            return outcome


def test_an_intent_is_durable_before_its_call_arrives(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    platform = RecordingPlatform(journal.path, tokens=100)

    async def revoke() -> Report:
        async with FaultServer(platform.answer) as server:
            connection = Connection(url=server.url, token=Secret("a-token"))
            async with Transport(connection) as sender:
                tokens = (await fetch_list(sender)).tokens
            runner = Runner(journal, tmp_path / "reports", Transport(connection).sibling)
            return await runner.execute(plan_revoke(tokens, own_token_id=None, origin=server.url), Control())

    assert asyncio.run(revoke()).counts == {Outcome.DONE: 100}
    assert platform.outcomes_at_arrival == ["sending"] * 100


# When the journal cannot be written, nothing is changed, and reading goes on.


def refuses_to_change(desk: Desk, plan: Plan) -> None:
    """Running raises JournalClosed, and listing still works."""
    with pytest.raises(JournalClosed, match="nothing may be changed"):
        desk.runner.run(plan)
    assert len(desk.tokens()) == len(plan.steps)


def test_a_journal_that_cannot_be_made(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 6)
    (tmp_path / "state").write_text("a file where the folder should be")
    desk = Desk(sandbox, tmp_path)
    refuses_to_change(desk, desk.plan())
    assert calls(sandbox, "DELETE") == []


def test_a_journal_that_is_none(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 6)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "journal.db").write_bytes(b"this is no database at all " * 400)
    desk = Desk(sandbox, tmp_path)
    refuses_to_change(desk, desk.plan())
    assert calls(sandbox, "DELETE") == []


def test_a_journal_in_a_folder_that_may_not_be_written(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 6)
    desk = Desk(sandbox, tmp_path)
    desk.journal.history()
    desk.journal.close()
    plan = desk.plan()
    with tempfile.TemporaryDirectory() as home:
        (tmp_path / "state").rename(Path(home) / "state")
        for path in (Path(home), Path(home) / "state", Path(home) / "state" / "journal.db"):
            path.chmod(0o555)

        def as_nobody() -> None:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            refuses_to_change(Desk(sandbox, Path(home)), plan)

        assert in_child(as_nobody) == 0
        Path(home).chmod(0o700)
        (Path(home) / "state").chmod(0o700)
    assert calls(sandbox, "DELETE") == []


def full_disk_at(name: str, home: Path) -> Callable[[Moment], None]:
    """From the first commit of this name on, no file of this process may grow."""

    def listen(moment: Moment) -> None:
        if moment == Moment(name, durable=True):
            fill_disk(home / "state")

    return listen


def test_a_disk_that_is_full_before_the_first_intent(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 60)
    plan = Desk(sandbox, tmp_path).plan()

    def run() -> None:
        refuses_to_change(Desk(sandbox, tmp_path, listener=full_disk_at("begin", tmp_path)), plan)

    assert in_child(run) == 0
    assert calls(sandbox, "DELETE") == []


def test_a_disk_that_fills_up_half_way(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 100)
    desk = Desk(sandbox, tmp_path)
    plan = desk.plan()

    def run() -> None:
        child = Desk(sandbox, tmp_path, listener=full_disk_at("sending", tmp_path))
        with pytest.raises(OutcomeUnknown, match="32 steps may have been sent; nothing more will be"):
            child.runner.run(plan)
        make_room()
        assert [entry.plan_id for entry in child.journal.unfinished()] == [plan.id]

    assert in_child(run) == 0
    sent = len(calls(sandbox, "DELETE"))
    assert 0 < sent <= 32
    assert desk.runner.resume(plan.id).counts == {Outcome.DONE: 100}
    check_revoked_once(desk, plan)
    assert len(calls(sandbox, "DELETE")) == 100


# When the platform is in trouble, the plan stops and can be continued.


def test_it_stops_when_nothing_works(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "status", "status": 403, "method": "DELETE", "message": "Maintenance"})
    plan = desk.plan()
    report = desk.runner.run(plan)
    assert report.stopped.startswith("21 steps in a row failed, the last one because:")
    assert "Maintenance" in report.stopped
    assert 21 <= report.counts[Outcome.FAILED] <= 28
    assert report.counts[Outcome.PENDING] == 60 - report.counts[Outcome.FAILED] == 60 - len(calls(sandbox, "DELETE"))
    sandbox.faults()
    resumed = desk.runner.resume(plan.id)
    assert resumed.counts == {
        Outcome.FAILED: report.counts[Outcome.FAILED],
        Outcome.DONE: report.counts[Outcome.PENDING],
    }


def test_a_long_rate_limit_stops_the_plan_for_later(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 20)
    sandbox.faults({"kind": "rate_limit", "method": "DELETE", "retry_after": 300, "skip": 5})
    plan = desk.plan()
    report = desk.runner.run(plan)
    assert report.stopped == "The platform asks for a pause of 5m"
    assert report.counts == {Outcome.DONE: 5, Outcome.PENDING: 15}
    sandbox.faults()
    assert desk.runner.resume(plan.id).counts == {Outcome.DONE: 20}
