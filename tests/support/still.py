"""The console standing still for a picture: a frozen clock, the demo's data, no chance in what is drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from jfconsole.services.paths import Paths
from jfconsole.services.servers import Servers
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import UTF8, Glyphs
from jfconsole.ui.start import StartApp
from tests.support.console import connection, console_parts
from tests.support.sandbox import RunningSandbox

NOW: Final = 1_795_597_200.0
"""Wednesday, 2026-11-25 09:00 UTC."""

_CHANCE: Final = (
    (re.compile(r"127\.0\.0\.1([:-])\d{5}"), r"127.0.0.1\g<1>48082"),
    (re.compile(r"jfc-[0-9a-f]{10}"), "jfc-0123456789"),
    (re.compile(r"terminal-\d+"), "terminal-0"),
    (re.compile(r"\s*@font-face \{.*?\}", re.DOTALL), ""),
)
"""What differs from one installation and run to the next, each replaced by something as long; and web fonts."""


class StillConsole(ConsoleApp):
    """A console whose pictures are the same every time."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without chance."""
        return _without_chance(super().export_screenshot(title=title or "jfconsole", simplify=simplify))


class StillStart(StartApp):
    """What stands before the console, likewise."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without chance."""
        return _without_chance(super().export_screenshot(title=title or "jfconsole", simplify=simplify))


def _without_chance(svg: str) -> str:
    for pattern, constant in _CHANCE:
        svg = pattern.sub(constant, svg)
    return svg


def stop_time(sandbox: RunningSandbox) -> None:
    """Stop the sandbox's clock and tell its story from there."""
    sandbox.clock(now=NOW, frozen=True)
    sandbox.control("DELETE", "/state")


def still_console(
    sandbox: RunningSandbox, home: Path, *, glyphs: Glyphs = UTF8, read_only: bool = False
) -> StillConsole:
    """A console on that sandbox at the moment where its clock stands."""
    return StillConsole(*console_parts(connection(sandbox), home), glyphs, lambda: NOW)


def still_start(home: Path) -> StillStart:
    """The first run."""
    paths = Paths(state=home / "state", config=home / "config")
    return StillStart(Servers(paths), CrashReports(paths.crashes), UTF8)
