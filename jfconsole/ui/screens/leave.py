"""The question before quitting while work is under way."""

from __future__ import annotations

from typing import Final

from textual.screen import ModalScreen

from jfconsole.ui.screens.dialog import Choice, Menu

STAY: Final = "stay"
LEAVE: Final = "leave"


def leave_menu(works: int) -> ModalScreen[str | None]:
    """Stay, or leave what was not started for later."""
    noun = "piece of work is" if works == 1 else "pieces of work are"
    return Menu(
        f"{works} {noun} under way",
        (
            Choice(STAY, "Stay", "the work goes on"),
            Choice(LEAVE, "Leave", "what was sent is waited for, the rest can be continued"),
        ),
    )
