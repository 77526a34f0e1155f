"""Who can, what can: asked by keys, answered with the way by which somebody comes by each grant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jfconsole.ui.screens.access import AccessScreen
from jfconsole.ui.screens.permissions import PermissionsScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import artifact_resource, make_group, make_permission, make_repository, make_user
from tests.support.sandbox import RunningSandbox


def furnish(sandbox: RunningSandbox) -> None:
    """Ada is in the group that may read a part of a repository."""
    with sandbox.http() as client:
        make_repository(client, "libs-local")
        make_group(client, "devs")
        make_user(client, "ada", groups=["devs"])
        patterns = {"include_patterns": ["org/**"], "exclude_patterns": ["org/secret/**"]}
        make_permission(client, "libs", artifact=artifact_resource({"libs-local": patterns}, groups={"devs": ["READ"]}))


def flat(hands: Hands) -> str:
    """The screen as running text."""
    return re.sub(r"[\s│]+", " ", hands.text)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_a_permission_says_what_it_gives_and_what_is_wrong_with_it(
    sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]
) -> None:
    furnish(sandbox)
    with sandbox.http() as client:
        make_permission(client, "lost", artifact=artifact_resource(["gone-local"], groups={"nobody": ["READ"]}))

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see("4 of 4")
        await hands.press("slash", *"lost", "enter", "a")
        await hands.see("what permission lost gives")
        await hands.until(lambda: "(no such group)" in flat(hands))
        await hands.until(lambda: "gone-local is no repository" in flat(hands))
        await hands.see(r"loaded (now|\d+ s ago)")
        await hands.press("y")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see('"gone-local"')
        await hands.press("escape", "escape", "l")
        await hands.see("findings in permissions")
        await hands.see("Permission lost")
        await hands.press("escape", "d")
        await hands.see(r"finding +gone-local is no")

    drive(console(connection(sandbox), tmp_path), scenario, size)


def test_a_token_shows_the_way_from_its_user_to_the_action(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    sandbox.create_token(username="ada", scope="applied-permissions/user", expires_in=86_400 * 30)

    async def scenario(hands: Hands) -> None:
        await hands.see("ada")
        await hands.press("slash", *"ada", "enter", "a")
        await hands.see("what a token of ada can do")
        way = "user ada → group devs → permission libs → libs-local: org/** without org/secret/** → READ"
        await hands.until(lambda: way in flat(hands), way)

    drive(console(connection(sandbox), tmp_path), scenario)


@pytest.mark.deep
def test_a_repository_is_asked_about_with_a_path(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("5")
        await hands.see("libs-local")
        await hands.press("slash", *"libs", "enter", "a")
        await hands.see("A path in it, or nothing")
        await hands.type("org/secret/a.jar")
        await hands.press("enter")
        await hands.see("Kept out by exclude patterns")
        await hands.until(lambda: "excludes it by org/secret/**" in flat(hands))
        await hands.press("escape", "a")
        await hands.see("A path in it, or nothing")
        await hands.press("enter")
        way = "user ada → group devs → permission libs → libs-local"
        await hands.until(lambda: way in flat(hands), way)

    drive(console(connection(sandbox), tmp_path), scenario)


def test_what_was_loaded_is_used_again_until_it_shall_be_loaded_anew(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see("3 of 3")
        await hands.press("slash", *"libs", "enter", "a")
        await hands.see(r"1 in it: ada")
        with sandbox.http() as client:
            make_user(client, "bob", groups=["devs"])
        await hands.press("escape", "a")
        await hands.see(r"1 in it: ada")
        await hands.press("r")
        await hands.see(r"2 in it: ada, bob")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_a_slow_platform_is_told_and_can_be_left(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see("3 of 3")
        sandbox.faults({"method": "GET", "path": "/access/api/v2/groups/*", "kind": "latency", "seconds": 20})
        await hands.press("a")
        await hands.see(r"Loading what access follows from.* [1-9] s")
        await hands.press("escape")
        await hands.until(lambda: hands.top(PermissionsScreen))
        sandbox.faults()
        await hands.press("a")
        await hands.see("Given by it")

    drive(console(connection(sandbox), tmp_path), scenario)


def test_a_refusal_is_told_and_can_be_tried_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    own = sandbox.create_token(username="ada", scope="applied-permissions/user", expires_in=86_400)["access_token"]

    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        await hands.press("a")
        await hands.until(lambda: hands.top(AccessScreen))
        await hands.see("HTTP 403")
        await hands.see("r tries again")
        await hands.press("q")
        await hands.see("▸ tokens")

    drive(console(connection(sandbox, token=own), tmp_path), scenario)


def test_lists_of_other_things_say_that_access_is_no_matter_of_theirs(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.press("0", "a")
        await hands.see("Access is a matter of users")

    drive(console(connection(sandbox), tmp_path), scenario)
