"""Waiting for somebody to sign in with the browser."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.web_login import Invitation, sign_in
from jfconsole.ui.clipboard import copy
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show


class SigningIn(Dialog[Secret]):
    """Answers the token. What goes wrong stays on the page, which escape closes."""

    DEFAULT_CSS = """
    SigningIn #told { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy", show=False)]

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._page = ""

    def compose(self) -> ComposeResult:
        """Where to go, and the way back."""
        with self.framed("Sign in with the browser"):
            yield Static(show(f"Asking {self._connection.host} …"), id="told")
            with Horizontal(classes="buttons"):
                yield Button(Content("Cancel (esc)"), id="cancel", compact=True)

    def on_mount(self) -> None:
        """Begin."""
        latest(self, "sign-in", self._sign_in)

    async def _sign_in(self) -> None:
        try:
            self.dismiss(await sign_in(self._connection, self._invite))
        except ConsoleError as error:
            self.query_one("#told", Static).update(show(f"{error.message}. {error.hint}.", "$text-error"))

    def _invite(self, invitation: Invitation) -> None:
        self._page = invitation.page
        self.query_one("#told", Static).update(
            Content("\n").join(
                [
                    show("Open this page in a browser (c copies it), sign in, and confirm:"),
                    show(invitation.page, "bold"),
                    show(f"It must show the code {invitation.code}. Waiting for at most five minutes …"),
                ]
            )
        )

    async def action_copy(self) -> None:
        """Copy the page's address."""
        if self._page:
            self.app.notify(visible(await copy(self._page, self.app.copy_to_clipboard)), markup=False, timeout=4)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Leave."""
        event.stop()
        self.dismiss(None)
