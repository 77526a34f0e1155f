"""`jfconsole permissions`, `repositories` and `lint`: shapes that scripts rely on, sections edited one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.identity import artifact_resource, make_group, make_permission, make_repository
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import HOSTILE, RAW_CONTROL, forget, held, plant, writes

PATH = "/access/api/v2/permissions"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        make_group(client, "devs")
        make_group(client, "ops")
        make_repository(client, "libs-local")
        make_repository(client, "npm-remote", "remote")
        artifact = artifact_resource(["libs-local"], groups={"devs": ["READ"]})
        make_permission(client, "team", artifact=artifact, build=artifact_resource(["artifactory-build-info"]))
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def test_the_list(cli: Command) -> None:
    document = cli("permissions", "list", "--json").json
    assert [one["name"] for one in document["permissions"]] == ["Any Remote", "Anything", "team"]
    assert cli("permissions", "list", "builtin", "--json").json["shown"] == 2
    assert cli("permissions", "list", "group:devs").code == 2
    detailed = cli("permissions", "list", "group:devs", "--details", "--json").json
    assert [one["name"] for one in detailed["permissions"]] == ["team"]
    assert "artifact, build" in cli("permissions", "list", "--details", "team").out


def test_one_permission(cli: Command) -> None:
    shown = cli("permissions", "show", "team", "--json").json["permission"]
    assert shown["resources"]["artifact"]["actions"]["groups"] == {"devs": ["READ"]}
    assert "group devs: READ" in cli("permissions", "show", "team").out
    assert cli("permissions", "show", "nothing").code == 4


def test_apply_changes_the_sections_that_differ(cli: Command, sandbox: RunningSandbox) -> None:
    shown = cli("permissions", "show", "team", "--json")
    assert cli("permissions", "apply", "-f", "-", "--yes", "--json", stdin=shown.out).json == {"report": None}
    document = shown.json
    document["permission"]["resources"]["artifact"]["actions"]["groups"]["ops"] = ["READ", "WRITE"]
    changed = json.dumps(document)
    plan = cli("permissions", "apply", "-f", "-", "--plan", stdin=changed).out
    assert "    + artifact: group ops: READ, WRITE\n" in plan
    assert writes(sandbox) == []
    assert cli("permissions", "apply", "-f", "-", "--yes", stdin=changed).code == 0
    assert writes(sandbox) == [("PUT", f"{PATH}/team/artifact")]
    wanted = {"name": "other", "resources": {"artifact": artifact_resource(["libs-local"], groups={"ops": ["READ"]})}}
    assert cli("permissions", "apply", "-f", "-", "--yes", stdin=json.dumps(wanted)).code == 0
    assert held(sandbox, "permissions/other")["resources"]["artifact"]["actions"]["groups"] == {"ops": ["READ"]}
    gone = '{"name": "team", "resources": {"build": null}}'
    assert "- section build" in cli("permissions", "apply", "-f", "-", "--plan", stdin=gone).out
    assert cli("permissions", "apply", "-f", "-", "--yes", stdin=gone).code == 0
    assert list(held(sandbox, "permissions/team")["resources"]) == ["artifact"]


def test_grant_and_withdraw(cli: Command, sandbox: RunningSandbox) -> None:
    assert cli("permissions", "grant", "team", "--group", "ops", "read", "WRITE", "--yes").code == 0
    assert cli("permissions", "withdraw", "team", "--group", "devs", "--yes").code == 0
    assert cli("permissions", "withdraw", "team", "--group", "devs", "--yes", "--json").json == {"report": None}
    assert held(sandbox, "permissions/team")["resources"]["artifact"]["actions"]["groups"] == {"ops": ["READ", "WRITE"]}


def test_delete_says_who_loses_what(cli: Command, sandbox: RunningSandbox) -> None:
    assert "Groups devs lose what team gives" in cli("permissions", "delete", "team", "--plan").out
    assert cli("permissions", "delete", "team", "--yes").code == 0
    assert writes(sandbox) == [("DELETE", f"{PATH}/team")]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("delete", "team"), 3, "needs a confirmation"),
        (("delete", "team", "--yes", "--read-only"), 3, "read-only"),
        (("delete", "nothing", "--yes"), 4, ""),
        (("grant", "team", "--group", "ops", "REED", "--yes"), 2, "no action REED"),
        (("grant", "team", "--group", "ops", "READ", "--type", "destination", "--yes"), 2, "needs a target"),
        (("grant", "team", "READ", "--yes"), 2, "--user --group"),
        (("grant", "team", "--user", "x", "--group", "ops", "READ", "--yes"), 2, "not allowed with"),
        (("grant", "nothing", "--group", "ops", "READ", "--yes"), 4, ""),
    ],
)
def test_nothing_is_sent_when_it_is_refused(
    cli: Command, sandbox: RunningSandbox, words: tuple[str, ...], code: int, says: str
) -> None:
    ended = cli("permissions", *words)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says.lower() in ended.err.lower()
    assert writes(sandbox) == []


def test_repositories(cli: Command) -> None:
    document = cli("repositories", "list", "remote", "--json").json
    assert [row["key"] for row in document["repositories"]] == ["npm-remote"]
    assert (document["shown"], document["total"]) == (1, 4)
    assert "libs-local" in cli("repositories", "list", "kind:local").out
    assert cli("repositories", "show", "npm-remote", "--json").json["repository"]["rclass"] == "remote"
    assert "covers what its cache holds" in cli("repositories", "show", "npm-remote").out
    assert cli("repositories", "list", "kindd:local").code == 2
    assert cli("repositories", "show", "nothing").code in (1, 4)


def test_lint_ends_with_1_when_there_are_findings(cli: Command, sandbox: RunningSandbox) -> None:
    ended = cli("lint", "permissions", "--json")
    assert ended.code == 1
    findings = ended.json["findings"]
    assert list(findings[0]) == ["rule", "permission", "section", "subject", "sentence", "fix"]
    assert {(one["rule"], one["subject"]) for one in findings} == {
        ("catch-all-write-or-manage", "anonymous"),
        ("orphaned-group", "ops"),
    }
    words = cli("lint", "permissions")
    assert (words.code, words.err) == (1, "2 findings\n")
    assert "No permission names the group ops" in words.out
    for name in ("team", "Any Remote"):
        assert cli("permissions", "delete", name, "--yes").code == 0
    assert cli("groups", "delete", "ops", "devs", "--yes").code == 0
    clean = cli("lint", "permissions", "--json")
    assert (clean.code, clean.json) == (0, {"findings": []})


def test_hostile_names(cli: Command, sandbox: RunningSandbox) -> None:
    resource = {
        "actions": {"users": {HOSTILE: ["READ"]}, "groups": {HOSTILE: [HOSTILE]}},
        "targets": {HOSTILE: {"include_patterns": [HOSTILE]}},
    }
    plant(sandbox, permissions=[{"name": HOSTILE, "resources": {"artifact": resource}}])
    for words in (
        ("permissions", "list"),
        ("permissions", "list", "--details"),
        ("permissions", "show", HOSTILE),
        ("permissions", "show", HOSTILE, "--json"),
        ("permissions", "delete", HOSTILE, "--plan"),
        ("lint", "permissions"),
        ("lint", "permissions", "--json"),
        ("access", "what-can", HOSTILE),
        ("access", "who-can", HOSTILE),
        ("access", "who-can", HOSTILE, "--json"),
    ):
        ended = cli(*words)
        assert ended.code in (0, 1), ended.err
        assert not RAW_CONTROL.search(ended.out + ended.err), words
