"""When a running plan stops by itself, and how long it waits for the platform."""

from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import RateLimited
from jfconsole.domain.plans import Outcome
from jfconsole.services.control import Control
from jfconsole.services.handlers import Verdict
from jfconsole.services.pacing import IN_A_ROW, LATEST, LONGEST_WAIT, Brake, Course, Health, NotSent

GOOD = Verdict(Outcome.DONE)
BAD = Verdict(Outcome.FAILED, "the disk is full")
LOST = Verdict(Outcome.UNKNOWN, "no answer")


def stops_after(*verdicts: Verdict) -> tuple[int, str] | None:
    """After how many of these verdicts it stops, and why; None when it goes on."""
    health = Health()
    for number, verdict in enumerate(verdicts, 1):
        if reason := health.after(verdict):
            return number, reason
    return None


def test_more_than_twenty_failures_in_a_row() -> None:
    assert stops_after(*[BAD] * IN_A_ROW) is None
    reason = "21 steps in a row failed, the last one because: the disk is full"
    assert stops_after(*[BAD] * 30) == (21, reason)
    assert stops_after(*[LOST] * 30) == (21, reason.replace("the disk is full", "no answer"))


def test_a_success_begins_a_new_row() -> None:
    assert stops_after(*[BAD] * 15, GOOD, *[BAD] * 20) is None


def test_half_of_the_last_forty() -> None:
    found = stops_after(*[GOOD, BAD] * 40)
    assert found == (LATEST, "Half of the last 40 steps failed, the last one because: the disk is full")
    assert stops_after(*[GOOD, GOOD, BAD] * 40) is None


def test_half_of_a_few_is_no_reason() -> None:
    assert stops_after(*[GOOD, BAD] * (LATEST // 2 - 1), GOOD) is None


def test_old_failures_are_forgotten() -> None:
    assert stops_after(*[BAD] * 19, *[GOOD] * 22, *[BAD] * 18) is None


def test_the_first_reason_stays() -> None:
    course = Course(Control())
    course.stop("")
    assert not course.stopping
    course.stop("one")
    course.stop("two")
    assert (course.stopped, course.stopping) == ("one", True)


def test_a_pause_within_reason_is_kept_and_a_longer_one_is_for_a_person() -> None:
    async def hold(seconds: float | None) -> bool:
        brake = Brake(Course(Control()))
        brake.hold(RateLimited("slow down", retry_after=seconds))
        return brake.holding

    assert asyncio.run(hold(LONGEST_WAIT))
    assert asyncio.run(hold(None))
    assert not asyncio.run(hold(0))
    with pytest.raises(NotSent, match="asks for a pause of 1m1s"):
        asyncio.run(hold(LONGEST_WAIT + 1))


def test_a_held_call_is_let_go_unsent_when_the_plan_stops() -> None:
    async def held(stop: str) -> None:
        control = Control()
        control.pause()
        course = Course(control)
        waiting = asyncio.create_task(Brake(course).released())
        await asyncio.sleep(0)
        assert not waiting.done()
        course.stop(stop) if stop else control.leave()
        await waiting

    for stop in ("", "a reason"):
        with pytest.raises(NotSent):
            asyncio.run(held(stop))
