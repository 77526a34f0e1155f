"""What is offered for work that was interrupted: continue it, look at it, or keep it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jfconsole.domain.lost import Lost, needs_word
from jfconsole.domain.plans import summary
from jfconsole.services.journal_entries import Entry
from jfconsole.ui.screens.dialog import Choice, Menu

CONTINUE: Final = "continue"
AGAIN: Final = "again"
LOOK: Final = "look"
KEEP: Final = "keep"
LATER: Final = "later"


def unfinished_menu(entries: Sequence[Entry], lost: Sequence[Lost], may_change: bool) -> Menu:
    """Ways to go on with the newest interrupted work; the journal has them all. `lost` are its lost secrets."""
    newest = entries[0]
    more = f" (and {len(entries) - 1} more)" if len(entries) > 1 else ""
    return Menu(
        f"Interrupted{more}: {newest.title}",
        (
            *(_ways_on(newest, lost) if may_change else ()),
            Choice(LOOK, "Look at it in the journal", _sentences(lost)),
            Choice(KEEP, "Keep it as it is", "it will not be offered again"),
            Choice(LATER, "Decide later", ""),
        ),
    )


def again_menu(lost: Sequence[Lost]) -> Menu:
    """Whether something that may exist already shall be made once more. The first choice leaves it."""
    return Menu(
        f"The {lost[0].gives} may exist already",
        (Choice(LATER, "Leave it", _sentences(lost)), Choice(AGAIN, f"Make another {lost[0].gives}", _sentences(lost))),
    )


def _ways_on(entry: Entry, lost: Sequence[Lost]) -> tuple[Choice, ...]:
    if needs_word(lost):
        return (Choice(AGAIN, f"Make another {lost[0].gives}", _sentences(lost)),)
    if lost:
        return (Choice(CONTINUE, f"Take the lost {lost[0].gives} back and make another", _sentences(lost)),)
    return (Choice(CONTINUE, "Continue", summary(entry.counts)),)


def _sentences(lost: Sequence[Lost]) -> str:
    return "; ".join(dict.fromkeys(secret.sentence for secret in lost))
