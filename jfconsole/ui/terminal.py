"""The terminal around the console: what must be settled before Textual is imported, and how to give it back.

This module imports nothing of Textual, which reads its environment once, at import.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

_LEAKING: Final = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_PRESS", "TEXTUAL_SHOW_RETURN")
_LEAKING_FAMILIES: Final = ("TEXTUAL_SCREENSHOT", "TEXTUAL_DEVTOOLS")
"""Development switches that write keys (a typed password too), messages or pictures to files and sockets."""

_DEFAULTS: Final = {"ESCDELAY": "25", "TEXTUAL_ANIMATIONS": "none"}
"""Milliseconds after which an escape stands for itself, so that esc and a following key are two keys; no animation."""

_NO_COLOR: Final = "NO_COLOR"
"""Means something when it is not empty (no-color.org); Textual goes by whether it is there."""

_GIVE_BACK: Final = b"".join(
    (
        b"\x1b[?2004l",  # bracketed paste
        b"\x1b[?7h",  # line wrap
        b"\x1b[?2048l",  # in-band resize reports
        b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l",  # mouse
        b"\x1b[<u",  # kitty keyboard protocol, before the alternate screen is left
        b"\x1b[?1049l",  # alternate screen
        b"\x1b[?25h",  # cursor
        b"\x1b[?1004l",  # focus reports
    )
)


def prepare_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Make the environment fit for a console that handles secrets. Call it before Textual is imported."""
    for name in list(environ):
        if name in _LEAKING or name.startswith(_LEAKING_FAMILIES):
            del environ[name]
    if not environ.get(_NO_COLOR, "set"):
        del environ[_NO_COLOR]
    for name, value in _DEFAULTS.items():
        environ.setdefault(name, value)


@dataclass(frozen=True, slots=True)
class TerminalModes:
    """The terminal's line settings as they were before the console took it over."""

    attributes: list[Any] | None

    @classmethod
    def capture(cls) -> TerminalModes:
        """Remember the settings of standard input; nothing to remember when it is no terminal."""
        try:
            return cls(termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0))
        except (OSError, termios.error, ValueError):
            return cls(None)

    def give_back(self) -> None:
        """Restore screen, cursor, mouse and line settings at once, past Textual, when it can no longer do so."""
        if self.attributes is None:
            return
        try:
            os.write(2, _GIVE_BACK)
            termios.tcsetattr(0, termios.TCSANOW, self.attributes)
        except (OSError, termios.error):
            return


def when_gone(call: Callable[[], None]) -> None:
    """Call back, from a thread of its own, once the terminal has gone.

    The kernel sends SIGHUP to some processes only, and reading from a terminal that has gone just finds nothing for
    ever. Where standard input is no terminal, or the system cannot tell, there is no call.
    """

    def watch() -> None:
        poll = select.poll()
        poll.register(0, 0)  # no event asked for: only a hang-up or an error ends the wait
        if any(event & select.POLLHUP for _, event in poll.poll()):
            call()

    if os.isatty(0):
        threading.Thread(target=watch, name="terminal watch", daemon=True).start()


def let_go() -> None:
    """Replace a terminal that has gone by the null device, so that nothing fails or waits for writing to it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
