"""The order in which the mappings of an integration are looked at, changed by moving them up and down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from jfconsole.domain.claim_shadowing import shadows
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.mapping_order import ordered
from jfconsole.domain.mapping_words import claims_words, who_words
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.resource_table import ResourceTable

_KEYS: Final = "K moves it up · J down · ctrl+s reviews the plan · esc leaves all as it is"


class MappingOrder(Dialog[tuple[str, ...]]):
    """Answers the names in the order that was chosen; None when it is the one there is. Below stands who never wins."""

    DEFAULT_CSS = """
    MappingOrder > .frame { width: 100; }
    MappingOrder ResourceTable { height: auto; min-height: 4; max-height: 12; }
    MappingOrder #told { height: auto; max-height: 6; }
    MappingOrder .note { color: $text-muted; height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "ResourceTable"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "done", show=False, priority=True),
        Binding("K", "move(-1)", show=False),
        Binding("J", "move(1)", show=False),
    ]

    def __init__(
        self, title: str, mappings: Sequence[IdentityMapping], common: JsonObject, current: str, step: int
    ) -> None:
        """`mappings` stand in one order; `current` is the one to move first, by `step` places. `title` may be hostile.

        `common` are claims that every token has which gets as far as the mappings.
        """
        super().__init__()
        self._title = title
        self._before = list(mappings)
        self._mappings = list(mappings)
        self._common = common
        self._first = (current, step)

    def compose(self) -> ComposeResult:
        """The mappings, who never wins, the way on."""
        glyphs: Glyphs = self.app.glyphs  # type: ignore[attr-defined]
        with self.framed("") as frame:
            frame.border_title = show(self._title)
            yield ResourceTable(_COLUMNS, lambda row: row.key, glyphs=glyphs)
            with VerticalScroll(id="told", can_focus=False):
                yield Static()
            yield Static(Content(_KEYS), classes="note")
            with Horizontal(classes="buttons"):
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield Button(Content("Review (^s)"), id="done", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Show what there is, the first step done already."""
        self._show()
        key, step = self._first
        self.query_one(ResourceTable).move_to_key(key)
        self.action_move(step)

    def action_move(self, step: int) -> None:
        """Move the mapping under the cursor; at the end it stays."""
        row: IdentityMapping | None = self.query_one(ResourceTable).cursor_row
        if row is None:
            return
        place = self._mappings.index(row)
        wanted = place + step
        if 0 <= wanted < len(self._mappings):
            self._mappings[place], self._mappings[wanted] = self._mappings[wanted], row
            self._show()

    def _show(self) -> None:
        table = self.query_one(ResourceTable)
        at = table.cursor_key
        table.set_rows(tuple(self._mappings))
        if at is not None:
            table.move_to_key(at)
        self.query_one("#told Static", Static).update(Content("\n").join(show(f"· {line}") for line in self._told()))

    def _told(self) -> list[str]:
        if self._mappings == self._before:
            return ["This is the order there is"]
        found = shadows(ordered(self._mappings), self._common)
        return [shadow.sentence for shadow in found] or ["Each of them can win"]

    @on(Button.Pressed, "#done")
    def action_done(self) -> None:
        """Hand the order over."""
        moved = self._mappings != self._before
        self.dismiss(tuple(mapping.name for mapping in self._mappings) if moved else None)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Leave all as it was."""
        self.dismiss(None)


def _priority(row: IdentityMapping, _: RenderContext) -> Cell:
    return Cell("none" if row.priority is None else str(row.priority), "muted")


_COLUMNS: Final = (
    Column[IdentityMapping]("name", "NAME", lambda row, _: Cell(row.name), 14, 1, 40, 10),
    Column[IdentityMapping]("wants", "WANTS", lambda row, _: Cell(claims_words(row.claims)), 24, 3, 80, 8),
    Column[IdentityMapping]("gives", "GIVES", lambda row, _: Cell(who_words(row.token_spec)), 16, 2, 60, 6),
    Column[IdentityMapping]("priority", "NOW", _priority, 5, 0, 5, 9, align="right"),
)
