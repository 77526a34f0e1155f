"""The sections of a permission in a row: left and right choose one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.ui.text import show


class SectionBar(Widget, can_focus=True):
    """Names in a line, one of them chosen."""

    DEFAULT_CSS = """
    SectionBar { height: 1; background: $surface; }
    SectionBar:focus { background: $primary 30%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
    ]

    names: reactive[tuple[str, ...]] = reactive(())
    chosen: reactive[str] = reactive("")

    @dataclass
    class Chosen(Message):
        """Another section is chosen."""

        name: str

    def put(self, names: Sequence[str], chosen: str) -> None:
        """Show these, one of them chosen, without telling anybody."""
        self.names, self.chosen = tuple(names), chosen

    def action_step(self, distance: int) -> None:
        """The one beside; the ends hold."""
        if self.names:
            at = self.names.index(self.chosen) + distance
            self._choose(self.names[min(max(at, 0), len(self.names) - 1)])

    def on_click(self, event: events.Click) -> None:
        """The one under the pointer."""
        start = 0
        for name in self.names:
            width = self._label(name).cell_length
            if start <= event.x < start + width:
                self._choose(name)
                return
            start += width

    def _choose(self, name: str) -> None:
        if name != self.chosen:
            self.chosen = name
            self.post_message(self.Chosen(name))

    def _label(self, name: str) -> Content:
        return show(f"[{name}] " if name == self.chosen else f" {name}  ", "bold" if name == self.chosen else "")

    def render(self) -> Content:
        """The line."""
        if not self.names:
            return Content.styled("no section yet: + adds one", "$text-muted")
        return Content("").join([self._label(name) for name in self.names])
