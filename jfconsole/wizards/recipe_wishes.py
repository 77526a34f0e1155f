"""The `[[wish]]` tables of a recipe: what a vendor asks for beyond what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jfconsole.domain.durations import parse_duration
from jfconsole.domain.permissions import ACTIONS_OF, ResourceType, ordered
from jfconsole.domain.token_requests import NEVER
from jfconsole.domain.users import USER_ROLES
from jfconsole.wizards.recipe import ALL_SERVICES, SERVICES, Flavour, Password, Topic, Wish, WishValue
from jfconsole.wizards.table_reader import TableReader, word_problem
from jfconsole.wizards.templates import NAME_PLACES

NEVER_WORD: Final = "never"
"""What `value` says of a token that must not expire."""

_FLAGS: Final = frozenset({Topic.REPOSITORIES, Topic.PROFILE_UPDATABLE, Topic.USER_ADMIN, Topic.REFERENCE})
_LISTS: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.ACTIONS: ACTIONS_OF[ResourceType.ARTIFACT],
    Topic.USER_ROLES: USER_ROLES,
    Topic.SERVICES: (*SERVICES, ALL_SERVICES),
}


def read_wish(table: TableReader) -> Wish | None:
    """The wish in a table; None when it does not say about what. Problems are noted with the table."""
    about = _about(table)
    why, instead = table.text("why"), table.text("instead")
    if about is None:
        table.skip("value")
    value = _value(table, about) if about else None
    table.close()
    return Wish(about=about, value=value, why=why, instead=instead) if about and value is not None else None


def _about(table: TableReader) -> Topic | None:
    word = table.text("about", check=lambda word: word_problem(word, [*Topic]))
    return Topic(word) if word in [*Topic] else None


def _value(table: TableReader, about: Topic) -> WishValue:
    if about in _FLAGS:
        return table.flag("value")
    if about in _LISTS:
        words = table.words("value", _LISTS[about])
        return ordered(words) if about is Topic.ACTIONS else words
    match about:
        case Topic.PASSWORD:
            return table.choice("value", Password)
        case Topic.FLAVOUR:
            return table.choice("value", Flavour)
        case Topic.EXPIRES_IN:
            return _lifetime(table)
        case _:
            return table.template("value", NAME_PLACES)


def _lifetime(table: TableReader) -> int:
    text = table.text("value")
    if text in ("", NEVER_WORD):
        return NEVER
    try:
        return parse_duration(text)
    except ValueError as error:
        table.problem(f"{error}, or {NEVER_WORD}", "value")
        return NEVER
