"""The footer: the few keys that matter here, as many as fit, each clickable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.ui.actions import Action
from jfconsole.ui.text import show

_GAP = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """One key of the footer. A `reason` means that it is not possible now: drawn dim, still there."""

    action: Action
    label: str
    key: str
    """As people write it."""
    reason: str | None = None

    @property
    def width(self) -> int:
        """Cells that the hint takes."""
        return len(self.key) + 1 + len(self.label)


class KeyBar(Widget):
    """Draws hints until the line is full; never cuts one in the middle."""

    DEFAULT_CSS = """
    KeyBar { height: 1; dock: bottom; background: $panel; padding: 0 1; }
    """

    hints: reactive[tuple[Hint, ...]] = reactive(())

    @dataclass
    class Pressed(Message):
        """A hint was clicked."""

        action_id: str

    def fitting(self) -> Sequence[Hint]:
        """The hints that fit in the width, most important first."""
        left, shown = self.content_size.width, []
        for hint in self.hints:
            if hint.width > left:
                break
            left -= hint.width + _GAP
            shown.append(hint)
        return shown

    def render(self) -> Content:
        """The line."""
        return Content(" " * _GAP).join(_draw(hint) for hint in self.fitting())

    def on_click(self, event: events.Click) -> None:
        """Press the hint under the pointer."""
        start = 1
        for hint in self.fitting():
            if start <= event.x < start + hint.width:
                self.post_message(self.Pressed(hint.action.id))
                return
            start += hint.width + _GAP


def _draw(hint: Hint) -> Content:
    if hint.reason is not None:
        return show(f"{hint.key} {hint.label}", "$text-muted dim")
    return show(hint.key, "bold $text-accent") + show(f" {hint.label}")
