"""The steps of a wizard with their state in words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.text import show, side_by_side


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    TO_DO = "to do"
    FAILED = "failed"


_STYLES: Final = {
    StepState.DONE: "$text-success",
    StepState.NOW: "bold",
    StepState.TO_DO: "$text-muted",
    StepState.FAILED: "$text-error",
}

_STATE_WIDTH: Final = 7


class StepList(Widget):
    """A line for each step: a sign, its state, its title. With `-across` they stand side by side."""

    DEFAULT_CSS = """
    StepList { width: 28; height: 100%; border-right: solid $surface-lighten-2; padding: 0 1 0 0; }
    StepList.-across { width: 100%; height: auto; border-right: none; border-bottom: solid $surface-lighten-2; }
    """

    steps: reactive[tuple[tuple[str, StepState], ...]] = reactive((), layout=True)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._signs = {
            StepState.DONE: glyphs.ok,
            StepState.NOW: glyphs.crumb,
            StepState.TO_DO: glyphs.bullet,
            StepState.FAILED: glyphs.fail,
        }

    def say(self, steps: Sequence[tuple[str, StepState]]) -> None:
        """Show these."""
        self.steps = tuple(steps)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines at that width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        """One for each step; across, as many steps on a line as it holds whole."""
        if not self.has_class("-across"):
            return [self._line(title, state, _STATE_WIDTH) for title, state in self.steps]
        return side_by_side([self._line(title, state, 0) for title, state in self.steps], "   ", width)

    def _line(self, title: str, state: StepState, width: int) -> Content:
        return show(f"{self._signs[state]} {state.value:<{width}} {title}", _STYLES[state])
