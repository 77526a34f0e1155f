"""The input of every form and line of the console."""

from __future__ import annotations

from typing import Any

from textual.reactive import reactive
from textual.widgets import Input


class QuietInput(Input):
    """An input of one line whose cursor stands still: no blinking, and nothing sent to a terminal that only waits."""

    cursor_blink = reactive(False, init=False)

    def __init__(self, value: str = "", **options: Any) -> None:
        """`options` are those of `Input`; it is always compact, and never selects all when it gets the focus."""
        super().__init__(value, compact=True, select_on_focus=False, **options)
