"""The lines of a table as strips, each drawn once and kept while nothing it shows has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Generic, NamedTuple, TypeVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from jfconsole.ui.widgets.columns import Cell, Placed, RenderContext, Tone
from jfconsole.ui.widgets.table_render import header_strip, row_strip, with_remark
from jfconsole.ui.widgets.table_state import TableState
from jfconsole.ui.widgets.table_style import Look, Palette

Row = TypeVar("Row")

_STRIPS_KEPT: Final = 1024


class _Face(NamedTuple):
    """How a line looks, besides its cells."""

    look: Look
    marked: bool
    new: bool
    reason: str | None


class _Drawn(NamedTuple, Generic[Row]):
    """A strip, with what it was drawn from."""

    row: Row
    context: RenderContext
    cells: tuple[Cell, ...]
    strip: Strip


class TablePainter(Generic[Row]):
    """Draws the lines of one table.

    A line is asked for often and drawn seldom: the same strip object comes back as long as row, face, room and style
    are the same, or the cells turn out to be. Whoever holds a line can thus tell by identity whether it changed.
    """

    def __init__(self, widget: Widget, state: TableState[Row], context: RenderContext) -> None:
        self.placed: tuple[Placed[Row], ...] = ()
        self.width = 0
        self.strips_rendered = 0
        self._widget = widget
        self._state = state
        self._context = context
        self._drawn: OrderedDict[tuple[str, _Face], _Drawn[Row]] = OrderedDict()
        self._header: tuple[tuple[str, bool] | None, Strip] | None = None
        self.restyle()

    def set_now(self, now: float) -> None:
        """Another moment, in epoch seconds."""
        self._context = replace(self._context, now=now)

    def set_room(self, placed: Sequence[Placed[Row]], width: int) -> None:
        """Another width or other columns."""
        self.placed = tuple(placed)
        self.width = width
        self._forget()

    def restyle(self) -> None:
        """Other colours."""
        self._palette = Palette(self._widget)
        self._forget()

    def _forget(self) -> None:
        self._drawn.clear()
        self._header = None
        self._blank: Strip | None = None

    def header(self) -> Strip:
        """The line of labels, with an arrow at the column in whose order the rows are."""
        sort = self._state.sort
        order = None if sort is None else (sort.column_id, sort.reverse)
        if self._header is None or self._header[0] != order:
            self._header = (order, self._draw_header(order))
        return self._header[1]

    def line(self, position: int) -> Strip:
        """A line of the view; blank below the last row."""
        if position < len(self._state):
            return self._row_line(position)
        if self._blank is None:
            self._blank = Strip.blank(self.width, self._palette.style("row"))
        return self._blank

    def _draw_header(self, order: tuple[str, bool] | None) -> Strip:
        glyphs = self._context.glyphs

        def arrow_of(column_id: str) -> str:
            if order is None or order[0] != column_id:
                return ""
            return glyphs.sort_down if order[1] else glyphs.sort_up

        return header_strip(self.placed, self.width, arrow_of, self._palette.header, glyphs.ellipsis)

    def _row_line(self, position: int) -> Strip:
        row, key = self._state.row_at(position), self._state.key_at(position)
        face, context = self._face(position, key), self._context
        drawn = self._drawn.get((key, face))
        if drawn is not None and drawn.row is row and drawn.context is context:
            self._drawn.move_to_end((key, face))
            return drawn.strip
        cells = tuple(placed.column.cell(row, context) for placed in self.placed)
        strip = drawn.strip if drawn is not None and drawn.cells == cells else self._draw(cells, face)
        self._drawn[key, face] = _Drawn(row, context, cells, strip)
        if len(self._drawn) > _STRIPS_KEPT:
            self._drawn.popitem(last=False)
        return strip

    def _face(self, position: int, key: str) -> _Face:
        state = self._state
        reason = state.gone.get(key)
        if reason is not None:
            return _Face("gone", False, False, reason)
        marked, new = key in state.marks, key in state.new
        if position == state.position:
            return _Face("cursor", marked, new, None)
        return _Face("marked" if marked else "new" if new else "row", marked, new, None)

    def _draw(self, cells: tuple[Cell, ...], face: _Face) -> Strip:
        self.strips_rendered += 1
        glyphs, palette = self._context.glyphs, self._palette

        def style_of(tone: Tone) -> Style:
            return palette.style(face.look, tone)

        gutter = (self._gutter(face), palette.style(face.look, "sign"))
        strip = row_strip(cells, self.placed, self.width, gutter, style_of, glyphs.ellipsis)
        if face.reason is None:
            return strip
        remark = (f" {glyphs.bullet} {face.reason} ", palette.style("row", "reason"))
        return with_remark(strip, remark, self.width, glyphs.ellipsis)

    def _gutter(self, face: _Face) -> str:
        """Cursor, then the one sign that matters most, then a blank."""
        glyphs = self._context.glyphs
        cursor = glyphs.cursor if face.look == "cursor" else " "
        if face.reason is not None:
            return f"{cursor}{glyphs.gone} "
        return cursor + (glyphs.marked if face.marked else glyphs.new if face.new else " ") + " "
