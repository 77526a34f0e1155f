"""Asking for a key by having it pressed."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from jfconsole.ui.actions import Action, key_name, key_names
from jfconsole.ui.keymap import Keymap, keys_of, problems, twins, with_key
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show

_WAYS_OUT: Final = "esc leaves it as it is · several keys for one action: write them into settings.toml"


class KeyCatcher(Dialog[str]):
    """Answers the key that is pressed, by Textual's name, once it is one that the action can have."""

    DEFAULT_CSS = """
    KeyCatcher .problem { height: auto; color: $text-warning; padding-top: 1; }
    KeyCatcher .note { height: auto; color: $text-muted; padding-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, action: Action, keymap: Keymap) -> None:
        super().__init__()
        self._action = action
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """What is asked for, what stands in the way of the last key, the ways out."""
        now = key_names(keys_of(self._action, self._keymap)) or "none"
        with self.framed(f"A key for {self._action.id}"):
            yield Static(show(self._action.help))
            yield Static(show(f"Press the new key. It has: {now}."))
            if same := ", ".join(twin.id for twin in twins(self._action)):
                yield Static(show(f"It means the same elsewhere, and moves there, too: {same}."))
            yield Static(classes="problem")
            yield Static(show(_WAYS_OUT), classes="note")

    def on_key(self, event: events.Key) -> None:
        """Take the key, or say what it means already."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
            return
        wrong = next(problems(with_key(self._keymap, self._action, event.key)), None)
        if wrong is None:
            self.dismiss(event.key)
        else:
            name = key_name(event.key)
            why = wrong.removeprefix(f"{name} for {self._action.id}: ")
            self.query_one(".problem", Static).update(show(f"{name} will not do: {why}."))
