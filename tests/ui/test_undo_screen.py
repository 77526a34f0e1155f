"""Taking back what was done, from the journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.journal import JournalScreen
from jfconsole.ui.screens.review import Review
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import PERMISSIONS, artifact_resource, make_permission, make_repository
from tests.support.sandbox import Json, RunningSandbox


def furnish(sandbox: RunningSandbox) -> Json:
    """A permission to lose; returns what it gives."""
    with sandbox.http() as client:
        make_repository(client, "libs-local")
    make_it(sandbox)
    found = resources(sandbox)
    assert found is not None
    return found


def make_it(sandbox: RunningSandbox) -> None:
    """The permission alone."""
    with sandbox.http() as client:
        make_permission(client, "libs", artifact=artifact_resource(["libs-local"], groups={"readers": ["READ"]}))


def resources(sandbox: RunningSandbox) -> Json | None:
    """What the permission gives; None when there is none."""
    with sandbox.http() as client:
        answer = client.get(f"{PERMISSIONS}/libs")
    found: Json = answer.json().get("resources", {})
    return None if answer.status_code == 404 else found


async def delete_it(hands: Hands) -> None:
    """Delete the permission, and go to the journal."""
    await hands.press("4")
    await hands.see("3 of 3")
    await hands.press("slash", *"libs", "enter", "ctrl+d")
    await hands.until(lambda: hands.top(Review))
    await hands.press("tab", "enter")
    await hands.see("1 done")
    await hands.press("escape", "0")
    await hands.see("Delete permission libs +1 done")


def test_undo_restores_what_was_deleted(sandbox: RunningSandbox, tmp_path: Path) -> None:
    before = furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await delete_it(hands)
        await hands.press("z")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Undo: Delete permission libs")
        await hands.see("Create permission libs")
        assert resources(sandbox) is None
        await hands.press("enter")
        await hands.until(lambda: hands.top(JournalScreen))
        assert resources(sandbox) is None
        await hands.press("z")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.see("Undo: Delete permission libs")
        await hands.see("1 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert resources(sandbox) == before


def test_what_is_as_before_already_cannot_be_undone_and_is_said_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)

    async def scenario(hands: Hands) -> None:
        await delete_it(hands)
        make_it(sandbox)
        await hands.press("z")
        await hands.see("can be undone")
        await hands.see("it is as before already")
        assert hands.top(JournalScreen)

    drive(console(connection(sandbox), tmp_path), scenario)


def test_a_revoked_token_does_not_come_back_and_is_said_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    sandbox.create_token(username="lone", scope="applied-permissions/user", expires_in=86_400 * 30)

    async def scenario(hands: Hands) -> None:
        await hands.see("lone")
        await hands.press("slash", *"lone", "enter", "ctrl+d")
        await hands.until(lambda: hands.top(Review))
        await hands.press("tab", "enter")
        await hands.see("1 done")
        await hands.press("escape", "0")
        await hands.see("Revoke token.* 1 done")
        await hands.press("z")
        await hands.see("Nothing of the plan")
        assert hands.top(JournalScreen)

    drive(console(connection(sandbox), tmp_path), scenario)


@pytest.mark.deep
def test_read_only_takes_nothing_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    drive(console(connection(sandbox), tmp_path), delete_it)

    async def scenario(hands: Hands) -> None:
        await hands.press("0")
        await hands.see("Delete permission libs")
        await hands.press("z")
        await hands.see("read-only mode")
        assert hands.top(JournalScreen)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert resources(sandbox) is None
