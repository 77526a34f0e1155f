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


MANY = 60


def many(sandbox: RunningSandbox) -> None:
    """More permissions than fit on a screen; the last ones name somebody."""
    with sandbox.http() as http:
        make_group(http, "far")
        for number in range(MANY):
            groups = {"far": ["READ"]} if number >= MANY - 2 else {}
            make_permission(http, f"p{number:02}", artifact=artifact_resource(["ANY LOCAL"], groups=groups))


def asked(sandbox: RunningSandbox) -> int:
    """How many permissions were read in detail."""
    return len({call["path"] for call in sandbox.requests() if call["path"].startswith(f"{PERMISSIONS}/p")})


def test_a_filter_finds_what_is_far_from_the_screen(sandbox: RunningSandbox, tmp_path: Path) -> None:
    many(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see(rf"{MANY} of {MANY}|6\d of 6\d")
        assert asked(sandbox) < MANY
        await hands.press("slash")
        await hands.type("group:far")
        await hands.see(r"2 of 6\d")
        await hands.see(f"p{MANY - 1}")
        await hands.see_no("details ")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    assert asked(sandbox) == MANY


def test_a_ready_view_reads_what_it_needs(sandbox: RunningSandbox, tmp_path: Path) -> None:
    many(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see(r"6\d of 6\d")
        await hands.press("f", "down", "down", "enter")
        await hands.see(r"62 of 62")
        await hands.press("G")
        await hands.see(r"p59 .* ANY LOCAL")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))
    assert asked(sandbox) == MANY


def test_how_far_reading_has_come_is_said_and_clearing_the_filter_ends_it(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    many(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see(r"6\d of 6\d")
        sandbox.faults({"kind": "latency", "seconds": 0.3, "method": "GET", "path": f"{PERMISSIONS}/**"})
        await hands.press("slash")
        await hands.type("group:far")
        await hands.see(r"0 of 6\d match so far: details \d+ of 6\d")
        await hands.press("escape")
        await hands.see_no("details ")
        await hands.until(lambda: all(worker.group != "details" for worker in hands.app.workers))
        assert asked(sandbox) < MANY

    drive(console(connection(sandbox), tmp_path), scenario, (120, 24))


def test_plain_words_say_how_much_they_looked_at(sandbox: RunningSandbox, tmp_path: Path) -> None:
    many(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see(r"6\d of 6\d")
        await hands.press("slash")
        await hands.type("far")
        await hands.see(r"only \d+ of 6\d read")

    drive(console(connection(sandbox), tmp_path), scenario, (120, 24))
    assert asked(sandbox) < MANY


@pytest.mark.deep
def test_a_cancelled_review_brings_the_new_name_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await at_permission(hands, "libs")
        await hands.press("f2")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("end", *"-two", "ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.press("escape")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("libs-two")

    drive(console(connection(sandbox), tmp_path), scenario)
