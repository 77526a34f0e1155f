"""The list table and the filter against Textual's DataTable, in one run: `python -m tests.bench.table [ROWS ...]`.

Every figure is the median of several (or the 95th percentile), in milliseconds, from the call to the painted frame
in a headless app of 120x40 cells. The ratio is to DataTable with the same eight columns doing the same, where it
can; it is filled with 10,000 rows only, as 100,000 take it most of a minute.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from operator import attrgetter
from random import Random
from typing import Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import DataTable

from jfconsole.domain.durations import DAY, format_relative
from jfconsole.domain.filters import FieldSpec, Schema, parse
from jfconsole.ui.widgets.resource_table import Cell, Column, RenderContext, ResourceTable

NOW: Final = 1_790_000_000.0
SIZE: Final = (120, 40)
FLOOR_ROWS: Final = 10_000
WORDS: Final = ("deploy", "reader", "scanner", "release", "nightly", "mirror", "audit", "backup")


class Record:
    """One row with eight things to show, and the text that is searched."""

    __slots__ = ("created", "expires", "haystack", "key", "name", "note", "scope", "state", "used", "weight")

    def __init__(self, number: int, random: Random) -> None:
        self.key = f"{random.getrandbits(128):032x}"
        self.name = f"{random.choice(WORDS)}-{number}"
        self.scope = f"groups: {random.choice(WORDS)}"
        self.note = f"for {random.choice(WORDS)} of {random.choice(WORDS)}"
        self.expires = None if random.random() < 0.1 else NOW + random.randrange(90 * DAY)
        self.created = NOW - random.randrange(1000 * DAY)
        self.used = None if random.random() < 0.5 else NOW - random.randrange(90 * DAY)
        self.state = random.choice(("active", "locked"))
        self.weight = number
        self.haystack = f"{self.name} {self.scope} {self.note}".lower()


def columns() -> list[Column[Record]]:
    def ago(name: str) -> Column[Record]:
        read: Callable[[Record], float | None] = attrgetter(name)
        return Column(
            name,
            name.upper(),
            lambda row, context: Cell(format_relative(read(row), context.now), "muted"),
            10,
            0,
            10,
            sort_key=read,
        )

    def words(name: str, width: int) -> Column[Record]:
        read: Callable[[Record], str] = attrgetter(name)
        return Column(name, name.upper(), lambda row, _: Cell(read(row)), width, 1, 40, sort_key=read)

    return [
        words("name", 14),
        words("scope", 12),
        words("note", 12),
        ago("expires"),
        ago("created"),
        ago("used"),
        words("state", 6),
        words("key", 10),
    ]


SCHEMA: Final[Schema[Record]] = Schema(
    attrgetter("haystack"),
    {
        FieldSpec("name", "text"): attrgetter("name"),
        FieldSpec("expires", "duration_until"): attrgetter("expires"),
    },
)


class Bench(App[None]):
    """One widget that fills the screen."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.subject = widget

    def compose(self) -> ComposeResult:
        yield self.subject

    def on_mount(self) -> None:
        self.subject.focus()


async def measure(
    pilot: Pilot[None],
    act: Callable[[], object],
    *,
    first: Callable[[], object] = lambda: None,
    times: int = 7,
    keep: Callable[[list[float]], float] = statistics.median,
) -> float:
    """Milliseconds from `act` until every queue is empty and the frame is painted; `first` is not counted."""
    taken: list[float] = []
    for _ in range(times):
        first()
        await settled(pilot)
        start = time.perf_counter()
        act()
        await settled(pilot)
        taken.append((time.perf_counter() - start) * 1000)
    return keep(taken)


async def settled(pilot: Pilot[None]) -> None:
    """Every queue is empty and the repaint has happened."""
    await pilot._wait_for_screen()
    pilot.app.screen._on_timer_update()
    await pilot._wait_for_screen()


def p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


async def bench_table(rows: list[Record]) -> dict[str, float]:
    table: ResourceTable[Record] = ResourceTable(columns(), attrgetter("key"), now=NOW)
    figures: dict[str, float] = {}
    async with Bench(table).run_test(size=SIZE) as pilot:
        await settled(pilot)

        word = parse("scanner", SCHEMA).compile(NOW)
        several = parse("scanner !audit expires<30d", SCHEMA).compile(NOW)
        changed = [*rows[5:20], *rows[25:], *(Record(number, Random(number)) for number in range(5))]

        def plain() -> None:
            table.clear_rows()
            table.set_filter(None)
            table.sort_by(None)
            table.set_rows(rows)

        def filtered() -> None:
            plain()
            table.set_filter(word)

        figures["load"] = await measure(pilot, lambda: table.set_rows(rows), first=table.clear_rows)
        gc.freeze()
        figures["same list again"] = await measure(pilot, lambda: table.set_rows(rows))
        figures["equal list again"] = await measure(pilot, lambda: table.set_rows(list(rows)))
        figures["refresh, 10 gone and 5 new"] = await measure(pilot, lambda: table.set_rows(changed), first=plain)
        plain()
        figures["clock ticks"] = await measure(pilot, lambda: table.set_now(time.time()))
        figures["cursor down, p95"] = await measure(pilot, table.action_cursor_down, times=100, keep=p95)
        table.action_first()
        figures["page down"] = await measure(pilot, table.action_page_down, times=20)
        figures["page down, p95"] = await measure(pilot, table.action_page_down, times=60, keep=p95)
        figures["filter, one word"] = await measure(pilot, lambda: table.set_filter(word), first=plain)
        figures["filter, three terms"] = await measure(pilot, lambda: table.set_filter(several), first=plain)
        figures["filter off"] = await measure(pilot, lambda: table.set_filter(None), first=filtered)
        figures["sort by time"] = await measure(pilot, lambda: table.sort_by("expires"), first=plain)
        figures["sort by text"] = await measure(pilot, lambda: table.sort_by("name", reverse=True), first=plain)
        figures["mark all"] = await measure(pilot, table.action_mark_all, first=plain)
    return figures


async def bench_floor(rows: list[Record]) -> dict[str, float]:
    table: DataTable[Text] = DataTable(cursor_type="row")
    figures: dict[str, float] = {}
    shown = columns()
    async with Bench(table).run_test(size=SIZE) as pilot:
        table.add_columns(*(column.label for column in shown))
        await settled(pilot)

        context = RenderContext(NOW)

        def load() -> None:
            for row in rows:
                table.add_row(*(Text(column.cell(row, context).text) for column in shown), key=row.key)

        figures["load"] = await measure(pilot, load, first=table.clear, times=3)
        gc.freeze()
        figures["cursor down, p95"] = await measure(pilot, table.action_cursor_down, times=100, keep=p95)
        table.move_cursor(row=0)
        figures["page down"] = await measure(pilot, table.action_page_down, times=20)
        figures["page down, p95"] = await measure(pilot, table.action_page_down, times=60, keep=p95)
    return figures


async def main(counts: list[int]) -> None:
    random = Random(0)
    floor = await timed("DataTable", bench_floor, [Record(n, random) for n in range(FLOOR_ROWS)])
    for count in counts:
        rows = [Record(number, random) for number in range(count)]
        gc.freeze()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        figures = await timed("ResourceTable", bench_table, rows)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"\n{count:,} rows; peak memory grew {grown:.0f} MB while it ran (rows not counted)")
        for name, figure in figures.items():
            beside = floor.get(name)
            ratio = "" if beside is None else f"{figure / beside:8.3f} x DataTable ({beside:.1f} ms at {FLOOR_ROWS:,})"
            print(f"  {name:28}{figure:9.2f} ms {ratio}")


async def timed(
    name: str, run: Callable[[list[Record]], Awaitable[dict[str, float]]], rows: list[Record]
) -> dict[str, float]:
    print(f"{name} with {len(rows):,} rows ...", file=sys.stderr)
    return await run(rows)


if __name__ == "__main__":
    asyncio.run(main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 100_000]))
