"""A clock for tests: it passes only while somebody sleeps on it."""

from __future__ import annotations

import asyncio


class FakeClock:
    """Starts at epoch `start`. `random` always gives the same number; `slept` holds every wait, in seconds;
    `sleeping` is set by the first."""

    def __init__(self, start: float = 1_800_000_000.0, chance: float = 0.5) -> None:
        self._start = start
        self._chance = chance
        self.now = 0.0
        self.slept: list[float] = []
        self.sleeping = asyncio.Event()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self._start + self.now

    def random(self) -> float:
        return self._chance

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.sleeping.set()
        wake = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, wake)
