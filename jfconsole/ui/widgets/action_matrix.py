"""Who may do what, as a grid: a line for each user or group, a column for each action, a mark where one is given.

It draws the lines in sight only. Where not all columns fit, those around the cursor are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from jfconsole.domain.permission_facts import MatrixRow
from jfconsole.domain.text import visible
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.widgets.table_render import fit

_HEADER: Final = 1
_GUTTER: Final = 2
_GAP: Final = 2
_LEAST_NAME: Final = 18


class ActionMatrix(ScrollView, can_focus=True):
    """A grid of principals and actions with a cursor on one cell. Rows are told apart by kind and name."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "action-matrix--header",
        "action-matrix--row",
        "action-matrix--given",
        "action-matrix--none",
        "action-matrix--line",
        "action-matrix--cell",
    }

    DEFAULT_CSS = """
    ActionMatrix {
        height: 1fr; background: $surface; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .action-matrix--header { background: $panel; color: $text-muted; text-style: bold; }
        & > .action-matrix--row { background: $surface; color: $foreground; }
        & > .action-matrix--given { background: $surface; color: $text-success; text-style: bold; }
        & > .action-matrix--none { background: $surface; color: $text-muted; }
        & > .action-matrix--line { background: $foreground 9%; color: $foreground; }
        & > .action-matrix--cell { background: $foreground 20%; color: $foreground; }
        &:focus > .action-matrix--line { background: $primary 20%; text-style: bold; }
        &:focus > .action-matrix--cell { background: $primary; color: $text; text-style: bold reverse; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", show=False),
        Binding("down,j", "move(1, 0)", show=False),
        Binding("left,h", "move(0, -1)", show=False),
        Binding("right", "move(0, 1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("g,home", "move(-1000000, 0)", show=False),
        Binding("G,end", "move(1000000, 0)", show=False),
        Binding("space", "switch", show=False),
    ]

    @dataclass
    class Toggled(Message):
        """Somebody was given an action, or is no longer; `row` is how it is now."""

        row: MatrixRow

    class CursorMoved(Message):
        """The cursor is on another cell."""

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._rows: list[MatrixRow] = []
        self._actions: tuple[str, ...] = ()
        self._line = self._column = 0

    # -- what is in it -----------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        """Everybody in the grid, also those without any action."""
        return tuple(self._rows)

    @property
    def current(self) -> MatrixRow | None:
        """Whom the cursor is on."""
        return self._rows[self._line] if self._rows else None

    @property
    def current_action(self) -> str | None:
        """The action of the column that the cursor is in."""
        return self._actions[self._column] if self._actions else None

    def show(self, rows: Sequence[MatrixRow], actions: Sequence[str]) -> None:
        """Show these; the cursor stays on whom it was on, if he is still there."""
        held = self.current
        self._rows, self._actions = list(rows), tuple(actions)
        places = {(row.kind, row.name): at for at, row in enumerate(self._rows)}
        fallback = min(self._line, max(len(self._rows) - 1, 0))
        self._line = places.get((held.kind, held.name), fallback) if held else fallback
        self._column = min(self._column, max(len(self._actions) - 1, 0))
        self._moved()

    def go_to(self, row: MatrixRow) -> None:
        """Put the cursor on somebody."""
        for at, held in enumerate(self._rows):
            if (held.kind, held.name) == (row.kind, row.name):
                self._line = at
        self._moved()

    # -- keys and mouse ----------------------------------------------------------------------------

    def action_move(self, lines: int, columns: int) -> None:
        """To another cell; the edges hold."""
        self._line = min(max(self._line + lines, 0), max(len(self._rows) - 1, 0))
        self._column = min(max(self._column + columns, 0), max(len(self._actions) - 1, 0))
        self._moved()

    def action_page(self, direction: int) -> None:
        """A screen up or down."""
        self.action_move(direction * max(self.size.height - _HEADER, 1), 0)

    def action_switch(self) -> None:
        """Give the action, or take it away."""
        row, action = self.current, self.current_action
        if row is not None and action is not None:
            self._rows[self._line] = changed = replace(row, actions=row.actions ^ {action})
            self.refresh()
            self.post_message(self.Toggled(changed))

    def on_click(self, event: events.Click) -> None:
        """Go to the cell under the pointer; a click on the one with the cursor toggles it."""
        line = event.y - _HEADER + self.scroll_offset.y
        column = next((at for at, start, width in self._placed() if start <= event.x < start + width), None)
        if event.y < _HEADER or not 0 <= line < len(self._rows):
            return
        again = (line, column) == (self._line, self._column)
        self._line, self._column = line, self._column if column is None else column
        self._moved()
        if again:
            self.action_switch()

    def _moved(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + _HEADER)
        top, height = self.scroll_offset.y, max(self.size.height - _HEADER, 1)
        wanted = min(max(top, self._line - height + 1), self._line)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)
        self.refresh()
        self.post_message(self.CursorMoved())

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self._moved()

    # -- drawing -----------------------------------------------------------------------------------

    def _placed(self) -> list[tuple[int, int, int]]:
        """The columns in sight: number, first cell, width. The cursor's is always among them."""
        widths = [len(fit(action, min(len(action), 14), "")) for action in self._actions]
        room = self.scrollable_content_region.width - _GUTTER - _LEAST_NAME
        first = 0
        while first < self._column and sum(widths[first : self._column + 1]) + _GAP * (self._column - first + 1) > room:
            first += 1
        chosen: list[int] = []
        for at in range(first, len(widths)):
            if sum(widths[number] for number in (*chosen, at)) + _GAP * (len(chosen) + 1) > room and chosen:
                break
            chosen.append(at)
        start = self.scrollable_content_region.width - sum(widths[at] + _GAP for at in chosen)
        placed = []
        for at in chosen:
            placed.append((at, start + _GAP, widths[at]))
            start += widths[at] + _GAP
        return placed

    def render_line(self, y: int) -> Strip:
        """The line `y` of the screen."""
        placed = self._placed()
        width = self.scrollable_content_region.width
        if y < _HEADER:
            return Strip(self._header(placed, width), width)
        line = self.scroll_offset.y + y - _HEADER
        if line >= len(self._rows):
            return Strip.blank(width, self._style("row"))
        return Strip(self._row(line, placed, width), width)

    def _header(self, placed: list[tuple[int, int, int]], width: int) -> list[Segment]:
        style = self._style("header")
        hidden = len(self._actions) - len(placed)
        label = f"GROUPS AND USERS{f' ({hidden} actions hidden)' if hidden else ''}"
        room = placed[0][1] - _GUTTER - _GAP if placed else width - _GUTTER
        segments = [_segment(" " * _GUTTER + fit(label, room, self._glyphs.ellipsis), style)]
        segments += [
            _segment(" " * _GAP + fit(self._actions[at], size, self._glyphs.ellipsis), style) for at, _, size in placed
        ]
        return segments

    def _row(self, line: int, placed: list[tuple[int, int, int]], width: int) -> list[Segment]:
        row, here = self._rows[line], line == self._line
        plain = self._style("line" if here else "row")
        cursor = self._glyphs.cursor if here else " "
        room = placed[0][1] - _GUTTER - _GAP if placed else width - _GUTTER
        segments = [_segment(f"{cursor} {fit(f'{row.kind[:-1]} {row.name}', room, self._glyphs.ellipsis)}", plain)]
        for at, _, size in placed:
            given = self._actions[at] in row.actions
            sign = self._glyphs.ok if given else self._glyphs.bullet
            segments.append(_segment(" " * _GAP, plain))
            segments.append(_segment(sign.center(size), self._cell(here, at, given)))
        return segments

    def _cell(self, here: bool, column: int, given: bool) -> Style:
        if here and column == self._column:
            return self._style("cell")
        return self._style("line") if here else self._style("given" if given else "none")

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"action-matrix--{part}")


def _segment(text: str, style: Style) -> Segment:
    return Segment(visible(text), style)
