"""`jfconsole tokens revoke` and `journal`: what is confirmed is what is sent, and every ending has its exit code."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox

UNKNOWN_ID = "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10"


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, sandbox.url, sandbox.token)


def some(sandbox: RunningSandbox, count: int = 3, **fields: object) -> list[str]:
    """Ids of fresh tokens described as `victim`."""
    made = {"username": "scan-bot", "description": "victim", "expires_in": 90_000} | fields
    return [sandbox.create_token(**made)["token_id"] for _ in range(count)]


def writes(sandbox: RunningSandbox) -> list[dict[str, Any]]:
    return [request for request in sandbox.requests() if request["method"] not in ("GET", "HEAD", "POST")]


def left(cli: Command) -> int:
    return int(cli("tokens", "list", "--json", "victim").json["shown"])


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "Say which tokens"),
        (["{0}", "--filter", "victim"], 2, "Say which tokens"),
        (["--filter", ""], 2, "every token"),
        (["--filter", " "], 2, "every token"),
        (["--filter", '""', "--yes"], 2, "every token"),
        (["--filter", "descripton:x"], 2, "The filter is not clear"),
        (["--filter", "!descripton:x"], 2, "The filter is not clear"),
        (["--filter", "nothing-like-this", "--yes"], 4, "No token matches"),
        ([UNKNOWN_ID, "--yes"], 4, "not listed"),
        (["{0}", UNKNOWN_ID, "--yes"], 4, "nothing was done"),
        (["{0}"], 3, "needs a confirmation"),
        (["me", "--yes"], 3, "--yes does not cover"),
        (["{0}", "me", "--yes"], 3, "leave it out"),
        (["--filter", "victim", "--yes", "--max-deletes", "2"], 3, "the limit for one plan is 2"),
        (["--filter", "victim", "--yes", "--read-only"], 3, "Read-only"),
        (["--resume", "jfc-0000000000", "--yes"], 4, ""),
    ],
)
def test_nothing_is_sent_when_it_is_refused(
    cli: Command, sandbox: RunningSandbox, words: list[str], code: int, says: str
) -> None:
    ids = some(sandbox)
    filled = [word.format(*ids) for word in words]
    ended = cli("tokens", "revoke", *filled)
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert says.lower() in ended.err.lower()
    assert cli("tokens", "revoke", *filled, "--json").error["exit_code"] == code
    assert writes(sandbox) == []


def test_more_than_twenty_take_the_number_and_can_be_looked_at_without(cli: Command, sandbox: RunningSandbox) -> None:
    some(sandbox, 21)
    ended = cli("tokens", "revoke", "--filter", "victim", "--yes")
    assert (ended.code, ended.out) == (3, "")
    assert "--max-deletes 21" in ended.err
    looked = cli("tokens", "revoke", "--filter", "victim", "--plan", "--json")
    assert len(looked.json["plan"]["steps"]) == 21
    assert writes(sandbox) == []


def test_a_plan_is_printed_and_nothing_done(cli: Command, sandbox: RunningSandbox) -> None:
    ids = some(sandbox)
    words = cli("tokens", "revoke", *ids, "--plan").out
    assert all(f"DELETE /access/api/v1/tokens/{token_id}" in words for token_id in ids)
    assert words.endswith("Nothing was done.\n")
    plan = cli("tokens", "revoke", *ids, "--plan", "--json").json["plan"]
    assert list(plan) == ["id", "title", "origin", "effects", "phrase", "covered_by_yes", "steps"]
    assert [step["key"] for step in plan["steps"]] == ids
    assert plan["steps"][0]["requests"] == [
        {"method": "DELETE", "path": f"/access/api/v1/tokens/{ids[0]}", "query": {}, "body": None}
    ]
    assert (plan["phrase"], plan["covered_by_yes"]) == ("revoke 3", True)
    assert writes(sandbox) == []


@pytest.mark.parametrize("by", ["ids", "filter"])
def test_revoked_reported_and_in_the_journal(cli: Command, sandbox: RunningSandbox, by: str) -> None:
    ids = some(sandbox)
    chosen = ids if by == "ids" else ["--filter", "victim"]
    ended = cli("tokens", "revoke", *chosen, "--yes", "--json", "--max-deletes", "3")
    assert (ended.code, ended.err) == (0, "")
    report = ended.json["report"]
    assert list(report) == [
        "plan",
        "title",
        "origin",
        "complete",
        "stopped",
        "counts",
        "steps",
        "saved",
        "exit_code",
    ]
    assert (report["complete"], report["counts"], report["exit_code"]) == (True, {"done": 3}, 0)
    assert {step["key"] for step in report["steps"]} == set(ids)
    assert Path(report["saved"]).stat().st_mode & 0o777 == 0o600
    assert sorted(request["path"].rpartition("/")[2] for request in writes(sandbox)) == sorted(ids)
    assert left(cli) == 0
    (entry,) = cli("journal", "list", "--json").json["plans"]
    assert (entry["plan"], entry["state"], entry["interrupted"]) == (report["plan"], "ended", False)
    shown = cli("journal", "show", report["plan"], "--json").json
    assert [result["outcome"] for result in shown["results"]] == ["done"] * 3
    assert [step["key"] for step in shown["plan"]["steps"]] == [step["key"] for step in report["steps"]]
    assert cli("journal", "verify", "--json").json["intact"] is True


def test_words_of_a_report(cli: Command, sandbox: RunningSandbox) -> None:
    (token_id,) = some(sandbox, 1)
    ended = cli("tokens", "revoke", token_id, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert f"done  Revoke token {token_id} of scan-bot" in ended.out
    assert "Report: " in ended.out
    assert "Revoke token" in cli("journal", "list").out
    assert "done" in cli("journal", "show", cli("journal", "list", "--json").json["plans"][0]["plan"]).out
    assert "no accidental damage" in cli("journal", "verify").out


def test_of_many_only_those_that_failed_are_named(cli: Command, sandbox: RunningSandbox) -> None:
    some(sandbox, 25)
    sandbox.faults({"kind": "status", "status": 403, "method": "DELETE", "message": "Not today", "count": 1})
    ended = cli("tokens", "revoke", "--filter", "victim", "--yes", "--max-deletes", "25")
    assert ended.code == 1
    assert ended.out.count("Revoke token ") == 1
    assert "Not today" in ended.out
    assert "24 done, 1 failed" in ended.out


def test_a_token_that_cannot_be_revoked_fails_the_verb(cli: Command, sandbox: RunningSandbox) -> None:
    (token_id,) = some(sandbox, 1, expires_in=12_000)
    ended = cli("tokens", "revoke", token_id, "--yes")
    assert ended.code == 1
    assert "cannot be revoked" in ended.out


def test_an_answer_that_was_lost_is_found_out(cli: Command, sandbox: RunningSandbox) -> None:
    ids = some(sandbox)
    sandbox.faults({"kind": "drop", "method": "DELETE", "when": "after", "count": 2})
    ended = cli("tokens", "revoke", *ids, "--yes", "--json")
    assert ended.code == 0
    assert left(cli) == 0
    assert len([change for change in sandbox.changes() if change["key"] in ids]) == 6, "created, revoked once"


def test_an_unknown_outcome_is_exit_code_5_and_can_be_continued(cli: Command, sandbox: RunningSandbox) -> None:
    (token_id,) = some(sandbox, 1)
    sandbox.faults(
        {"kind": "drop", "method": "DELETE", "when": "after"},
        {"kind": "garbage", "method": "GET", "path": "/access/*", "skip": 2},
    )
    ended = cli("tokens", "revoke", token_id, "--yes", "--json")
    assert ended.code == 5
    assert ended.json["report"]["counts"] == {"unknown": 1}
    sandbox.faults()
    plan = ended.json["report"]["plan"]
    assert cli("journal", "list", "--json").json["plans"][0]["interrupted"] is True
    assert cli("journal", "resume", plan).code == 3
    assert cli("journal", "resume", plan, "--plan").code == 0
    resumed = cli("tokens", "revoke", "--resume", plan, "--yes", "--json")
    assert resumed.code == 0
    assert resumed.json["report"]["complete"] is True
    assert len([change for change in sandbox.changes() if change["key"] == token_id]) == 2, "created, revoked once"


def test_a_plan_is_continued_on_its_own_platform_only(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    (token_id,) = some(sandbox, 1)
    plan = cli("tokens", "revoke", token_id, "--yes", "--json").json["report"]["plan"]
    elsewhere = Command(tmp_path, sandbox.url.replace("127.0.0.1", "localhost"), sandbox.token)
    ended = elsewhere("journal", "resume", plan, "--yes")
    assert ended.code == 3
    assert "is for http://127.0.0.1" in ended.err


def test_the_journal_says_when_there_is_nothing(cli: Command) -> None:
    assert cli("journal", "list", "--json").json == {"plans": [], "exchanges": []}
    assert "nothing was changed from here" in cli("journal", "list").err
    assert cli("journal", "show", "jfc-0000000000").code == 4


def test_ctrl_c_starts_nothing_new_and_reports(cli: Command, sandbox: RunningSandbox) -> None:
    ids = some(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.2})
    running = cli.start("tokens", "revoke", *ids, "--yes", "--json", "--max-deletes", "60")
    wait_for_writes(sandbox)
    running.send_signal(signal.SIGINT)
    ended = Command.finish(running)
    assert ended.code == 1
    counts = ended.json["report"]["counts"]
    assert counts["done"] >= 1
    assert counts["skipped"] >= 1
    assert counts["done"] + counts["skipped"] == 60
    assert len(writes(sandbox)) == counts["done"]


def test_sigterm_leaves_the_rest_to_be_continued(cli: Command, sandbox: RunningSandbox) -> None:
    ids = some(sandbox, 60)
    sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": 0.2})
    running = cli.start("tokens", "revoke", *ids, "--yes", "--max-deletes", "60")
    wait_for_writes(sandbox)
    running.send_signal(signal.SIGTERM)
    assert Command.finish(running).code == 143
    sandbox.faults()
    (entry,) = cli("journal", "list", "--json").json["plans"]
    assert entry["interrupted"]
    resumed = cli("journal", "resume", entry["plan"], "--yes", "--json").json["report"]
    assert resumed["counts"] == {"done": 60}
    sent = [request["path"] for request in writes(sandbox)]
    assert len(sent) == len(set(sent)) == 60


def wait_for_writes(sandbox: RunningSandbox) -> None:
    """Return once the first change has arrived; the test's own watchdog catches a hang."""
    while not writes(sandbox):
        pass


@pytest.mark.parametrize(("typed", "code"), [("revoke 3", 0), ("revoke 4", 3), ("", 3)])
def test_at_a_terminal_the_phrase_is_typed(cli: Command, sandbox: RunningSandbox, typed: str, code: int) -> None:
    some(sandbox)
    with PtyConsole(cli.argv("tokens", "revoke", "--filter", "victim"), env=cli.environ, columns=120) as terminal:
        terminal.wait_for("Type revoke 3 to go on:")
        assert "3 tokens of scan-bot stop working" in terminal.text
        terminal.send(typed, "enter")
        assert terminal.exit_code() == code
    assert left(cli) == (0 if code == 0 else 3)


def test_the_token_in_use_can_be_revoked_alone_and_typed(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    made = sandbox.create_token(username="admin", scope="applied-permissions/admin", expires_in=90_000)
    mine = Command(tmp_path, sandbox.url, made["access_token"])
    with PtyConsole(mine.argv("tokens", "revoke", "me"), env=mine.environ, columns=120) as terminal:
        terminal.wait_for(f"Type {made['token_id'][:8]} to go on:")
        terminal.send(made["token_id"][:8], "enter")
        assert terminal.exit_code() == 0
    assert cli("tokens", "show", made["token_id"]).code == 4
