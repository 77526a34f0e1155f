"""Columns of a table: how a row becomes cells, and which columns fit how wide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from jfconsole.ui.glyphs import UTF8, Glyphs
from jfconsole.ui.widgets.table_state import SortKey

Row = TypeVar("Row")

Tone = Literal["normal", "muted", "strong", "accent", "success", "warning", "danger"]
"""What a cell wants to say by its colour; themes decide the colour. The words must say it as well."""

TONES: Final[tuple[Tone, ...]] = ("normal", "muted", "strong", "accent", "success", "warning", "danger")

COLUMN_GAP: Final = 2
GUTTER_WIDTH: Final = 3
"""Cells before the first column: cursor, sign (marked, new or gone), blank."""


class Cell(NamedTuple):
    """Plain text and its tone. Text from a server may come as it is: the table makes it fit to show.

    A tuple rather than a dataclass: a screen full is made anew on every tick of the clock.
    """

    text: str
    tone: Tone = "normal"


EMPTY: Final = Cell("")


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What cells may depend on besides their row. `now` is in epoch seconds."""

    now: float = 0.0
    glyphs: Glyphs = UTF8


@dataclass(frozen=True)  # with slots, Column[...](...) fails on Python 3.11
class Column(Generic[Row]):
    """One column. `cell` must be quick and pure: it is called for visible rows only, but on every change.

    When room is short, columns of the lowest `priority` go first. What room is left is shared by `weight` (0: keeps
    its `min_width`), up to `max_width`. Without `sort_key` the column cannot be sorted by.
    """

    id: str
    label: str
    cell: Callable[[Row, RenderContext], Cell]
    min_width: int = 8
    weight: int = 1
    max_width: int = 60
    priority: int = 0
    sort_key: SortKey[Row] | None = None
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)  # with slots, Placed[...](...) fails on Python 3.11
class Placed(Generic[Row]):
    """A column with its place on the line, in cells."""

    column: Column[Row]
    start: int
    width: int


def place(columns: Sequence[Column[Row]], width: int) -> tuple[Placed[Row], ...]:
    """Choose the columns that fit a line of `width` cells and share the room. At least one is always placed."""
    chosen = _fitting(columns, width - GUTTER_WIDTH)
    widths = _shared(chosen, width - GUTTER_WIDTH)
    placed: list[Placed[Row]] = []
    start = GUTTER_WIDTH
    for column, column_width in zip(chosen, widths, strict=True):
        placed.append(Placed(column, start, column_width))
        start += column_width + COLUMN_GAP
    return tuple(placed)


def _fitting(columns: Sequence[Column[Row]], room: int) -> list[Column[Row]]:
    chosen = list(columns)
    while len(chosen) > 1 and _needed(chosen) > room:
        lowest = min(column.priority for column in chosen)
        last = max(at for at, column in enumerate(chosen) if column.priority == lowest)
        del chosen[last]
    return chosen


def _needed(columns: Sequence[Column[Row]]) -> int:
    return sum(column.min_width for column in columns) + COLUMN_GAP * (len(columns) - 1)


def _shared(columns: Sequence[Column[Row]], room: int) -> list[int]:
    """Minimum widths plus what is spare, by weight; what a full column cannot take goes to the others."""
    widths = [column.min_width for column in columns]
    spare = room - _needed(columns)
    if spare < 0:
        return [max(1, room)] * len(widths)
    growing = [at for at, column in enumerate(columns) if column.weight and column.min_width < column.max_width]
    while spare > 0 and growing:
        total = sum(columns[at].weight for at in growing)
        share = spare / total
        for at in growing:
            wanted = max(1, int(share * columns[at].weight))
            taken = min(wanted, spare, columns[at].max_width - widths[at])
            widths[at] += taken
            spare -= taken
        growing = [at for at in growing if widths[at] < columns[at].max_width]
    return widths
