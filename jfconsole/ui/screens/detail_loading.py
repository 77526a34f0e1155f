"""A list of which the platform tells little: what a filter asks beyond that is read in the background, or said."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Protocol

from textual.worker import Worker

from jfconsole.domain.errors import ConsoleError
from jfconsole.services.details import Watch
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.widgets.message_line import line_of

MOST: Final = 5_000
"""Rows up to which a filter has the details of all of them read: one call each."""

_SHOWN_EVERY: Final = 0.25
"""Seconds between two looks at what has come."""


class Source(Protocol):
    """Details by key, as `Details` keeps them."""

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those that were not read."""
        ...

    async def load(self, keys: Iterable[str], watch: Watch | None = None) -> bool:
        """Read those that were not."""
        ...


class DetailLoading(ResourceScreen[Row]):
    """Reads the details of all rows while a filter asks for them; clearing the filter ends that.

    `THIN` are the filter fields that the list itself answers.
    """

    THIN: ClassVar[frozenset[str]] = frozenset({"name"})

    known: Source | None = None
    """What was read so far; None before the list was read."""

    _reading: Worker[None] | None = None
    _shown_at: float = 0.0

    @abstractmethod
    def with_known(self) -> Sequence[Row]:
        """The listed rows with what is known of each by now; nothing is sent."""

    @property
    def thin(self) -> frozenset[str]:
        """The filter fields that need no details; empty stands for plain words."""
        return self.THIN

    # -- what the filter asks --------------------------------------------------------------------------

    def reach(self) -> str:
        """`details 120 of 1,500` while a filter looks at rows of which not everything is known."""
        missing = len(self._missing()) if self._asked - self.thin else 0
        if not missing:
            return ""
        total = len(self.rows or ())
        words = f"{total - missing:,} of {total:,}"
        return f"details {words}" if self._is_reading else f"only {words} read"

    @property
    def _asked(self) -> set[str]:
        """The fields that the filter asks about; empty stands for plain words."""
        return {getattr(term, "field", "") for term in self.wanted.terms} if self.wanted is not None else set()

    def _missing(self) -> list[str]:
        keys = [self.key(row) for row in self.rows or ()]
        return keys if self.known is None else self.known.missing(keys)

    # -- reading ---------------------------------------------------------------------------------------

    def apply_filter(self) -> None:
        """Let through what is known to match, and see to what is not known."""
        super().apply_filter()
        self._see_to_details()

    def _arrived(self, rows: Sequence[Row]) -> None:
        super()._arrived(rows)
        self._see_to_details()

    @property
    def _is_reading(self) -> bool:
        reading = self._reading
        return reading is not None and not reading.is_finished and not reading.is_cancelled

    def _see_to_details(self) -> None:
        """Begin to read, go on, or end, as the filter wants it."""
        if not self._asked - self.thin - {""}:
            if self._reading is not None:
                self._reading.cancel()
        elif not self._is_reading and len(self.rows or ()) <= MOST and self._missing():
            self._reading = self.run_worker(self._load_details, group="details")
            self._show_counts()

    async def _load_details(self) -> None:
        assert self.known is not None
        try:
            await self.known.load(self._missing(), self._came)
        except ConsoleError as error:
            self.say(line_of(error))
        self._reading = None
        self._show_known()

    def _came(self, done: int, total: int) -> None:
        """Show what has come, a few times a second."""
        now = time.monotonic()
        if now - self._shown_at >= _SHOWN_EVERY:
            self._shown_at = now
            self._show_known()

    def _show_known(self) -> None:
        self.rows = self.with_known()
        self.table.set_rows(self.rows, gone_reason=self.gone_reason())
        self._show_list()
