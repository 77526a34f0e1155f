"""The `:` line: any action or section by name, with completion and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from jfconsole.ui.widgets.quiet_input import QuietInput


class CommandLine(Horizontal):
    """Hidden until opened; closes itself on enter, on escape and when it loses the focus."""

    DEFAULT_CSS = """
    CommandLine { height: 1; dock: bottom; display: none; background: $surface; }
    CommandLine Static { width: 2; padding: 0 0 0 1; text-style: bold; }
    CommandLine Input { width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
    ]

    @dataclass
    class Entered(Message):
        """A command was typed."""

        text: str

    def __init__(self) -> None:
        super().__init__()
        self._history: list[str] = []
        self._place = 0
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        """A colon and the input."""
        yield Static(":")
        yield QuietInput()

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    def open(self, words: Sequence[str]) -> None:
        """Show the line, with these words for completion."""
        self._came_from = self.screen.focused
        self._place = len(self._history)
        self._input.suggester = SuggestFromList(words, case_sensitive=False)
        self._input.value = ""
        self.display = True
        self.screen.set_focus(self._input)

    def action_close(self) -> None:
        """Hide the line and give the focus back."""
        if self.display:
            self.display = False
            if self._came_from is not None and self._came_from.is_attached:
                self._came_from.focus()

    def action_recall(self, step: int) -> None:
        """Go through the commands typed before."""
        self._place = max(0, min(self._place + step, len(self._history)))
        recalled = self._history[self._place] if self._place < len(self._history) else ""
        self._input.value = recalled
        self._input.cursor_position = len(recalled)

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """A click elsewhere closes the line."""
        self.display = False

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        self.action_close()
        if text:
            self._history.append(text)
            self.post_message(self.Entered(text))
