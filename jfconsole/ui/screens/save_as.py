"""Saving something to a new file: one line with a proposal, which comes back for as long as it will not do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.text import visible
from jfconsole.services.keeping import keep
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


async def save_as(app: App[Any], title: str, filename: str, content: str | bytes) -> Path | None:
    """Ask for a name and write a new file that nobody else can read, and say so; None when the person left it.

    Call it in a worker.
    """
    proposal, refusal = f"~/{filename}", ""
    while True:
        typed = await app.push_screen_wait(SaveAs(title, proposal, refusal))
        if typed is None:
            return None
        proposal = typed
        try:
            place = await asyncio.to_thread(keep, Path(typed), content)
        except ConsoleError as error:
            refusal = f"{error.message}. {error.hint}"
            continue
        app.notify(visible(f"Saved to {place}, readable by you alone"), markup=False, timeout=6)
        return place
