"""How tokens look in their list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from jfconsole.domain.durations import format_relative
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import ExpiryState, TokenView, expiry_state, flags
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext, Tone

if TYPE_CHECKING:
    from jfconsole.domain.ledger import LedgerEntry

_EXPIRY_TONES: Final[dict[ExpiryState, Tone]] = {
    ExpiryState.NEVER: "warning",
    ExpiryState.SOON: "warning",
    ExpiryState.EXPIRED: "danger",
    ExpiryState.LATER: "normal",
}
_ALARMING: Final = frozenset({"admin", "no subject", "disabled", "locked"})


def token_columns(ledger: Mapping[str, LedgerEntry]) -> Sequence[Column[TokenView]]:
    """Subject, scope, expiry and flags always; the rest as room allows. `ledger` has what we made, by token id."""

    def flagged(row: TokenView, context: RenderContext) -> Cell:
        words = [*flags(row, context.now), *ledger_flags(ledger.get(row.token_id))]
        return Cell(", ".join(words), "danger" if _ALARMING.intersection(words) else "muted")

    return (
        Column("subject", "SUBJECT", _subject, 14, 2, 36, 9, lambda row: row.username.lower()),
        Column("scope", "SCOPE", _scope, 14, 2, 40, 7, lambda row: row.scope_label.lower() or None),
        Column("expires", "EXPIRES", _expires, 12, 0, 12, 8, lambda row: row.token.expiry),
        Column("created", "CREATED", _created, 9, 0, 9, 4, lambda row: row.token.issued_at),
        Column("used", "LAST USED", _used, 9, 0, 9, 2, lambda row: row.token.last_used),
        Column("flags", "FLAGS", flagged, 16, 1, 36, 6),
        Column("description", "DESCRIPTION", _description, 20, 3, 60, 3, lambda row: row.token.description),
        Column("id", "ID", _id, 13, 0, 13, 1, lambda row: row.token_id),
    )


def ledger_flags(entry: LedgerEntry | None) -> tuple[str, ...]:
    """What the list adds about a token that this console made."""
    if entry is None:
        return ()
    return ("reference", "made here") if entry.reference else ("made here",)


def short_id(token_id: str) -> str:
    """`7c1e…40d2`: enough to recognise an id."""
    return token_id if len(token_id) <= 12 else f"{visible(token_id[:8])}…{visible(token_id[-4:])}"


def _subject(row: TokenView, _: RenderContext) -> Cell:
    return Cell(row.username)


def _scope(row: TokenView, _: RenderContext) -> Cell:
    if not row.token.scope:
        return Cell("not said", "muted")
    return Cell(row.scope_label, "warning" if row.is_admin else "normal")


def _expires(row: TokenView, context: RenderContext) -> Cell:
    expiry = row.token.expiry
    state = expiry_state(expiry, context.now)
    mark = f" {context.glyphs.warn}" if state in {ExpiryState.NEVER, ExpiryState.SOON} else ""
    return Cell(f"{format_relative(expiry, context.now)}{mark}", _EXPIRY_TONES[state])


def _created(row: TokenView, context: RenderContext) -> Cell:
    return Cell(format_relative(row.token.issued_at, context.now), "muted")


def _used(row: TokenView, context: RenderContext) -> Cell:
    used = row.token.last_used
    return Cell("–" if used is None else format_relative(used, context.now), "muted")


def _description(row: TokenView, _: RenderContext) -> Cell:
    return Cell(row.token.description or "")


def _id(row: TokenView, _: RenderContext) -> Cell:
    return Cell(short_id(row.token_id), "muted")
