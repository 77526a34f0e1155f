"""The key list: found from the help while one types, another key at once in effect, clashes told, defaults back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from textual.widgets import Input

from jfconsole.ui.actions import BY_ID
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.help import HelpPage
from jfconsole.ui.screens.key_catcher import KeyCatcher
from jfconsole.ui.screens.keymap import KeymapScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox

SMALL = (80, 24)


def kept(home: Path) -> dict[str, str]:
    keys: dict[str, str] = tomllib.loads((home / "config" / "settings.toml").read_text("utf-8")).get("keys", {})
    return keys


async def find(hands: Hands, words: str) -> None:
    """From the help to one action of the list, and to its row."""
    await hands.press("question_mark")
    await hands.until(lambda: hands.top(HelpPage), "the help")
    await hands.press("slash")
    await hands.until(lambda: hands.top(KeymapScreen) and isinstance(hands.app.focused, Input), "its filter")
    await hands.type(words)
    await hands.see(r"\b1 of \d+")
    await hands.press("enter")


async def press_for_it(hands: Hands, *keys: str) -> None:
    await hands.until(lambda: hands.top(KeyCatcher), "the question for a key")
    await hands.press(*keys)


def test_a_key_is_found_given_told_and_taken_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await find(hands, "list.describe")
        await hands.see(r"▌ +d +list\.describe +lists")
        await hands.press("enter")
        await press_for_it(hands, "y")
        await hands.see(r"y will not do: it is the key of list\.json\.")
        await hands.press("tab", "f6")
        await hands.see(r"list\.describe has f6 now +Kept in the settings")
        assert kept(tmp_path) == {"list.describe": "f6"}
        await hands.press("1")
        await hands.see("▸ tokens")
        await hands.press("d")
        await hands.press("f6")
        await hands.until(lambda: hands.top(Viewer), "the details")
        await hands.press("escape")
        await find(hands, "own")
        await hands.press("backspace")
        await hands.see(r"list\.describe has d now +The default")
        assert kept(tmp_path) == {}
        await find(hands, "objects.delete")
        await hands.press("enter")
        await hands.see(r"moves there, too: tokens\.revoke")
        await press_for_it(hands, "f8")
        await hands.see(r"objects\.delete and tokens\.revoke have f8 now")
        assert kept(tmp_path) == {"objects.delete": "f8"}
        await find(hands, "own tokens.revoke")
        await hands.press("backspace")
        await hands.see(r"tokens\.revoke and objects\.delete have \^d, del now +The default")
        assert kept(tmp_path) == {}
        await hands.press("1")
        await hands.see("▸ tokens")
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer), "the details")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_what_is_no_key_for_it_is_refused_in_words(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        hands.app.show_section("keymap")
        await hands.until(lambda: hands.top(KeymapScreen) and hands.app.screen.is_mounted)
        assert isinstance(hands.app.screen, KeymapScreen)
        hands.app.screen.bar.text = "tokens.revoke-value"
        await hands.see("1 of 1")
        await hands.press("backspace")
        await hands.see("It has its default keys")
        for key, why in (
            ("X", "takes something away"),
            ("question_mark", "takes something away"),
            ("f1", r"it is the key of app\.help"),
            ("ctrl+c", "it stays the way out"),
        ):
            await hands.press("enter")
            await press_for_it(hands, key)
            await hands.see(why)
            await hands.press("escape")
            await hands.until(lambda: hands.top(KeymapScreen))
        assert not (tmp_path / "config").exists()

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


def test_a_file_that_cannot_be_written_is_said_and_nothing_changes(sandbox: RunningSandbox, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await find(hands, "app.ledger")
        await hands.press("enter")
        await press_for_it(hands, "f9")
        await hands.see("cannot be read: Not a directory")
        assert hands.app.own_keys == {}

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


@pytest.mark.parametrize("typed", [False, True])
def test_the_settings_lead_to_the_keys(sandbox: RunningSandbox, tmp_path: Path, typed: bool) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("comma")
        await hands.until(lambda: hands.top(FormScreen), "the settings")
        if typed:
            hands.app.screen.query_one("#field-refresh").focus()
            await hands.type("0")
        hands.app.screen.query_one("#keys").focus()
        await hands.press("enter")
        if typed:
            await hands.see("Leave the form")
            await hands.press("j", "enter")
        await hands.see("▸ key list")
        await hands.see(BY_ID["app.tokens"].id)

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
