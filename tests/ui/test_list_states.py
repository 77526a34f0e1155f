"""The five states of a list, and how a live list behaves: never blank, never without a way on."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.widgets.list_state import ListState
from jfconsole.ui.widgets.resource_table import ResourceTable
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox

LIST = {"method": "GET", "path": "/access/api/v1/tokens"}


def listed(hands: Hands) -> ResourceTable[object]:
    return hands.app.screen.query_one(ResourceTable)


def test_loading_says_so_while_the_platform_is_silent_and_keys_are_answered(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    sandbox.faults({**LIST, "kind": "latency", "seconds": 3})

    async def scenario(hands: Hands) -> None:
        await hands.see("Loading tokens … 1 s")
        await hands.press("question_mark")
        await hands.see("Revoke the marked tokens")
        await hands.press("escape")
        await hands.see("1 of 1")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_filtered_empty_says_how_to_see_everything_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("slash", *"nosuch")
        await hands.see("0 of 1 match. Press esc to clear the filter")
        await hands.press("escape")
        await hands.see("1 of 1")
        assert isinstance(hands.app.focused, Input)
        await hands.press("escape")
        assert isinstance(hands.app.focused, ResourceTable)

    drive(console(connection(sandbox), tmp_path), scenario)


def test_an_unknown_field_is_named_while_the_rest_of_the_filter_works(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("slash")
        await hands.type("expirs<7d ")
        await hands.see("expirs")
        await hands.see("did you mean expires")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_error_names_the_cause_and_r_tries_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    sandbox.faults({**LIST, "kind": "garbage", "garbage": "html", "count": 4})

    async def scenario(hands: Hands) -> None:
        await hands.see("Press r to try now")
        assert "a web page" in hands.text
        assert "it must be the platform's base URL" in hands.text
        sandbox.faults()
        await hands.press("r")
        await hands.see("1 of 1")
        assert not hands.app.screen.query_one(ListState).display

    drive(console(connection(sandbox), tmp_path), scenario)


def test_stale_rows_stay_with_the_reason_until_the_platform_answers(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        sandbox.faults({**LIST, "kind": "status", "status": 403, "message": "Not today"})
        await hands.press("r")
        await hands.see("stale")
        await hands.see("Not today")
        assert listed(hands).shown_count == 1
        sandbox.faults()
        await hands.press("r")
        await hands.see("● live")
        await hands.see_no("Not today")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_a_dead_platform_is_an_error_with_advice_not_an_end(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with RunningSandbox() as mortal:
        where = connection(mortal)

    async def scenario(hands: Hands) -> None:
        await hands.see("Press r to try now")
        await hands.press("0")
        await hands.see("Nothing was changed through this console yet")
        await hands.press("1")

    drive(console(where, tmp_path), scenario)


def test_live_refresh_keeps_cursor_marks_and_filter_by_key(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for name in ("ada", "bob", "cy"):
        sandbox.create_token(username=name)

    async def scenario(hands: Hands) -> None:
        await hands.see("4 of 4")
        table = listed(hands)
        table.sort_by("subject")
        await hands.press("g", "j", "space", "j")
        at, marks = table.cursor_key, table.marks
        sandbox.create_token(username="aaa")
        await hands.press("r")
        await hands.see("5 of 5")
        await hands.see("1 new")
        assert (table.cursor_key, table.marks) == (at, marks)

    drive(console(connection(sandbox), tmp_path), scenario)


def test_an_unchanged_refresh_draws_no_row(sandbox: RunningSandbox, tmp_path: Path) -> None:
    frozen = 1_800_000_000.0

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        screen = hands.app.screen
        assert isinstance(screen, ResourceScreen)
        await hands.until(lambda: hands.app.workbench.identity is not None)
        await hands.press("r")
        await hands.until(lambda: not screen.freshness.fetching)
        table = listed(hands)
        rows, drawn = screen.rows, table.strips_rendered
        before = len(sandbox.requests())
        screen.fetch_now()
        await hands.until(lambda: len(sandbox.requests()) > before and not screen.freshness.fetching)
        assert screen.rows is rows
        assert table.strips_rendered == drawn

    drive(console(connection(sandbox), tmp_path, clock=lambda: frozen), scenario)


def test_opening_the_token_list_costs_a_known_number_of_calls(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.until(lambda: hands.app.workbench.identity is not None)

    drive(console(connection(sandbox), tmp_path), scenario)
    ours = [r["path"] for r in sandbox.requests() if r["headers"].get("user-agent", "").startswith("jfconsole")]
    assert sorted(ours) == [
        "/access/api/v1/config/security/authentication/basic_authentication_enabled",
        "/access/api/v1/system/version",
        "/access/api/v1/tokens",
        "/access/api/v1/tokens/me",
        "/access/api/v2/users",
        "/artifactory/api/system/service_id",
        "/artifactory/api/system/version",
    ]


def test_a_fetch_under_way_is_followed_by_one_that_sees_what_was_changed(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    def asked() -> int:
        return sum((r["method"], r["path"]) == ("GET", LIST["path"]) for r in sandbox.requests())

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("R")
        await hands.see("not live")
        screen = hands.app.screen
        assert isinstance(screen, ResourceScreen)
        await hands.until(lambda: not screen.freshness.fetching)
        before = asked()
        sandbox.faults({**LIST, "kind": "latency", "seconds": 1, "count": 1})
        await hands.press("r")
        await hands.until(lambda: screen.freshness.fetching)
        hands.app.refresh_list()
        await hands.until(lambda: asked() == before + 2, "a second fetch")

    drive(console(connection(sandbox), tmp_path), scenario)
