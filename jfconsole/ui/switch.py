"""Leaving the console for another server: whoever started it opens it again there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp
    from jfconsole.ui.commands import Command

_ACTION: Final = "app.server"


class Switch:
    """Which server is wanted next. `possible`: whether there is somebody who would open it."""

    def __init__(self, app: ConsoleApp, *, possible: bool) -> None:
        self.possible = possible
        self.wanted: str | None = None
        self._app = app
        self._named = ""

    def takes(self, command: Command) -> bool:
        """Note the name behind `:server`; whether it was that command."""
        if command.action.id != _ACTION:
            return False
        self._named = command.argument
        return True

    def ask(self) -> None:
        """Leave for the server that was named, or to choose one."""
        self.wanted, self._named = self._named, ""
        self._app.do_quit()

    def forget(self) -> None:
        """People stay after all."""
        self.wanted = None
