"""Permissions as an administrator meets them, on a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.permissions import PermissionsScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import PERMISSIONS, artifact_resource, make_group, make_permission, make_repository
from tests.support.sandbox import Json, RunningSandbox

SIZES = [(80, 24), (200, 60)]


def furnish(sandbox: RunningSandbox) -> None:
    """Two repositories, two groups, and a permission that gives one of them READ on one of the other."""
    with sandbox.http() as client:
        make_repository(client, "libs-local")
        make_repository(client, "docker-local")
        make_group(client, "devs")
        make_group(client, "ops")
        make_permission(
            client,
            "libs",
            artifact=artifact_resource({"libs-local": {"include_patterns": ["org/**"]}}, groups={"devs": ["READ"]}),
        )


def held(sandbox: RunningSandbox, name: str) -> Json | None:
    """The resources of a permission as the platform has them; None when there is no such permission."""
    with sandbox.http() as client:
        answer = client.get(f"{PERMISSIONS}/{name}")
    resources: Json = answer.json().get("resources", {})
    return None if answer.status_code == 404 else resources


def names(sandbox: RunningSandbox) -> list[str]:
    """All permissions there are."""
    return sorted(record["name"] for record in sandbox.state()["permissions"])


async def at_permission(hands: Hands, name: str) -> None:
    """The list of permissions, with the cursor on this one."""
    await hands.until(lambda: hands.app.is_running)
    await hands.press("4")
    await hands.see("▸ permissions")
    await hands.see(f"{name} ")
    await hands.press("slash")
    await hands.type(f"name:={name}")
    await hands.see("1 of ")
    await hands.press("enter")


@pytest.mark.parametrize("size", SIZES)
def test_the_list_tells_what_each_gives(sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see("3 of 3")
        await hands.see("libs +libs-local|libs +artifact")
        await hands.press("slash", *"group", "colon", *"devs", "enter")
        await hands.see("1 of 3")
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see(r"on libs-local: org/\*\*")
        await hands.see("group devs: READ")
        await hands.see("created by +admin")
        await hands.see("not looked for yet")

    drive(console(connection(sandbox), tmp_path), scenario, size)


def test_one_is_deleted_through_a_dialog_that_says_who_loses_what(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await at_permission(hands, "libs")
        await hands.press("ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Groups devs lose what libs gives")
        await hands.press("enter")
        await hands.until(lambda: hands.top(PermissionsScreen))
        assert "libs" in names(sandbox)
        await hands.press("delete")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.see("1 done")
        await hands.press("escape")
        await hands.see("0 of 2")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert "libs" not in names(sandbox)


def test_many_are_deleted_when_the_number_is_typed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see("3 of 3")
        await hands.press("asterisk", "ctrl+d")
        await hands.see("Anything came with the platform")
        await hands.type("delete 3")
        await hands.press("enter")
        await hands.see("3 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert names(sandbox) == []


def test_a_rename_makes_the_same_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    before = held(sandbox, "libs")

    async def scenario(hands: Hands) -> None:
        await at_permission(hands, "libs")
        await hands.press("f2")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("end")
        await hands.type("2")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("The platform cannot rename")
        await hands.press("tab", "enter")
        await hands.see("2 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert held(sandbox, "libs") is None
    assert held(sandbox, "libs2") == before


def test_read_only_changes_nothing_and_says_why(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await at_permission(hands, "libs")
        for key in ("ctrl+d", "f2"):
            await hands.press(key)
            await hands.see("read-only mode")
            assert hands.top(PermissionsScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert "libs" in names(sandbox)
