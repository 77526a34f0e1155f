"""`jfconsole users`: lists, single users, passwords that stay secret, and changes that are refused in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.identity import make_group, make_user
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import HOSTILE, RAW_CONTROL, forget, held, plant, writes

PATH = "/access/api/v2/users"
PASSWORD = "Correct4horse battery"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        make_group(client, "devs")
        make_user(client, "ann", groups=["devs"])
        make_user(client, "bob")
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def lock(sandbox: RunningSandbox, *names: str) -> None:
    plant(sandbox, users=[{"username": name, "email": f"{name}@a.test", "status": "locked"} for name in names])
    forget(sandbox)


def test_the_list(cli: Command) -> None:
    document = cli("users", "list", "--json").json
    assert [user["username"] for user in document["users"]] == ["admin", "ann", "anonymous", "bob"]
    assert document["users"][1] == {"username": "ann", "realm": "internal", "status": "enabled"}
    assert "ann       " in cli("users", "list", "ann").out
    refused = cli("users", "list", "group:devs")
    assert refused.code == 2
    assert "--details" in refused.err
    detailed = cli("users", "list", "group:devs", "--details", "--json").json
    assert [user["email"] for user in detailed["users"]] == ["ann@example.com"]
    assert "ann@example.com" in cli("users", "list", "--details").out


def test_one_user(cli: Command) -> None:
    user = cli("users", "show", "ann", "--json").json["user"]
    assert (user["username"], "devs" in user["groups"]) == ("ann", True)
    assert "ann@example.com" in cli("users", "show", "ann").out
    assert cli("users", "show", "nobody").code == 4


def test_apply(cli: Command, sandbox: RunningSandbox) -> None:
    shown = cli("users", "show", "ann", "--json").out
    assert cli("users", "apply", "-f", "-", "--yes", "--json", stdin=shown).json == {"report": None}
    assert writes(sandbox) == []
    changed = shown.replace("ann@example.com", "ann@acme.test")
    assert "~ email: ann@example.com → ann@acme.test" in cli("users", "apply", "-f", "-", "--plan", stdin=changed).out
    assert cli("users", "apply", "-f", "-", "--yes", stdin=changed).code == 0
    assert held(sandbox, "users/ann")["email"] == "ann@acme.test"
    new = '{"username": "cleo", "email": "cleo@acme.test", "groups": ["devs"]}'
    assert cli("users", "apply", "-f", "-", "--yes", stdin=new).code == 0
    assert held(sandbox, "users/cleo")["internal_password_disabled"] is True


def test_a_password_in_a_file_goes_nowhere(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    ended = cli("users", "apply", "-f", "-", "--yes", stdin='{"username": "ann", "Password": "Sup3r-hunter2"}')
    assert ended.code == 2
    assert "users password" in ended.err
    assert_nowhere("Sup3r-hunter2", tmp_path, ended.out + ended.err)
    assert writes(sandbox) == []


def test_a_password_from_stdin(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    plan = cli("users", "password", "ann", "--plan", "--json", stdin=f"{PASSWORD}\n")
    assert (plan.code, writes(sandbox)) == (0, [])
    ended = cli("users", "password", "ann", "--yes", stdin=f"{PASSWORD}\n")
    assert (ended.code, ended.err) == (0, "")
    assert [path for _, path in writes(sandbox)] == [f"{PATH}/ann/password"]
    assert_nowhere(PASSWORD, tmp_path, plan.out + ended.out)
    with sandbox.http(token="") as client:
        answer = client.get("/artifactory/api/repositories", auth=("ann", PASSWORD))
    assert answer.status_code == 200, "the password is the one that was piped"


def assert_nowhere(secret: str, home: Path, printed: str) -> None:
    assert secret not in printed
    for file in home.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(("second", "code"), [(PASSWORD, 0), ("another", 2)])
def test_a_password_is_typed_twice(cli: Command, sandbox: RunningSandbox, second: str, code: int) -> None:
    with PtyConsole(cli.argv("users", "password", "ann", "--yes"), env=cli.environ, columns=120) as terminal:
        for prompt, text in (("New password", PASSWORD), ("Once more", second)):
            terminal.wait_for(prompt)
            terminal.send(text, "enter")
        assert terminal.exit_code() == code
        assert PASSWORD not in terminal.text
    assert len(writes(sandbox)) == (1 if code == 0 else 0)


def test_unlock_and_expire(cli: Command, sandbox: RunningSandbox) -> None:
    lock(sandbox, "lou", "max")
    assert cli("users", "list", "locked", "--json").json["shown"] == 2
    assert cli("users", "unlock", "lou", "max", "ann", "--yes", "--json").json["report"]["counts"] == {"done": 2}
    assert held(sandbox, "users/lou")["status"] == "enabled"
    assert cli("users", "unlock", "lou", "--yes", "--json").json == {"report": None}
    assert cli("users", "expire", "ann", "bob", "--yes", "--json").json["report"]["counts"] == {"done": 2}
    assert [path for _, path in writes(sandbox)][-2:] == [f"{PATH}/{name}/password/expire" for name in ("ann", "bob")]


def test_delete(cli: Command, sandbox: RunningSandbox) -> None:
    token = sandbox.create_token(username="ann", expires_in=90_000)["token_id"]
    forget(sandbox)
    plan = cli("users", "delete", "ann", "--plan").out
    assert token in plan
    assert cli("users", "delete", "ann", "bob", "--yes").code == 0
    assert sorted(writes(sandbox)) == [("DELETE", f"{PATH}/ann"), ("DELETE", f"{PATH}/bob")]


@pytest.mark.parametrize(
    ("words", "stdin", "code", "says"),
    [
        (("delete", "admin", "--yes"), "", 3, "--yes does not cover this: admin is the user of this console"),
        (("delete", "admin", "ann", "--yes"), "", 3, "alone"),
        (("delete", "anonymous", "--yes"), "", 3, "built in"),
        (("delete", "ann", "--yes", "--max-deletes", "0"), "", 3, "the limit for one plan is 0"),
        (("delete", "ann", "--yes", "--read-only"), "", 3, "read-only"),
        (("delete", "ann"), "", 3, "needs a confirmation"),
        (("delete", "nobody", "--yes"), "", 4, ""),
        (("expire", "nobody", "--yes"), "", 4, ""),
        (("password", "ann", "--yes"), "", 2, "no password in stdin"),
        (("password", "ann", "--yes"), "one\ntwo\n", 2, "no password in stdin"),
        (("password", "ann", "--yes"), "x" * 2000, 2, "no password in stdin"),
        (("password", "ann"), PASSWORD, 3, "needs a confirmation"),
        (("password", "ann", "--password", PASSWORD), "", 2, "secret on the command line"),
        (("password", "nobody", "--yes"), PASSWORD, 4, ""),
    ],
)
def test_nothing_is_sent_when_it_is_refused(
    cli: Command, sandbox: RunningSandbox, words: tuple[str, ...], stdin: str, code: int, says: str
) -> None:
    ended = cli("users", *words, stdin=stdin)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says.lower() in ended.err.lower()
    assert PASSWORD not in ended.err
    assert writes(sandbox) == []


def test_twenty_at_most_unless_the_number_is_given(cli: Command, sandbox: RunningSandbox) -> None:
    names = [f"u{number}" for number in range(21)]
    plant(sandbox, users=[{"username": name, "email": f"{name}@a.test"} for name in names])
    forget(sandbox)
    ended = cli("users", "delete", *names, "--yes")
    assert (ended.code, writes(sandbox)) == (3, [])
    assert "--max-deletes 21" in ended.err
    assert cli("users", "delete", *names, "--yes", "--max-deletes", "21").code == 0
    assert len(writes(sandbox)) == 21


def test_hostile_names(cli: Command, sandbox: RunningSandbox) -> None:
    plant(sandbox, users=[{"username": HOSTILE, "email": HOSTILE, "realm": HOSTILE, "groups": ["devs"]}])
    verbs = (("list",), ("list", "--details"), ("list", "--json"), ("show", HOSTILE), ("delete", HOSTILE, "--plan"))
    for words in verbs:
        ended = cli("users", *words)
        assert ended.code == 0, ended.err
        assert not RAW_CONTROL.search(ended.out + ended.err)


def test_how_far_reading_has_got_is_told_at_a_terminal_only(cli: Command, sandbox: RunningSandbox) -> None:
    sandbox.faults({"kind": "latency", "seconds": 0.15, "method": "GET", "path": f"{PATH}/ann"})
    with PtyConsole(cli.argv("users", "list", "--details"), env=cli.environ, columns=120) as terminal:
        terminal.wait_for("Reading users: 1 of 4")
        assert terminal.exit_code() == 0
        assert "ann@example.com" in terminal.text
    assert cli("users", "list", "--details").err == ""
