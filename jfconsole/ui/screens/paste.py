"""Where a credential is pasted: masked; what becomes of it is said beside it."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from jfconsole.domain.secret import Secret
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.secret_input import SecretInput

HERE: Final = "It is decoded on this machine and not sent anywhere."
INSPECT: Final = "Paste an access token, a reference token or its id, then press enter."


class PasteToken(Dialog[Secret]):
    """Answers what was pasted; None when it was left."""

    AUTO_FOCUS: ClassVar[str | None] = "SecretInput"

    DEFAULT_CSS = """
    PasteToken .note { padding-top: 1; height: auto; color: $text-muted; }
    """

    def __init__(self, title: str = "Inspect a token", ask: str = INSPECT, note: str = HERE) -> None:
        super().__init__()
        self._title = title
        self._ask = ask
        self._note = note

    def compose(self) -> ComposeResult:
        """One masked input."""
        with self.framed(self._title):
            yield Static(show(self._ask))
            yield SecretInput()
            yield Static(show(self._note), classes="note")

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        pasted = self.query_one(SecretInput).take()
        self.dismiss(pasted if pasted else None)
