"""The key list: every action with its keys and where it applies, found while one types; enter gives another key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.requests import Json
from jfconsole.domain.views import READY, View
from jfconsole.services.settings import SettingStore
from jfconsole.ui.actions import ACTIONS, Action, Scope, key_names
from jfconsole.ui.keymap import keys_of, twins
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.key_catcher import KeyCatcher
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, Severity
from jfconsole.ui.widgets.resource_table import ResourceTable


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An action with the keys that it has now; `own`: a person gave them."""

    action: Action
    keys: tuple[str, ...]
    own: bool

    @property
    def haystack(self) -> str:
        """Everything that one might look for it by."""
        action = self.action
        found = (action.id, action.label, action.help, action.scope, key_names(self.keys), *self.keys)
        return "\n".join(found).lower()


class KeymapScreen(ResourceScreen[KeyRow]):
    """Enter gives the action another key; what that key means already is told before it is taken."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.KEYMAP)
    CRUMBS: ClassVar[tuple[str, ...]] = ("key list",)
    NOUN: ClassVar[str] = "the key list"
    LIVE: ClassVar[bool] = False
    VIEWS: ClassVar[tuple[View, ...]] = READY["keymap"]

    def columns(self) -> Sequence[Column[KeyRow]]:
        """Keys, id, where, what it does."""
        return (
            Column("keys", "KEYS", _keys, 13, 0, 13, 9, lambda row: key_names(row.keys).lower()),
            Column("id", "ACTION", lambda row, _: Cell(row.action.id), 20, 0, 22, 8, lambda row: row.action.id),
            Column("where", "WHERE", lambda row, _: Cell(row.action.scope, "muted"), 15, 0, 30, 5, _where),
            Column("help", "WHAT IT DOES", lambda row, _: Cell(row.action.help), 20, 3, 120, 6),
        )

    def schema(self) -> Schema[KeyRow]:
        """By any word, by key, by place."""
        return Schema(
            lambda row: row.haystack,
            {
                FieldSpec("key", "text", (), "a key, as it is shown: key:^d"): lambda row: _key_texts(row),
                FieldSpec("where", "text", (), "where it applies: where:tokens"): _where,
                FieldSpec("own", "flag", (), "you gave it its keys"): lambda row: row.own,
                FieldSpec("nokey", "flag", (), "it has no key"): lambda row: not row.keys,
            },
        )

    def key(self, row: KeyRow) -> str:
        """The id of the action."""
        return row.action.id

    async def fetch(self) -> Sequence[KeyRow]:
        """All actions; the very same list when no key changed."""
        own = self.app.own_keys
        rows = [KeyRow(action, tuple(keys_of(action, own)), action.id in own) for action in ACTIONS]
        return self.rows if self.rows is not None and list(self.rows) == rows else rows

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """Keys may have been changed in the settings."""
        if self.rows is not None:
            self.fetch_now()

    def describe(self, row: KeyRow) -> Sheet:
        """What it does, how it is called, what its keys are by default."""
        action = row.action
        return Sheet(
            show(action.label, "bold"),
            (
                SheetLine("does", action.help),
                SheetLine("where", action.scope),
                SheetLine("keys", key_names(row.keys) or "none"),
                SheetLine("by default", key_names(action.keys) or "none"),
                *(SheetLine("together", f"{twin.id} ({twin.scope})") for twin in twins(action)),
                SheetLine("id", action.id),
                SheetLine("command", f":{action.id}"),
            ),
        )

    def record(self, row: KeyRow) -> Json:
        """The action as JSON."""
        action = row.action
        keys: list[Json] = [*row.keys]
        default: list[Json] = [*action.keys]
        return {"id": action.id, "keys": keys, "default": default, "where": action.scope, "help": action.help}

    def empty(self) -> Empty:
        """There always are actions."""
        return Empty("There are no actions.", "")

    # -- another key -----------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Keys are given to a row, and taken back from one that was given some."""
        row = self.table.cursor_row
        if action.scope is Scope.KEYMAP and row is None:
            return "There is no action here"
        if action.id == "keymap.reset" and row is not None and not row.own:
            return "It has its default keys"
        return super().why_not(action)

    def hint_label(self, action: Action) -> str:
        """Enter gives another key."""
        return "another key" if action.id == "table.open" else super().hint_label(action)

    @on(ResourceTable.Opened)
    def _open(self, event: ResourceTable.Opened) -> None:
        """What opening an action means here, in the place of its description."""
        event.prevent_default()
        self.app.action_perform("keymap.rebind")

    def do_rebind(self) -> None:
        """Ask for a key, and give it to the action under the cursor."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "rebind", partial(self._rebind, row.action))

    async def _rebind(self, action: Action) -> None:
        key = await self.app.push_screen_wait(KeyCatcher(action, self.app.own_keys))
        if key is not None:
            self._put(action, key)

    def do_reset(self) -> None:
        """Take back what was given to it, and to what means the same."""
        row = self.table.cursor_row
        if row is not None:
            self._put(row.action, None)

    def _put(self, action: Action, key: str | None) -> None:
        store = SettingStore(self.app.workbench.paths.config)
        try:
            store.put_keys({action.id: key, **dict.fromkeys(twin.id for twin in twins(action))})
            self.app.use_settings(store.load())
        except (ConsoleError, OSError) as error:
            self.say(Line(str(error), Severity.ERROR))
            return
        now = key_names(keys_of(action, self.app.own_keys)) or "no key"
        same = twins(action)
        who = f"{action.id} and {', '.join(twin.id for twin in same)} have" if same else f"{action.id} has"
        self.say(Line(f"{who} {now} now", hint="Kept in the settings" if key else "The default"))
        self.fetch_now()


def _keys(row: KeyRow, _: RenderContext) -> Cell:
    return Cell(key_names(row.keys), "accent" if row.own else "strong")


def _key_texts(row: KeyRow) -> Sequence[str]:
    return (*map(lambda key: key_names([key]), row.keys), *row.keys)


def _where(row: KeyRow) -> str:
    return row.action.scope
