"""Waiting for something that takes a while and can be left: what it is at, for how long, the way out."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeAlias, TypeVar

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from jfconsole.domain.errors import ConsoleError
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show

T = TypeVar("T")

Tell: TypeAlias = Callable[[str], None]
"""Says what it is at; as often as one likes."""

_EVERY: Final = 0.1
"""Seconds between two drawings of what it is at."""


class Waiting(Dialog[bool], Generic[T]):
    """Answers True when the work has ended; escape ends the waiting at once, and cancels the work."""

    DEFAULT_CSS = "Waiting #at { height: auto; min-height: 2; }"

    def __init__(self, title: str, work: Callable[[Tell], Awaitable[T]]) -> None:
        super().__init__()
        self.result: T | None = None
        self.error: ConsoleError | None = None
        self._title = title
        self._work = work
        self._at = ""
        self._began = time.monotonic()

    def compose(self) -> ComposeResult:
        """What it is at, and the way out."""
        with self.framed("") as frame:
            frame.border_title = show(self._title)
            yield Static(id="at")
            with Horizontal(classes="buttons"):
                yield Button(Content("Stop (esc)"), id="stop", compact=True)

    def on_mount(self) -> None:
        """Begin."""
        self._draw()
        self.set_interval(_EVERY, self._draw)
        latest(self, "wait", self._wait)

    async def _wait(self) -> None:
        try:
            self.result = await self._work(self._tell)
        except ConsoleError as error:
            self.error = error
        self.dismiss(True)

    def _tell(self, what: str) -> None:
        self._at = what

    def _draw(self) -> None:
        seconds = int(time.monotonic() - self._began)
        self.query_one("#at", Static).update(show(f"{self._at or 'Waiting …'}  {seconds} s"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Leave."""
        event.stop()
        self.dismiss(None)


async def wait_for(app: App[Any], title: str, work: Callable[[Tell], Awaitable[T]]) -> T | None:
    """What comes of the work; None when the person did not wait. Raises what it raises. Call it in a worker."""
    waiting = Waiting(title, work)
    if await app.push_screen_wait(waiting) is None:
        return None
    if waiting.error is not None:
        raise waiting.error
    return waiting.result
