"""Hygiene on the list of tokens: views with their counts, the tokens behind them, what can be done and saved."""

from __future__ import annotations

import csv
import json
import re
import stat
from pathlib import Path

import pytest

from jfconsole.domain.lint_tokens import RULES
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.save_as import SaveAs
from tests.support.command import Command
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.support.values import listed, make
from tests.support.verbs import plant
from tests.ui.test_living_tokens import SMALL, confirm


async def view(hands: Hands, title: str) -> int:
    """Choose a view; how many tokens the menu says it has."""
    await hands.press("f")
    await hands.until(lambda: hands.top(Menu))
    counted = int((await hands.see(rf"{re.escape(title)} \((\d+)\)")).group(1))
    titles = re.findall(r"│ (Everything|\S.*?\(\d+\))", hands.text)
    await hands.press(
        "home", *["j"] * next(place for place, text in enumerate(titles) if text.startswith(f"{title} ("))
    )
    await hands.press("enter")
    await hands.until(lambda: not hands.top(Menu))
    return counted


@pytest.mark.deep
def test_each_view_of_the_demo_shows_as_many_as_the_linter_finds(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    counts = Command(tmp_path / "cli", demo_sandbox.url, demo_sandbox.token)("lint", "tokens", "--json").json["counts"]

    async def scenario(hands: Hands) -> None:
        await hands.see(r"of 6\d")
        for rule in RULES:
            assert await view(hands, rule.title.capitalize()) == counts[rule.id]
            await hands.see(rf"\b{counts[rule.id]} of 6\d")

    drive(console(connection(demo_sandbox), tmp_path), scenario, SMALL)


def test_what_a_view_shows_is_revoked_in_one_go(sandbox: RunningSandbox, tmp_path: Path) -> None:
    plant(sandbox, users=[{"username": "ldap-ann", "email": "a@example.com", "realm": "ldap"}])
    for name in ("ldap-ann", "bob"):
        make(sandbox, name, refreshable=True)

    async def scenario(hands: Hands) -> None:
        await hands.see("ldap-ann")
        assert await view(hands, "Refreshable, of an external user") == 1
        await hands.see("1 of 3")
        await hands.press("asterisk", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await confirm(hands)
        await hands.see("1 done")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert (len(listed(sandbox, "ldap-ann")), len(listed(sandbox, "bob"))) == (0, 1)


EXPORTS = ("csv", "json", "findings.csv", "findings.json", "ics")


@pytest.mark.parametrize(
    "place",
    [0, *(pytest.param(place, marks=pytest.mark.deep) for place in range(1, len(EXPORTS)))],
    ids=EXPORTS,
)
def test_the_tokens_behind_a_view_are_saved(place: int, sandbox: RunningSandbox, tmp_path: Path) -> None:
    make(sandbox, "forever", expires_in=0)
    kept = make(sandbox, "=cmd", description="a month")
    file = tmp_path / f"out.{EXPORTS[place]}"

    async def scenario(hands: Hands) -> None:
        await hands.see("forever")
        await hands.press("slash")
        await hands.type("!inuse")
        await hands.see("2 of 3")
        await hands.press("enter", "x")
        await hands.see("Export 2 tokens")
        await hands.press(*["j"] * place, "enter")
        await hands.until(lambda: hands.top(SaveAs))
        await hands.press("ctrl+u")
        await hands.type(str(file))
        await hands.press("enter")
        await hands.see("Saved to")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    text = file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept["access_token"] not in text
    if EXPORTS[place] == "csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert {row["username"] for row in rows} == {"forever", "'=cmd"}
    elif EXPORTS[place] == "json":
        assert {row["username"] for row in json.loads(text)["tokens"]} == {"forever", "=cmd"}
    elif EXPORTS[place] == "findings.csv":
        assert "never-expires" in {row["rule"] for row in csv.DictReader(text.splitlines())}
    elif EXPORTS[place] == "findings.json":
        assert json.loads(text)["counts"]["never-expires"] == 1
    else:
        assert text.count("BEGIN:VEVENT") == 1


def test_what_this_console_made_is_a_view(sandbox: RunningSandbox, tmp_path: Path) -> None:
    Command(tmp_path, sandbox.url, sandbox.token)("tokens", "create", "--user", "mine", "--service", "all", "--yes")
    make(sandbox, "theirs")

    async def scenario(hands: Hands) -> None:
        await hands.see("theirs")
        assert await view(hands, "Made here") == 1
        await hands.see("1 of 3")
        await hands.see("mine")

    drive(console(connection(sandbox), tmp_path / "jfconsole"), scenario, SMALL)
