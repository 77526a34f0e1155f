"""A field for a name that is typed, or picked from what exists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from jfconsole.ui.widgets.quiet_input import QuietInput

_SEPARATOR: Final = ","


class NameField(Horizontal):
    """An input; down, or a click on the word beside it, opens the picker. With `several`, commas part the names."""

    DEFAULT_CSS = """
    NameField { height: 1; }
    NameField Static { width: auto; color: $text-accent; padding-left: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "choose", show=False)]

    def __init__(self, what: str, value: str, load: Callable[[], Awaitable[Sequence[str]]], *, several: bool) -> None:
        super().__init__()
        self._what = what
        self._given = value
        self._load = load
        self._several = several

    def compose(self) -> ComposeResult:
        """The input, and how to pick."""
        yield QuietInput(self._given)
        yield Static(Content("down chooses"))

    @property
    def value(self) -> str:
        """What stands in the input."""
        return self.query_one(QuietInput).value.strip()

    def on_click(self, event: events.Click) -> None:
        """A click beside the input opens the picker."""
        if isinstance(event.widget, Static):
            self.action_choose()

    def action_choose(self) -> None:
        """Open the picker."""
        from jfconsole.ui.screens.picker import Picker

        if self._several:
            held = [name.strip() for name in self.value.split(_SEPARATOR) if name.strip()]
            picker = Picker(self._what, self._load, held)
        else:
            picker = Picker(self._what, self._load, one=True, typed=self.value)
        self.app.push_screen(picker, self._take)

    def _take(self, names: tuple[str, ...] | None) -> None:
        if names is not None:
            entry = self.query_one(QuietInput)
            entry.value = f"{_SEPARATOR} ".join(names)
            entry.cursor_position = len(entry.value)
