"""One line of a table, from cells to a strip: made fit to show, cut to its width, every cell styled.

This is the only place where row data becomes something a terminal receives. Text passes `visible`, so that no
escape, markup or direction override in it can act; what remains is measured in terminal cells, not characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from jfconsole.domain.text import visible
from jfconsole.ui.widgets.columns import COLUMN_GAP, GUTTER_WIDTH, Cell, Placed, Tone

Row = TypeVar("Row")
Run = tuple[str, Style]

_CHARACTERS_PER_CELL: Final = 4
"""More characters than this in one cell are cut: marks that pile up on one letter would flood the line."""

_GAP: Final = " " * COLUMN_GAP


def fit(text: str, width: int, ellipsis: str, align: Literal["left", "right"] = "left") -> str:
    """The text, fit to show and exactly `width` terminal cells wide; what does not fit ends in the ellipsis."""
    if width <= 0:
        return ""
    limit = _CHARACTERS_PER_CELL * width
    too_long = len(text) > limit
    shown = visible(text[:limit])
    if shown.isascii():
        size = len(shown)
    else:
        shown = shown.replace("\ufe0f", "")  # asks for the emoji form, about whose width terminals disagree
        size = cell_len(shown)
    if too_long or size > width:
        return _cut(shown, width - 1) + ellipsis
    padding = " " * (width - size)
    return padding + shown if align == "right" else shown + padding


def _cut(text: str, width: int) -> str:
    return text[:width].ljust(width) if text.isascii() else set_cell_size(text, width)


def row_strip(
    cells: Sequence[Cell],
    placed: Sequence[Placed[Row]],
    width: int,
    gutter: Run,
    style_of: Callable[[Tone], Style],
    ellipsis: str,
) -> Strip:
    """A line of cells behind its gutter, `width` cells wide."""
    plain = style_of("normal")
    runs: list[Run] = [gutter]
    for cell, place in zip(cells, placed, strict=True):
        column = place.column
        runs.append((fit(cell.text, place.width, ellipsis, column.align), style_of(cell.tone)))
        runs.append((_GAP, plain))
    return _strip(runs, placed, width, plain)


def header_strip(
    placed: Sequence[Placed[Row]],
    width: int,
    arrow_of: Callable[[str], str],
    style_of: Callable[[bool], Style],
    ellipsis: str,
) -> Strip:
    """The line of labels; `arrow_of` gives the arrow of a column's id, empty when it is not sorted by."""
    plain = style_of(False)
    runs: list[Run] = [(" " * GUTTER_WIDTH, plain)]
    for place in placed:
        column, arrow = place.column, arrow_of(place.column.id)
        if arrow:
            label = fit(column.label, min(place.width - 2, cell_len(column.label)), ellipsis)
            runs.append((fit(f"{label} {arrow}", place.width, ellipsis, column.align), style_of(True)))
        else:
            runs.append((fit(column.label, place.width, ellipsis, column.align), plain))
        runs.append((_GAP, plain))
    return _strip(runs, placed, width, plain)


def with_remark(strip: Strip, remark: Run, width: int, ellipsis: str) -> Strip:
    """The line with a remark over its right end, at most over half of it."""
    text, style = remark
    shown = fit(text, min(cell_len(visible(text)), width // 2), ellipsis)
    kept = strip.crop(0, width - cell_len(shown))
    return Strip([*kept, Segment(shown, style)], width) if shown else strip


def _strip(runs: list[Run], placed: Sequence[Placed[Row]], width: int, plain: Style) -> Strip:
    """Runs that end in a gap as a strip of `width` cells; neighbours of one style become one segment."""
    end = placed[-1].start + placed[-1].width if placed else 0
    runs[-1] = (" " * (width - end), plain)
    segments: list[Segment] = []
    parts: list[str] = []
    current = plain
    for text, style in runs:
        if style is not current and parts:
            segments.append(Segment("".join(parts), current))
            parts = []
        current = style
        parts.append(text)
    last = "".join(parts)
    if last:
        segments.append(Segment(last, current))
    strip = Strip(segments, max(end, width))
    return strip if end <= width else strip.crop(0, width)
