"""When a call is repeated, and how long to wait before.

Safe and idempotent calls: up to four tries on failures that may pass, full jitter from 0.25 to 4 s, no new try once
20 s have gone by. A create is repeated only when it is certain that nothing happened: no connection, or a 429.
A server's own `Retry-After` is honoured up to 60 s a call; a 429 holds back every call of the same pool.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final

from jfconsole.domain.errors import DeadlineExceeded, RateLimited, Unreachable
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog.clock import Clock
from jfconsole.jfrog.failures import Failed

TRIES: Final = 4
FIRST_WAIT: Final = 0.25
LONGEST_WAIT: Final = 4.0
BUDGET: Final = 20.0
LONGEST_ASKED: Final = 60.0
"""Seconds, but for the number of tries."""


@dataclass(slots=True)
class Tries:
    """The tries of one call so far.

    `asked` is what has been waited because the server wanted it, in seconds. `may_have_acted`: one of the tries left
    open whether the platform did what it was asked.
    """

    clock: Clock
    made: int = 0
    asked: float = 0.0
    may_have_acted: bool = False
    status: int | None = None
    request_id: Untrusted | None = None
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock.monotonic()

    @property
    def seconds(self) -> float:
        """What the call has taken in all."""
        return self.clock.monotonic() - self.started

    @property
    def own_seconds(self) -> float:
        """What the call has taken, without the waits that the server asked for."""
        return self.seconds - self.asked

    async def waiting(self, wait: Awaitable[None], *, asked: bool = True) -> None:
        """Wait, and count it as asked for by the server or not."""
        before = self.clock.monotonic()
        await wait
        if asked:
            self.asked += self.clock.monotonic() - before


def next_wait(request: Request, failed: Failed, tries: Tries) -> float | None:
    """Seconds to wait before the next try; None when there is none."""
    if tries.made >= TRIES or not _may_repeat(request, failed):
        return None
    if failed.retry_after is not None:
        return failed.retry_after if tries.asked + failed.retry_after <= LONGEST_ASKED else None
    wait = tries.clock.random() * min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries.made - 1))
    needed = wait + (request.deadline if isinstance(failed.error, DeadlineExceeded) else 0)
    return wait if tries.own_seconds + needed <= BUDGET else None


def _may_repeat(request: Request, failed: Failed) -> bool:
    if request.call_class is CallClass.CREATE and not _surely_nothing_happened(failed):
        return False
    return failed.passing


def _surely_nothing_happened(failed: Failed) -> bool:
    """No connection came about, or the call was turned away at the door."""
    return isinstance(failed.error, Unreachable | RateLimited) and not failed.may_have_acted


def is_rate_limit(failed: Failed) -> bool:
    """Whether the whole pool should hold back, not only this call."""
    return isinstance(failed.error, RateLimited)


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds from a `Retry-After` header, a number or an HTTP date (RFC 9110, 10.2.3); None when it says nothing.

    `now` is in epoch seconds. A date gone by means zero.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return None


class Pause:
    """Until when nothing may be sent, shared by all transports of one platform, in whatever thread they live."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def hold(self, clock: Clock, seconds: float) -> None:
        """Send nothing for that long from now; a longer pause stays."""
        with self._lock:
            self._until = max(self._until, clock.monotonic() + seconds)

    async def over(self, clock: Clock) -> None:
        """Return once sending is allowed."""
        while (left := self._until - clock.monotonic()) > 0:
            await clock.sleep(left)
