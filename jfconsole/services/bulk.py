"""Sending steps side by side: intents durable first, nothing cancelled once sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from jfconsole.domain.plans import Outcome
from jfconsole.jfrog.sender import Sender
from jfconsole.services.handlers import Verdict
from jfconsole.services.pacing import Brake, Caller, Course, Health, NotSent

WINDOW: Final = 32
"""Intents in one commit."""

FLUSH_AT: Final = 64
FLUSH_AFTER: Final = 0.1
"""Answers are committed when that many wait, or that many seconds have passed."""


class Ledger(Protocol):
    """Where intents and answers are written down. Its calls block, and are made off the loop."""

    def intend(self, ordinals: Sequence[int]) -> None:
        """Return once it is durable that these steps are about to be sent."""
        ...

    def answered(self, verdicts: Sequence[tuple[int, Verdict]]) -> None:
        """Return once it is durable what was answered."""
        ...


class Pool:
    """Sends independent steps, one at a time through each sender; `send_step` sends one and judges the answer."""

    def __init__(
        self,
        senders: Sequence[Sender],
        send_step: Callable[[Caller, int], Awaitable[Verdict]],
        ledger: Ledger,
        course: Course,
        brake: Brake,
    ) -> None:
        self._callers = [Caller(sender, brake) for sender in senders]
        self._send_step = send_step
        self._ledger = ledger
        self._course = course
        self._health = Health()
        self._fresh: list[tuple[int, Verdict]] = []
        self._wake = asyncio.Event()

    async def send(self, ordinals: Sequence[int]) -> dict[int, Verdict]:
        """Send these steps; the verdict on each one that was handed out, PENDING when it never left.

        An error of the ledger, or a defect in judging, stops the course as broken; what is in flight is awaited,
        and steps whose verdict got lost by it are left out.
        """
        verdicts: dict[int, Verdict] = {}
        ready: asyncio.Queue[int | None] = asyncio.Queue(WINDOW)
        over = asyncio.Event()
        clerk = asyncio.create_task(self._keep(over))
        await asyncio.gather(
            self._declare(ordinals, ready), *(self._work(caller, ready, verdicts) for caller in self._callers)
        )
        over.set()
        self._wake.set()
        await clerk
        return verdicts

    async def _declare(self, ordinals: Sequence[int], ready: asyncio.Queue[int | None]) -> None:
        """Hand out steps once their intent is durable, a window ahead of the workers."""
        for window in _windows(ordinals):
            if self._course.stopping or not await self._written(partial(self._ledger.intend, window)):
                break
            for ordinal in window:
                await ready.put(ordinal)
        for _ in self._callers:
            await ready.put(None)

    async def _work(self, caller: Caller, ready: asyncio.Queue[int | None], verdicts: dict[int, Verdict]) -> None:
        while (ordinal := await ready.get()) is not None:
            try:
                verdict = await self._send_step(caller, ordinal)
            except NotSent as reason:
                verdict = Verdict(Outcome.PENDING, stop=str(reason))
            except Exception as defect:  # nothing in flight may be lost because of one answer
                self._course.fail(defect)
                continue
            verdicts[ordinal] = verdict
            self._note(ordinal, verdict)

    def _note(self, ordinal: int, verdict: Verdict) -> None:
        self._course.stop(verdict.stop)
        if verdict.outcome is Outcome.PENDING:
            return
        self._course.stop(self._health.after(verdict))
        self._fresh.append((ordinal, verdict))
        if len(self._fresh) >= FLUSH_AT:
            self._wake.set()

    async def _keep(self, over: asyncio.Event) -> None:
        """Commit answers in groups until all steps are through."""
        while not over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_AFTER):
                    await self._wake.wait()
            self._wake.clear()
            await self._flush()
        await self._flush()

    async def _flush(self) -> None:
        if batch := self._fresh[:]:
            self._fresh.clear()
            await self._written(partial(self._ledger.answered, batch))

    async def _written(self, write: Callable[[], None]) -> bool:
        try:
            await asyncio.to_thread(write)
        except Exception as error:  # whatever it is: what cannot be written down must not be sent
            self._course.fail(error)
            return False
        return True


def _windows(ordinals: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ordinals), WINDOW):
        yield ordinals[start : start + WINDOW]
