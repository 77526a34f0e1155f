"""Through the doors of the first run by keys: for tests of them, and of what they leave behind."""

from __future__ import annotations

import asyncio
import base64
import urllib.request
from collections.abc import Awaitable, Callable
from typing import cast

from textual import events
from textual.widgets import OptionList

from jfconsole.services.paths import Paths
from jfconsole.services.servers import Servers
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import UTF8
from jfconsole.ui.screens.connecting import Connecting
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.start import Outcome, StartApp
from tests.support.console import Hands

SMALL = (80, 24)


def start(paths: Paths, scenario: Callable[[Hands], Awaitable[None]], wanted: str = "") -> Outcome:
    """Walk through the doors; where that leads."""

    async def run() -> Outcome:
        app = StartApp(Servers(paths), CrashReports(paths.crashes), UTF8, wanted)
        async with app.run_test(size=SMALL, notifications=True) as pilot:
            await scenario(Hands(cast("ConsoleApp", app), pilot))
            await asyncio.wait_for(app.ended.wait(), 60)
        return app.outcome

    return asyncio.run(run())


async def door(hands: Hands, number: int, *, title: str = "Nothing is configured yet") -> None:
    """Go through the door of that number."""
    await hands.until(lambda: hands.top(Menu), "the doors")
    await hands.see(title)
    await hands.press(*["j"] * number, "enter")


async def paste(hands: Hands, text: str) -> None:
    """As a terminal hands over what is pasted."""
    hands.app.post_message(events.Paste(text))
    await hands.pilot.pause()


async def a_form(hands: Hands) -> None:
    """Wait for a form that takes what is typed: pasted text goes where the focus is."""
    await hands.until(lambda: hands.top(FormScreen) and hands.app.focused is not None, "the form")


async def fill(hands: Hands, url: str, token: str) -> None:
    """URL and token into the form that is open."""
    await a_form(hands)
    await paste(hands, url)
    await hands.press("tab")
    await paste(hands, token)
    await hands.press("ctrl+s")
    await hands.until(lambda: hands.top(Connecting), "the test")


async def pick(hands: Hands, words: str) -> None:
    """Choose in the list of answers that has the focus."""
    await hands.press("enter")
    await hands.see(words)
    options = hands.app.screen.query_one("SelectOverlay", OptionList)
    steps = [str(option.prompt) for option in options.options].index(words) - (options.highlighted or 0)
    await hands.press(*["down" if steps > 0 else "up"] * abs(steps), "enter")
    await hands.until(lambda: hands.app.focused is not None and not isinstance(hands.app.focused, OptionList))


def confirm(page: str) -> None:
    """As a person does in the browser."""
    credentials = base64.b64encode(b"admin:password").decode()
    request = urllib.request.Request(page, method="POST", headers={"Authorization": f"Basic {credentials}"})
    urllib.request.urlopen(request, timeout=30).close()
