"""The token that the console works with: always in sight, swapped for an hour, never ended by accident."""

from __future__ import annotations

from pathlib import Path

from jfconsole.ui.screens.own_token import OwnTokenScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.tokens import TokensScreen
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.support.values import DAY, kept_nowhere, listed, make, works
from tests.ui.test_living_tokens import SMALL, confirm

ADMIN = "applied-permissions/admin"


def test_the_header_says_which_token_with_which_scope_until_when(sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = make(sandbox, "ann", scope=ADMIN, expires_in=60 * DAY)

    async def scenario(hands: Hands) -> None:
        words = rf"{own['token_id'][:4]}… admin (60 d|59 d)"
        await hands.see(words)
        for key in ("2", "6", "0"):
            await hands.press(key)
            await hands.see(words)

    drive(console(connection(sandbox, token=own["access_token"]), tmp_path), scenario, SMALL)


def test_it_is_swapped_for_one_of_an_hour_in_memory(sandbox: RunningSandbox, tmp_path: Path) -> None:
    values: list[str] = []

    async def scenario(hands: Hands) -> None:
        await hands.see("admin never")
        await hands.press("2")
        await hands.see("anonymous")
        await hands.press("O")
        await hands.until(lambda: hands.top(OwnTokenScreen))
        await hands.see("It never expires, and administers the platform")
        await hands.press("h")
        await confirm(hands)
        await hands.see(r"admin (60|5\d) min")
        values.append(hands.app.connection.token.reveal())
        await hands.press("escape", "3")
        await hands.see("readers")
        await hands.press("1")
        await hands.see("in use")
        await hands.see("2 of 2")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    (value,) = values
    assert value != sandbox.token
    assert works(sandbox, value)
    assert sum(row["scope"] == ADMIN for row in listed(sandbox, "admin")) >= 1
    kept_nowhere(tmp_path, value, sandbox.token)


def test_in_read_only_mode_it_is_shown_and_not_swapped(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("admin never")
        await hands.press("O")
        await hands.see("never")
        await hands.press("h")
        await hands.see("read-only mode")
        assert hands.top(OwnTokenScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario, SMALL)


def test_it_ends_alone_last_and_typed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = make(sandbox, "ann", scope=ADMIN, expires_in=DAY)

    async def scenario(hands: Hands) -> None:
        await hands.see("in use")
        await hands.press("asterisk", "ctrl+d")
        await hands.see("The token that this console uses is among them")
        await hands.press("u", "slash")
        await hands.type("ann")
        await hands.press("enter", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.see("afterwards the")
        await hands.press("enter", "enter")
        assert hands.top(Review), "it takes the beginning of the id"
        await confirm(hands)
        await hands.see("1 done")
        await hands.press("escape")
        await hands.until(lambda: hands.top(TokensScreen))

    drive(console(connection(sandbox, token=own["access_token"]), tmp_path), scenario, SMALL)
    assert not works(sandbox, own["access_token"])
