"""What a table of rows does under the surface: carry out changes by key, tell them, paint the lines in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from jfconsole.ui.glyphs import UTF8, Glyphs
from jfconsole.ui.widgets.columns import Column, RenderContext, place
from jfconsole.ui.widgets.table_painter import TablePainter
from jfconsole.ui.widgets.table_state import Outcome, Sort, TableState

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


class TableBase(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """The machinery below `ResourceTable`: its messages, how changes are carried out and told, what is painted."""

    hidden_columns: var[int] = var(0)
    """How many columns there is no room for. Can be watched."""

    @dataclass
    class CursorMoved(TableMessage, namespace="resource_table"):
        """The cursor is on another row than before, or on none."""

        key: str | None

    @dataclass
    class CursorLost(TableMessage, namespace="resource_table"):
        """The cursor had to leave `old_key`, whose row is not shown any more, without the user moving it."""

        old_key: str
        new_key: str | None

    @dataclass
    class Opened(TableMessage, namespace="resource_table"):
        """The user opened a row."""

        key: str

    @dataclass
    class MarksChanged(TableMessage, namespace="resource_table"):
        """`count` rows are marked now; `dropped` lost their mark because they are gone."""

        count: int
        dropped: tuple[str, ...] = ()

    @dataclass
    class SortChanged(TableMessage, namespace="resource_table"):
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

    # -- changes and what they tell ----------------------------------------------------------------

    def _change(self, change: Callable[[], Outcome]) -> None:
        """Carry out a change of rows, filter or order; keep the screen still around the cursor; tell about it."""
        before, held = self.state.cursor, self._held_line()
        outcome = change()
        self._fit_rows()
        self._hold_line(held)
        self._repaint()
        if outcome.lost is not None:
            self.post_message(self.CursorLost(self, outcome.lost, self.state.cursor))
        self._tell_cursor(before)
        if outcome.dropped:
            self.post_message(self.MarksChanged(self, len(self.state.marks), outcome.dropped))

    def _move(self, move: Callable[[], bool | None]) -> bool:
        before = self.state.cursor
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
        if self.state.cursor != before:
            self.post_message(self.CursorMoved(self, self.state.cursor))

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
