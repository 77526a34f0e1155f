"""The journal: what was changed through this console, reports, unfinished work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.plans import Outcome, summary
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.services.journal_entries import Entry, LoadedPlan
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.export import offer_export
from jfconsole.ui.screens.live_list import View
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.running import outcomes
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, Severity, line_of


class JournalScreen(ResourceScreen[Entry]):
    """Every plan that was started on this machine, on whatever platform."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.JOURNAL)
    CRUMBS: ClassVar[tuple[str, ...]] = ("journal",)
    NOUN: ClassVar[str] = "the journal"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View("unfinished", "Unfinished", "unfinished", "Interrupted: can be continued or kept as it is."),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("when", True)

    def columns(self) -> Sequence[Column[Entry]]:
        """When, what, how it ended, where."""
        return (
            Column("when", "WHEN", _when, 12, 0, 12, 5, lambda entry: entry.created),
            Column("what", "WHAT", lambda entry, _: Cell(entry.title), 24, 3, 60, 9, lambda entry: entry.title),
            Column("outcome", "OUTCOME", _outcome, 20, 2, 44, 8),
            Column("server", "SERVER", lambda entry, _: Cell(entry.origin, "muted"), 16, 1, 40, 3),
            Column("id", "ID", lambda entry, _: Cell(entry.plan_id, "muted"), 14, 0, 14, 1),
        )

    def schema(self) -> Schema[Entry]:
        """Words, server, age, unfinished."""
        return Schema(
            lambda entry: f"{entry.title}\n{entry.plan_id}\n{entry.origin}".lower(),
            {
                FieldSpec("server", "text", (), "the platform"): lambda entry: entry.origin,
                FieldSpec("age", "duration_since", ("when",), "how long ago: age<7d"): lambda entry: entry.created,
                FieldSpec("unfinished", "flag", (), "it was interrupted"): lambda entry: entry.interrupted,
            },
        )

    def key(self, row: Entry) -> str:
        """The operation id."""
        return row.plan_id

    async def fetch(self) -> Sequence[Entry]:
        """All plans; the very same list when nothing changed."""
        entries = await self.app.workbench.history()
        return self.rows if self.rows is not None and list(self.rows) == list(entries) else entries

    def describe(self, row: Entry) -> Sheet:
        """The plan in short; enter shows every step."""
        stopped = (SheetLine("stopped", row.stopped, "$text-warning"),) if row.stopped else ()
        return Sheet(
            show(row.title, "bold"),
            (
                SheetLine("started", local_text(row.created) or "?"),
                SheetLine("state", _state(row)),
                SheetLine("steps", summary(row.counts)),
                *stopped,
                SheetLine("server", row.origin),
                SheetLine("id", row.plan_id),
            ),
        )

    def record(self, row: Entry) -> Json:
        """As `journal list --json` prints it."""
        return {
            "plan_id": row.plan_id,
            "title": row.title,
            "origin": row.origin,
            "state": row.state.value,
            "interrupted": row.interrupted,
            "created": row.created,
            "ended": row.ended,
            "total": row.total,
            "counts": {outcome.value: count for outcome, count in row.counts.items()},
        }

    def empty(self) -> Empty:
        """Nothing was changed yet."""
        return Empty("Nothing was changed through this console yet.", "Press 1 for the tokens.")

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Only interrupted work can be continued or kept, only what changed something be taken back."""
        entry = self.table.cursor_row
        if action.id in {"journal.continue", "journal.keep"} and (entry is None or not entry.interrupted):
            return "The work under the cursor is not interrupted"
        here = entry is None or self.app.workbench.concerns(entry)
        if entry is not None and not here and action.id in {"journal.continue", "journal.undo"}:
            return f"It belongs to {visible(entry.origin)}; open the console on that platform"
        if action.id == "journal.undo":
            return _why_no_undo(entry) or super().why_not(action)
        return super().why_not(action)

    def do_describe(self) -> None:
        """Every step with its outcome."""
        entry = self.table.cursor_row
        if entry is not None:
            self.run_worker(self._open(entry), group="open")

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
        entry = self.table.cursor_row
        if entry is not None:
            self.app.desk.go_on(entry, self.fetch_now)

    def do_undo(self) -> None:
        """Work out what takes the work under the cursor back, and review it."""
        entry = self.table.cursor_row
        if entry is not None:
            self.propose(self.app.workbench.plan_undo(entry.plan_id))

    def do_export(self) -> None:
        """Show what was changed, or was to be, as something to run elsewhere."""
        entry = self.table.cursor_row
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
        entry = self.table.cursor_row
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
    effects = tuple(SheetLine("effect", effect) for effect in loaded.plan.confirmation.effects)
    return replace(summary_sheet, lines=summary_sheet.lines + effects, tail=outcomes(loaded.results))


def _why_no_undo(entry: Entry | None) -> str:
    if entry is None:
        return "There is no row here"
    if entry.running:
        return "It is being executed: wait for its end"
    return "" if entry.counts[Outcome.DONE] else "It changed nothing that could be taken back"


def _state(entry: Entry) -> str:
    if entry.running:
        return "running"
    return "interrupted" if entry.interrupted else {"ended": "ended", "kept": "kept as it was"}[entry.state.value]


def _when(entry: Entry, context: RenderContext) -> Cell:
    return Cell(format_relative(entry.created, context.now))


def _outcome(entry: Entry, _: RenderContext) -> Cell:
    state = "" if _state(entry) == "ended" else f"{_state(entry)}: "
    odd = entry.interrupted or any(entry.counts[outcome] for outcome in entry.counts if outcome.value in _ODD)
    return Cell(f"{state}{summary(entry.counts)}", "warning" if odd else "normal")


_ODD = frozenset({"failed", "unknown"})
