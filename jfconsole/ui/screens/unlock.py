"""Unlocking the vault of the local issuer, where something needs it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.secret import Secret
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.secret_input import SecretInput

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp


async def open_vault(app: ConsoleApp | Any) -> bool:
    """Open it: by key file or keyring where that is set up, else by asking. Whether it is open; call it in a worker."""
    vault = app.workbench.issuer.local.vault
    reason = ""
    try:
        await asyncio.to_thread(vault.unlock_unattended)
    except VaultLocked:
        pass
    except ConsoleError as error:
        reason = f"{error.message}. {error.hint}"
    if not vault.locked:
        return True
    return await app.push_screen_wait(Unlock(reason)) is True


class Unlock(Dialog[bool]):
    """Asks for the passphrase until it is the right one, or the person leaves."""

    DEFAULT_CSS = """
    Unlock > .frame { width: 66; }
    Unlock #told { height: auto; padding-top: 1; color: $text-error; }
    Unlock .note { height: auto; padding-top: 1; color: $text-muted; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "SecretInput"

    app: ConsoleApp

    def __init__(self, reason: str = "") -> None:
        """`reason`: why it did not open by itself, in a sentence."""
        super().__init__()
        self._reason = reason

    def compose(self) -> ComposeResult:
        """What is asked, what went wrong, what it means."""
        with self.framed("Unlock the vault"):
            yield Static(Content("The vault is locked. Type its passphrase, then press enter."))
            yield SecretInput()
            yield Static(show(self._reason), id="told")
            yield Static(Content("It locks by itself when it is left alone. esc leaves it locked."), classes="note")

    @on(Input.Submitted)
    def _submit(self) -> None:
        typed = self.query_one(SecretInput).take()
        if typed:
            self.query_one("#told", Static).update(Content("Trying …"))
            latest(self, "unlock", partial(self._try, typed))

    async def _try(self, passphrase: Secret) -> None:
        try:
            await asyncio.to_thread(self.app.workbench.issuer.local.vault.unlock, passphrase)
        except ConsoleError as error:
            self.query_one("#told", Static).update(show(f"{error.message}. {error.hint}"))
        else:
            self.dismiss(True)
