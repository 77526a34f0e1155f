"""The journal: what was changed through this console, reports, unfinished work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual.content import Content

from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import Schema
from jfconsole.domain.plans import Outcome, Plan, Step
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.views import READY, View
from jfconsole.services.journal_entries import Entry, LoadedPlan
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.export import offer_export
from jfconsole.ui.screens.journal_rows import (
    JournalRow,
    began,
    journal_record,
    journal_schema,
    journal_sheet,
    outcome_cell,
    row_id,
    when_cell,
)
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.running import outcomes
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, Severity, line_of


class JournalScreen(ResourceScreen[JournalRow]):
    """Every plan that was started on this machine, and every exchange, on whatever platform."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.JOURNAL)
    CRUMBS: ClassVar[tuple[str, ...]] = ("journal",)
    NOUN: ClassVar[str] = "the journal"
    VIEWS: ClassVar[tuple[View, ...]] = READY["journal"]
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("when", True)

    def columns(self) -> Sequence[Column[JournalRow]]:
        """When, what, how it ended, where."""
        return (
            Column("when", "WHEN", when_cell, 12, 0, 12, 5, began),
            Column("what", "WHAT", lambda row, _: Cell(row.title), 24, 3, 60, 9, lambda row: row.title),
            Column("outcome", "OUTCOME", outcome_cell, 20, 2, 44, 8),
            Column("server", "SERVER", lambda row, _: Cell(row.origin, "muted"), 16, 1, 40, 3),
            Column("id", "ID", lambda row, _: Cell(row_id(row), "muted"), 14, 0, 14, 1),
        )

    def schema(self) -> Schema[JournalRow]:
        """What filters may ask of the journal."""
        return journal_schema()

    def key(self, row: JournalRow) -> str:
        """The operation id, or the number of the event."""
        return row_id(row)

    async def fetch(self) -> Sequence[JournalRow]:
        """All plans and exchanges, newest first; the very same list when nothing changed."""
        bench = self.app.workbench
        found: list[JournalRow] = [*await bench.history(), *await bench.exchanges()]
        rows = sorted(found, key=began, reverse=True)
        return self.rows if self.rows is not None and list(self.rows) == rows else rows

    def describe(self, row: JournalRow) -> Sheet:
        """The plan in short, enter shows every step; of an exchange, everything."""
        return journal_sheet(row)

    def record(self, row: JournalRow) -> Json:
        """As `journal list --json` prints it."""
        return journal_record(row)

    def empty(self) -> Empty:
        """Nothing was changed yet."""
        return Empty("Nothing was changed through this console yet.", "Press 1 for the tokens.")

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Only interrupted work can be continued or kept, only what changed something be taken back."""
        row, entry = self.table.cursor_row, self._plan
        if row is not None and entry is None and action.id in _OF_PLANS:
            return "An exchange changed nothing: there is nothing to continue, to export or to take back"
        if action.id in {"journal.continue", "journal.keep"} and (entry is None or not entry.interrupted):
            return "The work under the cursor is not interrupted"
        here = entry is None or self.app.workbench.concerns(entry)
        if entry is not None and not here and action.id in {"journal.continue", "journal.undo"}:
            return f"It belongs to {visible(entry.origin)}; open the console on that platform"
        if action.id == "journal.undo":
            return _why_no_undo(entry) or super().why_not(action)
        return super().why_not(action)

    @property
    def _plan(self) -> Entry | None:
        """The plan under the cursor, if it is one."""
        row = self.table.cursor_row
        return row if isinstance(row, Entry) else None

    def do_describe(self) -> None:
        """Every step with its outcome; an exchange has none."""
        row = self.table.cursor_row
        if isinstance(row, Entry):
            self.run_worker(self._open(row), group="open")
        elif row is not None:
            self.app.push_screen(Viewer(show(row_id(row)), self.describe(row), copyable=row_id(row)))

    async def _open(self, entry: Entry) -> None:
        try:
            loaded = await self.app.workbench.load(entry.plan_id)
        except ConsoleError as error:
            self.say(line_of(error))
            return
        self.app.push_screen(
            Viewer(show(entry.plan_id), _plan_sheet(self.describe(entry), loaded), copyable=entry.plan_id)
        )

    def do_continue(self) -> None:
        """Continue the interrupted work under the cursor."""
        entry = self._plan
        if entry is not None:
            self.app.desk.go_on(entry, self.fetch_now)

    def do_undo(self) -> None:
        """Work out what takes the work under the cursor back, and review it."""
        entry = self._plan
        if entry is not None:
            self.propose(self.app.workbench.plan_undo(entry.plan_id))

    def do_export(self) -> None:
        """Show what was changed, or was to be, as something to run elsewhere."""
        entry = self._plan
        if entry is not None:
            self.run_worker(self._export(entry), group="open")

    async def _export(self, entry: Entry) -> None:
        try:
            loaded = await self.app.workbench.load(entry.plan_id)
        except ConsoleError as error:
            self.say(line_of(error))
            return
        offer_export(self.app, loaded.plan)

    def do_keep(self) -> None:
        """Leave the interrupted work as it is."""
        entry = self._plan
        if entry is not None:
            self.run_worker(self._keep(entry), group="keep")

    async def _keep(self, entry: Entry) -> None:
        try:
            await self.app.workbench.keep(entry.plan_id)
        except ConsoleError as error:
            self.say(line_of(error))
        self.fetch_now()

    def do_verify(self) -> None:
        """Check the audit trail for damage."""
        self.run_worker(self._verify(), group="verify")

    async def _verify(self) -> None:
        try:
            verification = await self.app.workbench.verify()
        except ConsoleError as error:
            self.say(line_of(error))
            return
        severity = Severity.NOTICE if verification.intact else Severity.ERROR
        self.say(Line(verification.sentence, severity))


def _plan_sheet(summary_sheet: Sheet, loaded: LoadedPlan) -> Sheet:
    """How each step ended, then what was reviewed: effects, and what was to differ."""
    effects = tuple(SheetLine("effect", effect) for effect in loaded.plan.confirmation.effects)
    parts = [outcomes(loaded.results), *_reviewed(loaded.plan)]
    return replace(summary_sheet, lines=summary_sheet.lines + effects, tail=Content("\n").join(parts))


def _reviewed(plan: Plan) -> list[Content]:
    """What was to differ, step by step; of a long plan the first steps."""
    told = [(step, changes) for step in plan.steps[:_TOLD] if (changes := _changes(step))]
    lines = [line for step, changes in told for line in (show(step.title, "bold"), *changes)]
    return [Content(""), show("what was reviewed", "$text-muted"), *lines] if lines else []


def _changes(step: Step) -> list[Content]:
    if step.after is None:
        return []
    return [show(f"  {line.sign} {line.text}") for line in diff_lines(step.before or {}, step.after)]


_TOLD: Final = 50
"""Steps of which it is told what was to differ."""


def _why_no_undo(entry: Entry | None) -> str:
    if entry is None:
        return "There is no row here"
    if entry.running:
        return "It is being executed: wait for its end"
    return "" if entry.counts[Outcome.DONE] else "It changed nothing that could be taken back"


_OF_PLANS: Final = frozenset({"journal.continue", "journal.keep", "journal.undo", "journal.export"})
