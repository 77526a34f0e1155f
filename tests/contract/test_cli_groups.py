"""`jfconsole groups`: lists, single groups, and changes that are planned, confirmed, limited and exact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.identity import artifact_resource, make_group, make_permission, make_user
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import HOSTILE, RAW_CONTROL, forget, held, plant, writes

PATH = "/access/api/v2/groups"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        for name in ("ann", "bob"):
            make_user(client, name)
        make_group(client, "devs", description="They build", members=["ann"])
        make_group(client, "ops")
        make_permission(client, "team", artifact=artifact_resource(["ANY LOCAL"], groups={"devs": ["READ"]}))
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def test_the_list(cli: Command) -> None:
    assert cli("groups", "list").out.splitlines() == ["NAME", "devs", "ops", "readers"]
    document = cli("groups", "list", "name:dev", "--json").json
    assert document == {
        "groups": [{"name": "devs"}],
        "shown": 1,
        "total": 3,
        "filter": "name:dev",
        "detailed": False,
        "changed_while_read": False,
    }


def test_what_the_list_does_not_say_takes_details(cli: Command) -> None:
    ended = cli("groups", "list", "member:ann")
    assert (ended.code, ended.out) == (2, "")
    assert "--details" in ended.err
    detailed = cli("groups", "list", "member:ann", "desc:build", "--details", "--json").json
    assert [group["name"] for group in detailed["groups"]] == ["devs"]
    assert detailed["groups"][0]["members"] == ["ann"]
    assert "They build" in cli("groups", "list", "--details").out
    assert cli("groups", "list", "nothing-like-this").err == "0 of 3 groups\n"


def test_one_group(cli: Command) -> None:
    shown = cli("groups", "show", "devs", "--json").json
    assert list(shown) == ["group"]
    assert (shown["group"]["name"], shown["group"]["members"]) == ("devs", ["ann"])
    assert "They build" in cli("groups", "show", "devs").out
    missing = cli("groups", "show", "nobody", "--json")
    assert (missing.code, missing.error["status"]) == (4, 404)


def test_what_is_shown_applies_and_changes_nothing(cli: Command, sandbox: RunningSandbox) -> None:
    shown = cli("groups", "show", "devs", "--json").out
    for words, document in ((["--yes"], {"report": None}), (["--plan"], {"plan": None})):
        ended = cli("groups", "apply", "-f", "-", "--json", *words, stdin=shown)
        assert (ended.code, ended.json) == (0, document)
    assert "as wanted already" in cli("groups", "apply", "-f", "-", "--yes", stdin=shown).err
    assert writes(sandbox) == []


def test_apply_changes_what_the_file_says(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    file = tmp_path / "group.json"
    file.write_text(json.dumps({"group": {"name": "devs", "description": "They ship"}}))
    plan = cli("groups", "apply", "-f", str(file), "--plan")
    assert "~ description: They build → They ship" in plan.out
    assert f"PATCH {PATH}/devs\n" in plan.out
    (step,) = cli("groups", "apply", "-f", str(file), "--plan", "--json").json["plan"]["steps"]
    assert step["diff"] == ["~ description: They build → They ship"]
    assert writes(sandbox) == []
    assert cli("groups", "apply", "-f", str(file), "--yes").code == 0
    now = held(sandbox, "groups/devs")
    assert (now["description"], now["members"]) == ("They ship", ["ann"])


def test_apply_makes_what_is_not_there(cli: Command, sandbox: RunningSandbox) -> None:
    ended = cli("groups", "apply", "-f", "-", "--yes", "--json", stdin='{"name": "new", "members": ["bob"]}')
    assert (ended.code, ended.json["report"]["counts"]) == (0, {"done": 1})
    assert held(sandbox, "groups/new")["members"] == ["bob"]


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON, line 1"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "does not describe one group"),
        ('{"group": []}', "does not describe one group"),
        ("{}", "has no name"),
        ('{"name": "x", "password": "hunter2-hunter2"}', "has a password"),
        ('{"name": "x", "auto_join": true, "admin_privileges": true}', "cannot have administrator"),
    ],
)
def test_a_file_that_makes_no_sense(cli: Command, sandbox: RunningSandbox, stdin: str, says: str) -> None:
    ended = cli("groups", "apply", "-f", "-", "--yes", stdin=stdin)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert "hunter2" not in ended.err
    assert writes(sandbox) == []


def test_a_file_that_is_not_there(cli: Command, tmp_path: Path) -> None:
    assert "cannot be read" in cli("groups", "apply", "-f", str(tmp_path / "none.json"), "--yes").err
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe")
    assert "no text in UTF-8" in cli("groups", "apply", "-f", str(tmp_path / "odd.json"), "--yes").err
    both = cli("groups", "apply", "-f", "-", "--url", "http://127.0.0.1:1", "--token-stdin", stdin="{}")
    assert both.code == 2
    assert "both" in both.err


def test_members_are_changed_whoever_else_is_in(cli: Command, sandbox: RunningSandbox) -> None:
    plan = cli("groups", "members", "devs", "--add", "bob", "--remove", "ann", "--plan").out
    assert "    - member ann\n" in plan
    assert "    + member bob\n" in plan
    assert cli("groups", "members", "devs", "--add", "bob", "--yes").code == 0
    assert sorted(held(sandbox, "groups/devs")["members"]) == ["ann", "bob"]
    assert writes(sandbox) == [("PATCH", f"{PATH}/devs/members")]
    again = cli("groups", "members", "devs", "--add", "bob", "--yes", "--json")
    assert (again.code, again.json) == (0, {"report": None})


def test_deleted_and_taken_out_of_permissions(cli: Command, sandbox: RunningSandbox) -> None:
    plan = cli("groups", "delete", "devs", "--plan").out
    assert "- artifact: group devs: READ" in plan
    assert "1 permission (team) no longer names it." in plan
    assert cli("groups", "delete", "devs", "--yes").code == 0
    assert writes(sandbox) == [("PUT", "/access/api/v2/permissions/team/artifact"), ("DELETE", f"{PATH}/devs")]
    assert held(sandbox, "permissions/team")["resources"]["artifact"]["actions"]["groups"] == {}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("delete", "devs"), 3, "needs a confirmation"),
        (("delete", "devs", "--yes", "--read-only"), 3, "read-only"),
        (("delete", "devs", "ops", "--yes", "--max-deletes", "1"), 3, "the limit for one plan is 1"),
        (("delete", "devs", "nobody", "--yes"), 4, ""),
        (("members", "devs", "--yes"), 2, "Nobody is to be added"),
        (("members", "devs", "--add", "bob", "--remove", "bob", "--yes"), 2, "to be removed"),
        (("members", "nobody", "--add", "bob", "--yes"), 4, ""),
        (("members", "devs", "--add", "bob", "--read-only", "--yes"), 3, "read-only"),
    ],
)
def test_nothing_is_sent_when_it_is_refused(
    cli: Command, sandbox: RunningSandbox, words: tuple[str, ...], code: int, says: str
) -> None:
    ended = cli("groups", *words)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says.lower() in ended.err.lower()
    assert cli("groups", *words, "--json").error["exit_code"] == code
    assert writes(sandbox) == []


def test_at_a_terminal_the_difference_is_shown_before_the_question(cli: Command, sandbox: RunningSandbox) -> None:
    words = cli.argv("groups", "members", "devs", "--add", "bob")
    with PtyConsole(words, env=cli.environ, columns=120) as terminal:
        terminal.wait_for("Type yes to go on:")
        assert "+ member bob" in terminal.text
        terminal.send("yes", "enter")
        assert terminal.exit_code() == 0
    assert "bob" in held(sandbox, "groups/devs")["members"]


def test_hostile_names(cli: Command, sandbox: RunningSandbox) -> None:
    plant(sandbox, groups=[{"name": HOSTILE, "description": HOSTILE}])
    for words in (
        ("list",),
        ("list", "--details"),
        ("list", "--json"),
        ("show", HOSTILE),
        ("delete", HOSTILE, "--plan"),
    ):
        ended = cli("groups", *words)
        assert ended.code == 0, ended.err
        assert not RAW_CONTROL.search(ended.out + ended.err)
    assert HOSTILE in [group["name"] for group in cli("groups", "list", "--json").json["groups"]]
    assert not RAW_CONTROL.search(cli("groups", "show", f"{HOSTILE}x").err)
