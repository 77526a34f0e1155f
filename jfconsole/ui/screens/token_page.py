"""Everything known about a token on a page: one of the list, one that was pasted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.token_facts import TokenView
from jfconsole.domain.token_words import Fact, describe_token
from jfconsole.services.inspect import Inspection
from jfconsole.ui.screens.ledger import ledger_lines
from jfconsole.ui.text import show, show_name
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine

_WARNINGS: Final = frozenset({"beware", "problem"})


def token_sheet(view: TokenView, now: float, entry: LedgerEntry | None = None) -> Sheet:
    """Everything known about a token, a line for each fact, unknown ones called so.

    `entry` is what our ledger knows; it tells the audience and the kind, which the platform does not.
    """
    lines = _lines(describe_token(view, now))
    if entry is not None:
        lines = (*(line for line in lines if line.label != "audience"), *ledger_lines(entry))
    return Sheet(show_name(view.username), lines)


def inspection_sheet(inspection: Inspection, heading: str = "Decoded on this machine, not sent") -> Sheet:
    """What a pasted text is, by itself: nothing was asked and no signature was checked."""
    return Sheet(show(heading, "bold"), _lines(inspection.facts))


def _lines(facts: Sequence[Fact]) -> tuple[SheetLine, ...]:
    return tuple(SheetLine(f.label, f.text, "$text-warning" if f.label in _WARNINGS else "") for f in facts)
