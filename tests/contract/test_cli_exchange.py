"""`jfconsole exchange`: the token goes to whoever asked and nowhere else, and the journal tells that it was made."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from jfconsole.services.exchanges import EXCHANGE
from jfconsole.services.journal import Journal
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox
from tests.support.trust import EXCHANGE as PATH
from tests.support.verbs import writes


@pytest.fixture
def cli(tmp_path: Path, demo_sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, JFROG_URL=demo_sandbox.url)


@pytest.fixture
def token(demo_sandbox: RunningSandbox) -> str:
    found: str = demo_sandbox.control("POST", "/idp/github/token", {"audience": "jfrog-acme"})["value"]
    return found


def rows(cli: Command) -> list[dict[str, object]]:
    journal = Journal(cli.home / "jfconsole" / "state" / "journal.db")
    try:
        assert journal.verify().intact
        return [json.loads(row.payload) for row in journal.records(EXCHANGE)]
    finally:
        journal.close()


def works(sandbox: RunningSandbox, token: str) -> bool:
    with sandbox.http(token=token) as bearer:
        return bearer.get("/artifactory/api/system/version").status_code == 200


def test_the_token_alone_is_on_stdout(cli: Command, demo_sandbox: RunningSandbox, token: str) -> None:
    ended = cli("exchange", "--provider", "github-acme", "--token-stdin", stdin=token)
    assert ended.code == 0
    value = ended.out.removesuffix("\n")
    assert works(demo_sandbox, value)
    assert "ci-shop" in ended.err
    assert value not in ended.err
    (row,) = rows(cli)
    assert (row["outcome"], row["provider"], row["username"], row["expires_in"]) == (
        "given",
        "github-acme",
        "ci-shop",
        600,
    )
    assert row["token_id"]
    on_disk = b"".join(path.read_bytes() for path in cli.home.rglob("*") if path.is_file())
    assert value.encode() not in on_disk
    assert token.encode() not in on_disk


def test_as_json_and_into_a_file(cli: Command, demo_sandbox: RunningSandbox, token: str, tmp_path: Path) -> None:
    words = ["exchange", "--provider", "github-acme", "--token-stdin", "--json", "--mapping", "shop-release"]
    found = cli(*words, "--reference", stdin=token).json["exchange"]
    assert works(demo_sandbox, found["secrets"]["access_token"])
    assert works(demo_sandbox, found["secrets"]["reference_token"])
    assert (found["username"], found["scope"]) == ("ci-shop", "applied-permissions/user")
    target = tmp_path / "token"
    saved = cli(*words, "--output", str(target), stdin=token).json["exchange"]
    assert (saved["secrets"], saved["output"]) == (None, str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert works(demo_sandbox, target.read_text().strip())
    again = cli(*words, "--output", str(target), stdin=token)
    assert (again.code, len(rows(cli))) == (2, 2)


def test_a_refusal_says_what_it_means_and_is_written_down(cli: Command, token: str) -> None:
    ended = cli("exchange", "--provider", "nothing", "--token-stdin", stdin=token)
    assert (ended.code, ended.out) == (1, "")
    assert "does not accept the token for any identity" in ended.err
    assert [(row["outcome"], row["status"]) for row in rows(cli)] == [("refused", 401)]


def test_the_journal_tells_of_it(cli: Command, token: str) -> None:
    cli("exchange", "--provider", "nothing", "--token-stdin", stdin=token)
    value = cli("exchange", "--provider", "github-acme", "--token-stdin", stdin=token).out.strip()
    listed = cli("journal", "list")
    assert [line.split()[1] for line in listed.out.splitlines()[1:]] == ["exchange", "exchange"]
    assert "a token for ci-shop, 10m" in listed.out.splitlines()[1]
    assert "refused (401)" in listed.out.splitlines()[2]
    given, refused = cli("journal", "list", "--json").json["exchanges"]
    assert (given["outcome"], given["username"], given["expires_in"]) == ("given", "ci-shop", 600)
    assert (refused["outcome"], refused["status"], refused["provider"]) == ("refused", 401, "nothing")
    shown = cli("journal", "show", f"event-{given['event']}", "--json")
    assert shown.json["exchange"] == given
    told = cli("journal", "show", f"event-{given['event']}")
    assert "accepted by" in told.out
    for ended in (listed, shown, told):
        assert value not in ended.out + ended.err
    assert cli("journal", "show", "event-99").code == 4
    assert cli("journal", "show", f"event-{given['event']}", "--export", "curl").code == 2


def test_what_is_not_sent_is_not_written_down(cli: Command, demo_sandbox: RunningSandbox, token: str) -> None:
    for words, stdin, code in (
        (["--read-only", "--token-stdin"], token, 3),
        (["--token-stdin"], "no token", 2),
        ([], token, 2),
    ):
        ended = cli("exchange", "--provider", "github-acme", *words, stdin=stdin)
        assert (ended.code, ended.out) == (code, "")
    assert cli("exchange", "--token-stdin", stdin=token).code == 2
    assert rows(cli) == []
    assert writes(demo_sandbox) == []


def test_no_access_token_goes_along(demo_sandbox: RunningSandbox, token: str, tmp_path: Path) -> None:
    cli = Command(tmp_path, demo_sandbox.url, demo_sandbox.token)
    assert cli("exchange", "--provider", "github-acme", "--token-stdin", stdin=token).code == 0
    (sent,) = [one for one in demo_sandbox.requests() if one["path"] == PATH]
    assert "authorization" not in sent["headers"]
    assert cli("exchange", "--provider", "x", "--token-stdin", "--url", "http://127.0.0.1:1", stdin=token).code == 1


def test_a_journal_that_cannot_be_written_gives_no_token(cli: Command, token: str) -> None:
    state = cli.home / "jfconsole" / "state"
    state.mkdir(parents=True)
    (state / "journal.db").write_bytes(b"not a database" * 100)
    ended = cli("exchange", "--provider", "github-acme", "--token-stdin", stdin=token)
    assert (ended.code, ended.out) == (3, "")
    assert "journal" in ended.err
