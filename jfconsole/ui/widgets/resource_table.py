"""The table behind every list: any rows, by key, as many as there are.

It draws the lines on the screen and nothing else, so 100,000 rows cost what 40 do. Everything a row shows is plain
text by construction. See `TableState` for what survives a refresh, and `Column` for what a cell may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType

from jfconsole.ui.actions import Scope, in_scopes
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.table_base import HEADER_HEIGHT, TableBase, TableMessage
from jfconsole.ui.widgets.table_state import Outcome, Predicate, Sort
from jfconsole.ui.widgets.table_style import COMPONENT_CLASSES, CSS

__all__ = ["Cell", "Column", "RenderContext", "ResourceTable", "TableMessage"]

Row = TypeVar("Row")


class ResourceTable(TableBase[Row], inherit_bindings=False):
    """Rows of any kind as lines, with columns that make room for each other.

    Positions exist on the screen only: the cursor, the marks and every message speak of keys.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENT_CLASSES)
    DEFAULT_CSS: ClassVar[str] = CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), action.name, action.label, show=False, id=action.id)
        for action in in_scopes([Scope.TABLE])
    ]

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
    def chosen_rows(self) -> tuple[Row, ...]:
        """The marked rows, hidden ones too; without marks all that the filter lets through, as they are shown."""
        if self.state.marks:
            return self.state.marked_rows()
        keys = (self.state.key_at(position) for position in range(len(self.state)))
        return tuple(row for key in keys if self.state.has(key) and (row := self.state.row(key)) is not None)

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

    def mark(self, keys: Iterable[str]) -> None:
        """Mark these rows as well; keys without a row are passed over."""
        self._mark(lambda: self.state.mark(keys))

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
