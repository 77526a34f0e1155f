"""What may be typed on the `:` line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Final

from jfconsole.ui.actions import ACTIONS, BY_ID, Action, Scope

ALIASES: Final = {"q": "app.quit", "tok": "app.tokens", "log": "app.requests", "h": "app.help"}


@dataclass(frozen=True, slots=True)
class Command:
    """An action, and what was typed behind its name."""

    action: Action
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No action has that name, or several begin so; `nearest` is one that may be meant, if any comes close."""

    word: str
    nearest: str | None


def words() -> list[str]:
    """Every name that completes, what people type most first; then the ids."""
    names = _names()
    return [*sorted(names, key=lambda name: (BY_ID[names[name]].scope is Scope.TABLE, name)), *BY_ID]


def resolve(text: str) -> Command | Unknown:
    """The command that a line means. Names are case-insensitive; ids work too, and what one name alone begins with."""
    word, _, argument = text.strip().removeprefix(":").partition(" ")
    names, lower = _names(), word.lower()
    begin = [name for name in names if name.startswith(lower)]
    found = names.get(lower) or ALIASES.get(lower) or (word if word in BY_ID else None)
    if found is None and len(begin) == 1:
        found = names[begin[0]]
    if found is None:
        close = difflib.get_close_matches(lower, begin or names, n=1, cutoff=0.0 if begin else 0.6)
        return Unknown(word, close[0] if close else None)
    return Command(BY_ID[found], argument.strip())


def _names() -> dict[str, str]:
    """Short name → id; a short name that two scopes share stays out."""
    short: dict[str, str | None] = {}
    for action in ACTIONS:
        name = action.id.rpartition(".")[2]
        short[name] = None if name in short else action.id
    return {name: action_id for name, action_id in short.items() if action_id}
