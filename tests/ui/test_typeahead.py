"""What is typed in one go reaches the screen that the first key opens, and not the one that it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.groups import GroupsScreen
from jfconsole.ui.screens.picker import Picker
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox

NAMES = {"\n": "enter"}


def type_at_once(hands: Hands, keys: str) -> None:
    """Put keys into the app's queue before it can take the first one out, as a terminal does with a paste."""
    for key in keys:
        name = NAMES.get(key) or _character_to_key(key)
        hands.app.post_message(events.Key(name, key))


@pytest.mark.parametrize("section", ["1", "2", "3"])
def test_a_name_that_is_typed_with_the_key_that_opens_the_form(
    sandbox: RunningSandbox, tmp_path: Path, section: str
) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.press(section)
        await hands.see(r"\d+ of \d+")
        type_at_once(hands, "nci-new")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.until(lambda: any(field.value == "ci-new" for field in hands.app.screen.query(Input)))

    drive(console(connection(sandbox), tmp_path), scenario)


def test_keys_are_not_held_for_a_server_that_does_not_answer(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.press("3")
        await hands.see("readers")
        sandbox.faults({"method": "GET", "path": "/access/api/v2/groups/*", "kind": "latency", "seconds": 20})
        type_at_once(hands, "e/read")
        await hands.see("/ read")
        sandbox.faults()

    drive(console(connection(sandbox), tmp_path), scenario)


def test_keys_that_were_held_stay_before_those_that_came_later(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("slash")
        hands.app.typeahead.hold()
        type_at_once(hands, "ab")
        hands.app.call_later(hands.app.typeahead.release)
        type_at_once(hands, "cde")
        await hands.see("/ abcde")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_what_is_typed_around_a_tab_stays_in_its_field(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.press("3", "n")
        await hands.until(lambda: hands.top(FormScreen))
        form = hands.app.screen
        assert isinstance(form, FormScreen)
        type_at_once(hands, "builds\tthose who build")
        hands.app.post_message(events.Key("ctrl+s", None))
        await hands.see("Review before anything is sent")
        assert (form.answers()["name"], form.answers()["description"]) == ("builds", "those who build")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_what_is_typed_around_an_enter_is_for_what_was_there_and_for_where_it_goes(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """From a filter to the rows, in a list and in a picker, and from field to field of a form."""

    async def scenario(hands: Hands) -> None:
        await hands.press("3")
        await hands.see("readers")
        await hands.press("slash")
        type_at_once(hands, "readers\n ")
        await hands.see("1 marked")
        await hands.press("m")
        await hands.until(lambda: hands.top(Picker))
        await hands.see("space marks")
        type_at_once(hands, "admin\n \n")
        await hands.see("Review before anything is sent")
        await hands.see("admin")
        await hands.press("escape")
        await hands.until(lambda: hands.top(Picker))
        await hands.press("escape")
        await hands.until(lambda: hands.top(GroupsScreen))
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        form = hands.app.screen
        assert isinstance(form, FormScreen)
        type_at_once(hands, "builds\nthose who build")
        await hands.until(lambda: form.answers()["description"] == "those who build", "the description")
        assert form.answers()["name"] == "builds"

    drive(console(connection(sandbox), tmp_path), scenario)
