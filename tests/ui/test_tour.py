"""What holds for the whole console, whatever is pressed: read-only, no secret on disk, nothing hostile acts."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from jfconsole.domain.text import visible
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.widgets.resource_table import ResourceTable
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_user
from tests.support.sandbox import RunningSandbox
from tests.ui.hostile import HOSTILE_NAMES
from tests.ui.tour import walk

WRITES = 6
"""Calls that the walk sends at least when it may: by actions that need nothing typed but what confirms them."""


def sent_by_us(sandbox: RunningSandbox) -> list[str]:
    """Methods of the calls that the console made."""
    return [r["method"] for r in sandbox.requests() if r["headers"].get("user-agent", "").startswith("jfconsole")]


WALKERS = "walker"
"""The walk keeps to tokens and users of this name: the one in use must not be revoked under its feet."""


def prepared(sandbox: RunningSandbox) -> None:
    with sandbox.http() as http:
        for number in range(4):
            make_user(http, f"{WALKERS}-{number}")
            sandbox.create_token(username=f"{WALKERS}-{number}", scope="applied-permissions/user", expires_in=0)


@pytest.mark.deep
def test_the_walk_sends_nothing_but_reads_in_read_only_mode(sandbox: RunningSandbox, tmp_path: Path) -> None:
    prepared(sandbox)

    async def scenario(hands: Hands) -> None:
        await walk(hands, [], WALKERS)

    drive(console(connection(sandbox, read_only=True), tmp_path), scenario)
    assert set(sent_by_us(sandbox)) == {"GET"}


def spellings(secret: str) -> list[bytes]:
    """The forms in which a secret might lie about."""
    raw = secret.encode()
    return [
        raw,
        secret.encode("utf-16-le"),
        base64.b64encode(raw).rstrip(b"=")[:-2],
        raw.hex().encode(),
        json.dumps(secret)[1:-1].encode(),
    ]


@pytest.mark.deep
def test_the_walk_writes_when_it_may_and_leaves_no_secret_on_disk_or_screen(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    prepared(sandbox)
    look: list[str] = []

    async def scenario(hands: Hands) -> None:
        await walk(hands, look, WALKERS)
        look.append(hands.app.export_screenshot())

    drive(console(connection(sandbox), tmp_path), scenario)
    writes = [method for method in sent_by_us(sandbox) if method not in {"GET", "HEAD"}]
    assert len(writes) >= WRITES
    assert _tokens_used(sandbox) == {own_id(sandbox)}, "the secret was really sent"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "journal.db" for path in files)
    assert any(path.parent.name == "snapshots" for path in files), "the walk took one"
    kept = b"".join(path.read_bytes() for path in files) + "".join(look).encode()
    assert [form[:24] for form in spellings(sandbox.token) if form in kept] == []


def own_id(sandbox: RunningSandbox) -> str:
    with sandbox.http() as http:
        token_id: str = http.get("/access/api/v1/tokens/me").json()["token_id"]
    return token_id


def _tokens_used(sandbox: RunningSandbox) -> set[str]:
    ours = [r for r in sandbox.requests() if r["headers"].get("user-agent", "").startswith("jfconsole")]
    return {r["token_id"] for r in ours if r["token_id"]}


NAMES = tuple(name[:1000] for name in HOSTILE_NAMES if "\ud800" not in name)


@pytest.mark.deep
def test_hostile_names_neither_crash_nor_click_nor_hide(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for name in NAMES:
        sandbox.create_token(username="victim", scope="applied-permissions/user", description=name)

    async def scenario(hands: Hands) -> None:
        await hands.see("victim")
        assert _missing(await _read_every_row(hands)) == []

    drive(console(connection(sandbox), tmp_path), scenario, (120, 30))


@pytest.mark.deep
@pytest.mark.parametrize("section", ["users", "groups", "permissions", "repositories"])
def test_hostile_names_in_every_field_of_every_object(sandbox: RunningSandbox, tmp_path: Path, section: str) -> None:
    for name in NAMES:
        sandbox.control("POST", "/state", _objects_called(name))

    async def scenario(hands: Hands) -> None:
        hands.app.show_section(section)
        await hands.until(lambda: any(t.total_count >= len(NAMES) for t in hands.app.screen.query(ResourceTable)))
        assert _missing(await _read_every_row(hands)) == []

    drive(console(connection(sandbox), tmp_path), scenario, (120, 30))


def _objects_called(name: str) -> dict[str, list[dict[str, object]]]:
    """One object of every kind, with the name wherever a text can stand."""
    grants = {"users": {name: ["READ"]}, "groups": {name: ["READ", name]}}
    patterns = {"include_patterns": [name], "exclude_patterns": [name]}
    section = {"actions": grants, "targets": {name: patterns}}
    return {
        "users": [{"username": name, "email": name, "realm": name, "groups": [name]}],
        "groups": [{"name": name, "description": name, "realm": name, "realm_attributes": name, "external_id": name}],
        "permissions": [{"name": name, "resources": {"artifact": section, name: section}, "created_by": name}],
        "repositories": [{"repo_key": name, "rclass": "local", "package_type": name, "description": name}],
    }


async def _read_every_row(hands: Hands) -> str:
    """Open the details of each row; returns all that was shown, without blanks and frames."""
    shown: list[str] = []
    for _ in range(hands.app.screen.query_one(ResourceTable).total_count):
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer), "the details")
        _assert_harmless(hands)
        shown.append(hands.text)
        await hands.press("escape", "j")
    _assert_harmless(hands)
    return "".join("".join(text.split()) for text in shown).replace("│", "")


def _missing(shown: str) -> list[str]:
    return [name for name in NAMES if "".join(visible(name)[:30].split()) not in shown]


def _assert_harmless(hands: Hands) -> None:
    for strip in hands.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.text.isprintable() or not segment.text.strip(), repr(segment.text)
            assert segment.style is None or "@click" not in segment.style.meta
