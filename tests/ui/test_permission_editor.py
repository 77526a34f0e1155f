"""The permission editor, by keys, on a real sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.permission_editor import PermissionEditor
from jfconsole.ui.screens.permissions import PermissionsScreen
from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.screens.review import Review
from jfconsole.ui.widgets.action_matrix import ActionMatrix
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import PERMISSIONS, artifact_resource
from tests.support.sandbox import Json, RunningSandbox
from tests.ui.test_permissions_screen import at_permission, furnish, held


async def edit(hands: Hands, name: str) -> None:
    """The editor, open on this permission."""
    await at_permission(hands, name)
    await hands.press("e")
    await hands.until(lambda: hands.top(PermissionEditor))
    await hands.see("matches")


async def go_to(hands: Hands, kind: str) -> None:
    """Tab until that part has the focus."""
    for _ in range(6):
        focused = hands.app.screen.focused
        if focused is not None and type(focused).__name__ == kind:
            return
        await hands.press("tab")
    raise AssertionError(f"no {kind} takes the focus")


async def pick(hands: Hands, name: str) -> None:
    """Choose one name in the picker."""
    await hands.until(lambda: hands.top(Picker))
    await hands.see(r"space marks")
    await hands.type(name)
    await hands.press("enter", "enter")
    await hands.until(lambda: hands.top(PermissionEditor))


async def apply(hands: Hands) -> None:
    """Review, confirm, close the report; the editor goes with it."""
    await hands.press("ctrl+s")
    await hands.until(lambda: hands.top(Review))
    await hands.press("tab", "enter")
    await hands.see("done")
    await hands.press("escape")
    await hands.until(lambda: hands.top(PermissionsScreen))


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_a_group_is_granted_and_a_pattern_keeps_something_out(
    sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]
) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await edit(hands, "libs")
        await hands.see("matches 1 repository: libs-local")
        await go_to(hands, "ActionMatrix")
        await hands.press("plus")
        await pick(hands, "ops")
        await hands.see("group ops +✓")
        await hands.press("right", "right", "space")
        await go_to(hands, "ResourceTable")
        await hands.press("plus")
        await pick(hands, "docker")
        await hands.see("matches 2 repositories: libs-local, docker-local")
        await hands.press("enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("Take over")
        await hands.press("tab")
        await hands.type("secret/**")
        await hands.press("ctrl+s")
        await hands.see(r"docker-local +everywhere without secret/")
        await apply(hands)

    drive(console(connection(sandbox), tmp_path), scenario, size)
    found = held(sandbox, "libs")
    assert found is not None
    assert found["artifact"]["actions"]["groups"] == {"devs": ["READ"], "ops": ["READ", "WRITE"]}
    assert found["artifact"]["targets"] == {
        "libs-local": {"include_patterns": ["org/**"], "exclude_patterns": []},
        "docker-local": {"include_patterns": ["**"], "exclude_patterns": ["secret/**"]},
    }


@pytest.mark.deep
def test_a_permission_is_made_from_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await hands.press("4")
        await hands.see("3 of 3")
        await hands.press("n")
        await hands.until(lambda: hands.top(PermissionEditor))
        await hands.press("ctrl+s")
        await hands.see("needs a target")
        await hands.press("escape")
        await hands.type("fresh")
        await go_to(hands, "ResourceTable")
        await hands.press("plus")
        await pick(hands, "ANY LOCAL")
        await go_to(hands, "ActionMatrix")
        await hands.press("insert")
        await pick(hands, "group devs")
        await apply(hands)
        await hands.see("4 of 4")

    drive(console(connection(sandbox), tmp_path), scenario)
    found = held(sandbox, "fresh")
    assert found is not None
    assert list(found["artifact"]["targets"]) == ["ANY LOCAL"]
    assert found["artifact"]["actions"]["groups"] == {"devs": ["READ"]}


@pytest.mark.deep
def test_a_section_is_removed_and_another_one_added(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await edit(hands, "Anything")
        await go_to(hands, "SectionBar")
        await hands.press("right")
        await hands.see("artifactory-build-info")
        await hands.press("delete")
        await hands.see("taken away as a whole")
        await hands.press("plus")
        await hands.until(lambda: hands.top(Menu))
        await hands.press("down", "enter")
        await hands.see("no targets yet")
        await go_to(hands, "ResourceTable")
        await hands.press("plus")
        await pick(hands, "release-bundles")
        await go_to(hands, "ActionMatrix")
        await hands.press("plus")
        await pick(hands, "group ops")
        await apply(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    found = held(sandbox, "Anything")
    assert found is not None
    assert sorted(found) == ["artifact", "release_bundle"]


def test_somebody_else_loses_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await edit(hands, "libs")
        await go_to(hands, "ActionMatrix")
        await hands.press("right", "space")
        theirs: Json = artifact_resource(
            {"libs-local": {"include_patterns": ["org/**"]}}, groups={"devs": ["READ"], "ops": ["READ", "DELETE"]}
        )
        with sandbox.http() as client:
            client.put(f"{PERMISSIONS}/libs/artifact", json=theirs).raise_for_status()
        await apply(hands)

    drive(console(connection(sandbox), tmp_path), scenario)
    found = held(sandbox, "libs")
    assert found is not None
    assert found["artifact"]["actions"]["groups"] == {"devs": ["READ", "ANNOTATE"], "ops": ["READ", "DELETE"]}


def test_what_somebody_else_changed_in_the_same_place_stops_it_and_nothing_is_lost(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    furnish(sandbox)
    theirs = artifact_resource({"libs-local": {"include_patterns": ["org/**"]}}, groups={"devs": ["MANAGE"]})

    async def scenario(hands: Hands) -> None:
        await edit(hands, "libs")
        await go_to(hands, "ActionMatrix")
        await hands.press("right", "space")
        with sandbox.http() as client:
            client.put(f"{PERMISSIONS}/libs/artifact", json=theirs).raise_for_status()
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.until(lambda: hands.app.desk.latest is not None and hands.app.desk.latest.over)
        await hands.press("escape")
        await hands.until(lambda: hands.top(PermissionEditor))
        assert hands.app.screen.query_one(ActionMatrix).rows[0].actions == {"READ", "ANNOTATE"}

    drive(console(connection(sandbox), tmp_path), scenario)
    found = held(sandbox, "libs")
    assert found is not None
    assert found["artifact"]["actions"]["groups"] == {"devs": ["MANAGE"]}


def test_words_of_newer_platforms_are_shown_and_kept(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    sandbox.future()

    async def scenario(hands: Hands) -> None:
        await edit(hands, "libs")
        before = hands.app.screen.query_one(ActionMatrix)
        unknown = before.rows[0].unknown
        assert unknown
        await hands.until(lambda: unknown[0] in hands.text)
        await go_to(hands, "ActionMatrix")
        await hands.press("right", "space")
        await apply(hands)

    drive(console(connection(sandbox), tmp_path), scenario, (120, 40))


def test_leaving_asks_when_something_was_changed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    before = held(sandbox, "libs")

    async def scenario(hands: Hands) -> None:
        await edit(hands, "libs")
        await hands.press("escape")
        await hands.until(lambda: hands.top(PermissionsScreen))
        await hands.press("e")
        await hands.until(lambda: hands.top(PermissionEditor))
        await go_to(hands, "ActionMatrix")
        await hands.press("delete")
        await hands.press("escape")
        await hands.until(lambda: hands.top(Menu))
        await hands.press("down", "enter")
        await hands.until(lambda: hands.top(PermissionsScreen))

    drive(console(connection(sandbox), tmp_path), scenario)
    assert held(sandbox, "libs") == before


def test_read_only_opens_no_editor(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await at_permission(hands, "libs")
        for key in ("e", "n"):
            await hands.press(key)
            await hands.see("read-only mode")
            assert hands.top(PermissionsScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
