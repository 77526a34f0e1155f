"""What a running plan lets others know: progress to its front end, signs of life to other consoles."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Progress
from jfconsole.services.journal_entries import SIGN_OF_LIFE
from jfconsole.services.pacing import Brake, Course
from jfconsole.services.standing import Standing

EVERY: Final = 0.1
"""Seconds between two looks at what changed."""


class Pulse:
    """Beats while its block lasts. `note` says in a sentence what goes on."""

    def __init__(
        self, standing: Standing, course: Course, brake: Brake, progress: Callable[[Progress], None] | None
    ) -> None:
        self.note = ""
        self._standing = standing
        self._course = course
        self._brake = brake
        self._progress = progress
        self._last: Progress | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._post()

    async def _beat(self) -> None:
        next_sign = time.monotonic()
        while True:
            self._post()
            if time.monotonic() >= next_sign:
                next_sign = time.monotonic() + SIGN_OF_LIFE / 3
                await self._give_sign()
            await asyncio.sleep(EVERY)

    async def _give_sign(self) -> None:
        """A plan that cannot be written down any more, or was lost to another console, must stop."""
        try:
            await asyncio.to_thread(self._standing.sign_of_life)
        except ConsoleError as error:
            self._course.fail(error)

    def _post(self) -> None:
        """Tell what changed since the last time."""
        if self._progress is None:
            return
        now = Progress(
            plan_id=self._standing.plan.id,
            counts=self._standing.counts,
            total=len(self._standing.results),
            answered=self._standing.answered_well,
            paused=self._course.control.paused,
            note="Waiting as the platform asked" if self._brake.holding else self.note,
        )
        if now != self._last:
            self._last = now
            self._progress(now)
