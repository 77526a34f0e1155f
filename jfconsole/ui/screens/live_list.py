"""A list on a screen: filter, live refresh, five states, detail pane. How a list behaves is here, once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

from textual import events, on
from textual.containers import Horizontal, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.settings import REFRESH
from jfconsole.ui.actions import Scope
from jfconsole.ui.freshness import Freshness
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.base import WIDE, ConsoleScreen
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Column
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet
from jfconsole.ui.widgets.filter_bar import FilterBar
from jfconsole.ui.widgets.list_state import Empty, Failed, FilteredEmpty, ListState, Loading, State
from jfconsole.ui.widgets.message_line import Line, line_of
from jfconsole.ui.widgets.resource_table import ResourceTable
from jfconsole.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from jfconsole.domain.filters import Filter, Schema
    from jfconsole.domain.requests import Json
    from jfconsole.domain.views import View

Row = TypeVar("Row")

_MANY_ROWS: Final = 5_000
_TYPING_PAUSE: Final = 0.08
_RESTING: Final = 0.05
"""Seconds the keyboard must rest before a long list is filtered, and before the pane follows the cursor."""


class LiveList(ConsoleScreen, Generic[Row]):
    """A live list of rows. What is particular to a kind (columns, filter schema, words) comes from a subclass.

    Handlers (`on_…`) call none of the class above: Textual calls those of every class, from the last to the first.
    """

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.APP, Scope.LIST, Scope.TABLE)
    NOUN: ClassVar[str] = "rows"
    LIVE: ClassVar[bool] = True
    VIEWS: ClassVar[tuple[View, ...]] = ()
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] | None = None
        self.wanted: Filter[Row] | None = None
        """The filter in effect; None before anything was typed."""
        self.freshness = Freshness(self.LIVE)
        self._filter_timer: Timer | None = None
        self._detail_timer: Timer | None = None
        self._pane_wanted: bool | None = None
        self._first_filter = ""
        self._once_more = False

    # -- what a kind of resource brings --------------------------------------------------------------

    @abstractmethod
    def columns(self) -> Sequence[Column[Row]]:
        """The columns of the table."""

    @abstractmethod
    def schema(self) -> Schema[Row]:
        """What filters may ask."""

    @cached_property
    def filter_schema(self) -> Schema[Row]:
        """What filters may ask, made when the first one is typed."""
        return self.schema()

    @abstractmethod
    def key(self, row: Row) -> str:
        """The identity of a row."""

    @abstractmethod
    async def fetch(self) -> Sequence[Row]:
        """Read the list; the very same object when nothing changed. Raises ConsoleError."""

    @abstractmethod
    def describe(self, row: Row) -> Sheet:
        """Everything known about a row, for the pane and the details page."""

    @abstractmethod
    def record(self, row: Row) -> Json:
        """The row as `--json` prints it."""

    @abstractmethod
    def empty(self) -> Empty:
        """What to say, and to press, when there are none."""

    async def look_up(self, row: Row) -> Sheet | None:
        """What only another call tells about a row, in the place of `describe`; None when there is nothing more."""
        return None

    def curl(self, row: Row) -> str | None:
        """The call that reads this row, as a command without credentials."""
        return None

    # -- frame ---------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Filter, then table or state, then pane."""
        yield FilterBar(self.app.glyphs)
        with Horizontal(id="list"):
            yield ResourceTable(self.columns(), self.key, glyphs=self.app.glyphs, now=self.app.clock())
            yield ListState()
            with VerticalScroll(id="pane", can_focus=False):
                yield FactSheet()

    @property
    def table(self) -> ResourceTable[Row]:
        """The list itself."""
        return self.query_one(ResourceTable)

    @property
    def bar(self) -> FilterBar:
        """The filter line."""
        return self.query_one(FilterBar)

    def on_mount(self) -> None:
        """Paint first, fetch then."""
        if self.FIRST_SORT is not None:
            self.table.sort_by(*self.FIRST_SORT)
        self.table.focus()
        self.bar.text = self._first_filter
        self._show_list()
        self.watch(self.table, "hidden_columns", self._show_counts)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self.fetch_now)

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """Come back: what is due is fetched at once."""
        self._tick()

    def on_resize(self, _: events.Resize) -> None:
        """The pane comes and goes with the room."""
        self._place_pane()

    # -- fetching ------------------------------------------------------------------------------------

    def fetch_now(self) -> None:
        """Fetch. Where a fetch is under way, once more after it: it may have read before what was changed."""
        self._once_more = self.freshness.fetching
        if not self._once_more:
            self.freshness.asked()
            self.run_worker(self._fetch(), group="fetch")

    async def _fetch(self) -> None:
        result: Sequence[Row] | ConsoleError
        try:
            result = await self.fetch()
        except ConsoleError as error:
            result = error
        finally:
            self.freshness.ended()
        if isinstance(result, ConsoleError):
            self._failed(result)
        else:
            self._arrived(result)
        self._show_freshness()
        if self._once_more:
            self.fetch_now()

    def _arrived(self, rows: Sequence[Row]) -> None:
        if self.freshness.error is not None:
            self.say(None)
        self.freshness.came()
        self.rows = rows
        self.table.set_rows(rows, gone_reason=self.gone_reason())
        self._show_list()

    def gone_reason(self) -> str:
        """Why rows that were there before are not there any more."""
        return "gone"

    def _failed(self, error: ConsoleError) -> None:
        self.freshness.failed(error)
        if self.rows is not None:
            self.say(line_of(error))
        self._show_list()

    def _tick(self) -> None:
        """Once a second: the time goes on, and a live list may be due."""
        if not self.is_current:
            return
        self.table.set_now(self.app.clock())
        self.freshness.shortest = self.app.settings.number(REFRESH)
        if self.freshness.due:
            self.fetch_now()
        self._show_freshness()
        self.show_facts()
        if self.rows is None:
            self._show_list()

    # -- states --------------------------------------------------------------------------------------

    def _show_list(self) -> None:
        state = self._state()
        self.query_one(ListState).state = state
        self.query_one(ListState).display = state is not None
        self.table.display = state is None
        self._show_counts()
        self._place_pane()
        self.refresh_hints()

    def _state(self) -> State | None:
        """What to show instead of the table; None when there are rows to show."""
        if self.rows is None:
            error = self.freshness.error
            if error is not None and not self.freshness.fetching:
                return Failed(error, self.freshness.retry_in)
            return Loading(self.NOUN, self.freshness.waited)
        if not self.rows:
            return self.empty()
        return FilteredEmpty(len(self.rows), self.reach()) if self.table.shown_count == 0 and self.bar.text else None

    def _show_freshness(self) -> None:
        label, style = self.freshness.label(self.app.glyphs)
        self.query_one(StatusLine).change(live=label, live_style=style)

    # -- filter and counts -----------------------------------------------------------------------------

    def take_argument(self, text: str) -> None:
        """Filter by what stood behind the name of the screen, at once or when it is there."""
        if self.is_mounted:
            self.bar.text = text
        else:
            self._first_filter = text

    @on(FilterBar.Changed)
    def _filter_typed(self) -> None:
        if self._filter_timer is not None:
            self._filter_timer.stop()
        if len(self.rows or ()) > _MANY_ROWS:
            self._filter_timer = self.set_timer(_TYPING_PAUSE, self.apply_filter)
        else:
            self.apply_filter()

    def apply_filter(self) -> None:
        """Let through what the filter line asks for, and say what in it has no effect."""
        from jfconsole.domain.filters import parse  # here: the first rows are there before anything can be typed

        self.wanted = wanted = parse(self.bar.text, self.filter_schema)
        self.table.set_filter(wanted.compile(self.app.clock()) if wanted else None)
        telling = [problem.sentence for problem in wanted.problems if not problem.incomplete]
        self.bar.problem = telling[0] if telling else ""
        self._show_list()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.table.focus()

    def _show_counts(self) -> None:
        table = self.table
        sort = table.sort
        label = next((column.label for column in table.columns if sort and column.id == sort.column_id), "")
        hidden = table.hidden_columns
        arrow = self.app.glyphs.sort_down if sort and sort.reverse else self.app.glyphs.sort_up
        self.bar.counts = " · ".join(
            part
            for part in (
                f"{table.shown_count:,} of {table.total_count:,}" if self.rows is not None else "",
                self.reach(),
                f"{len(table.marks):,} marked" if table.marks else "",
                f"sort {label} {arrow}" if sort else "",
                f"{len(table.new_keys):,} new" if table.new_keys else "",
                f"{hidden} column{'' if hidden == 1 else 's'} hidden" if hidden else "",
            )
            if part
        )

    def reach(self) -> str:
        """How far what is known reaches, where the filter asks for more than the list tells; else empty."""
        return ""

    @on(ResourceTable.MarksChanged)
    def _marks_changed(self, event: ResourceTable.MarksChanged) -> None:
        if event.dropped:
            self.say(Line(f"{len(event.dropped):,} marked rows are gone; their marks went with them"))
        self._show_counts()
        self.refresh_hints()

    @on(ResourceTable.SortChanged)
    def _sort_changed(self) -> None:
        self._show_counts()

    @on(ResourceTable.CursorLost)
    def _cursor_lost(self) -> None:
        self._follow_cursor()

    # -- detail pane -----------------------------------------------------------------------------------

    def _place_pane(self) -> None:
        wanted = self._pane_wanted if self._pane_wanted is not None else self.size.width >= WIDE
        self.query_one("#pane").display = wanted and self.table.display
        self._follow_cursor()

    @on(ResourceTable.CursorMoved)
    def _cursor_moved(self) -> None:
        """The pane follows once the cursor rests: a held key costs no details."""
        if self._detail_timer is not None:
            self._detail_timer.stop()
        self._detail_timer = self.set_timer(_RESTING, self._follow_cursor)

    def _follow_cursor(self) -> None:
        if not self.query_one("#pane").display:
            return
        row = self.table.cursor_row
        self.query_one("#pane FactSheet", FactSheet).sheet = None if row is None else self.describe(row)
        if row is not None:
            self._look_up(row)

    def _look_up(self, row: Row) -> None:
        async def look_up() -> None:
            sheet = await self.full_sheet(row)
            if self.table.cursor_key == self.key(row):
                self.query_one("#pane FactSheet", FactSheet).sheet = sheet

        latest(self, "look-up", look_up)

    async def full_sheet(self, row: Row) -> Sheet:
        """Everything that can be learnt about a row; where a call fails, what the list says and why."""
        known = self.describe(row)
        try:
            return await self.look_up(row) or known
        except ConsoleError as error:
            return replace(known, tail=show(error.message, "$text-error"))
