"""A thread with its own event loop for HTTP and decoding, so that neither runs on the loop that paints."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, Final, TypeVar

from jfconsole.domain.errors import Refused
from jfconsole.domain.requests import Request
from jfconsole.jfrog.sender import Answer, Sender

T = TypeVar("T")

_CLOSING_SECONDS: Final = 5.0


class IoThread:
    """A daemon thread that runs one event loop from `start` to `close`."""

    def __init__(self, name: str = "jfconsole-io") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._serve, name=name, daemon=True)
        self._closing = False

    def start(self) -> None:
        """Start serving; once only."""
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine there. Cancelling the future cancels it. Raises Refused once it is closed."""
        if self._closing:
            work.close()
            raise _over()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and wait for it here, in whatever loop; cancellation reaches it.

        Raises Refused when the thread was closed meanwhile: only what was cancelled here is cancelled here.
        """
        future = self.submit(work)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            asked = asyncio.current_task()
            if self._closing and asked is not None and not asked.cancelling():
                raise _over() from None
            raise

    async def close(self) -> None:
        """Cancel what still runs, end the loop, wait for the thread. A second call does nothing."""
        self._closing = True
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            await asyncio.to_thread(self._thread.join, _CLOSING_SECONDS)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(_cancel_rest(self._loop))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()


class ThreadedSender:
    """A sender that lives in an IoThread, usable from any other loop. Answers are decoded over there."""

    def __init__(self, thread: IoThread, sender: Sender) -> None:
        self._thread = thread
        self._sender = sender

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """As the sender behind it; see Sender."""
        return await self._thread.run(self._sender.send(request, decode))


def _over() -> Refused:
    return Refused("The connection was closed meanwhile", "Do it again: the next call opens another one")


async def _cancel_rest(loop: asyncio.AbstractEventLoop) -> None:
    tasks = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
