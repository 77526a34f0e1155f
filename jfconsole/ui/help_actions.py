"""What helps to find one's way: the key list, the glossary, the tour."""

from __future__ import annotations

from typing import Final

from jfconsole.ui.action import Action, Scope

HELP_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        id="app.keymap",
        label="Key list",
        help="Go to the list of all actions with their keys: find one, give it another key.",
        scope=Scope.APP,
    ),
    Action(
        id="app.glossary",
        label="Glossary",
        help="Go to the terms of the platform, explained: `:glossary audience`.",
        scope=Scope.APP,
    ),
    Action(
        id="app.tour",
        label="Tour",
        help="Show the console in a few cards.",
        scope=Scope.APP,
    ),
    Action(
        id="keymap.rebind",
        label="Another key",
        help="Press the key that the action under the cursor is to have.",
        scope=Scope.KEYMAP,
        keys=("e",),
    ),
    Action(
        id="keymap.reset",
        label="Default key",
        help="Give the action under the cursor its default keys back.",
        scope=Scope.KEYMAP,
        keys=("backspace",),
        footer=3,
    ),
)
