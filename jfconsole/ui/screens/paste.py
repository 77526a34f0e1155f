"""Where a token is pasted to be looked at: masked, decoded here, not sent."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from jfconsole.domain.secret import Secret
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.widgets.secret_input import SecretInput


class PasteToken(Dialog[Secret]):
    """Answers what was pasted."""

    AUTO_FOCUS: ClassVar[str | None] = "SecretInput"

    DEFAULT_CSS = """
    PasteToken .note { padding-top: 1; height: auto; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        """One masked input."""
        with self.framed("Inspect a token"):
            yield Static(Content("Paste an access token, a reference token or its id, then press enter."))
            yield SecretInput()
            yield Static(Content("It is decoded on this machine and not sent anywhere."), classes="note")

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        pasted = self.query_one(SecretInput).take()
        self.dismiss(pasted if pasted else None)
