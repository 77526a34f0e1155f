"""The request log: what was sent to the platform, call by call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from jfconsole.domain.durations import format_relative
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.request_log import LogEntry
from jfconsole.domain.requests import Json
from jfconsole.domain.times import local_text
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext, Tone
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty


class RequestsScreen(ResourceScreen[LogEntry]):
    """The last calls of this console, newest first."""

    CRUMBS: ClassVar[tuple[str, ...]] = ("requests",)
    NOUN: ClassVar[str] = "the request log"
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("number", True)

    def columns(self) -> Sequence[Column[LogEntry]]:
        """Number, age, method, path, status, time, tries."""
        return (
            Column("number", "#", lambda e, _: Cell(str(e.number), "muted"), 5, 0, 5, 2, lambda e: e.number, "right"),
            Column("age", "WHEN", _age, 10, 0, 10, 3),
            Column("method", "METHOD", lambda e, _: Cell(e.request.method), 6, 0, 6, 8, lambda e: e.request.method),
            Column("path", "PATH", lambda e, _: Cell(e.request.target), 24, 1, 120, 9, lambda e: e.request.target),
            Column("status", "STATUS", _status, 9, 0, 9, 7, lambda e: e.status),
            Column("ms", "MS", lambda e, _: Cell(f"{e.ms:.0f}"), 5, 0, 5, 5, lambda e: e.ms, "right"),
            Column("tries", "TRIES", lambda e, _: Cell(str(e.attempts)), 5, 0, 5, 1, lambda e: e.attempts, "right"),
        )

    def schema(self) -> Schema[LogEntry]:
        """Method, path, status, duration, failed."""
        return Schema(
            lambda e: f"{e.request.method} {e.request.target} {e.status} {e.error}".lower(),
            {
                FieldSpec("method", "text", (), "GET, POST, …"): lambda e: e.request.method,
                FieldSpec("path", "text", (), "where it went"): lambda e: e.request.target,
                FieldSpec("status", "number", (), "the answer's HTTP status"): lambda e: e.status,
                FieldSpec("ms", "number", (), "milliseconds, all tries together"): lambda e: e.ms,
                FieldSpec("failed", "flag", (), "it did not work"): lambda e: bool(e.error),
            },
        )

    def key(self, row: LogEntry) -> str:
        """The number of the call."""
        return str(row.number)

    async def fetch(self) -> Sequence[LogEntry]:
        """The log as it is now; the very same object when there was no call since."""
        entries = self.app.workbench.log.entries()
        same = self.rows is not None and [e.number for e in self.rows] == [e.number for e in entries]
        return self.rows if same and self.rows is not None else entries

    def gone_reason(self) -> str:
        """The log keeps the last calls only."""
        return "dropped out of the log"

    def describe(self, row: LogEntry) -> Sheet:
        """The call and its answer; secrets are place holders."""
        return Sheet(
            show(f"{row.request.method} {row.request.target}", "bold"),
            (
                SheetLine("at", local_text(row.at) or "?"),
                SheetLine("status", str(row.status or "no answer")),
                SheetLine("took", f"{row.ms:.0f} ms, {row.attempts} {'try' if row.attempts == 1 else 'tries'}"),
                SheetLine("error", row.error or "none", "$text-error" if row.error else ""),
                SheetLine("request id", row.request_id or "none"),
                SheetLine("curl", self.curl(row)),
            ),
        )

    def curl(self, row: LogEntry) -> str:
        """The call as a curl command."""
        return self.app.workbench.curl(row.request)

    def record(self, row: LogEntry) -> Json:
        """The call as JSON."""
        return {
            "number": row.number,
            "at": row.at,
            "method": row.request.method,
            "path": row.request.target,
            "status": row.status,
            "error": row.error or None,
            "ms": round(row.ms, 1),
            "attempts": row.attempts,
            "request_id": row.request_id,
        }

    def empty(self) -> Empty:
        """Nothing was sent yet."""
        return Empty("Nothing was sent to the platform yet.", "")


def _age(entry: LogEntry, context: RenderContext) -> Cell:
    return Cell(format_relative(entry.at, context.now), "muted")


def _status(entry: LogEntry, _: RenderContext) -> Cell:
    tone: Tone = "danger" if entry.error else "normal"
    return Cell(str(entry.status or "no answer"), tone)
