"""`jfconsole access`: who can do what, with every reason, for people and for scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def demo(tmp_path: Path, demo_sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, demo_sandbox.url, demo_sandbox.token)


def test_who_can_reach_a_path(demo: Command) -> None:
    words = demo("access", "who-can", "libs-release-local/experimental/a.jar", "--action", "read")
    assert (words.code, words.err) == (0, "")
    lines = words.out.splitlines()
    assert "granted        group scanner-ro → permission scanner-read → libs-release-local: “**” → READ" in lines
    assert "administrator  george.miller, by group platform-admins" in lines
    assert any(line.startswith("kept out") and "**/experimental/**" in line for line in lines)
    answer = demo("access", "who-can", "libs-release-local/org/a.jar", "--action", "DELETE", "--json").json["who_can"]
    assert (answer["repository"], answer["path"], answer["action"]) == ("libs-release-local", "org/a.jar", "DELETE")
    assert answer["groups"] == ["release-managers", "ci-runners"]
    assert {"username": "marta.keller", "via_group": None} in answer["administrators"]
    assert "hiro.tanaka" not in answer["users"]
    assert "aisha.khan" in answer["users"]


def test_without_a_path_the_whole_repository_is_meant(demo: Command) -> None:
    answer = demo("access", "who-can", "npm-local", "--json").json["who_can"]
    assert (answer["path"], answer["action"]) == (None, None)
    assert "contractors" in answer["groups"]


def test_what_can(demo: Command, demo_sandbox: RunningSandbox) -> None:
    user = demo("access", "what-can", "ox-scanner")
    assert "user ox-scanner → group scanner-ro → permission scanner-read → docker-prod-local" in user.out
    answer = demo("access", "what-can", "ox-scanner", "--json").json["what_can"]
    assert (answer["subject"], answer["groups"]) == ("user ox-scanner", ["readers", "scanner-ro"])
    group = demo("access", "what-can", "--group", "scanner-ro", "--json").json["what_can"]
    assert {grant["permission"] for grant in group["grants"]} == {"scanner-read"}
    token = demo_sandbox.create_token(username="ox-scanner", scope="applied-permissions/groups:scanner-ro")["token_id"]
    bearer = demo("access", "what-can", "--token-id", token, "--json").json["what_can"]
    assert (bearer["groups"], bearer["grants"]) == (["scanner-ro"], group["grants"])
    assert "administrator" in demo("access", "what-can", "--token-id", "me").out
    assert "is an administrator" in demo("access", "what-can", "marta.keller").out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("what-can", "nobody"), 4, "no user nobody"),
        (("what-can", "--group", "nobody"), 4, "no group nobody"),
        (("what-can", "--token-id", "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10"), 4, ""),
        (("what-can", "--token-id", "eyJhbGciOi.hunter2.x"), 2, "it is not repeated here"),
        (("what-can",), 2, "one of the arguments"),
        (("what-can", "ann", "--group", "devs"), 2, "not allowed with"),
        (("what-can", "--token", "eyJhbGciOi.hunter2.x"), 2, "a secret on the command line"),
        (("who-can",), 2, "required"),
        (("who-can", "npm-local", "--action", "REED"), 2, "no action REED"),
    ],
)
def test_what_cannot_be_answered(demo: Command, words: tuple[str, ...], code: int, says: str) -> None:
    ended = demo("access", *words)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says.lower() in ended.err.lower()
    assert "hunter2" not in ended.err
    assert demo("access", *words, "--json").error["exit_code"] == code


def test_a_repository_that_is_not_there_is_said_to_be_none(demo: Command) -> None:
    ended = demo("access", "who-can", "no-such-local")
    assert ended.code == 0
    assert "There is no repository no-such-local that we may see" in ended.out


def test_reading_only_and_never_a_call_for_each_user(demo: Command, demo_sandbox: RunningSandbox) -> None:
    demo_sandbox.control("DELETE", "/requests")
    assert demo("access", "who-can", "npm-local", "--read-only").code == 0
    sent = demo_sandbox.requests()
    assert {request["method"] for request in sent} == {"GET"}
    assert [request["path"] for request in sent if "/v2/users/" in request["path"]] == []
