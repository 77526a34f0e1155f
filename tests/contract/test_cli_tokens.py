"""`jfconsole tokens list|show|inspect` on the sandbox: shapes that scripts rely on, exit codes, hostile names."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.sandbox import RunningSandbox

HOSTILE = "a\x1b[31mred\u202egnp\x07\x9b"
RAW_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")
RECORD_KEYS = [
    "token_id",
    "subject",
    "subject_kind",
    "username",
    "subject_state",
    "scope",
    "admin",
    "groups",
    "description",
    "project",
    "issuer",
    "issued_at",
    "issued_at_iso",
    "expiry",
    "expiry_iso",
    "never_expires",
    "expired",
    "last_used",
    "last_used_iso",
    "refreshable",
    "revocable",
    "in_use",
    "flags",
    "ledger",
]


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, sandbox.url, sandbox.token)


@pytest.fixture
def demo(tmp_path: Path, demo_sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, demo_sandbox.url, demo_sandbox.token)


def test_the_list_as_json(cli: Command, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", expires_in=90_000, description="scanner")
    ended = cli("tokens", "list", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == ["tokens", "shown", "total", "filter", "subjects_known", "subjects_unknown_because"]
    assert (ended.json["shown"], ended.json["total"], ended.json["filter"]) == (2, 2, "")
    by_id = {token["token_id"]: token for token in ended.json["tokens"]}
    found = by_id[made["token_id"]]
    assert list(found) == RECORD_KEYS
    assert (found["username"], found["description"], found["expired"]) == ("scan-bot", "scanner", False)
    assert found["expiry"] - found["issued_at"] == 90_000
    assert [token["in_use"] for token in by_id.values()].count(True) == 1


def test_the_table(demo: Command) -> None:
    ended = demo("tokens", "list")
    assert ended.code == 0
    head, *rows = ended.out.splitlines()
    assert head.split() == ["ID", "SUBJECT", "SCOPE", "EXPIRES", "CREATED", "USED", "FLAGS", "DESCRIPTION"]
    assert len(rows) > 50
    assert not RAW_CONTROL.search(ended.out)


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (["never"], lambda token: token["never_expires"]),
        (["expired"], lambda token: token["expired"]),
        (["admin", "!never"], lambda token: token["admin"] and not token["never_expires"]),
        (["refreshable"], lambda token: token["refreshable"]),
        (["expires<=7d !expired"], lambda token: not token["expired"] and token["expiry"]),
        (["nodesc"], lambda token: not (token["description"] or "").strip()),
        (["missing"], lambda token: token["subject_state"] == "missing"),
        (["orphaned"], lambda token: token["subject_state"] in {"missing", "disabled", "locked"}),
    ],
)
def test_filters_find_what_they_say(demo: Command, words: list[str], holds: object) -> None:
    everything = demo("tokens", "list", "--json", "--check-subjects").json["tokens"]
    found = demo("tokens", "list", "--json", *words).json["tokens"]
    assert callable(holds)
    assert found
    assert all(holds(token) for token in found)
    if words != ["expires<=7d !expired"]:
        assert {token["token_id"] for token in everything if holds(token)} == {token["token_id"] for token in found}


def test_sorted_both_ways(demo: Command) -> None:
    created = [token["issued_at"] for token in demo("tokens", "list", "--json", "--sort", "created").json["tokens"]]
    reverse = demo("tokens", "list", "--json", "--sort", "created", "--reverse").json["tokens"]
    assert created == sorted(created)
    assert [token["issued_at"] for token in reverse] == created[::-1]


def test_chosen_columns(cli: Command) -> None:
    assert cli("tokens", "list", "--columns", "subject,scope").out.splitlines()[0].split() == ["SUBJECT", "SCOPE"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["tokens", "list", "--columns", "colour"], 2, "no column colour"),
        (["tokens", "list", "expires<soon"], 2, "The filter is not clear"),
        (["tokens", "list", "scpoe:admin"], 2, "did you mean scope"),
        (["tokens", "list", "scope:"], 2, "The filter is not clear"),
        (["tokens", "show", "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10"], 4, ""),
        (["tokens", "show", "../users"], 4, ""),
        (["tokens", "inspect", "not-an-id"], 2, "no token id"),
    ],
)
def test_exit_codes(cli: Command, words: list[str], code: int, says: str) -> None:
    ended = cli(*words)
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
    as_json = cli(*words, "--json")
    assert (as_json.code, as_json.out) == (code, "")
    assert as_json.error["exit_code"] == code
    assert as_json.error["message"]


def test_show_me(cli: Command, sandbox: RunningSandbox) -> None:
    record = cli("tokens", "show", "me", "--json").json["token"]
    assert list(record) == RECORD_KEYS
    assert record["in_use"]
    assert (record["username"], record["subject_state"], record["admin"]) == ("admin", "enabled", True)
    words = cli("tokens", "show", record["token_id"]).out
    assert "admin: an enabled user" in words
    assert "administrator of the whole platform" in words


def test_inspect_sends_nothing(cli: Command, sandbox: RunningSandbox) -> None:
    before = len(sandbox.requests())
    ended = cli("tokens", "inspect", "--json", stdin=f"Bearer {sandbox.token}\n")
    assert ended.code == 0
    found = ended.json["inspection"]
    assert (found["kind"], found["jfrog"], found["signature_checked"]) == ("jwt", True, False)
    assert (found["username"], found["audience_in_words"], found["never_expires"]) == ("admin", "every service", True)
    assert ended.json["token"] is None
    assert len(sandbox.requests()) == before
    assert sandbox.token not in ended.out


def test_inspect_needs_no_platform(tmp_path: Path, sandbox: RunningSandbox) -> None:
    ended = Command(tmp_path)("tokens", "inspect", stdin=sandbox.token)
    assert ended.code == 0
    assert "an access token of a JFrog Platform" in ended.out


def test_inspect_asks_on_request(cli: Command, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", description="scanner", expires_in=90_000)
    found = cli("tokens", "inspect", "--ask", "--json", stdin=made["access_token"]).json
    assert found["token"]["description"] == "scanner"
    assert found["inspection"]["token_id"] == found["token"]["token_id"] == made["token_id"]
    assert "On the platform:" in cli("tokens", "inspect", "--ask", stdin=made["access_token"]).out


def test_inspect_knows_reference_tokens(cli: Command, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", include_reference_token=True, expires_in=90_000)
    found = cli("tokens", "inspect", "--json", stdin=made["reference_token"]).json["inspection"]
    assert found["kind"] == "reference_token"
    assert found["expiry"] is not None
    assert cli("tokens", "inspect", "--ask", stdin=made["reference_token"]).code == 4


def test_a_secret_as_an_argument_is_not_repeated(cli: Command, sandbox: RunningSandbox) -> None:
    before = len(sandbox.requests())
    for words in (
        ("tokens", "inspect", sandbox.token),
        ("tokens", "revoke", sandbox.token, "--yes"),
        ("--token", sandbox.token, "tokens", "list"),
        (f"--token={sandbox.token}", "tokens", "list"),
        (sandbox.token,),
    ):
        for extra in ((), ("--json",)):
            ended = cli(*words, *extra)
            assert ended.code == 2
            assert sandbox.token not in ended.out + ended.err
    assert len(sandbox.requests()) == before


def test_hostile_names_print_no_control_character(cli: Command, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(
        username=HOSTILE, description=HOSTILE, scope=f'applied-permissions/groups:"{HOSTILE}"', expires_in=90_000
    )
    for words in (
        ("tokens", "list"),
        ("tokens", "show", made["token_id"]),
        ("tokens", "revoke", made["token_id"], "--plan"),
    ):
        plain = cli(*words)
        assert plain.code == 0
        assert not RAW_CONTROL.search(plain.out + plain.err)
        as_json = cli(*words, "--json")
        assert not RAW_CONTROL.search(as_json.out + as_json.err)
    raw = next(t for t in cli("tokens", "list", "--json").json["tokens"] if t["token_id"] == made["token_id"])
    assert raw["description"] == HOSTILE


def test_hostile_claims_print_no_control_character(cli: Command) -> None:
    parts = [{"alg": HOSTILE, "kid": HOSTILE}, {"sub": HOSTILE, "scp": HOSTILE, "iss": HOSTILE, "aud": [HOSTILE]}]
    token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts) + ".x"
    for extra in ((), ("--json",)):
        ended = cli("tokens", "inspect", *extra, stdin=token)
        assert ended.code == 0
        assert not RAW_CONTROL.search(ended.out)


def test_an_odd_locale_is_no_obstacle(tmp_path: Path, demo_sandbox: RunningSandbox) -> None:
    ascii_only = Command(tmp_path, demo_sandbox.url, demo_sandbox.token, PYTHONIOENCODING="ascii")
    ended = ascii_only.process("tokens", "list")
    assert ended.code == 0
    assert ended.out.isascii()


def test_what_a_token_without_admin_rights_may_see(tmp_path: Path, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", expires_in=90_000)
    plain = Command(tmp_path, sandbox.url, made["access_token"])
    listed = plain("tokens", "list", "--json", "--check-subjects").json
    assert [token["username"] for token in listed["tokens"]] == ["scan-bot"]
    assert (listed["subjects_known"], listed["tokens"][0]["subject_state"]) == (False, "unknown")
    assert "administrators" in listed["subjects_unknown_because"]
    refused = plain("tokens", "list", "missing")
    assert refused.code == 1
    assert "cannot be answered" in refused.err


def test_a_future_platform_is_understood(cli: Command, sandbox: RunningSandbox) -> None:
    sandbox.future()
    assert cli("tokens", "list", "--json", "--check-subjects").json["total"] == 1
