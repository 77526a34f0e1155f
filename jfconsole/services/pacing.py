"""When the next call of a running plan may leave, and when none may any more."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import RateLimited
from jfconsole.domain.plans import Outcome
from jfconsole.domain.requests import Request
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.control import Control
from jfconsole.services.handlers import Verdict

LONGEST_WAIT: Final = 60.0
"""Seconds that a rate limit may hold a plan; when the platform wants more, a person shall decide."""

IN_A_ROW: Final = 20
LATEST: Final = 40
"""A plan stops after more than `IN_A_ROW` failures without a success, or when half of the `LATEST` steps failed."""

_UNSAID_WAIT: Final = 5.0
_RATE_LIMITS: Final = 5
_POLL: Final = 0.05


class NotSent(Exception):
    """A call that was held back. The text says why, and is empty when a person stopped the plan."""


@dataclass(slots=True)
class Course:
    """Whether a plan goes on. `stopped` says why not, `broken` is an error that ends it without a report."""

    control: Control
    stopped: str = ""
    broken: Exception | None = None

    @property
    def stopping(self) -> bool:
        """Whether nothing new may be sent."""
        return bool(self.stopped) or self.broken is not None or self.control.stopping

    def stop(self, reason: str) -> None:
        """Stop for this reason, unless there was one before or the text is empty."""
        self.stopped = self.stopped or reason

    def fail(self, error: Exception) -> None:
        """Stop because of this error, unless there was one before."""
        self.broken = self.broken or error


class Brake:
    """Holds calls back while a person paused the plan, or while the platform asked for time."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._until = 0.0

    @property
    def holding(self) -> bool:
        """Whether the platform asked for time that is not over."""
        return asyncio.get_running_loop().time() < self._until

    def hold(self, error: RateLimited) -> None:
        """Hold every call for as long as the platform asked. Raises NotSent when that is too long."""
        wait = _UNSAID_WAIT if error.retry_after is None else error.retry_after
        if wait > LONGEST_WAIT:
            raise NotSent(f"The platform asks for a pause of {format_duration(round(wait))}")
        self._until = max(self._until, asyncio.get_running_loop().time() + wait)

    async def released(self) -> None:
        """Return once a call may leave. Raises NotSent when none may any more."""
        while not self._course.stopping and (self._course.control.paused or self.holding):  # noqa: ASYNC110 (threads)
            await asyncio.sleep(_POLL)
        if self._course.stopping:
            raise NotSent


class Caller:
    """Sends the calls of steps through one sender, waiting out rate limits that the transport gave up on."""

    def __init__(self, sender: Sender, brake: Brake) -> None:
        self._sender = sender
        self._brake = brake

    async def call(self, request: Request) -> Answer:
        """The answer. Raises NotSent when it never left, else what the sender raises."""
        for _ in range(_RATE_LIMITS):
            await self._brake.released()
            try:
                return await self._sender.send(request, _whole)
            except RateLimited as error:
                self._brake.hold(error)
        raise NotSent("The platform limits the rate of calls again and again")


class Health:
    """Counts failures, to notice when going on makes no sense."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._latest: deque[bool] = deque(maxlen=LATEST)

    def after(self, verdict: Verdict) -> str:
        """Why to stop after this verdict; empty when there is no reason."""
        failed = verdict.outcome in {Outcome.FAILED, Outcome.UNKNOWN}
        self._latest.append(failed)
        self._in_a_row = self._in_a_row + 1 if failed else 0
        if self._in_a_row > IN_A_ROW:
            return f"{self._in_a_row} steps in a row failed, the last one because: {verdict.message}"
        if failed and len(self._latest) == LATEST and sum(self._latest) * 2 >= LATEST:
            return f"Half of the last {LATEST} steps failed, the last one because: {verdict.message}"
        return ""


def _whole(answer: Answer) -> Answer:
    return answer
