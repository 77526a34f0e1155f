"""Every action is found on a terminal of 80×24: in the help, in the palette, in the completion of the `:` line.

What is compared is what is drawn, after scrolling and typing, as a person would look for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.command import CommandInput, CommandPalette
from textual.widgets import Input

from jfconsole.ui import sections
from jfconsole.ui.actions import ACTIONS, BY_ID, Action, Scope, in_scopes, key_names
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.screens.help import HelpPage
from jfconsole.ui.screens.keymap import KeymapScreen
from jfconsole.ui.widgets.command_line import CommandLine
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.ui.test_actions import SCREENS

SMALL = (80, 24)


def plain(text: str) -> str:
    """What stands on the screen without frames and line breaks."""
    return " ".join(re.sub("[│╭╮╰╯─▁▂▃▄▅▆▇█]", " ", text).split())


async def read_through(hands: Hands, end: str) -> str:
    """Everything that can be read on a page or in a list: page by page, until the same stands there twice."""
    pages = [hands.text]
    while True:
        await hands.press(end)
        await hands.pilot.pause()
        if hands.text == pages[-1]:
            return plain("\n".join(pages))
        pages.append(hands.text)


async def go_to(hands: Hands, section: str) -> ConsoleScreen:
    hands.app.show_section(section)
    await hands.until(lambda: isinstance(hands.app.screen, SCREENS[section]) and hands.app.screen.is_mounted, section)
    screen = hands.app.screen
    assert isinstance(screen, ConsoleScreen)
    return screen


def missing(actions: Iterable[Action], text: str, *, keys: bool = True) -> list[str]:
    """Actions whose id, or whose keys, are not in the text."""
    return [
        action.id
        for action in actions
        if not re.search(rf"(?<![\w.-]){re.escape(action.id)}(?![\w.-])", text)
        or (keys and key_names(action.keys) not in text)
    ]


async def in_the_help(hands: Hands, section: str) -> None:
    screen = await go_to(hands, section)
    hands.app.action_perform("app.help")
    await hands.until(lambda: hands.top(HelpPage), "the help")
    await hands.see("any key")
    assert missing(in_scopes(screen.SCOPES), await read_through(hands, "pagedown")) == [], section
    await hands.press("escape")
    await hands.until(lambda: hands.app.screen is screen)


async def in_the_palette(hands: Hands, section: str, actions: Iterable[Action]) -> None:
    screen = await go_to(hands, section)
    hands.app.action_perform("app.palette")
    await hands.until(lambda: hands.top(CommandPalette) and hands.app.screen.query(CommandInput), "the palette")
    for action in actions:
        hands.app.screen.query_one(CommandInput).value = action.id
        await hands.see(rf"{re.escape(action.label)} .*(?<![\w.-]){re.escape(action.id)}(?![\w.-])")
    await hands.press("escape")
    await hands.until(lambda: hands.app.screen is screen)


def fewest() -> dict[str, list[Action]]:
    """Sections that have all actions between them, each with those that no other one had before."""
    chosen: dict[str, list[Action]] = {}
    left = {action.id for action in ACTIONS}
    for section, screen in SCREENS.items():
        new = [action for action in in_scopes(screen.SCOPES) if action.id in left]
        if new:
            chosen[section] = new
            left -= {action.id for action in new}
    assert not left
    return chosen


@pytest.mark.deep
def test_the_key_list_and_the_completion_have_every_action(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await go_to(hands, "keymap")
        await hands.see(f"{len(ACTIONS)} of {len(ACTIONS)}")
        assert hands.top(KeymapScreen)
        listed = await read_through(hands, "pagedown")
        assert missing(ACTIONS, listed) == []
        assert [action.id for action in ACTIONS if " ".join(action.help.split()[:2]) not in listed] == []
        await hands.press("colon")
        line = hands.app.screen.query_one(CommandLine).query_one(Input)
        await hands.until(lambda: line.has_focus)
        for action in ACTIONS:
            line.value = action.id[:-1] if action.id[:-1] not in BY_ID else action.id
            await hands.see(rf":{re.escape(action.id)}(?![\w.-])[^\n]*\Z")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_the_help_and_the_palette_of_tokens_have_theirs(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await in_the_help(hands, "tokens")
        await in_the_palette(hands, "tokens", in_scopes([Scope.TOKENS]))

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


@pytest.mark.deep
@pytest.mark.parametrize("section", sections.MODES)
def test_the_help_of_every_section_has_its_actions(sandbox: RunningSandbox, tmp_path: Path, section: str) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await in_the_help(hands, section)

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


@pytest.mark.deep
def test_the_palette_has_every_action_where_it_applies(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        for section, actions in fewest().items():
            await in_the_palette(hands, section, actions)

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
