"""Keys that were pressed for a screen that is about to open wait for it, instead of reaching the one that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, runtime_checkable

from textual.app import App
from textual.binding import Binding
from textual.events import Key
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

PATIENCE: Final = 1.0
"""Seconds after which keys go to whatever screen there is: a server that is slow must not silence the keyboard."""

TABS: Final = (
    Binding("tab", "app.focus_next", show=False, priority=True),
    Binding("shift+tab", "app.focus_previous", show=False, priority=True),
)
"""For apps: acted on before the next key is handed on, as what is typed behind a tab belongs to the next field."""


@runtime_checkable
class HoldsKeys(Protocol):
    """An app that holds keys back."""

    typeahead: TypeAhead


class TypeAhead:
    """Holds keys back between `hold` and `release`. Escape is never held: it ends the waiting."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._held: list[Key] | None = None
        self._returning: list[Key] = []
        self._timer: Timer | None = None
        self._following = False

    def hold(self) -> None:
        """From now on keys wait; a screen that opens, or `PATIENCE`, lets them go."""
        self._following = False
        if self._held is None:
            self._held = []
            self._timer = self._app.set_timer(PATIENCE, self._let_go)

    def takes(self, event: Key) -> bool:
        """Whether this key waits: also behind those that were let go and are not there yet."""
        if any(event is other for other in self._returning):
            self._returning = [other for other in self._returning if other is not event]
        elif self._returning:
            self._app.post_message(event)
            return True
        if self._held is None:
            return False
        if event.key == "escape":
            self._let_go()
            return False
        self._held.append(event)
        return True

    def follow(self, entry: Input) -> None:
        """Hold keys until an enter that is on its way to this input has led to where it leads.

        It climbs from the input to the app, at each of them behind what was there before, and is carried out there;
        what is submitted climbs again. The focus moves last, at the app's turn. Who holds keys meanwhile for a reason
        of its own lets them go itself.
        """
        if self._held is None:
            self.hold()
            self._following = True
            self._climb([here for here in entry.ancestors_with_self for _ in range(2)] * 2)

    def _climb(self, way: Sequence[MessagePump]) -> None:
        """Go on behind what waits at the next of them that is still there."""
        for place, here in enumerate(way, 1):
            if here.call_later(self._climb, way[place:]):
                return
        if self._following:
            self._let_go()

    def release(self) -> None:
        """Let the keys go where the focus is now, in the order in which they were pressed."""
        if not self._following:
            self._let_go()

    def _let_go(self) -> None:
        held, self._held, self._following = self._held or [], None, False
        if self._timer is not None:
            self._timer.stop()
        self._returning += held
        for event in held:
            self._app.post_message(event)


def after_keys(screen: Screen[Any], then: Callable[[], object]) -> None:
    """Do it once every key that was pressed before has reached the field that it was for.

    Keys that go on are acted on at once; letters wait in the queue of their field, and are many after a paste.
    """
    if screen.focused is None:
        then()
    else:
        screen.focused.call_later(screen.call_later, then)
