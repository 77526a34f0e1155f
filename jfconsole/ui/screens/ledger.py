"""The ledger: tokens that this console made on this platform, also those that no list of the platform shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from jfconsole.domain.durations import format_relative
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import scope_in_english, scope_label
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.domain.views import READY, View
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty

_ORPHAN: Final = "possible orphan"
_WHY: Final = {
    "made": "the platform lists it",
    "made, not listed": "too short-lived to be stored, by the documented default: it only lapses",
    _ORPHAN: "the answer was lost, and the platform shows nothing of tokens that short-lived: it may exist",
}


class LedgerScreen(ResourceScreen[LedgerEntry]):
    """Ids, purposes, audiences, kinds; never a value."""

    CRUMBS: ClassVar[tuple[str, ...]] = ("ledger",)
    NOUN: ClassVar[str] = "the ledger"
    VIEWS: ClassVar[tuple[View, ...]] = READY["ledger"]
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("made", True)

    def columns(self) -> Sequence[Column[LedgerEntry]]:
        """Whose, what for, state, until when."""
        return (
            Column("subject", "SUBJECT", lambda entry, _: Cell(entry.username), 14, 2, 30, 9, _username),
            Column("scope", "SCOPE", lambda entry, _: Cell(scope_label(entry.scope)), 14, 2, 36, 6),
            Column("expires", "EXPIRES", _expires, 12, 0, 12, 8, lambda entry: entry.expiry),
            Column("state", "STATE", _state, 16, 1, 20, 9, lambda entry: entry.state),
            Column("kind", "KIND", lambda entry, _: Cell(entry.kind, "muted"), 10, 1, 26, 4),
            Column("made", "MADE", _made, 9, 0, 9, 5, lambda entry: entry.made_at),
            Column("purpose", "PURPOSE", lambda entry, _: Cell(entry.purpose), 12, 3, 60, 5),
            Column("operation", "OPERATION", lambda entry, _: Cell(entry.operation, "muted"), 14, 0, 14, 2),
        )

    def schema(self) -> Schema[LedgerEntry]:
        """Words, states, expiry."""
        return Schema(
            lambda entry: f"{entry.username}\n{entry.purpose}\n{entry.operation}\n{entry.token_id}".lower(),
            {
                FieldSpec("orphan", "flag", (), "may exist, and nobody has it"): lambda entry: not entry.token_id,
                FieldSpec("unlisted", "flag", (), "the platform does not list it"): lambda entry: not entry.listed,
                FieldSpec("age", "duration_since", ("made",), "how long ago: age<7d"): lambda entry: entry.made_at,
            },
        )

    def key(self, row: LedgerEntry) -> str:
        """The operation that made it."""
        return row.operation

    async def fetch(self) -> Sequence[LedgerEntry]:
        """All of this platform; the very same list when nothing changed."""
        entries = await self.app.workbench.ledger()
        return self.rows if self.rows is not None and list(self.rows) == list(entries) else entries

    def describe(self, row: LedgerEntry) -> Sheet:
        """Everything that was asked for, and what is known of its fate."""
        return Sheet(
            show_name(row.username),
            (
                SheetLine("state", f"{row.state}: {_WHY[row.state]}", _style(row)),
                SheetLine("id", row.token_id or "not known"),
                SheetLine("may do", scope_in_english(row.scope)),
                SheetLine("accepted by", row.audience_words),
                SheetLine("kind", row.kind),
                SheetLine("revocable", "yes" if row.revocable else "no, by the documented defaults; it only lapses"),
                SheetLine("made", local_text(row.made_at) or "?"),
                SheetLine("expires", _until(row.expiry)),
                SheetLine("purpose", row.purpose or "none given"),
                SheetLine("operation", row.operation),
            ),
        )

    def record(self, row: LedgerEntry) -> Json:
        """As `tokens ledger --json` prints it."""
        return row.record()

    def empty(self) -> Empty:
        """Nothing was made yet."""
        return Empty("This console has made no tokens on this platform.", "Press 1 for the tokens, and n to make one.")


def ledger_lines(entry: LedgerEntry) -> tuple[SheetLine, ...]:
    """What the ledger knows of a token that the platform's list does not tell."""
    made = f"{entry.kind} · by jfconsole {visible(entry.operation)} · from our ledger"
    purpose = (SheetLine("purpose", f"{entry.purpose} · from our ledger"),) if entry.purpose else ()
    return (
        SheetLine("audience", f"{entry.audience_words} · from our ledger"),
        SheetLine("made as", made),
        *purpose,
    )


def _username(entry: LedgerEntry) -> str:
    return entry.username.lower()


def _expires(entry: LedgerEntry, context: RenderContext) -> Cell:
    return Cell(format_relative(entry.expiry, context.now), "warning" if entry.expiry is None else "normal")


def _made(entry: LedgerEntry, context: RenderContext) -> Cell:
    return Cell(format_relative(entry.made_at, context.now), "muted")


def _state(entry: LedgerEntry, _: RenderContext) -> Cell:
    return Cell(entry.state, "danger" if entry.state == _ORPHAN else "normal" if entry.listed else "warning")


def _style(entry: LedgerEntry) -> str:
    return "$text-warning" if entry.state != "made" else ""


def _until(expiry: int | None) -> str:
    return "never" if expiry is None else local_text(expiry) or "beyond any calendar"
