"""The input of every form and line of the console."""

from __future__ import annotations

from typing import Any, Final

from rich.highlighter import Highlighter
from rich.text import Text
from textual.reactive import reactive
from textual.widgets import Input

from jfconsole.domain.text import visible

_HIDDEN: Final = "\ufffd"


class QuietInput(Input):
    """An input of one line whose cursor stands still: no blinking, and nothing sent to a terminal that only waits.

    What stands in it may come from a platform: characters that would be hidden, or move others, are shown as marks.
    """

    cursor_blink = reactive(False, init=False)

    def __init__(self, value: str = "", **options: Any) -> None:
        """`options` are those of `Input`; it is always compact, and never selects all when it gets the focus."""
        super().__init__(value, compact=True, select_on_focus=False, highlighter=_Marks(), **options)


class _Marks(Highlighter):
    """Shows one character for each, so that the cursor stands where it should."""

    def __call__(self, text: str | Text) -> Text:
        plain = text if isinstance(text, str) else text.plain
        return Text(visible("".join(map(_mark, plain))), no_wrap=True, overflow="ignore", end="")

    def highlight(self, text: Text) -> None:
        """Nothing is coloured."""


def _mark(char: str) -> str:
    shown = visible(char)
    return shown if len(shown) == 1 else _HIDDEN
