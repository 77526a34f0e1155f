"""The list of groups as an administrator meets it, on a real sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.text import visible
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.groups import GroupsScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import (
    GROUPS,
    PERMISSIONS,
    artifact_resource,
    make_group,
    make_permission,
    make_repository,
    make_user,
)
from tests.support.sandbox import RunningSandbox
from tests.ui.hostile import HOSTILE_NAMES
from tests.ui.people import agree, open_list
from tests.ui.writes import assert_harmless, sent


async def open_groups(hands: Hands, only: str = "") -> None:
    """Go to the groups and put the cursor on the first one of that name."""
    await open_list(hands, "3", "groups", only)


async def confirm(hands: Hands, done: str = "1 done") -> None:
    """Go past the review, and wait for the end."""
    await agree(hands, GroupsScreen, done)


def group(sandbox: RunningSandbox, name: str) -> dict[str, Any]:
    with sandbox.http() as http:
        found: dict[str, Any] = http.get(f"{GROUPS}/{name}").json()
    return found


def test_a_group_is_made_with_members(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await open_groups(hands)
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.type("scanners")
        await hands.press("enter", *"scans", "enter", "enter")
        await hands.see("ada")
        await hands.press(*"ada", "enter", "space", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("tab", "space", "tab", "space", "ctrl+s")
        await hands.see("cannot have administrator")
        await hands.press("tab", "tab", "tab", "tab", "space", "ctrl+s")
        await hands.see("Create group scanners")
        await confirm(hands)
        await hands.see(r"scanners +1")

    drive(console(connection(sandbox), tmp_path), scenario, (200, 60))
    made = group(sandbox, "scanners")
    assert (made["description"], made["members"], made["auto_join"]) == ("scans", ["ada"], True)
    assert made["admin_privileges"] is False


def test_an_edit_sends_what_changed_and_nothing_else(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "team", description="one")

    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "team")
        await hands.press("e")
        await hands.see("Edit group team")
        await hands.press("end", *"s", "ctrl+s")
        await hands.see("one → ones|ones")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == [("PATCH", f"{GROUPS}/team", {"description": "ones"})]


def test_members_are_changed_as_a_difference(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        for name in ("old", "new", "kept"):
            make_user(http, name)
        make_group(http, "team", members=["old", "kept"])

    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "team")
        await hands.press("m")
        await hands.see("space marks")
        await hands.press(*"!kept", "space", *"!a", "enter", "space", "space", "enter")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    ((method, path, body),) = sent(sandbox)
    assert (method, path) == ("PATCH", f"{GROUPS}/team/members")
    assert body == {"add": ["new"], "remove": ["old"]}


@pytest.mark.deep
def test_a_group_is_renamed_with_its_members_and_grants(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
        make_repository(http, "docker-local")
        make_group(http, "team", members=["ada"])
        make_permission(http, "pull", artifact=artifact_resource(["docker-local"], groups={"team": ["READ"]}))

    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "team")
        await hands.press("f2")
        await hands.see("Rename group team")
        await hands.press("end", *"-two", "ctrl+s")
        await hands.see("The platform cannot rename")
        await hands.see("1 × POST, 1 × PUT, 1 × DELETE")
        await confirm(hands, "3 done")
        await hands.see("team-two")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert group(sandbox, "team-two")["members"] == ["ada"]
    with sandbox.http() as http:
        actions = http.get(f"{PERMISSIONS}/pull").json()["resources"]["artifact"]["actions"]
    assert actions["groups"] == {"team-two": ["READ"]}


def test_a_deletion_says_who_loses_what(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
        make_repository(http, "docker-local")
        make_group(http, "team", members=["ada"])
        make_permission(http, "pull", artifact=artifact_resource(["docker-local"], groups={"team": ["READ"]}))

    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "team")
        await hands.press("ctrl+d")
        await hands.see("Delete group team")
        await hands.see(r"member of team \(ada\) loses")
        await hands.see(r"permission \(pull\)")
        await confirm(hands, "2 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [method for method, _, _ in sent(sandbox)] == ["PUT", "DELETE"]


def test_a_group_that_changed_after_the_review_is_not_deleted(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
        make_group(http, "team")

    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "team")
        await hands.press("ctrl+d")
        await hands.until(lambda: hands.top(Review))
        with sandbox.http() as http:
            http.patch(f"{GROUPS}/team/members", json={"add": ["ada"]}).raise_for_status()
        await hands.press("tab", "enter")
        await hands.see("is not what was reviewed")
        await hands.see("ada")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert sent(sandbox) == []


def test_members_from_elsewhere_are_not_changed_here(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "developers")
        await hands.press("m")
        await hands.see("The group comes from the realm saml")
        assert hands.top(GroupsScreen)

    drive(console(connection(demo_sandbox), tmp_path), scenario, (120, 40))


def test_read_only_refuses_every_change(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "readers")
        for key in ("n", "e", "m", "f2", "ctrl+d"):
            await hands.press(key)
            await hands.see("read-only mode")
            assert hands.top(GroupsScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert sent(sandbox) == []


@pytest.mark.deep
def test_memberships_come_from_a_file(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
        make_group(http, "team")
    file = tmp_path / "members.csv"
    file.write_text("group,username,action\nteam,ada,\nteam,nobody,\nteam,ada,sideways\n")

    async def scenario(hands: Hands) -> None:
        await open_groups(hands)
        await hands.press("colon", *"import", "enter")
        await hands.see("Import users or memberships")
        await hands.press(*"nowhere", "ctrl+s")
        await hands.see("nowhere cannot be read: No such file")
        hands.app.screen.query_one("#field-file").value = str(file)  # type: ignore[attr-defined]
        await hands.press("ctrl+s")
        await hands.see("line 3: There is no user nobody")
        await hands.press("tab", "space", "ctrl+s")
        await hands.see("2 lines of the file are left out")
        await hands.type("import 1")
        await hands.press("enter")
        await hands.see("1 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert group(sandbox, "team")["members"] == ["ada"]


@pytest.mark.deep
def test_hostile_descriptions_neither_act_nor_hide(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        for number, text in enumerate(HOSTILE_NAMES[:12]):
            http.post(GROUPS, json={"name": f"g{number:02}", "description": text}).raise_for_status()

    async def scenario(hands: Hands) -> None:
        await open_groups(hands, "g")
        for text in HOSTILE_NAMES[:12]:
            await hands.press("d")
            await hands.until(lambda: hands.top(Viewer))
            assert "".join(visible(text).split()) in "".join(hands.text.split())
            assert_harmless(hands)
            await hands.press("escape", "j")
        assert_harmless(hands)

    drive(console(connection(sandbox), tmp_path), scenario, (120, 30))


@pytest.mark.deep
def test_a_group_that_exists_is_taken_over_with_a_diff_or_left_alone(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_group(http, "scanners", description="as it was")

    async def scenario(hands: Hands) -> None:
        await open_groups(hands)
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.type("scanners")
        await hands.press("enter", *"wanted", "ctrl+s")
        await hands.see("There is a group scanners already")
        await hands.press("j", "enter")
        await hands.see("Choose another name")
        assert group(sandbox, "scanners")["description"] == "as it was"
        await hands.press("ctrl+s")
        await hands.see("There is a group scanners already")
        await hands.press("enter")
        await hands.see("Adopt group scanners")
        await hands.see("as it was")
        await confirm(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    assert group(sandbox, "scanners")["description"] == "wanted"
