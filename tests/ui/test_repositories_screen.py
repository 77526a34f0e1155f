"""The list of repositories, on a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.repositories import RepositoriesScreen
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_repository
from tests.support.sandbox import RunningSandbox


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_kinds_are_told_apart_and_a_remote_one_says_where_it_fetches(
    sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]
) -> None:
    with sandbox.http() as http:
        make_repository(http, "app-local")
        make_repository(http, "hub", "remote")
        make_repository(http, "all", "virtual", repositories=["app-local", "hub"])

    async def scenario(hands: Hands) -> None:
        await hands.see("in use|1 of 1")
        await hands.press("5")
        await hands.see(r"app-local +local")
        await hands.see(r"hub +remote +generic +https://upstream")
        await hands.press("f", "down", "down", "enter")
        await hands.see("1 of")
        await hands.press("enter")
        await hands.see(r"fetches from +https://upstream.example.com")
        await hands.see("READ on a remote repository covers")
        await hands.press("escape", "f", "end", "enter", "enter")
        await hands.see(r"members +app-local, hub")
        await hands.see("Permissions hold for the members")

    drive(console(connection(sandbox), tmp_path), scenario, size)


def test_nothing_there_is_said_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        for row in http.get("/artifactory/api/repositories").json():
            http.delete(f"/artifactory/api/repositories/{row['key']}").raise_for_status()

    async def scenario(hands: Hands) -> None:
        await hands.see("in use|1 of 1")
        await hands.press("5")
        await hands.see("There are no repositories here that this token may see")
        await hands.press("n", "e", "ctrl+d")
        assert hands.top(RepositoriesScreen)

    drive(console(connection(sandbox), tmp_path), scenario)
