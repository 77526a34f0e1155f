"""`groups|users|permissions rename`: the same by another name, with what names it, and nothing lost when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.identity import PASSWORD, artifact_resource, make_group, make_permission, make_user
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import HOSTILE, RAW_CONTROL, forget, held, plant, writes

ACCESS = "/access/api/v2"
NEW_PASSWORD = "Correct4horse battery"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        make_group(client, "devs", description="They build")
        make_user(client, "ann", groups=["devs"], profile_updatable=False, disable_ui_access=True, watch_manager=True)
        make_user(client, "bob")
        grants = artifact_resource(["ANY LOCAL"], users={"ann": ["READ", "WRITE"]}, groups={"devs": ["READ"]})
        make_permission(client, "team", artifact=grants)
        client.patch(f"{ACCESS}/users/ann/groups", json={"remove": ["readers"]}).raise_for_status()
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def test_a_user_keeps_everything_but_the_password(cli: Command, sandbox: RunningSandbox) -> None:
    before = held(sandbox, "users/ann")
    assert cli("users", "rename", "ann", "anna", "--yes").code == 0
    assert writes(sandbox) == [
        ("POST", f"{ACCESS}/users"),
        ("PATCH", f"{ACCESS}/users/anna/groups"),
        ("PUT", f"{ACCESS}/permissions/team/artifact"),
        ("DELETE", f"{ACCESS}/users/ann"),
    ]
    assert held(sandbox, "users/anna") == {**before, "username": "anna", "internal_password_disabled": True}
    assert actions(sandbox, "users") == {"anna": ["READ", "WRITE"]}


def test_the_plan_says_what_does_not_follow(cli: Command, sandbox: RunningSandbox) -> None:
    token = sandbox.create_token(username="ann", expires_in=90_000)["token_id"]
    forget(sandbox)
    plan = cli("users", "rename", "ann", "anna", "--plan").out
    for words in (
        "The password cannot be carried over",
        "1 permission (team) names anna instead.",
        f"1 token ({token}) is not revoked by it: it works until",
        "Roles in projects",
        "+ artifact: user anna: READ, WRITE",
    ):
        assert words in plan
    assert writes(sandbox) == []
    changed = cli("users", "rename", "ann", "Änna", "--plan").out
    assert "letters, digits and . - _ @ only: the platform may refuse it" in changed


def test_unknown_fields_of_a_newer_platform_go_along(cli: Command, sandbox: RunningSandbox) -> None:
    plant(sandbox, users=[{"username": "neo", "email": "n@a.test", "extra": {"future_flag": True}}])
    known = held(sandbox, "users/neo").get("future_flag")
    assert cli("users", "rename", "neo", "trinity", "--yes").code == 0
    assert held(sandbox, "users/trinity").get("future_flag") == known


def test_a_password_can_be_given(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    ended = cli("users", "rename", "ann", "anna", "--set-password", "--yes", stdin=f"{NEW_PASSWORD}\n")
    assert ended.code == 0, ended.err
    with sandbox.http(token="") as client:
        answer = client.get("/artifactory/api/repositories", auth=("anna", NEW_PASSWORD))
    assert answer.status_code == 200
    assert NEW_PASSWORD not in ended.out + ended.err
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or NEW_PASSWORD.encode() not in file.read_bytes(), file


def test_a_user_is_brought_back_without_a_password(cli: Command, sandbox: RunningSandbox) -> None:
    before = held(sandbox, "users/ann")
    plan = cli("users", "rename", "ann", "anna", "--yes", "--json").json["report"]["plan"]
    look = cli("journal", "undo", plan, "--plan").out
    assert "the password does not come back" in look
    assert "joins the groups that every new user joins" in look
    with PtyConsole(cli.argv("journal", "undo", plan), env=cli.environ, columns=120) as terminal:
        terminal.wait_for("to go on:")
        terminal.send("yes", "enter")
        assert terminal.exit_code() == 0
    again = held(sandbox, "users/ann")
    assert again == {**before, "internal_password_disabled": True, "groups": ["devs", "readers"]}
    assert actions(sandbox, "users") == {"ann": ["READ", "WRITE"]}
    assert cli("users", "show", "anna").code == 4


def test_a_group_and_its_grants(cli: Command, sandbox: RunningSandbox) -> None:
    before = held(sandbox, "groups/devs")
    ended = cli("groups", "rename", "devs", "builders", "--yes", "--json")
    assert (ended.code, ended.json["report"]["counts"]) == (0, {"done": 3})
    assert held(sandbox, "groups/builders") == {**before, "name": "builders"}
    assert actions(sandbox, "groups") == {"builders": ["READ"]}
    assert cli("journal", "undo", ended.json["report"]["plan"], "--yes").code == 0
    assert held(sandbox, "groups/devs") == before
    assert actions(sandbox, "groups") == {"devs": ["READ"]}


def test_a_permission(cli: Command, sandbox: RunningSandbox) -> None:
    before = held(sandbox, "permissions/team")["resources"]
    ended = cli("permissions", "rename", "team", "crew", "--yes", "--json")
    assert held(sandbox, "permissions/crew")["resources"] == before
    assert cli("permissions", "show", "team").code == 4
    assert cli("journal", "undo", ended.json["report"]["plan"], "--yes").code == 0
    assert held(sandbox, "permissions/team")["resources"] == before


def test_a_new_user_who_cannot_be_made_costs_nothing(cli: Command, sandbox: RunningSandbox) -> None:
    before = held(sandbox, "users/ann")
    forget(sandbox)
    sandbox.faults({"kind": "status", "status": 400, "method": "POST", "path": f"{ACCESS}/users", "when": "before"})
    assert cli("users", "rename", "ann", "anna", "--yes").code == 1
    assert writes(sandbox) == [("POST", f"{ACCESS}/users")]
    assert held(sandbox, "users/ann") == before


def test_a_disabled_user_would_be_let_in_and_that_is_said(cli: Command, sandbox: RunningSandbox) -> None:
    plant(sandbox, users=[{"username": "lou", "email": "lou@a.test", "status": "disabled"}])
    assert "lou is disabled; the new user is enabled." in cli("users", "rename", "lou", "lea", "--plan").out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("users", "rename", "ann", "bob", "--yes"), 1, "There is a user bob already"),
        (("users", "rename", "ann", "Ann", "--yes"), 2, "no other name"),
        (("users", "rename", "nobody", "body", "--yes"), 4, ""),
        (("users", "rename", "anonymous", "anon", "--yes"), 3, "built in"),
        (("users", "rename", "ann", "anonymous", "--yes"), 1, "already"),
        (("users", "rename", "ldap-lou", "lou", "--yes"), 3, "comes from the realm ldap"),
        (("users", "rename", "admin", "root", "--yes"), 3, "admin is the user of this console"),
        (("users", "rename", "ann", "anna"), 3, "needs a confirmation"),
        (("users", "rename", "ann", "anna", "--read-only", "--yes"), 3, "read-only"),
        (("users", "rename", "ann", "anna", "--set-password", "--yes"), 2, "no password in stdin"),
        (("groups", "rename", "devs", "readers", "--yes"), 1, "There is a group readers already"),
        (("groups", "rename", "devs", "DEVS", "--yes"), 2, "no other name"),
        (("groups", "rename", "nobody", "body", "--yes"), 4, ""),
        (("groups", "rename", "from-ldap", "ours", "--yes"), 3, "comes from the realm ldap"),
        (("permissions", "rename", "team", "Anything", "--yes"), 1, "already"),
        (("permissions", "rename", "team", "x" * 256, "--yes"), 2, "256 characters"),
        (("permissions", "rename", "nothing", "something", "--yes"), 4, ""),
    ],
)
def test_nothing_is_sent_when_it_is_refused(
    cli: Command, sandbox: RunningSandbox, words: tuple[str, ...], code: int, says: str
) -> None:
    plant(
        sandbox,
        users=[{"username": "ldap-lou", "email": "l@a.test", "realm": "ldap"}],
        groups=[{"name": "from-ldap", "realm": "ldap"}],
    )
    forget(sandbox)
    ended = cli(*words)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says.lower() in ended.err.lower()
    assert writes(sandbox) == []


def test_hostile_names(cli: Command, sandbox: RunningSandbox) -> None:
    plant(sandbox, users=[{"username": HOSTILE, "email": "h@a.test"}], groups=[{"name": HOSTILE}])
    for noun in ("users", "groups"):
        for words in ((HOSTILE, "plain"), ("ann" if noun == "users" else "devs", HOSTILE)):
            ended = cli(noun, "rename", *words, "--plan")
            assert not RAW_CONTROL.search(ended.out + ended.err)


def test_the_old_password_still_works_until_the_end(cli: Command, sandbox: RunningSandbox) -> None:
    """A rename that is only looked at changes nothing for the user."""
    cli("users", "rename", "ann", "anna", "--plan")
    with sandbox.http(token="") as client:
        assert client.get("/artifactory/api/repositories", auth=("ann", PASSWORD)).status_code == 200


def actions(sandbox: RunningSandbox, kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = held(sandbox, "permissions/team")["resources"]["artifact"]["actions"][kind]
    return found
