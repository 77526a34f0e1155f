"""A small app around one table, for the tests of the table itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from jfconsole.domain.durations import format_relative
from jfconsole.ui.glyphs import UTF8, Glyphs
from jfconsole.ui.widgets.resource_table import Cell, Column, RenderContext, ResourceTable, TableMessage

NOW: Final = 1_790_000_000


@dataclass(frozen=True, slots=True)
class Ship:
    key: str
    name: str
    sails: int | None = None
    due: float = NOW + 3600


def fleet(count: int) -> list[Ship]:
    return [Ship(f"s{number:05}", f"Ship {number:05}", sails=(number * 7) % 11) for number in range(count)]


def _due(ship: Ship, context: RenderContext) -> Cell:
    overdue = ship.due < context.now
    return Cell(format_relative(ship.due, context.now), "danger" if overdue else "normal")


COLUMNS: Final[tuple[Column[Ship], ...]] = (
    Column("name", "NAME", lambda ship, _: Cell(ship.name), 12, 3, 40, 9, attrgetter("name")),
    Column("sails", "SAILS", lambda ship, _: Cell(str(ship.sails), "muted"), 7, 0, 7, 5, attrgetter("sails"), "right"),
    Column("due", "DUE", _due, 10, 1, 20, 8, attrgetter("due")),
    Column("key", "KEY", lambda ship, _: Cell(ship.key, "accent"), 10, 1, 20, 1),
)


class TableApp(App[None]):
    """One table, and every message it posts."""

    def __init__(self, rows: Sequence[Ship], glyphs: Glyphs = UTF8) -> None:
        super().__init__()
        self.rows = rows
        self.glyphs = glyphs
        self.told: list[TableMessage] = []

    def compose(self) -> ComposeResult:
        yield ResourceTable(COLUMNS, attrgetter("key"), glyphs=self.glyphs, now=NOW, id="ships")

    def on_mount(self) -> None:
        self.table.set_rows(self.rows)
        self.table.focus()

    @property
    def table(self) -> ResourceTable[Ship]:
        return self.query_one("#ships", ResourceTable)

    async def on_event_told(self, message: TableMessage) -> None:
        self.told.append(message)

    on_resource_table_cursor_moved = on_event_told
    on_resource_table_cursor_lost = on_event_told
    on_resource_table_opened = on_event_told
    on_resource_table_marks_changed = on_event_told
    on_resource_table_sort_changed = on_event_told

    def heard(self, kind: type[Message]) -> list[TableMessage]:
        """Messages of a kind since the last time they were asked for."""
        found = [message for message in self.told if isinstance(message, kind)]
        self.told = [message for message in self.told if not isinstance(message, kind)]
        return found

    def screen_lines(self) -> list[str]:
        """What the terminal shows, line by line."""
        return [strip.text for strip in self.screen._compositor.render_strips(self.size)]

    def at_cursor(self) -> tuple[str | None, int]:
        """The cursor's key and its line on the screen."""
        glyph = self.glyphs.cursor
        lines = [number for number, line in enumerate(self.screen_lines()) if line.startswith(glyph)]
        assert len(lines) <= 1
        return self.table.cursor_key, lines[0] if lines else -1


Scenario = Callable[[TableApp, Pilot[None]], Awaitable[None]]


def run(scenario: Scenario, rows: Sequence[Ship], *, size: tuple[int, int] = (80, 12), glyphs: Glyphs = UTF8) -> None:
    """Play a scenario on the real app, headless."""

    async def play() -> None:
        app = TableApp(rows, glyphs)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.told.clear()
            await scenario(app, pilot)

    asyncio.run(play())


def renamed(ship: Ship, name: str) -> Ship:
    """The same ship under another name."""
    return replace(ship, name=name)
