"""The tour: over the screen that is there, with the person's own keys, once by itself and again when asked for."""

from __future__ import annotations

import re
from pathlib import Path

from jfconsole.services.first_run import Welcome, tour_seen
from jfconsole.ui.actions import BY_ID
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.glyphs import UTF8
from jfconsole.ui.screens.glossary import GlossaryScreen
from jfconsole.ui.screens.tour import CARDS, Tour, card_content
from tests.support.console import Hands, connection, console_parts, drive
from tests.support.sandbox import RunningSandbox

SMALL = (80, 24)


def welcoming(sandbox: RunningSandbox, home: Path, welcome: Welcome) -> ConsoleApp:
    return ConsoleApp(*console_parts(connection(sandbox), home), UTF8, welcome=welcome)


def test_every_card_speaks_of_actions_that_have_keys() -> None:
    assert 5 <= len(CARDS) <= 7
    for card in CARDS:
        for action_id in re.findall(r"\{([^}]+)\}", card.text):
            assert BY_ID[action_id].keys
        for command in re.findall(r"(?<!\w):([a-z]+)", card.text):
            assert any(action.name == command for action in BY_ID.values()), command
    assert "Press f9 for the users" in card_content(CARDS[1], {"app.users": ("f9",)}).plain


def test_it_is_walked_through_over_the_list(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see(rf"{CARDS[0].title} · 1 of {len(CARDS)}")
        await hands.see("1 of 1")
        assert tour_seen(tmp_path / "state"), "it is remembered once it was shown"
        for number, card in enumerate(CARDS[1:], 2):
            await hands.press("enter")
            await hands.see(rf"{card.title} · {number} of {len(CARDS)}")
            assert "SUBJECT" in hands.text, "the list stays in sight"
        await hands.press("left")
        await hands.see(CARDS[-2].title)
        await hands.press("right", "enter")
        await hands.until(lambda: not hands.top(Tour))
        await hands.press("colon")
        await hands.type("tour")
        await hands.press("enter")
        await hands.see(rf"{CARDS[0].title} · 1 of")
        await hands.press("left", "escape")
        await hands.until(lambda: not hands.top(Tour))

    drive(welcoming(sandbox, tmp_path, Welcome.TOUR), scenario, SMALL)


def test_a_hint_stands_in_its_place_until_it_is_taken(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("New here.*:tour")
        assert not hands.top(Tour)
        assert not tour_seen(tmp_path / "state")
        hands.app.action_perform("app.tour")
        await hands.until(lambda: hands.top(Tour))
        await hands.see_no("New here")

    drive(welcoming(sandbox, tmp_path, Welcome.HINT), scenario, SMALL)


def test_a_folder_that_cannot_be_written_does_not_stand_in_the_way(sandbox: RunningSandbox, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")

    async def scenario(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Tour))
        await hands.press("escape")
        await hands.until(lambda: not hands.top(Tour))

    drive(welcoming(sandbox, tmp_path, Welcome.TOUR), scenario, SMALL)


def test_words_are_explained(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("colon")
        await hands.type("glossary audience")
        await hands.press("enter")
        await hands.until(lambda: hands.top(GlossaryScreen))
        await hands.see("▌ +audience")
        await hands.press("enter")
        await hands.see("Whom a token is meant for")
        await hands.see("see +integration, ID token, service id")
        await hands.press("escape", "y")
        await hands.see('"also"')

    drive(welcoming(sandbox, tmp_path, Welcome.NONE), scenario, SMALL)
