"""The help page: what can be done on a screen, from the registry of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from textual.content import Content

from jfconsole.ui.actions import Action, Scope, in_scopes, key_names
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.screens.resource import ResourceScreen

_HEADINGS: Final = {
    Scope.APP: "Everywhere",
    Scope.LIST: "Lists",
    Scope.TABLE: "Rows",
    Scope.TOKENS: "Tokens",
    Scope.JOURNAL: "Journal",
}

_FILTER_RULES: Final = (
    'Words are ANDed; ! negates one; quotes keep blanks together: never !admin "ci bot"',
    "field:part looks inside a field, field:=whole compares all of it, * stands for anything",
    "Times: expires<7d, created>1y, expires<=2027-01-31 (m, h, d, w, y)",
    "Fields and flags of this list:",
)


def help_page(screen: ConsoleScreen, reason_against: Callable[[Action, ConsoleScreen], str | None]) -> Content:
    """Actions by scope with keys and help; what is not possible now says why."""
    parts: list[Content] = []
    for scope in reversed(screen.SCOPES):
        parts.append(Content.styled(_HEADINGS[scope], "bold $text-accent"))
        parts += [_line(action, reason_against(action, screen)) for action in in_scopes([scope])]
        parts.append(Content(""))
    if isinstance(screen, ResourceScreen):
        parts += [Content.styled("Filter", "bold $text-accent"), *_filter_lines(screen)]
    return Content("\n").join(parts)


def _line(action: Action, reason: str | None) -> Content:
    text = Content.assemble((f"  {key_names(action):<18}", "bold"), action.help)
    return Content.assemble(text, (f"  Not now: {reason}", "$text-warning")) if reason else text


def _filter_lines(screen: ResourceScreen[object]) -> Iterator[Content]:
    yield from (Content(f"  {rule}") for rule in _FILTER_RULES)
    for field in screen.filter_schema.fields:
        names = ", ".join((field.name, *field.aliases))
        yield Content.assemble((f"    {names:<22}", "bold"), field.help)
