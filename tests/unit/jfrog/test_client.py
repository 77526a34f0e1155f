"""Connections to a platform: never too many, used again, and not kept for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import httpx

from jfconsole.domain.requests import CallClass
from jfconsole.jfrog import tls
from jfconsole.jfrog.client import MAX_CONNECTIONS, Lanes
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, attempt, connection
from tests.support import fault_server as fault
from tests.support.fake_clock import FakeClock
from tests.support.fault_server import Behaviour, FaultServer, Wire

READ = CALLS[CallClass.SAFE]


class Gate:
    """Answers nobody until as many are waiting as are wanted."""

    def __init__(self, wanted: int) -> None:
        self.waiting = 0
        self.most = 0
        self._wanted = wanted
        self._open = asyncio.Event()

    def behaviour(self) -> Behaviour:
        async def behave(wire: Wire) -> bool:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            if self.waiting >= self._wanted:
                self._open.set()
            await self._open.wait()
            self.waiting -= 1
            return await fault.reply(200, {})(wire)

        return behave


async def _until(condition: Callable[[], bool]) -> None:
    """Let the others run until it holds; a watchdog ends the wait."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 (what is waited for is on the other end of a socket)
            await asyncio.sleep(0)


def test_as_many_at_once_as_there_are_connections_and_no_more() -> None:
    async def scenario() -> None:
        gate = Gate(MAX_CONNECTIONS)
        async with FaultServer(gate.behaviour()) as server, Transport(connection(server.url)) as transport:
            answers = await asyncio.gather(*(attempt(transport, READ) for _ in range(3 * MAX_CONNECTIONS)))
        assert answers == [{}] * 3 * MAX_CONNECTIONS
        assert gate.most == MAX_CONNECTIONS
        assert server.connections == MAX_CONNECTIONS

    asyncio.run(scenario())


def test_one_after_the_other_share_a_connection() -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, {})) as server, Transport(connection(server.url)) as transport:
            for _ in range(5):
                await attempt(transport, READ)
        assert (len(server.arrivals), server.connections) == (5, 1)

    asyncio.run(scenario())


def test_what_nobody_uses_is_closed() -> None:
    async def scenario() -> None:
        clock, gate = FakeClock(), Gate(3)
        async with (
            FaultServer(gate.behaviour()) as server,
            Transport(connection(server.url), clock=clock) as transport,
        ):
            await asyncio.gather(*(attempt(transport, READ) for _ in range(3)))
            clock.now += 60
            await attempt(transport, READ)
            await _until(lambda: len(server.open) == 1)
        assert server.connections == 3

    asyncio.run(scenario())


def test_a_call_that_comes_while_unused_ones_are_closed() -> None:
    later = AsyncExitStack()
    taken: list[httpx.AsyncHTTPTransport] = []

    class Overtaken(httpx.AsyncHTTPTransport):
        """Somebody takes the last one while this one is being closed."""

        async def aclose(self) -> None:
            if not taken:
                taken.append(await later.enter_async_context(lanes.lane()))
            await super().aclose()

    class OvertakenLanes(Lanes):
        def _new(self) -> httpx.AsyncHTTPTransport:
            return Overtaken(trust_env=False, verify=tls.trusting_nobody())

    async def scenario() -> None:
        async with lanes.lane() as first:
            async with lanes.lane():
                pass
            clock.now += 60
        assert taken == [first]
        await later.aclose()
        await lanes.aclose()

    clock = FakeClock()
    lanes = OvertakenLanes("http://127.0.0.1:1", tls.trusting_nobody(), clock=clock)
    asyncio.run(scenario())


def test_a_call_that_is_given_up_leaves_its_place_to_others() -> None:
    async def scenario() -> None:
        async with (
            FaultServer(*[fault.hang] * MAX_CONNECTIONS, fault.reply(200, {})) as server,
            Transport(connection(server.url)) as transport,
        ):
            stuck = [asyncio.create_task(attempt(transport, READ)) for _ in range(MAX_CONNECTIONS)]
            await _until(lambda: len(server.arrivals) == MAX_CONNECTIONS)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)
            assert await attempt(transport, READ) == {}

    asyncio.run(scenario())
