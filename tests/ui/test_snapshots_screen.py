"""Snapshots by keys at 80x24: taken, compared with this server and with others, brought back after a review."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.snapshots import Snapshot
from jfconsole.services.paths import Paths
from jfconsole.services.profiles import ProfileStore
from jfconsole.services.snapshot_files import SnapshotFiles
from jfconsole.ui.screens.comparison import ComparisonPage
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.snapshots import SnapshotsScreen
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.screens.waiting import Waiting
from jfconsole.ui.widgets.resource_table import ResourceTable
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.ui.hostile import HOSTILE_NAMES
from tests.ui.writes import assert_harmless, sent

ACCESS = "/access/api/v2"
SMALL = (80, 24)


async def take(hands: Hands) -> None:
    """Go to the snapshots, and take one."""
    await hands.see(r"\d+ of \d+")
    await hands.press("Z")
    await hands.until(lambda: hands.top(SnapshotsScreen))
    await hands.see("No snapshots yet")
    await hands.press("n")
    await hands.see("2 groups, 2 users")
    await hands.see("1 of 1")


def focused(hands: Hands) -> str | None:
    """The id of what has the keyboard."""
    return hands.app.focused.id if hands.app.focused is not None else None


def test_what_was_taken_is_compared_and_brought_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        http.post(f"{ACCESS}/groups", json={"name": "builds", "description": "one"})

    def kept() -> list[str]:
        return [path.name for path in (tmp_path / "state" / "snapshots").iterdir()]

    async def scenario(hands: Hands) -> None:
        await take(hands)
        first = kept()
        await hands.press("n")
        await hands.see("2 of 2")
        table = hands.app.screen.query_one(ResourceTable)
        await hands.until(lambda: table.cursor_key in kept() and table.cursor_key not in first, "the new one")
        with sandbox.http() as http:
            http.patch(f"{ACCESS}/groups/builds", json={"description": "two"})
            http.post(f"{ACCESS}/groups", json={"name": "[@click=app.quit]others"})
        await hands.press("equals_sign")
        await hands.until(lambda: hands.top(FormScreen), "what to compare")
        await hands.see("this server, as it is now")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(ComparisonPage), "the comparison")
        await hands.see("1 new, 1 changed")
        await hands.see("~ group builds")
        await hands.see("description: one → two")
        await hands.see(r"\+ group \[@click=app.quit\]others")
        await hands.press("s")
        await hands.see("Save the comparison")
        await hands.press("ctrl+u")
        await hands.type(str(tmp_path / "saved.txt"))
        await hands.press("enter")
        await hands.see("readable by you alone")
        await hands.press("escape")
        await hands.until(lambda: hands.top(SnapshotsScreen))
        await hands.press("z")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Not in the snapshot, and left alone")
        assert sent(sandbox) == []
        await hands.type("restore 1")
        await hands.press("enter")
        await hands.see("1 done")
        await hands.press("escape")
        await hands.press("z")
        await hands.see("Everything in the snapshot is on")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert "description: one → two" in (tmp_path / "saved.txt").read_text()
    with sandbox.http() as http:
        assert http.get(f"{ACCESS}/groups/builds").json()["description"] == "one"
    for path in (tmp_path / "state" / "snapshots").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert sandbox.token not in path.read_text()


def test_what_is_kept_is_deleted_once_it_is_said_what_is_lost(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """One by the button, with the focus on Cancel; many by typing; one that was changed meanwhile is left alone."""
    folder = tmp_path / "state" / "snapshots"
    files = SnapshotFiles(folder)
    for number in range(1, 6):
        files.keep(Snapshot(platform="https://acme.example", taken=number * 86_400.0, objects={"groups": {}}))
    names = sorted(path.name for path in folder.iterdir())

    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("Z")
        await hands.see("5 of 5")
        await hands.press("ctrl+d")
        await hands.see("Before anything is deleted")
        await hands.see(f"{names[-1]}: https://acme.example")
        await hands.until(lambda: focused(hands) == "cancel")
        await hands.press("enter")
        await hands.until(lambda: hands.top(SnapshotsScreen), "nothing but Cancel")
        await hands.press("ctrl+d")
        await hands.until(lambda: focused(hands) == "cancel")
        await hands.press("tab", "enter")
        await hands.see(f"{names[-1]} is deleted")
        await hands.see("4 of 4")
        await hands.press("asterisk")
        await hands.see("4 marked")
        await hands.press("ctrl+d")
        await hands.see("No other snapshot of https://acme.example is kept here")
        (folder / names[0]).write_text("{}")
        await hands.until(lambda: isinstance(hands.app.focused, Input))
        await hands.type("delete 4")
        await hands.press("enter")
        await hands.see("3 snapshots are deleted")
        await hands.see("1 of 1")
        await hands.see_no("marked")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert [path.name for path in folder.iterdir()] == [names[0]]
    assert sent(sandbox) == []


@pytest.mark.deep
def test_two_servers_are_compared_and_read_only_restores_nothing(
    sandbox: RunningSandbox, demo_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """The other server's token is asked for; a file that is none says so."""
    ProfileStore(Paths(state=tmp_path, config=tmp_path / "config").config).put(
        Profile(name="demo", url=demo_sandbox.url, token=TokenPlace.ASK)
    )
    (tmp_path / "state" / "snapshots").mkdir(parents=True)
    (tmp_path / "state" / "snapshots" / "odd.json").write_text("{}")

    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("Z")
        await hands.see("not readable")
        await hands.press("z")
        await hands.see("read-only mode")
        await hands.press("ctrl+d")
        await hands.see("Delete is not possible")
        await hands.press("equals_sign")
        await hands.until(lambda: hands.top(FormScreen), "what to compare")
        await hands.see("server demo, as it is now")
        await hands.press("ctrl+s")
        await hands.see("Open demo")
        await hands.type(demo_sandbox.token)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(ComparisonPage), "the comparison")
        await hands.see(r"\d+ gone")
        await hands.see(f"from {demo_sandbox.url}")

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario, SMALL)
    assert sent(sandbox) == []
    assert sent(demo_sandbox) == []


@pytest.mark.deep
def test_a_server_that_is_slow_is_not_waited_for(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Escape is there at once, and so is the list; nothing was kept."""
    slow = {"method": "GET", "path": "/access/api/v2/groups*", "kind": "latency", "seconds": 30}

    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        sandbox.faults(slow)
        await hands.press("Z")
        await hands.see("No snapshots yet")
        await hands.press("n")
        await hands.until(lambda: hands.top(Waiting), "the waiting")
        await hands.see(r"[12] s")
        await hands.press("escape")
        await hands.until(lambda: hands.top(SnapshotsScreen))
        await hands.press("slash", *"abc")
        await hands.see("abc")

    try:
        drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    finally:
        sandbox.faults()
    assert not (tmp_path / "state" / "snapshots").exists()


@pytest.mark.deep
def test_a_hostile_file_is_shown_and_does_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "snapshots"
    folder.mkdir(parents=True)
    for number, name in enumerate(HOSTILE_NAMES):
        objects = {"groups": {name: {"name": name, "description": name}}}
        document = {"format": 1, "platform": name, "platform_version": name, "taken": number, "notes": [name]}
        (folder / f"{number}-[@click=app.quit]x.json").write_text(json.dumps({**document, "objects": objects}))

    async def scenario(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("Z")
        await hands.see(f"{len(HOSTILE_NAMES)} of {len(HOSTILE_NAMES)}")
        for _ in HOSTILE_NAMES:
            await hands.press("d")
            await hands.until(lambda: hands.top(Viewer), "the details")
            assert_harmless(hands)
            await hands.press("escape", "j")
        await hands.press("equals_sign")
        await hands.until(lambda: hands.top(FormScreen), "what to compare")
        assert_harmless(hands)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(ComparisonPage), "the comparison")
        assert_harmless(hands)

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
