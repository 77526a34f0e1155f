"""The page before a change on a low terminal: whatever there is to say, the way on stays in sight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button, Input

from jfconsole.domain.plans import Confirmation
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.unit.services.plans_at_hand import a_plan


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("phrase", [None, "delete 12"])
def test_buttons_and_phrase_stay_in_sight(
    sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int], phrase: str | None
) -> None:
    effects = tuple(f"Effect {number}: " + "it goes on and on " * 8 for number in range(20))
    confirmation = Confirmation(verb="Delete 12 groups", effects=effects, phrase=phrase)
    plan = replace(a_plan(), steps=a_plan().steps * 10, confirmation=confirmation)

    async def scenario(hands: Hands) -> None:
        await hands.app.push_screen(Review(plan))
        await hands.see("Delete 12 groups")
        await hands.see("Effect 0")
        frame = hands.app.screen.query_one(".frame").content_region
        for control in (*hands.app.screen.query(Button), *hands.app.screen.query(Input)):
            assert frame.contains_region(control.region), control
            assert control.region.height > 0

    drive(console(connection(sandbox), tmp_path), scenario, size)


@pytest.mark.parametrize(
    ("keys", "words"), [(["enter"], "curl"), (["j", "enter"], "jf api"), (["j", "j", "enter"], "#")]
)
def test_what_is_reviewed_can_be_taken_elsewhere(
    sandbox: RunningSandbox, tmp_path: Path, keys: list[str], words: str
) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("3")
        await hands.see("readers")
        await hands.press("asterisk", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.press("x")
        await hands.see("Export as")
        await hands.press(*keys)
        await hands.until(lambda: hands.top(Viewer))
        await hands.see(words)
        await hands.press("escape")
        await hands.until(lambda: hands.top(Review))

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
