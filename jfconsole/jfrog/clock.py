"""Time and chance as a value, so that waiting can be tested without waiting."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Protocol


class Clock(Protocol):
    """What the transport needs of time. All figures are seconds."""

    def monotonic(self) -> float:
        """A clock that never steps back; only differences mean something."""
        ...

    def time(self) -> float:
        """Epoch seconds."""
        ...

    def random(self) -> float:
        """A number in [0, 1), for jitter."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that long."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds of `time.monotonic`."""
        return time.monotonic()

    def time(self) -> float:
        """Epoch seconds of the machine."""
        return time.time()

    def random(self) -> float:
        """Jitter needs no secrecy."""
        return random.random()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running loop."""
        await asyncio.sleep(seconds)
