"""The help page: what can be done on a screen, from the registry of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from jfconsole.ui.actions import Action, Scope, in_scopes, key_names
from jfconsole.ui.keymap import Keymap, keys_of
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show
from jfconsole.ui.typeahead import HoldsKeys
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

_HEADINGS: Final = {
    Scope.APP: "Everywhere",
    Scope.LIST: "Lists",
    Scope.TABLE: "Rows",
    Scope.TOKENS: "Tokens",
    Scope.OBJECTS: "Deleting",
    Scope.EDITABLE: "Making and editing",
    Scope.RENAMABLE: "Renaming",
    Scope.PERMISSIONS: "Permissions",
    Scope.PEOPLE: "Memberships",
    Scope.USERS: "Users",
    Scope.TRUST: "Trust",
    Scope.ISSUER: "The local issuer",
    Scope.PARTS: "Its parts",
    Scope.VAULT: "The vault",
    Scope.KEYS: "Keys",
    Scope.ISSUERS: "Serving and publishing",
    Scope.MINTING: "Minting",
    Scope.MINT_LOG: "The mint log",
    Scope.MAPPINGS: "Order",
    Scope.REGISTRIES: "Pulls",
    Scope.JOURNAL: "Journal",
    Scope.KEYMAP: "The key list",
    Scope.SNAPSHOTS: "Snapshots",
}

_FILTER_RULES: Final = (
    SheetLine("  never !admin", "Words are ANDed, ! negates one, quotes keep blanks together."),
    SheetLine("  scope:groups", "A part of a field; field:=whole compares all of it, * stands for anything."),
    SheetLine("  expires<7d", "Times by distance (m, h, d, w, y) or by date: expires<=2027-01-31."),
)


class HelpPage(Viewer):
    """The help of one screen. A slash leads on to the list of all keys, with the keyboard in its filter."""

    HINT: ClassVar[str] = "/ find any key · esc close"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "find", show=False, priority=True)]

    searching = False
    """Whether it was left to look for a key."""

    def action_find(self) -> None:
        """Leave for the list of all keys; what is typed from now on waits for its filter."""
        self.searching = True
        if isinstance(self.app, HoldsKeys):
            self.app.typeahead.hold()
        self.dismiss(None)


def help_of(screen: ConsoleScreen, reason_against: Callable[[Action, ConsoleScreen], str | None]) -> HelpPage:
    """The page of a screen."""
    return HelpPage(Content("help"), *help_sheets(screen, reason_against))


def help_sheets(screen: ConsoleScreen, reason_against: Callable[[Action, ConsoleScreen], str | None]) -> list[Sheet]:
    """Actions by scope with keys and help; what is not possible now says why. Then the filter of the list."""
    keymap = screen.app.own_keys

    def line(action: Action) -> SheetLine:
        return _action_line(action, keymap, reason_against(action, screen))

    sheets = [_sheet(_HEADINGS[scope], map(line, in_scopes([scope]))) for scope in reversed(screen.SCOPES)]
    if isinstance(screen, ResourceScreen):
        sheets.append(_sheet("Filter", _filter_lines(screen)))
    return sheets


def _sheet(heading: str, lines: Iterable[SheetLine]) -> Sheet:
    return Sheet(show(heading, "bold $text-accent"), tuple(lines), Content(""), label_width=20)


def _action_line(action: Action, keymap: Keymap, reason: str | None) -> SheetLine:
    label = f"  {key_names(keys_of(action, keymap)) or f':{action.name}'}"
    if reason is None:
        return SheetLine(label, action.help, note=action.id)
    return SheetLine(label, f"{action.help} Not now: {reason}.", "$text-muted", action.id)


def _filter_lines(screen: ResourceScreen[Any]) -> Iterator[SheetLine]:
    yield from _FILTER_RULES
    for field in screen.filter_schema.fields:
        yield SheetLine(f"  {', '.join((field.name, *field.aliases))}", field.help)
