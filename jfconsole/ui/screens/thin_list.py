"""A list of which the platform tells the names only: details are read for the rows in sight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual import on
from textual.timer import Timer

from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.widgets.resource_table import ResourceTable

_RESTING: Final = 0.15
"""Seconds the cursor must rest before details are read."""


class ThinList(ResourceScreen[Row]):
    """Fetches again when the cursor rests among rows of which only the name is known."""

    _sight_timer: Timer | None = None

    def is_known(self, key: str) -> bool:
        """Whether the details of a row were read."""
        raise NotImplementedError

    def in_sight(self, names: Iterable[str]) -> list[str]:
        """Keys of the rows on the screen; before there are any, of those that will be."""
        state, height = self.table.state, self.table.page_height
        if not len(state):
            return sorted(names, key=str.lower)[:height]
        top = self.table.scroll_offset.y
        return [state.key_at(position) for position in range(top, min(len(state), top + height))]

    @on(ResourceTable.CursorMoved)
    def _wait_for_rest(self) -> None:
        if self._sight_timer is not None:
            self._sight_timer.stop()
        self._sight_timer = self.set_timer(_RESTING, self._learn_sight)

    def _learn_sight(self) -> None:
        if self.rows is not None and not all(self.is_known(key) for key in self.in_sight(())):
            self.fetch_now()
