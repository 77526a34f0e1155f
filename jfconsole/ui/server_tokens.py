"""The token of a profile, from where the profile says; a person is asked for what that takes."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from textual.app import App

from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.services.servers import Servers
from jfconsole.ui import server_forms as forms
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.waiting import Tell, wait_for


async def token_of(app: App[Any], servers: Servers, profile: Profile) -> Secret | None:
    """The token; None where the person thinks better of it. Raises the ConsoleError family. Call it in a worker."""
    if profile.token is TokenPlace.ASK:
        help_ = "It is used for this session, and kept nowhere."
        return await _asked(app, f"Open {profile.name}", "Access token", help_)
    try:
        return await _fetched(app, servers, profile)
    except VaultLocked:
        passphrase = await _asked(app, f"Open {profile.name}", "Vault passphrase", "The vault has the token.")
        return passphrase and await _fetched(app, servers, profile, passphrase)


async def _fetched(
    app: App[Any], servers: Servers, profile: Profile, passphrase: Secret | None = None
) -> Secret | None:
    """From a vault, a keyring or a command, which may take its time."""

    async def work(tell: Tell) -> Secret:
        tell(f"The token of {profile.name} is {profile.token.words} …")
        stop = threading.Event()
        try:
            return await asyncio.to_thread(servers.token, profile, passphrase, stop)
        finally:
            stop.set()

    return await wait_for(app, f"Open {profile.name}", work)


async def _asked(app: App[Any], title: str, label: str, help_: str) -> Secret | None:
    answers = await app.push_screen_wait(FormScreen(forms.secret_form(title, label, help_)))
    return None if answers is None else forms.secret_of(answers, "secret")
