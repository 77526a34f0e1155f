"""The real console on a real sandbox, driven by keys."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from jfconsole.domain.connection import Connection
from jfconsole.domain.secret import Secret
from jfconsole.services.paths import Paths
from jfconsole.services.workbench import Workbench
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import UTF8, Glyphs
from tests.support.sandbox import RunningSandbox

WATCHDOG = 60.0
_TURN = 0.02


def text_of(screen: Screen[Any]) -> str:
    """Everything on a screen, line by line, without the screens behind it."""
    strips = screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@dataclass
class Hands:
    """What a person has: keys to press and a screen to read."""

    app: ConsoleApp
    pilot: Pilot[Any]

    @property
    def text(self) -> str:
        """Everything on the screen, line by line; what lies behind a dialog may be missing."""
        return text_of(self.app.screen)

    def top(self, kind: type[Screen[Any]]) -> bool:
        """Whether a screen of that kind is on top."""
        return isinstance(self.app.screen, kind)

    async def press(self, *keys: str) -> None:
        """Press keys, by their names."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text, faster than anything is drawn."""
        driver = self.app._driver
        assert driver is not None
        for letter in text:
            key = events.Key(_character_to_key(letter), letter)
            key.set_sender(self.app)
            driver.send_message(key)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str = "the condition") -> None:
        """Wait for a condition; a watchdog, not a clock, ends the wait."""
        deadline = time.monotonic() + WATCHDOG
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}; the screen says:\n{self.text}")
            await self.pilot.pause(_TURN)

    async def see(self, pattern: str) -> re.Match[str]:
        """Wait until the screen shows something that matches, and return the match."""
        await self.until(lambda: re.search(pattern, self.text), repr(pattern))
        found = re.search(pattern, self.text)
        assert found is not None
        return found

    async def see_no(self, pattern: str) -> None:
        """Wait until nothing on the screen matches."""
        await self.until(lambda: not re.search(pattern, self.text), f"{pattern!r} to go")


def connection(sandbox: RunningSandbox, *, token: str | None = None, read_only: bool = False) -> Connection:
    """A connection to a sandbox, as its administrator unless another token is given."""
    return Connection(url=sandbox.url, token=Secret(token or sandbox.token), read_only=read_only)


def console(
    where: Connection, home: Path, *, glyphs: Glyphs = UTF8, clock: Callable[[], float] = time.time
) -> ConsoleApp:
    """A console that keeps its files under `home`."""
    return ConsoleApp(*console_parts(where, home), glyphs, clock)


def console_parts(where: Connection, home: Path) -> tuple[Workbench, CrashReports]:
    """What a console works with, its files under `home`."""
    paths = Paths(state=home / "state", config=home / "config")
    return Workbench(where, paths), CrashReports(paths.crashes)


def drive(app: ConsoleApp, scenario: Callable[[Hands], Awaitable[None]], size: tuple[int, int] = (120, 40)) -> None:
    """Run the console headless, toasts included, and the scenario on it."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await scenario(Hands(app, pilot))

    asyncio.run(run())
