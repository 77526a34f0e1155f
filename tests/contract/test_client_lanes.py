"""Connections that outlive their owner leave no socket open, and those of cancelled calls block nothing."""

from __future__ import annotations

import asyncio
import gc
import itertools
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

import httpx

from jfconsole.domain.connection import Connection
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.jfrog.client import Lanes
from jfconsole.jfrog.sender import Answer
from jfconsole.jfrog.transport import Transport
from tests.support.sandbox import RunningSandbox


def test_one_that_is_in_use_when_all_are_closed_is_closed_after_its_call(sandbox: RunningSandbox) -> None:
    async def scenario() -> None:
        lanes = Lanes(sandbox.url, ssl.create_default_context())
        async with lanes.lane() as lane:
            ping = httpx.Request("GET", f"{sandbox.url}/artifactory/api/system/ping")
            response = await lane.handle_async_request(ping)
            await response.aread()
            await response.aclose()
            await lanes.aclose()

    asyncio.run(scenario())
    gc.collect()  # an open socket would be told now, and fail the test


def test_a_call_cancelled_wherever_it_waits_blocks_none_that_follows(sandbox: RunningSandbox) -> None:
    ping = Request(method="GET", path="/artifactory/api/system/ping", call_class=CallClass.SAFE, deadline=5.0)

    async def scenario() -> int:
        async with Transport(Connection(url=sandbox.url, token=Secret(sandbox.token))) as transport:
            for wait in itertools.count():
                call = asyncio.create_task(_run(_CancelledAt(wait, transport.send(ping, _status))))
                await asyncio.wait([call])
                assert await transport.send(ping, _status) == 200, wait
                if not call.cancelled():
                    return wait
        raise AssertionError

    assert asyncio.run(scenario()) > 3, "it was cancelled while it waited for a lane, for the answer, and after it"
    gc.collect()


def _status(answer: Answer) -> int:
    return answer.status


async def _run(call: Awaitable[int]) -> int:
    return await call


class _CancelledAt:
    """A call whose task is cancelled while it waits for the nth time; from 0."""

    def __init__(self, nth: int, call: Coroutine[Any, None, int]) -> None:
        self._nth = nth
        self._call = call

    def __await__(self) -> Generator[Any, Any, int]:
        steps = self._call.__await__()
        go_on: Callable[[Any], Any] = steps.send
        told: Any = None
        for wait in itertools.count():
            try:
                awaited = go_on(told)
            except StopIteration as ended:
                return int(ended.value)
            if wait == self._nth:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                go_on, told = steps.send, (yield awaited)
            except asyncio.CancelledError as cancelled:
                go_on, told = steps.throw, cancelled
        raise AssertionError
