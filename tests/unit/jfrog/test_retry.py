from __future__ import annotations

import asyncio
from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.jfrog.retry import LONGEST_WAIT, Pause, retry_after
from tests.support.fake_clock import FakeClock

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("99999999999999999999", 999999999),
        (formatdate(NOW + 30, usegmt=True), 30),
        (formatdate(NOW - 30, usegmt=True), 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٧", None),
        ("Fri, 99 Foo 1999 23:59:59 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@settings(deadline=None)
@given(st.text())
def test_no_header_crashes(header: str) -> None:
    found = retry_after(header, NOW)
    assert found is None or found >= 0


def test_a_longer_pause_stays() -> None:
    async def scenario() -> float:
        clock, pause = FakeClock(), Pause()
        pause.hold(clock, 9)
        pause.hold(clock, 2)
        await pause.over(clock)
        return clock.now

    assert asyncio.run(scenario()) == 9
    assert LONGEST_WAIT == 4


def test_a_pause_that_grows_while_one_waits_is_waited_for() -> None:
    async def scenario() -> float:
        clock, pause = FakeClock(), Pause()
        pause.hold(clock, 2)
        waiting = asyncio.ensure_future(pause.over(clock))
        await clock.sleeping.wait()
        pause.hold(clock, 5)
        await waiting
        return clock.now

    assert asyncio.run(scenario()) >= 5
