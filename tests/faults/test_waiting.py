"""Waiting, on a clock that is not real: jitter, Retry-After, budgets, and the pause of the whole pool."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from jfconsole.domain.errors import DeadlineExceeded, RateLimited, ServerFailed
from jfconsole.domain.requests import CallClass
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, attempt, connection
from tests.support import fault_server as fault
from tests.support.fake_clock import FakeClock
from tests.support.fault_server import Behaviour, FaultServer

SAFE = CALLS[CallClass.SAFE]
OK = fault.reply(200, {})
PAGE = "<html></html>"


def run(*behaviours: Behaviour, chance: float = 0.5, start: float = 1_800_000_000.0) -> tuple[object, FakeClock, int]:
    """One safe call: how it ended, its clock, how often it arrived."""

    async def scenario() -> tuple[object, FakeClock, int]:
        clock = FakeClock(chance=chance, start=start)
        async with FaultServer(*behaviours) as server, Transport(connection(server.url), clock=clock) as transport:
            return await attempt(transport, SAFE), clock, len(server.arrivals)

    return asyncio.run(scenario())


@pytest.mark.parametrize(("chance", "waits"), [(0.0, [0, 0, 0]), (0.5, [0.125, 0.25, 0.5]), (1.0, [0.25, 0.5, 1.0])])
def test_full_jitter(chance: float, waits: list[float]) -> None:
    _, clock, _ = run(fault.reset, chance=chance)
    assert clock.slept == waits


def test_retry_after_in_seconds() -> None:
    ended, clock, arrivals = run(fault.reply(429, PAGE, retry_after="7"), OK)
    assert (ended, clock.now, arrivals) == ({}, 7, 2)


def test_retry_after_as_a_date() -> None:
    start = 1_800_000_000.0
    until = formatdate(start + 9, usegmt=True)
    ended, clock, arrivals = run(fault.reply(503, PAGE, retry_after=until), OK, start=start)
    assert (ended, clock.now, arrivals) == ({}, 9, 2)


def test_a_date_gone_by_means_at_once() -> None:
    ended, clock, _ = run(fault.reply(503, PAGE, retry_after=formatdate(1_700_000_000, usegmt=True)), OK)
    assert (ended, clock.now) == ({}, 0)


def test_nonsense_falls_back_to_jitter() -> None:
    ended, clock, _ = run(fault.reply(503, PAGE, retry_after="soon"), OK)
    assert (ended, clock.now) == ({}, 0.125)


def test_what_the_server_asks_for_is_granted_up_to_a_minute() -> None:
    ended, clock, arrivals = run(fault.reply(429, PAGE, retry_after="25"))
    assert type(ended) is RateLimited
    assert ended.retry_after == 25
    assert "25 s" in ended.hint
    assert (clock.now, arrivals) == (50, 3)


def test_no_try_begins_after_the_budget() -> None:
    """The failures themselves take time here: 15 s each."""
    clock = FakeClock()

    async def scenario() -> None:
        def later(arrival: fault.Arrival) -> None:
            clock.now += 15

        async with (
            FaultServer(fault.reply(502, PAGE), on_arrival=later) as server,
            Transport(connection(server.url), clock=clock) as transport,
        ):
            assert type(await attempt(transport, SAFE)) is ServerFailed
        assert len(server.arrivals) == 2

    asyncio.run(scenario())


def test_a_deadline_is_not_run_into_twice_when_two_do_not_fit_the_budget() -> None:
    clock = FakeClock()

    async def scenario() -> None:
        def later(arrival: fault.Arrival) -> None:
            clock.now += 19.8

        async with (
            FaultServer(fault.hang, on_arrival=later) as server,
            Transport(connection(server.url), clock=clock) as transport,
        ):
            assert type(await attempt(transport, replace(SAFE, deadline=0.3))) is DeadlineExceeded
        assert len(server.arrivals) == 1

    asyncio.run(scenario())


class StandingClock(FakeClock):
    """Time stands: who sleeps, sleeps until `go` is set. `asleep` counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.asleep = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        self.asleep.release()
        await self.go.wait()
        await super().sleep(seconds)


@pytest.mark.parametrize("asked", ["7", None])
def test_a_429_pauses_every_call_of_the_pool(asked: str | None) -> None:
    """Calls that start after the 429, on a sibling: all of them sleep, none arrives before the pause is over."""

    async def scenario() -> None:
        clock = StandingClock()
        limited = fault.reply(429, PAGE, retry_after=asked) if asked else fault.reply(429, PAGE)
        async with (
            FaultServer(limited, OK) as server,
            Transport(connection(server.url), clock=clock) as transport,
            transport.sibling() as sibling,
        ):
            first = asyncio.ensure_future(attempt(transport, SAFE))
            await clock.asleep.acquire()
            others: asyncio.Future[Any] = asyncio.gather(*(attempt(sibling, SAFE) for _ in range(5)))
            all_asleep: asyncio.Future[Any] = asyncio.gather(*(clock.asleep.acquire() for _ in range(5)))
            await asyncio.wait([others, all_asleep], return_when=asyncio.FIRST_COMPLETED)
            assert len(server.arrivals) == 1
            clock.go.set()
            assert [await first, *await others] == [{}] * 6
        assert len(server.arrivals) == 7

    asyncio.run(scenario())
