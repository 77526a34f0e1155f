"""Where the ID token of a workload is pasted: masked; what becomes of it is said beside it."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from jfconsole.ui.screens.paste import PasteToken
from jfconsole.ui.text import show
from jfconsole.ui.widgets.secret_input import SecretInput

HERE: Final = "It is decoded on this machine and not sent anywhere."
SENT: Final = "It is decoded here, and sent to the platform alone, for one exchange. It is kept nowhere."


class PasteIdToken(PasteToken):
    """Answers what was pasted; None when it was left."""

    def __init__(self, note: str) -> None:
        super().__init__()
        self._note = note

    def compose(self) -> ComposeResult:
        """One masked input."""
        with self.framed("The token of a workload"):
            yield Static(Content("Paste the ID token of a job, a JWT with three parts, then press enter."))
            yield SecretInput()
            yield Static(show(self._note), classes="note")
