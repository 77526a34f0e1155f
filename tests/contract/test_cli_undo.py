"""`jfconsole journal undo`: what can be taken back is, what cannot is said, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.identity import artifact_resource, make_group, make_permission, make_user
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import forget, held, writes


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        make_user(client, "ann")
        make_group(client, "devs", description="They build", members=["ann"])
        make_permission(client, "team", artifact=artifact_resource(["ANY LOCAL"], groups={"devs": ["READ"]}))
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def done(cli: Command, *words: str, stdin: str = "") -> str:
    """Run a change; the id of its plan."""
    ended = cli(*words, "--yes", "--json", stdin=stdin)
    assert ended.code == 0, ended.err
    return str(ended.json["report"]["plan"])


@pytest.mark.parametrize(
    ("words", "stdin", "path"),
    [
        (("groups", "members", "devs", "--remove", "ann"), "", "groups/devs"),
        (("groups", "apply", "-f", "-"), '{"name": "devs", "description": "They ship"}', "groups/devs"),
        (("groups", "delete", "devs"), "", "groups/devs"),
        (("permissions", "grant", "team", "--group", "devs", "READ", "WRITE"), "", "permissions/team"),
        (("permissions", "delete", "team"), "", "permissions/team"),
        (("users", "apply", "-f", "-"), '{"username": "ann", "email": "a@b.test"}', "users/ann"),
    ],
)
def test_everything_is_as_before(
    cli: Command, sandbox: RunningSandbox, words: tuple[str, ...], stdin: str, path: str
) -> None:
    before = held(sandbox, path)
    plan = done(cli, *words, stdin=stdin)
    forget(sandbox)
    look = cli("journal", "undo", plan, "--plan", "--json")
    assert (look.code, writes(sandbox)) == (0, [])
    assert look.json["plan"]["title"].startswith("Undo: ")
    assert done(cli, "journal", "undo", plan) != plan
    assert held(sandbox, path) == before
    again = cli("journal", "undo", plan, "--yes")
    assert again.code == 3
    assert "can be undone" in again.err


def test_what_does_not_come_back_is_said(cli: Command) -> None:
    words = cli("journal", "undo", done(cli, "users", "delete", "ann"), "--plan").out
    assert "Create user ann" in words
    assert "password" in words
    expired = cli("journal", "undo", done(cli, "users", "expire", "admin"), "--plan")
    assert expired.code == 3
    assert "has to choose a new password" in expired.err


def test_a_change_by_somebody_else_is_not_undone(cli: Command, sandbox: RunningSandbox) -> None:
    plan = done(cli, "groups", "apply", "-f", "-", stdin='{"name": "devs", "description": "They ship"}')
    with sandbox.http() as client:
        client.patch("/access/api/v2/groups/devs", json={"description": "Another's"}).raise_for_status()
    ended = cli("journal", "undo", plan, "--yes")
    assert (ended.code, ended.out) == (3, "")
    assert held(sandbox, "groups/devs")["description"] == "Another's"


def test_refusals(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    plan = done(cli, "groups", "apply", "-f", "-", stdin='{"name": "new"}')
    forget(sandbox)
    assert cli("journal", "undo", "jfc-0000000000", "--yes").code == 4
    assert cli("journal", "undo", plan).code == 3
    assert cli("journal", "undo", plan, "--yes", "--read-only").code == 3
    limited = cli("journal", "undo", plan, "--yes", "--max-deletes", "0")
    assert (limited.code, "--max-deletes 1" in limited.err) == (3, True)
    elsewhere = Command(tmp_path, sandbox.url.replace("127.0.0.1", "localhost"), sandbox.token)
    foreign = elsewhere("journal", "undo", plan, "--yes")
    assert (foreign.code, "is for http://127.0.0.1" in foreign.err) == (3, True)
    assert writes(sandbox) == []
    assert done(cli, "journal", "undo", plan)
