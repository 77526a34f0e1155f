"""What tests of the lists of users and of groups share: going there, going past a review."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from jfconsole.ui.screens.review import Review
from tests.support.console import Hands


async def open_list(hands: Hands, key: str, noun: str, only: str = "") -> None:
    """Go to a list by its key, and put the cursor on the first row of that name."""
    await hands.see(r"\d+ of \d+")
    await hands.press(key)
    await hands.see(f"▸ {noun}")
    await hands.see(r"\d+ of \d+ · sort NAME")
    if only:
        await hands.press("slash")
        await hands.type(only)
        await hands.press("enter")


async def agree(hands: Hands, back: type[Screen[Any]], done: str = "1 done") -> None:
    """Go past the review, wait for the end, and close the report."""
    await hands.until(lambda: hands.top(Review))
    await hands.press("tab", "enter")
    await hands.see(done)
    await hands.press("escape")
    await hands.until(lambda: hands.top(back))
