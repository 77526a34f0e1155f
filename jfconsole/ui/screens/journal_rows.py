"""What a row of the journal is: a plan, or an exchange, which has an outcome and nothing to continue or take back."""

from __future__ import annotations

from typing import Final, TypeAlias

from jfconsole.domain.durations import format_relative
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.plans import summary
from jfconsole.domain.requests import Json
from jfconsole.domain.times import local_text
from jfconsole.services.exchange_rows import ExchangeRow, exchange_facts, exchange_row_record
from jfconsole.services.journal_entries import Entry
from jfconsole.ui.screens.trust_list import fact_lines
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

JournalRow: TypeAlias = Entry | ExchangeRow


def row_id(row: JournalRow) -> str:
    """The operation id of a plan, the event of an exchange."""
    return row.plan_id if isinstance(row, Entry) else row.id


def began(row: JournalRow) -> float:
    """When it was started, in epoch seconds."""
    return row.created if isinstance(row, Entry) else row.at


def state_words(entry: Entry) -> str:
    """Where a plan stands."""
    if entry.running:
        return "running"
    return "interrupted" if entry.interrupted else {"ended": "ended", "kept": "kept as it was"}[entry.state.value]


def journal_schema() -> Schema[JournalRow]:
    """Words, server, age, unfinished, exchanges."""
    return Schema(
        lambda row: f"{row.title}\n{row_id(row)}\n{row.origin}\n{_words(row)}".lower(),
        {
            FieldSpec("server", "text", (), "the platform"): lambda row: row.origin,
            FieldSpec("age", "duration_since", ("when",), "how long ago: age<7d"): began,
            FieldSpec("unfinished", "flag", (), "it was interrupted"): lambda row: (
                isinstance(row, Entry) and row.interrupted
            ),
            FieldSpec("exchange", "flag", (), "a workload's token was exchanged"): lambda row: isinstance(
                row, ExchangeRow
            ),
        },
    )


def journal_sheet(row: JournalRow) -> Sheet:
    """The row in short; of an exchange, everything."""
    if isinstance(row, ExchangeRow):
        return Sheet(show(row.title, "bold"), fact_lines(exchange_facts(row)), label_width=18)
    stopped = (SheetLine("stopped", row.stopped, "$text-warning"),) if row.stopped else ()
    return Sheet(
        show(row.title, "bold"),
        (
            SheetLine("started", local_text(row.created) or "?"),
            SheetLine("state", state_words(row)),
            SheetLine("steps", summary(row.counts)),
            *stopped,
            SheetLine("server", row.origin),
            SheetLine("id", row.plan_id),
        ),
    )


def journal_record(row: JournalRow) -> Json:
    """As `journal list --json` prints it."""
    if isinstance(row, ExchangeRow):
        return exchange_row_record(row)
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


def when_cell(row: JournalRow, context: RenderContext) -> Cell:
    """How long ago."""
    return Cell(format_relative(began(row), context.now))


def outcome_cell(row: JournalRow, _: RenderContext) -> Cell:
    """How it ended; what is odd stands out."""
    if isinstance(row, ExchangeRow):
        return Cell(row.outcome_words, "normal" if row.given else "warning")
    state = "" if state_words(row) == "ended" else f"{state_words(row)}: "
    odd = row.interrupted or any(row.counts[outcome] for outcome in row.counts if outcome.value in _ODD)
    return Cell(f"{state}{summary(row.counts)}", "warning" if odd else "normal")


def _words(row: JournalRow) -> str:
    return "" if isinstance(row, Entry) else row.outcome_words


_ODD: Final = frozenset({"failed", "unknown"})
