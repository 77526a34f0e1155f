"""Choosing names from all there are: filter, mark, done. The whole list is read, page by page, before it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import Schema, parse
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column
from jfconsole.ui.widgets.quiet_input import QuietInput
from jfconsole.ui.widgets.resource_table import ResourceTable

_COLUMNS: Final = (Column[str]("name", "NAME", lambda name, _: Cell(name), 20, 1, 200, 1, str.lower),)
_KEYS: Final = "space marks · enter or ctrl+s takes the marked ones · esc leaves all as it was"
_KEYS_OF_ONE: Final = "enter takes the one under the cursor · esc leaves it as it was"
_SCHEMA: Final = Schema[str](str.lower, {})


class Picker(Dialog[tuple[str, ...]]):
    """Answers the chosen names, sorted. Names chosen before stay chosen, also those that no longer exist.

    With `one` the name under the cursor is taken, and nothing is marked; `typed` is what was typed for it so far.
    """

    DEFAULT_CSS = """
    Picker ResourceTable { height: 14; }
    Picker .note { color: $text-muted; height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "Input"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "done", show=False, priority=True),
        Binding("down", "rows", show=False),
    ]

    def __init__(
        self,
        what: str,
        load: Callable[[], Awaitable[Sequence[str]]],
        chosen: Sequence[str] = (),
        *,
        one: bool = False,
        typed: str = "",
    ) -> None:
        super().__init__()
        self._typed = typed
        self._one = one
        self._what = what
        self._load = load
        self._chosen = tuple(chosen)

    def compose(self) -> ComposeResult:
        """Filter, list, keys."""
        glyphs: Glyphs = self.app.glyphs  # type: ignore[attr-defined]
        with self.framed(f"Choose {self._what.lower()}"):
            yield QuietInput(placeholder="filter")
            yield ResourceTable(_COLUMNS, str, glyphs=glyphs)
            yield Static(Content("Reading …"), classes="note")

    def on_mount(self) -> None:
        """Read the names in the background."""
        self.run_worker(self._fill(), group="fill")

    async def _fill(self) -> None:
        try:
            names = await self._load()
        except ConsoleError as error:
            self._note(show(f"{error.message}. {error.hint}"))
            return
        gone = [name for name in self._chosen if name not in set(names)]
        table = self.query_one(ResourceTable)
        table.set_rows([*names, *gone])
        table.mark(self._chosen)
        self._start_at(self._typed, names)
        self._note(Content(_KEYS_OF_ONE if self._one else _KEYS))

    def _start_at(self, typed: str, names: Sequence[str]) -> None:
        """Show what was typed among the names: the one that is called so, else those that have it in them."""
        entry = self.query_one(QuietInput)
        if self.query_one(ResourceTable).move_to_key(typed) or entry.value:
            return
        wanted = parse(typed, _SCHEMA)
        if wanted and any(map(wanted.compile(0.0), names)):
            entry.value = typed
            entry.select_all()

    def _note(self, note: Content) -> None:
        self.query_one(".note", Static).update(note)

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        wanted = parse(event.value, _SCHEMA)
        self.query_one(ResourceTable).set_filter(wanted.compile(0.0) if wanted else None)

    @on(Input.Submitted)
    def _enter(self) -> None:
        """Take the one that was found, or go on to marking."""
        if self._one:
            self.action_done()
        else:
            self.action_rows()

    def action_rows(self) -> None:
        """From the filter to the rows."""
        self.query_one(ResourceTable).focus()

    @on(ResourceTable.Opened)
    def action_done(self) -> None:
        """Take the marked names; where none was chosen before and none is marked, the one under the cursor."""
        table = self.query_one(ResourceTable)
        names = frozenset() if self._one else table.marks
        if not names and not self._chosen and table.cursor_row is not None:
            names = frozenset({table.cursor_row})
        if names or not self._one:
            self.dismiss(tuple(sorted(names)))
