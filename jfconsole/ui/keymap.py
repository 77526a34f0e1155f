"""Keys that a person gave to actions, by the actions' ids."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from textual.keys import _character_to_key, key_to_character

from jfconsole.ui.actions import ACTIONS, BY_ID, Action, key_name

Keymap: TypeAlias = Mapping[str, Sequence[str]]
"""Keys by action id, as Textual names them."""

_FREE: Final = {"escape", "ctrl+q", "ctrl+c"}
"""Ways out, which stay what they are."""

_BETWEEN_FIELDS: Final = {"tab", "shift+tab"}
"""They are acted on before any action is looked up."""


def read_keymap(typed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Keys as Textual names them, from what stands in the settings: `"ctrl+r, x"`, `"?"`."""
    return {action: tuple(_named(key) for key in _split(keys)) for action, keys in typed.items()}


def twins(action: Action) -> tuple[Action, ...]:
    """The other actions that have a key of it by default: they mean the same elsewhere."""
    return tuple(other for other in ACTIONS if other.id != action.id and set(other.keys) & set(action.keys))


def with_twins(keymap: Keymap) -> dict[str, Sequence[str]]:
    """The same keys for what means the same, unless it was given some of its own."""
    given = ((BY_ID[action_id], keys) for action_id, keys in keymap.items() if action_id in BY_ID)
    return {**keymap, **{twin.id: keys for action, keys in given for twin in twins(action) if twin.id not in keymap}}


def with_key(keymap: Keymap, action: Action, key: str) -> dict[str, Sequence[str]]:
    """Give the action and its twins this key; the action comes first, and what is wrong is told of it."""
    given = {one.id: (key,) for one in (action, *twins(action))}
    return {**given, **{action_id: keys for action_id, keys in keymap.items() if action_id not in given}}


def problems(keymap: Keymap) -> Iterator[str]:
    """What is wrong with it, in sentences: unknown ids, a key with two meanings, danger on a bare letter."""
    for action_id, keys in keymap.items():
        action = BY_ID.get(action_id)
        if action is None:
            near = difflib.get_close_matches(action_id, BY_ID, n=1)
            yield f"There is no action {action_id}" + (f": did you mean {near[0]}?" if near else "")
            continue
        if not keys:
            yield f"{action_id} needs a key: leave it out to have the one that it had"
        yield from (f"{key_name(key)} for {action_id}: it stays the way out" for key in keys if key in _FREE)
        yield from (f"{key} for {action_id}: it goes from field to field" for key in keys if key in _BETWEEN_FIELDS)
        if action.changes and any(map(_is_bare, keys)):
            yield f"{action_id} takes something away: it needs more than a bare letter"
    yield from _clashes(keymap)


def keys_of(action: Action, keymap: Keymap) -> Sequence[str]:
    """The keys of an action, its own unless others were given."""
    return keymap.get(action.id, action.keys)


def _clashes(keymap: Keymap) -> Iterator[str]:
    """A key that was given means one thing in the whole console, as every key does."""
    for given in (BY_ID[action_id] for action_id in keymap if action_id in BY_ID):
        same = {given, *twins(given)}
        for other in (action for action in ACTIONS if action not in same):
            for key in sorted(set(keys_of(given, keymap)) & set(keys_of(other, keymap))):
                yield f"{key_name(key)} for {given.id}: it is the key of {other.id}"


def _is_bare(key: str) -> bool:
    """Whether it prints something: pressed by accident where somebody meant to type."""
    character = key_to_character(key)
    return character is not None and character.isprintable()


def _split(keys: str) -> list[str]:
    return [","] if keys.strip() == "," else [key.strip() for key in keys.split(",") if key.strip()]


def _named(key: str) -> str:
    return _character_to_key(key) if len(key) == 1 else key
