"""The table behind every list: any rows, by key, as many as there are.

It draws the lines on the screen and nothing else, so 100,000 rows cost what 40 do. Everything a row shows is plain
text by construction. See `TableState` for what survives a refresh, and `Column` for what a cell may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from jfconsole.ui.actions import Scope, in_scopes
from jfconsole.ui.glyphs import UTF8, Glyphs
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext, place
from jfconsole.ui.widgets.table_painter import TablePainter
from jfconsole.ui.widgets.table_state import Outcome, Predicate, Sort, TableState
from jfconsole.ui.widgets.table_style import COMPONENT_CLASSES, CSS

__all__ = ["Cell", "Column", "RenderContext", "ResourceTable"]

Row = TypeVar("Row")

HEADER_HEIGHT: Final = 1


@dataclass
class TableMessage(Message):
    """Something that happened in a table."""

    table: Widget

    @property
    def control(self) -> Widget:
        """The table, for `@on(..., "#id")`."""
        return self.table


class ResourceTable(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Rows of any kind as lines, with columns that make room for each other.

    Positions exist on the screen only: the cursor, the marks and every message speak of keys.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENT_CLASSES)
    DEFAULT_CSS: ClassVar[str] = CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), action.name, action.label, show=False, id=action.id)
        for action in in_scopes([Scope.TABLE])
    ]

    hidden_columns: var[int] = var(0)
    """How many columns there is no room for. Can be watched."""

    @dataclass
    class CursorMoved(TableMessage):
        """The cursor is on another row than before, or on none."""

        key: str | None

    @dataclass
    class CursorLost(TableMessage):
        """The cursor had to leave `old_key`, whose row is not shown any more, without the user moving it."""

        old_key: str
        new_key: str | None

    @dataclass
    class Opened(TableMessage):
        """The user opened a row."""

        key: str

    @dataclass
    class MarksChanged(TableMessage):
        """`count` rows are marked now; `dropped` lost their mark because they are gone."""

        count: int
        dropped: tuple[str, ...] = ()

    @dataclass
    class SortChanged(TableMessage):
        """Rows are in the order of another column, or the other way round."""

        column_id: str | None
        reverse: bool

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        *,
        glyphs: Glyphs = UTF8,
        now: float = 0.0,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """A table with these columns, without rows. `now` is in epoch seconds."""
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.columns = tuple(columns)
        self.state: TableState[Row] = TableState(key)
        self.lines_painted = 0
        """Lines handed to the compositor since the beginning; an unchanged refresh adds nothing."""
        self._painter = TablePainter(self, self.state, RenderContext(now, glyphs))
        self._painted: dict[int, Strip] = {}

    # -- what is in it -----------------------------------------------------------------------------

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor; None when no row is shown."""
        return self.state.cursor

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None when no row is shown."""
        key = self.state.cursor
        return None if key is None else self.state.row(key)

    @property
    def marks(self) -> frozenset[str]:
        """Keys of the marked rows, also of those that the filter hides."""
        return frozenset(self.state.marks)

    @property
    def targets(self) -> tuple[Row, ...]:
        """What an action is about: the marked rows (hidden ones too) in list order, else the row under the cursor."""
        if self.state.marks:
            return self.state.marked_rows()
        row = self.cursor_row
        return () if row is None else (row,)

    @property
    def total_count(self) -> int:
        """Rows there are."""
        return self.state.total

    @property
    def shown_count(self) -> int:
        """Rows that pass the filter."""
        return self.state.shown

    @property
    def hidden_marks(self) -> int:
        """Marked rows that the filter hides: a dialog about marked rows should say so."""
        return self.state.marks_hidden()

    @property
    def new_keys(self) -> frozenset[str]:
        """Keys that the last refresh brought."""
        return self.state.new

    @property
    def sort(self) -> Sort[Row] | None:
        """The order in force; None is the order of the list."""
        return self.state.sort

    # -- what callers tell it ----------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Row], *, gone_reason: str = "gone") -> None:
        """Show the list as it is now; the sequence must not be altered afterwards.

        The cursor, the marks, the order, the filter and the cursor's line on the screen survive. New rows are
        flagged and gone rows stay as a notice with the reason, both until the next call.
        """
        self._change(lambda: self.state.set_rows(rows, gone_reason))

    def clear_rows(self) -> None:
        """Forget all rows and marks without a notice, as when another server is chosen."""

        def forget() -> Outcome:
            dropped = tuple(self.state.marks)
            self.state.clear()
            return Outcome(dropped=dropped)

        self._change(forget)

    def set_filter(self, predicate: Predicate[Row] | None) -> None:
        """Show only rows that the predicate accepts; None shows all."""
        self._change(lambda: self.state.set_filter(predicate))

    def sort_by(self, column_id: str | None, reverse: bool = False) -> None:
        """Order by a column, None values last; equal rows stay in list order. None restores the list's own order.

        Raises ValueError for a column that there is not, or that cannot be sorted by.
        """
        sort = None if column_id is None else self._sort(column_id, reverse)
        self._change(lambda: self.state.set_sort(sort))
        self.post_message(self.SortChanged(self, column_id, reverse))

    def set_now(self, now: float) -> None:
        """Tell the time, in epoch seconds: lines whose text depends on it and changed are drawn again."""
        self._painter.set_now(now)
        self._repaint()

    def move_to_key(self, key: str) -> bool:
        """Put the cursor on a row; False when it is not shown."""
        return self._move(lambda: self.state.move_to_key(key))

    # -- actions -----------------------------------------------------------------------------------

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move(lambda: self.state.move_by(1))

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move(lambda: self.state.move_by(-1))

    def action_page_down(self) -> None:
        """One screen down."""
        self._move(lambda: self.state.move_by(self.page_height))

    def action_page_up(self) -> None:
        """One screen up."""
        self._move(lambda: self.state.move_by(-self.page_height))

    def action_first(self) -> None:
        """To the first row."""
        self._move(lambda: self.state.move_to(0))

    def action_last(self) -> None:
        """To the last row."""
        self._move(lambda: self.state.move_to(len(self.state) - 1, downwards=False))

    def action_open(self) -> None:
        """Open the row under the cursor."""
        key = self.cursor_key
        if key is not None:
            self.post_message(self.Opened(self, key))

    def action_toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor and go one down."""
        self._mark(self.state.toggle_mark)
        self.action_cursor_down()

    def action_mark_range(self) -> None:
        """Mark from the last row marked by hand to the cursor."""
        self._mark(self.state.mark_range)

    def action_mark_all(self) -> None:
        """Mark every row that passes the filter."""
        self._mark(self.state.mark_all)

    def action_unmark_all(self) -> None:
        """Take all marks away."""
        self._mark(self.state.unmark_all)

    def action_reverse_sort(self) -> None:
        """The same order, the other way round."""
        sort = self.state.sort
        if sort is not None:
            self.sort_by(sort.column_id, not sort.reverse)

    # -- the mouse ---------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """A label sorts, a row gets the cursor, the cursor's row opens."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < HEADER_HEIGHT:
            self._click_label(offset.x)
        else:
            self._click_row(self.scroll_offset.y + offset.y - HEADER_HEIGHT)

    def _click_label(self, x: int) -> None:
        for placed in self._painter.placed:
            if placed.start <= x < placed.start + placed.width and placed.column.sort_key is not None:
                sort, column_id = self.state.sort, placed.column.id
                again = sort is not None and sort.column_id == column_id
                self.sort_by(column_id, again and sort is not None and not sort.reverse)

    def _click_row(self, position: int) -> None:
        if position >= len(self.state) or self.state.key_at(position) in self.state.gone:
            return
        if position == self.state.position:
            self.action_open()
        else:
            self._move(lambda: self.state.move_to(position))

    # -- changes and what they tell ----------------------------------------------------------------

    def _change(self, change: Callable[[], Outcome]) -> None:
        """Carry out a change of rows, filter or order; keep the screen still around the cursor; tell about it."""
        before, held = self.cursor_key, self._held_line()
        outcome = change()
        self._fit_rows()
        self._hold_line(held)
        self._repaint()
        if outcome.lost is not None:
            self.post_message(self.CursorLost(self, outcome.lost, self.cursor_key))
        self._tell_cursor(before)
        if outcome.dropped:
            self.post_message(self.MarksChanged(self, len(self.state.marks), outcome.dropped))

    def _move(self, move: Callable[[], bool | None]) -> bool:
        before = self.cursor_key
        moved = move() is not False
        self._show_cursor()
        self._repaint()
        self._tell_cursor(before)
        return moved

    def _mark(self, mark: Callable[[], None]) -> None:
        mark()
        self._repaint()
        self.post_message(self.MarksChanged(self, len(self.state.marks)))

    def _tell_cursor(self, before: str | None) -> None:
        if self.cursor_key != before:
            self.post_message(self.CursorMoved(self, self.cursor_key))

    def _sort(self, column_id: str, reverse: bool) -> Sort[Row]:
        column = next((column for column in self.columns if column.id == column_id), None)
        if column is None or column.sort_key is None:
            raise ValueError(f"cannot sort by {column_id!r}")
        return Sort(column_id, column.sort_key, reverse)

    # -- room and scrolling ------------------------------------------------------------------------

    @property
    def page_height(self) -> int:
        """Rows that fit the screen; at least one."""
        return max(1, self.scrollable_content_region.height - HEADER_HEIGHT)

    def on_resize(self) -> None:
        """Share the new room among the columns."""
        self._share_room()
        self.hidden_columns = len(self.columns) - len(self._painter.placed)
        self._fit_rows()
        self._show_cursor()

    def _share_room(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._painter.width:
            self._painter.set_room(place(self.columns, width), width)

    def notify_style_update(self) -> None:
        """Another theme or focus: every line looks different."""
        super().notify_style_update()
        self._painter.restyle()
        self.refresh()

    def _fit_rows(self) -> None:
        size = Size(self._painter.width, len(self.state) + HEADER_HEIGHT)
        if size != self.virtual_size:
            self.virtual_size = size

    def _show_cursor(self) -> None:
        position = self.state.position
        if position is None:
            return
        top = self.scroll_offset.y
        wanted = min(max(top, position - self.page_height + 1), position)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _held_line(self) -> tuple[str | None, int]:
        """What should keep its line on the screen: the cursor's row when in sight, else the topmost row."""
        top, position = self.scroll_offset.y, self.state.position
        if position is not None and 0 <= position - top < self.page_height:
            return None, position - top
        return (self.state.key_at(top) if top < len(self.state) else None), 0

    def _hold_line(self, held: tuple[str | None, int]) -> None:
        key, line = held
        position = self.state.position if key is None else self.state.position_of(key)
        if position is None:
            position = self.state.position or 0
        wanted = max(0, position - line)
        if wanted != self.scroll_offset.y:
            self.scroll_to(y=wanted, animate=False, force=True)

    # -- drawing -----------------------------------------------------------------------------------

    @property
    def strips_rendered(self) -> int:
        """Rows drawn since the beginning; an unchanged refresh adds nothing."""
        return self._painter.strips_rendered

    def render_line(self, y: int) -> Strip:
        """The line `y` of the screen, for the compositor."""
        self._share_room()  # the first lines are asked for before the first resize event
        strip = self._painted[y] = self._line(y)
        self.lines_painted += 1
        return strip

    def _repaint(self) -> None:
        """Refresh the lines that would look different now; most often two, or none."""
        if not self._painter.width:
            return
        regions = [
            Region(0, y, self._painter.width, 1)
            for y in range(self.scrollable_content_region.height)
            if self._painted.get(y) is not self._line(y)
        ]
        if regions:
            self.refresh(*regions)

    def _line(self, y: int) -> Strip:
        if y < HEADER_HEIGHT:
            return self._painter.header()
        return self._painter.line(self.scroll_offset.y + y - HEADER_HEIGHT)
