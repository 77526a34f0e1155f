"""Where something is to be saved: one line with a proposal."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.quiet_input import QuietInput


class SaveAs(Dialog[str]):
    """Answers the path that was typed."""

    AUTO_FOCUS: ClassVar[str | None] = "Input"

    DEFAULT_CSS = """
    SaveAs .problem { height: auto; color: $text-error; }
    SaveAs .note { height: auto; padding-top: 1; color: $text-muted; }
    """

    def __init__(self, title: str, proposal: str, refusal: str = "") -> None:
        super().__init__()
        self._title = title
        self._proposal = proposal
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """The path, why the last one would not do, what will be written."""
        with self.framed("") as frame:
            frame.border_title = show(f"Save {self._title}")
            yield QuietInput(self._proposal)
            if self._refusal:
                yield Static(show(self._refusal), classes="problem")
            yield Static(
                Content("enter saves a new file that only you can read (0600); nothing is overwritten · esc leaves"),
                classes="note",
            )

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())
