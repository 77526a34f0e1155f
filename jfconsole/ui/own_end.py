"""The end of the token in use: told some minutes before it comes, and the way back offered when it has come."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from jfconsole.domain.durations import format_relative
from jfconsole.domain.text import visible
from jfconsole.services.session import Unknown
from jfconsole.ui.facts import SOON
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.widgets.message_line import Line, Severity

if TYPE_CHECKING:
    from jfconsole.domain.connection import Connection
    from jfconsole.ui.app import ConsoleApp
    from jfconsole.ui.screens.dialog import Menu

_BACK: Final = "back"
_ENDED: Final = "The token in use has ended"


class OwnEnd:
    """Says each thing once for each token: that it ends soon, and that it has ended."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app
        self._told: tuple[int, bool] | None = None

    def look(self) -> None:
        """Tell what has not been told yet. The way back is offered as soon as no dialog is in the way."""
        expires = self._expires
        if expires is None:
            return
        left = expires - self._app.clock()
        news = (expires, left <= 0)
        if left <= SOON and news != self._told and (self._announce(expires) if left > 0 else self._end()):
            self._told = news

    @property
    def _expires(self) -> int | None:
        """When the token in use ends, in epoch seconds; None for never, and where that is not known."""
        identity = self._app.workbench.identity
        return None if identity is None or isinstance(identity.expires, Unknown) else identity.expires

    def _announce(self, expires: int) -> bool:
        when = format_relative(expires, self._app.clock())
        former = self._app.workbench.former
        hint = "O, then b: back to the former one" if former else "O shows it, and makes one for an hour"
        told = f"The token in use ends {when}"
        self._app.say(Line(told, Severity.WARNING, hint))
        self._app.notify(visible(f"{told}. {hint}"), severity="warning", markup=False, timeout=8)
        return True

    def _end(self) -> bool:
        former = self._app.workbench.former
        if former is None:
            self._app.say(Line(_ENDED, Severity.ERROR, "Start the console with another one"))
            return True
        if not isinstance(self._app.screen, ConsoleScreen):
            return False
        self._app.push_screen(_way_back(former), self._go)
        return True

    def _go(self, choice: str | None) -> None:
        from jfconsole.ui.screens.own_token import go_back

        if choice == _BACK:
            latest(self._app, "own", partial(go_back, self._app))


def _way_back(former: Connection) -> Menu:
    from jfconsole.ui.screens.dialog import Choice, Menu

    back = Choice(_BACK, "Go back to the former token", f"It came from {visible(former.source)}.")
    stay = Choice("stay", "Stay", "Nothing can be read or changed then. O, then b, goes back later.")
    return Menu(_ENDED, (back, stay))
