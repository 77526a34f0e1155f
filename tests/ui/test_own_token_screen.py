"""The token that the console works with: always in sight, swapped for an hour, never ended by accident."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from jfconsole.domain.durations import HOUR, MINUTE
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.own_token import OwnTokenScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.tokens import TokensScreen
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.support.values import CALL, DAY, kept_nowhere, listed, make, works
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


class Later:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """The app's clock; it looks at the end of its token all the time."""
    monkeypatch.setattr("jfconsole.ui.app.TENDING", 0.05)
    return Later()


def test_its_end_is_told_before_it_comes_and_the_former_one_is_offered(
    sandbox: RunningSandbox, tmp_path: Path, later: Later
) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("admin never")
        await hands.press("O")
        await hands.see("came from")
        await hands.press("h")
        await confirm(hands)
        await hands.see(r"admin (60|5\d) min")
        later.ahead = 52 * MINUTE
        await hands.see(r"The token in use ends in [78] min  O, then b: back to the former one")
        later.ahead = HOUR
        sandbox.clock(advance=HOUR)
        await hands.until(lambda: hands.top(Menu))
        await hands.see("The token in use has ended")
        await hands.see("It came from a test's file")
        await hands.press("j", "enter")
        await hands.until(lambda: hands.top(TokensScreen))
        await hands.see("admin ended")
        await hands.press("r")
        await hands.see("refused|expired")
        await hands.press("O")
        await hands.see("b back to the former token")
        await hands.press("b")
        await hands.see("The console works with")
        await hands.see("admin never")
        await hands.press("r")
        await hands.see("in use")
        assert hands.app.workbench.former is None

    where = replace(connection(sandbox), source="a test's file")
    drive(console(where, tmp_path, clock=later), scenario, SMALL)


@pytest.mark.deep
def test_taken_back_at_once_when_it_is_offered(sandbox: RunningSandbox, tmp_path: Path, later: Later) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("admin never")
        await hands.press("O")
        await hands.see("came from")
        await hands.press("h")
        await confirm(hands)
        await hands.see(r"admin (60|5\d) min")
        later.ahead = HOUR
        sandbox.clock(advance=HOUR)
        await hands.until(lambda: hands.top(Menu))
        await hands.press("enter")
        await hands.see("admin never")
        await hands.press("r")
        await hands.see("in use")

    drive(console(connection(sandbox), tmp_path, clock=later), scenario, SMALL)
    assert sandbox.requests()[-1]["status"] == 200


@pytest.mark.deep
def test_a_former_one_that_is_dead_by_now_is_not_gone_back_to(sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = make(sandbox, "ann", scope=ADMIN, expires_in=DAY)
    made: list[str] = []

    async def scenario(hands: Hands) -> None:
        await hands.see("in use")
        await hands.press("O")
        await hands.see("came from")
        await hands.press("h")
        await confirm(hands)
        await hands.see(r"admin (60|5\d) min")
        made.append(hands.app.connection.token.reveal())
        with sandbox.http() as client:
            client.delete(f"{CALL}/{own['token_id']}").raise_for_status()
        await hands.press("O")
        await hands.see("b goes back to it")
        await hands.press("b")
        await hands.see("refused|revoked")
        assert hands.app.connection.token.reveal() == made[0]
        await hands.see(r"admin (60|5\d) min")

    drive(console(connection(sandbox, token=own["access_token"]), tmp_path), scenario, SMALL)


@pytest.mark.deep
def test_a_token_without_a_former_one_says_that_it_ends(sandbox: RunningSandbox, tmp_path: Path, later: Later) -> None:
    own = make(sandbox, "ann", scope=ADMIN, expires_in=DAY)

    async def scenario(hands: Hands) -> None:
        await hands.see("in use")
        later.ahead = DAY - 5 * MINUTE
        await hands.see("The token in use ends in [45] min  O shows it, and makes one for an hour")
        later.ahead = DAY
        await hands.see("The token in use has ended  Start the console with another one")

    drive(console(connection(sandbox, token=own["access_token"]), tmp_path, clock=later), scenario, SMALL)
