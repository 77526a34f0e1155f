"""A field that holds any of a few choices, a box for each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import ItemGrid
from textual.widgets import Checkbox

from jfconsole.ui.text import show
from jfconsole.ui.widgets.tick_box import TickBox


class SomeField(ItemGrid):
    """Boxes in as many columns as fit; tab goes from one to the next, space checks one."""

    DEFAULT_CSS = """
    SomeField { height: auto; grid-gutter: 0 1; }
    """

    def __init__(self, choices: Sequence[str], chosen: Sequence[str]) -> None:
        super().__init__(min_column_width=max(map(len, choices)) + 4)
        self._choices = choices
        self._given = frozenset(chosen)

    def compose(self) -> ComposeResult:
        """A box for each choice."""
        for choice in self._choices:
            yield TickBox(show(choice), choice in self._given)

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is checked, in the order of the choices."""
        boxes = self.query(Checkbox)
        return tuple(choice for choice, box in zip(self._choices, boxes, strict=True) if box.value)
