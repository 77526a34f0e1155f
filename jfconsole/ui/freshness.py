"""How fresh a live list is: when it was asked for, when it came, when it is due again, what went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.settings import BY_ID, REFRESH
from jfconsole.ui.glyphs import Glyphs

FETCH_SHARE: Final = 20
"""A live list rests this many times as long as a fetch took, so that it never burdens the platform."""

_LONGEST_RETRY: Final = 30.0
"""Seconds after which a list that did not come is asked for again, however long it was waited for."""

_PATIENCE: Final = 3
"""Seconds of waiting for rows that are shown already, before it is said."""


class Freshness:
    """The clockwork of one list. Times are monotonic seconds; `shortest` lie between two fetches, at least."""

    def __init__(self, live: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.live = live
        self.shortest = float(BY_ID[REFRESH].default)
        self.error: ConsoleError | None = None
        self._monotonic = monotonic
        self._asked: float | None = None
        self._came: float | None = None
        self._due: float | None = None
        self._took: tuple[float, ...] = ()

    @property
    def fetching(self) -> bool:
        """Whether an answer is awaited."""
        return self._asked is not None

    @property
    def waited(self) -> int:
        """Whole seconds since the answer was asked for."""
        return 0 if self._asked is None else int(self._monotonic() - self._asked)

    @property
    def interval(self) -> float:
        """Seconds between two fetches: longer where fetches take longer, not where one of two was held up."""
        return max(self.shortest, FETCH_SHARE * min(self._took, default=0.0))

    @property
    def due(self) -> bool:
        """Whether a live list wants to be fetched now."""
        return self.live and not self.fetching and self._due is not None and self._monotonic() >= self._due

    @property
    def retry_in(self) -> int | None:
        """Whole seconds until the next fetch; None when none is planned."""
        return None if self._due is None or not self.live else max(0, round(self._due - self._monotonic()))

    def asked(self) -> None:
        """An answer is awaited from now on."""
        self._asked = self._monotonic()

    def came(self) -> None:
        """A list has arrived."""
        self.error = None
        self._came = self._monotonic()

    def failed(self, error: ConsoleError) -> None:
        """No list has arrived, for this reason."""
        self.error = error
        self._due = self._monotonic() + min(self.interval, max(self.shortest, _LONGEST_RETRY))

    def ended(self) -> None:
        """The fetch is over, well or not."""
        now = self._monotonic()
        if self._asked is not None:
            self._took = (*self._took[-1:], now - self._asked)
        self._asked = None
        self._due = now + self.interval

    def label(self, glyphs: Glyphs) -> tuple[str, str]:
        """Words and style for the status line: `● live 5s`, `● waiting 9 s`, `! stale 40 s, retry in 3 s`."""
        if self.error is not None:
            what = "no answer" if self._came is None else f"stale {self._monotonic() - self._came:.0f} s"
            retry = "" if self.retry_in is None else f", retry in {self.retry_in} s"
            return f"{glyphs.warn} {what}{retry}", "$text-warning"
        if not self.live:
            return "not live", "$text-muted"
        if self.waited >= _PATIENCE:
            return f"{glyphs.live} waiting {self.waited} s", "$text-muted"
        return f"{glyphs.live} live {self.interval:.0f}s", "$text-success"
