"""Row 2: the filter line on the left, counts on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.text import show
from jfconsole.ui.widgets.quiet_input import QuietInput


class FilterBar(Horizontal):
    """A filter that is always in sight. Enter and ↓ go to the rows; escape clears, a second one leaves."""

    DEFAULT_CSS = """
    FilterBar { height: 1; }
    FilterBar .slash { width: 3; padding: 0 1; color: $text-muted; }
    FilterBar Input { width: 1fr; min-width: 12; background: $background; }
    FilterBar #problem { width: auto; max-width: 50%; color: $text-warning; padding: 0 1; }
    FilterBar #counts { width: auto; color: $text-muted; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "leave", show=False)]

    counts: reactive[str] = reactive("")
    problem: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """The filter reads differently."""

        text: str

    class Left(Message):
        """The keyboard goes back to the rows."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """Slash, input, problem, counts."""
        yield Static("/", classes="slash")
        yield QuietInput(placeholder="filter")
        yield Static(id="problem")
        yield Static(id="counts")

    @property
    def text(self) -> str:
        """What the filter line says."""
        return self.query_one(Input).value

    @text.setter
    def text(self, text: str) -> None:
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)

    def edit(self) -> None:
        """Put the keyboard into the filter."""
        self.screen.set_focus(self.query_one(Input))

    def escape(self) -> None:
        """Clear; when there is nothing to clear, leave."""
        if self.text:
            self.text = ""
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to the rows."""
        self.post_message(self.Left())

    def watch_counts(self, counts: str) -> None:
        """Show other counts."""
        self.query_one("#counts", Static).update(show(counts))

    def watch_problem(self, problem: str) -> None:
        """Show what in the filter has no effect."""
        text = f"{self._glyphs.warn} {problem}" if problem else ""
        self.query_one("#problem", Static).update(show(text))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave()
