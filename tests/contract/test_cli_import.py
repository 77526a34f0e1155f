"""`jfconsole users import`: the dry run names the lines that make no sense; without them, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Command, Ended
from tests.support.identity import make_group, make_user
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import forget, held, writes

HEADER = "username,email,groups\n"
GOOD = f"{HEADER}cleo,cleo@acme.test,devs\ndan,dan@acme.test,\nann,ann@example.com,devs\n"
MIXED = f"{HEADER}cleo,cleo@acme.test,devs\ndan,nonsense,\nerin,erin@acme.test,no-such-group\nann,other@acme.test,\n"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    with sandbox.http() as client:
        make_group(client, "devs", members=[])
        make_user(client, "ann")
    forget(sandbox)
    return Command(tmp_path, sandbox.url, sandbox.token)


def imported(cli: Command, text: str, *words: str) -> Ended:
    return cli("users", "import", "-", *words, stdin=text)


def test_users_are_made_and_existing_ones_join(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(GOOD, encoding="utf-8")
    dry = cli("users", "import", str(file), "--plan")
    assert (dry.code, writes(sandbox)) == (0, [])
    assert "Create user cleo" in dry.out
    ended = cli("users", "import", str(file), "--yes", "--json")
    assert (ended.code, ended.json["report"]["counts"]) == (0, {"done": 3})
    assert sorted(held(sandbox, "groups/devs")["members"]) == ["ann", "cleo"]
    assert held(sandbox, "users/dan")["internal_password_disabled"] is True
    again = cli("users", "import", str(file), "--yes", "--json")
    assert (again.code, again.json) == (0, {"report": None})


def test_memberships(cli: Command, sandbox: RunningSandbox) -> None:
    assert imported(cli, "group,username\ndevs,ann\n", "--yes").code == 0
    assert held(sandbox, "groups/devs")["members"] == ["ann"]
    assert imported(cli, "group,username,action\ndevs,ann,remove\n", "--yes").code == 0
    assert held(sandbox, "groups/devs")["members"] == []


def test_the_dry_run_names_every_line_that_makes_no_sense(cli: Command, sandbox: RunningSandbox) -> None:
    words = imported(cli, MIXED, "--plan")
    assert words.code == 1
    assert [line.partition(":")[0] for line in words.err.splitlines()] == ["line 3", "line 4", "line 5"]
    found = imported(cli, MIXED, "--plan", "--json")
    assert (found.code, found.err) == (1, "")
    assert list(found.json) == ["plan", "problems", "unchanged"]
    assert [step["key"] for step in found.json["plan"]["steps"]] == ["cleo"]
    assert found.json["problems"][1] == {"line": 4, "sentence": "There is no group no-such-group"}
    assert writes(sandbox) == []


def test_bad_lines_stop_it_unless_they_are_skipped(cli: Command, sandbox: RunningSandbox) -> None:
    ended = imported(cli, MIXED, "--yes")
    assert (ended.code, ended.out, writes(sandbox)) == (3, "", [])
    assert "Line 3: 'nonsense' is no e-mail address (and 2 more)" in ended.err
    assert imported(cli, MIXED, "--yes", "--json").error["exit_code"] == 3
    skipping = imported(cli, MIXED, "--yes", "--skip-invalid", "--json")
    assert (skipping.code, skipping.json["report"]["counts"]) == (0, {"done": 1})
    assert "line 4: There is no group no-such-group" in skipping.err


@pytest.mark.parametrize(
    ("text", "words", "code", "says"),
    [
        ("", ("--yes",), 2, "the file is empty"),
        ("username,email,password\nx,x@a.test,hunter2\n", ("--yes",), 2, "passwords are not imported"),
        ("name,mail\n", ("--yes",), 2, "unknown columns"),
        ('username,email\n"x', ("--yes",), 2, "is no csv"),
        (GOOD, (), 3, "needs a confirmation"),
        (GOOD, ("--yes", "--read-only"), 3, "read-only"),
    ],
)
def test_nothing_is_sent_when_it_is_refused(
    cli: Command, sandbox: RunningSandbox, text: str, words: tuple[str, ...], code: int, says: str
) -> None:
    ended = imported(cli, text, *words)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says in ended.err.lower()
    assert "hunter2" not in ended.err
    assert writes(sandbox) == []


def test_lines_do_not_reach_the_terminal_raw(cli: Command) -> None:
    ended = imported(cli, f"{HEADER}\x1b[31mred,x@a.test,\u202egnp\n", "--plan")
    assert ended.code == 1
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err
