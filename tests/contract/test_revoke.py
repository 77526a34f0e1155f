"""Revoking, from the plan to the proof, against a sandbox."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from jfconsole.domain.errors import ExitCode, NotAuthenticated, PlanMoved, Refused
from jfconsole.domain.plans import Outcome, Progress, Report
from jfconsole.services.control import Control
from jfconsole.services.journal_file import PlanState
from tests.support.crash import in_child
from tests.support.revoking import Desk, calls, deletions, make_tokens
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


def only(report: Report) -> tuple[Outcome, str]:
    """Outcome and message of the one step."""
    (result,) = report.results
    return result.outcome, result.message


def test_one_token_is_revoked_and_proved_without_the_whole_list(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 2)
    token = desk.tokens()[0]
    before = len(sandbox.requests())
    report = desk.runner.run(desk.plan([token]))
    assert only(report) == (Outcome.DONE, "Revoked; services may honour it for some minutes")
    assert [left.token_id for left in desk.tokens()] != [token.token_id]
    assert deletions(sandbox) == Counter([token.token_id])
    reads = [arrival for arrival in sandbox.requests()[before:-1] if arrival["method"] == "GET"]
    assert [arrival["query"] for arrival in reads] == [f"token_id={token.token_id}"] * 2
    assert report.exit_code is ExitCode.OK


def test_many_are_checked_and_proved_with_one_list_read_each(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 40)
    plan = desk.plan()
    reads = len(calls(sandbox, "GET"))
    report = desk.runner.run(plan)
    assert report.counts == {Outcome.DONE: 40}
    assert report.complete
    assert len(calls(sandbox, "GET")) == reads + 2
    assert deletions(sandbox) == Counter(step.key for step in plan.steps)


def test_the_report_file_has_a_line_for_each_step(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 3)
    report = desk.runner.run(desk.plan())
    assert report.saved is not None
    assert report.saved.stat().st_mode & 0o777 == 0o600
    header, *lines = [json.loads(line) for line in report.saved.read_text().splitlines()]
    assert (header["plan"], header["counts"], header["complete"]) == (report.plan_id, {"done": 3}, True)
    assert [(line["key"], line["outcome"]) for line in lines] == [(result.key, "done") for result in report.results]


def test_what_vanished_since_the_review_needs_nothing(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 6)
    plan = desk.plan()
    with sandbox.http() as somebody_else:
        somebody_else.delete(f"/access/api/v1/tokens/{plan.steps[2].key}").raise_for_status()
    report = desk.runner.run(plan)
    assert report.counts == {Outcome.DONE: 5, Outcome.ALREADY: 1}
    assert report.results[2].message == "Not sent: the platform no longer lists the token"
    assert max(deletions(sandbox).values()) == 1


def test_a_token_that_is_another_one_stops_everything(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 2)
    first, second = desk.plan().steps
    assert isinstance(first.before, dict)
    reviewed = replace(first, before=first.before | {"subject": "jfac@x/users/somebody"})
    plan = replace(desk.plan(), steps=(reviewed, second))
    with pytest.raises(PlanMoved, match=r"Nothing was sent: The token .* belongs to somebody else"):
        desk.runner.run(plan)
    assert calls(sandbox, "DELETE") == []
    assert desk.journal.history() == ()


def test_a_token_that_cannot_be_revoked_is_called_so_with_its_end(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 1, expires_in=4 * 3600)
    plan = desk.plan()
    assert "cannot be revoked; it lapses" in plan.confirmation.effects[1]
    outcome, message = only(desk.runner.run(plan))
    assert outcome is Outcome.FAILED
    assert message.startswith("The platform says that it cannot be revoked; it lapses 20")


def test_204_means_gone_already(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 1)
    sandbox.faults({"kind": "drop", "method": "DELETE", "when": "after", "count": 1})
    outcome, message = only(desk.runner.run(desk.plan()))
    assert outcome is Outcome.ALREADY
    assert "a call whose answer was lost" in message
    assert max(deletions(sandbox).values()) == 1


def test_revoked_is_claimed_only_when_reading_back_proves_it(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 6)
    sandbox.faults({"kind": "status", "status": 200, "method": "DELETE", "when": "before", "count": 1})
    report = desk.runner.run(desk.plan())
    assert report.counts == {Outcome.DONE: 5, Outcome.FAILED: 1}
    (failed,) = [result for result in report.results if result.outcome is Outcome.FAILED]
    assert failed.message == "The platform agreed, yet the platform still lists the token"
    assert report.exit_code is ExitCode.FAILED


def test_what_cannot_be_read_back_stays_unknown_and_is_found_out_later(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 6)
    plan = desk.plan()
    sandbox.faults({"kind": "garbage", "method": "GET", "path": "/access/*", "skip": 1})
    report = desk.runner.run(plan)
    assert report.counts == {Outcome.UNKNOWN: 6}
    assert report.exit_code is ExitCode.UNKNOWN_OUTCOME
    assert not report.complete
    assert [entry.plan_id for entry in desk.journal.unfinished()] == [plan.id]
    sandbox.faults()
    resumed = desk.runner.resume(plan.id)
    assert resumed.counts == {Outcome.DONE: 6}
    assert set(deletions(sandbox).values()) == {1}
    assert len(calls(sandbox, "DELETE")) == 6
    assert desk.journal.unfinished() == ()


def test_a_passing_failure_of_the_platform_is_overcome(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 6)
    sandbox.faults({"kind": "status", "status": 500, "method": "DELETE", "when": "before", "count": 2})
    report = desk.runner.run(desk.plan())
    assert report.counts == {Outcome.DONE: 6}
    assert len(calls(sandbox, "DELETE")) == 8


def test_a_lasting_failure_of_the_platform_is_tried_twice(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 1)
    sandbox.faults({"kind": "status", "status": 500, "method": "DELETE", "message": "Disk on \x1b[31mfire"})
    outcome, message = only(desk.runner.run(desk.plan()))
    assert outcome is Outcome.FAILED
    assert "Disk on ␛[31mfire" in message
    assert message.endswith("; the platform still lists the token")
    assert len(calls(sandbox, "DELETE")) == 2


def test_somebody_elses_token_is_refused_with_the_reason(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 1)
    foreign = Desk(sandbox, tmp_path / "admin").plan()
    value = sandbox.create_token(username="bot-0", scope="applied-permissions/user")["access_token"]
    sandbox.faults({"kind": "status", "status": 403, "method": "DELETE", "message": "Not yours"})
    outcome, message = only(Desk(sandbox, tmp_path, token=value).runner.run(foreign))
    assert outcome is Outcome.FAILED
    assert "Not yours" in message


def test_a_dead_credential_sends_nothing(desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 6)
    plan = desk.plan()
    other = Desk(sandbox, tmp_path, token=sandbox.token + "x")
    with pytest.raises(NotAuthenticated):
        other.runner.run(plan)
    assert calls(sandbox, "DELETE") == []


def test_a_credential_that_dies_on_the_way_stops_the_plan(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "status", "status": 401, "method": "DELETE", "skip": 10})
    report = desk.runner.run(desk.plan())
    assert report.counts[Outcome.DONE] == 10
    assert 1 <= report.counts[Outcome.FAILED] <= 8
    assert report.counts[Outcome.PENDING] == 60 - 10 - report.counts[Outcome.FAILED]
    assert report.stopped
    assert len(calls(sandbox, "DELETE")) == 10 + report.counts[Outcome.FAILED]
    assert desk.journal.unfinished()[0].counts == report.counts


def test_the_own_token_goes_alone_and_its_end_is_the_proof(desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    value = sandbox.create_token(username="bot-0", scope="applied-permissions/admin")["access_token"]
    mine = Desk(sandbox, tmp_path / "mine", token=value)
    (token,) = mine.tokens()
    report = mine.runner.run(mine.plan([token], own=token.token_id))
    assert report.counts == {Outcome.DONE: 1}
    assert desk.tokens() == []


def test_read_only_sends_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 6)
    desk = Desk(sandbox, tmp_path, read_only=True)
    report = desk.runner.run(desk.plan())
    assert report.counts == {Outcome.PENDING: 6}
    assert "Read-only" in report.stopped
    assert calls(sandbox, "DELETE") == []


def test_cancelling_starts_nothing_new_and_still_reports(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.05})
    control = Control()
    report = desk.runner.run(desk.plan(), control, lambda seen: control.cancel() if seen.answered else None)
    counts = report.counts
    assert counts[Outcome.SKIPPED] > 0
    assert counts[Outcome.DONE] + counts[Outcome.SKIPPED] == 60
    assert len(calls(sandbox, "DELETE")) == counts[Outcome.DONE] == sum(deletions(sandbox).values())
    assert report.stopped == "Cancelled"
    assert report.complete
    assert report.saved is not None
    assert desk.journal.history()[0].state is PlanState.ENDED


def test_leaving_keeps_the_rest_for_later(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.05})
    control = Control()
    plan = desk.plan()
    report = desk.runner.run(plan, control, lambda seen: control.leave() if seen.answered else None)
    assert report.counts[Outcome.PENDING] > 0
    assert report.counts[Outcome.DONE] + report.counts[Outcome.PENDING] == 60
    sandbox.faults()
    assert desk.runner.resume(plan.id).counts == {Outcome.DONE: 60}
    assert set(deletions(sandbox).values()) == {1}
    assert len(calls(sandbox, "DELETE")) == 60


def test_pausing_holds_and_resuming_goes_on(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.05})
    control = Control()
    while_paused: list[int] = []

    def watch(seen: Progress) -> None:
        if seen.answered and not while_paused:
            control.pause()
        if seen.paused:
            while_paused.append(len(calls(sandbox, "DELETE")))
            control.resume()

    report = desk.runner.run(desk.plan(), control, watch)
    assert report.counts == {Outcome.DONE: 60}
    assert while_paused
    assert while_paused[0] < 60


def test_ctrl_c_cancels_and_waits_for_the_report(sandbox: RunningSandbox, tmp_path: Path) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.05})
    plan = Desk(sandbox, tmp_path).plan()
    pressed: list[None] = []

    def press(seen: Progress) -> None:
        if seen.answered and not pressed:
            pressed.append(None)
            os.kill(os.getpid(), signal.SIGINT)

    def run() -> None:
        report = Desk(sandbox, tmp_path).runner.run(plan, progress=press)
        assert report.counts[Outcome.SKIPPED] > 0
        assert report.complete

    assert in_child(run) == 0
    assert len(calls(sandbox, "DELETE")) == sum(deletions(sandbox).values()) < 60


def test_progress_is_told_at_most_ten_times_a_second(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.05})
    seen: list[tuple[float, Progress]] = []
    desk.runner.run(desk.plan(), progress=lambda progress: seen.append((time.monotonic(), progress)))
    times = [moment for moment, _ in seen]
    assert 3 <= len(seen) <= (times[-1] - times[0]) * 10 + 3
    notes = list(dict.fromkeys(progress.note for _, progress in seen))
    assert notes[:2] == ["Checking that nothing has changed", "Sending"]
    assert seen[-1][1].counts == {Outcome.DONE: 60}


def test_a_plan_runs_once(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 1)
    plan = desk.plan()
    desk.runner.run(plan)
    with pytest.raises(Refused, match="has run before"):
        desk.runner.run(plan)
    with pytest.raises(Refused, match="has ended"):
        desk.runner.resume(plan.id)
    assert len(calls(sandbox, "DELETE")) == 1


def test_a_double_submit_sends_once(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 1)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.2})
    plan = desk.plan()

    async def twice() -> list[Report | BaseException]:
        again = replace(plan, id="jfc-again")
        runs = [desk.runner.execute(wanted, Control()) for wanted in (plan, plan, again)]
        return await asyncio.gather(*runs, return_exceptions=True)

    first, *others = asyncio.run(twice())
    assert isinstance(first, Report)
    assert all(isinstance(other, Refused) for other in others)
    assert len(calls(sandbox, "DELETE")) == 1


def test_it_runs_off_the_callers_loop_and_a_cancelled_caller_leaves(desk: Desk, sandbox: RunningSandbox) -> None:
    make_tokens(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.05})
    plan, sending, threads = desk.plan(), threading.Event(), set[str]()

    def watch(seen: Progress) -> None:
        threads.add(threading.current_thread().name)
        if seen.answered:
            sending.set()

    async def begin_and_go() -> None:
        run = asyncio.create_task(desk.runner.execute(plan, Control(), watch))
        await asyncio.to_thread(sending.wait)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(begin_and_go())
    assert threads == {"jfconsole-runner"}
    for thread in threading.enumerate():
        if thread.name == "jfconsole-runner":
            thread.join()
    (entry,) = desk.journal.unfinished()
    assert entry.counts[Outcome.SENDING] == entry.counts[Outcome.UNKNOWN] == 0
    assert len(calls(sandbox, "DELETE")) == entry.counts[Outcome.DONE] == 60 - entry.counts[Outcome.PENDING]
