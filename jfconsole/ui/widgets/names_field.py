"""A field that holds names of existing things; enter opens the picker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.domain.text import visible


class NamesField(Widget, can_focus=True):
    """Shows the chosen names; enter or a click lets choose others."""

    DEFAULT_CSS = """
    NamesField { height: auto; max-height: 4; background: $surface; }
    NamesField:focus { background: $primary 30%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "choose", show=False)]

    names: reactive[tuple[str, ...]] = reactive((), layout=True)

    @dataclass
    class Changed(Message):
        """Other names were chosen."""

        names: tuple[str, ...]

    def __init__(self, what: str, names: Sequence[str], load: Callable[[], Awaitable[Sequence[str]]]) -> None:
        super().__init__()
        self._what = what
        self._load = load
        self.set_reactive(NamesField.names, tuple(names))

    def render(self) -> Content:
        """The names, or how to choose some."""
        if not self.names:
            return Content.styled("none · enter chooses", "$text-muted")
        return Content(", ".join(visible(name) for name in self.names))

    def on_click(self) -> None:
        """As enter."""
        self.action_choose()

    def action_choose(self) -> None:
        """Open the picker."""
        from jfconsole.ui.screens.picker import Picker

        self.app.push_screen(Picker(self._what, self._load, self.names), self._take)

    def _take(self, names: tuple[str, ...] | None) -> None:
        if names is not None:
            self.names = names
            self.post_message(self.Changed(names))
