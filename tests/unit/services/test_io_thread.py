from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

from jfconsole.domain.errors import NotFound, Refused
from jfconsole.domain.requests import CallClass, Request
from jfconsole.jfrog.sender import Answer
from jfconsole.services.io_thread import IoThread, ThreadedSender

T = TypeVar("T")

REQUEST = Request(method="GET", path="/x", call_class=CallClass.SAFE)


class Echo:
    """Answers with the thread it runs in, or hangs until it is cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.hanging = threading.Event()

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        if request.path == "/missing":
            raise NotFound("no such thing")
        if request.path == "/hang":
            self.hanging.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return decode(Answer(200, {}, threading.current_thread().name.encode()))


def with_thread(scenario: Callable[[IoThread], object]) -> None:
    async def run() -> None:
        thread = IoThread("io-under-test")
        thread.start()
        try:
            await scenario(thread)  # type: ignore[misc]
        finally:
            await thread.close()
            await thread.close()
        assert "io-under-test" not in [alive.name for alive in threading.enumerate()]

    asyncio.run(run())


def test_sending_and_decoding_happen_over_there() -> None:
    async def scenario(thread: IoThread) -> None:
        def decode(answer: Answer) -> tuple[str, str]:
            return answer.body.decode(), threading.current_thread().name

        assert await ThreadedSender(thread, Echo()).send(REQUEST, decode) == ("io-under-test", "io-under-test")

    with_thread(scenario)


def test_errors_come_back() -> None:
    async def scenario(thread: IoThread) -> None:
        missing = Request(method="GET", path="/missing", call_class=CallClass.SAFE)
        with pytest.raises(NotFound, match="no such thing"):
            await ThreadedSender(thread, Echo()).send(missing, lambda answer: answer)

    with_thread(scenario)


HANG = Request(method="GET", path="/hang", call_class=CallClass.SAFE)


def test_cancelling_here_cancels_there() -> None:
    async def scenario(thread: IoThread) -> None:
        echo = Echo()
        waiting = asyncio.ensure_future(ThreadedSender(thread, echo).send(HANG, lambda answer: answer))
        await asyncio.to_thread(echo.hanging.wait)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert await asyncio.to_thread(echo.cancelled.wait, 60)

    with_thread(scenario)


def test_closing_cancels_what_still_runs() -> None:
    async def run() -> None:
        echo, thread = Echo(), IoThread()
        thread.start()
        waiting = asyncio.ensure_future(ThreadedSender(thread, echo).send(HANG, lambda answer: answer))
        await asyncio.to_thread(echo.hanging.wait)
        await thread.close()
        await asyncio.wait([waiting])
        assert echo.cancelled.is_set()
        assert isinstance(waiting.exception(), Refused), "whoever waits is told, and not dropped"
        with pytest.raises(Refused, match="closed meanwhile"):
            await ThreadedSender(thread, echo).send(HANG, lambda answer: answer)

    asyncio.run(run())
