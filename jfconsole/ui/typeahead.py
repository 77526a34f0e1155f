"""Keys that were pressed for a screen that is about to open wait for it, instead of reaching the one that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, runtime_checkable

from textual.app import App
from textual.binding import Binding
from textual.events import Key
from textual.screen import Screen
from textual.timer import Timer

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

    def hold(self) -> None:
        """From now on keys wait; a screen that opens, or `PATIENCE`, lets them go."""
        if self._held is None:
            self._held = []
            self._timer = self._app.set_timer(PATIENCE, self.release)

    def takes(self, event: Key) -> bool:
        """Whether this key waits: also behind those that were let go and are not there yet."""
        if any(event is other for other in self._returning):
            self._returning = [other for other in self._returning if other is not event]
            return False
        if self._returning:
            self._app.post_message(event)
            return True
        if self._held is None:
            return False
        if event.key == "escape":
            self.release()
            return False
        self._held.append(event)
        return True

    def release(self) -> None:
        """Let the keys go where the focus is now, in the order in which they were pressed."""
        held, self._held = self._held or [], None
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
