"""What is offered at the start when work was interrupted: continue it, look at it, or keep it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jfconsole.domain.plans import summary
from jfconsole.services.journal_entries import Entry
from jfconsole.ui.screens.dialog import Choice, Menu

CONTINUE: Final = "continue"
LOOK: Final = "look"
KEEP: Final = "keep"
LATER: Final = "later"


def unfinished_menu(entries: Sequence[Entry], may_change: bool) -> Menu:
    """Three ways to go on with the newest interrupted work; the journal has them all."""
    newest = entries[0]
    more = f" (and {len(entries) - 1} more)" if len(entries) > 1 else ""
    go_on = (Choice(CONTINUE, "Continue", f"{summary(newest.counts)}"),) if may_change else ()
    return Menu(
        f"Interrupted{more}: {newest.title}",
        (
            *go_on,
            Choice(LOOK, "Look at it in the journal", ""),
            Choice(KEEP, "Keep it as it is", "it will not be offered again"),
            Choice(LATER, "Decide later", ""),
        ),
    )
