"""`jfconsole doctor trust`: exit codes, the document, and the plan that mends what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.sandbox import RunningSandbox
from tests.support.verbs import writes


@pytest.fixture
def cli(tmp_path: Path, demo_sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, demo_sandbox.url, demo_sandbox.token)


def token(sandbox: RunningSandbox, audience: str = "jfrog-acme", **claims: str) -> str:
    found: str = sandbox.control("POST", "/idp/github/token", {"audience": audience, "claims": claims})["value"]
    return found


WORDS = ("doctor", "trust", "github-acme", "--token-stdin", "--platform-reaches")
"""The demo's issuers answer to its platform alone."""


def test_a_token_that_gets_in(cli: Command, demo_sandbox: RunningSandbox) -> None:
    pasted = token(demo_sandbox)
    ended = cli(*WORDS, "--json", stdin=pasted)
    found = ended.json["diagnosis"]
    assert (ended.code, found["healthy"]) == (0, True)
    assert [stage["stage"] for stage in found["stages"]][-2:] == ["exchange", "use"]
    told = cli(*WORDS, stdin=pasted)
    assert "The platform gave an access token" in told.out
    assert "eyJ" not in ended.out + told.out + told.err


def test_one_that_does_not(cli: Command, demo_sandbox: RunningSandbox) -> None:
    ended = cli(*WORDS, "--json", stdin=token(demo_sandbox, audience="another"))
    assert (ended.code, ended.json["diagnosis"]["cause"]) == (1, "audience-differs")
    assert cli("doctor", "trust", "nothing", "--json").json["diagnosis"]["cause"] == "provider-unknown"


def test_a_dead_issuer_ends_it(cli: Command) -> None:
    ended = cli("doctor", "trust", "teamcity-oldplant", "--json")
    assert (ended.code, ended.json["diagnosis"]["cause"]) == (1, "discovery-unreachable")


def test_what_is_broken_is_mended_by_a_plan(cli: Command, demo_sandbox: RunningSandbox) -> None:
    pasted = token(demo_sandbox, ref="refs/heads/feature")
    plan = cli(*WORDS, "--plan", stdin=pasted)
    assert plan.code == 0
    assert "Move mapping shop-branches in github-acme" in plan.out
    assert [path for method, path in writes(demo_sandbox) if method == "PUT"] == []
    assert cli(*WORDS, "--repair", "--yes", stdin=pasted).code == 0
    after = cli("mappings", "simulate", "github-acme", "--token-stdin", "--json", stdin=pasted)
    assert after.json["simulation"]["winner"] == "shop-branches"


def test_where_no_plan_helps(cli: Command) -> None:
    ended = cli("doctor", "trust", "teamcity-oldplant", "--repair", "--yes")
    assert (ended.code, "There is no plan" in ended.err) == (4, True)


def test_a_connection_that_works(cli: Command, demo_sandbox: RunningSandbox) -> None:
    ended = cli("doctor", "connection", "--json")
    found = ended.json["diagnosis"]
    assert (ended.code, found["healthy"], found["url"]) == (0, True, demo_sandbox.url)
    assert found["source"] == "JFROG_URL and JFROG_ACCESS_TOKEN"
    assert [stage["stage"] for stage in found["stages"]] == [
        *("name", "port", "tls", "ping", "version", "token", "admin", "licence")
    ]
    assert "The token administers the platform" in cli("doctor", "connection").out


def test_a_connection_that_does_not(tmp_path: Path, demo_sandbox: RunningSandbox) -> None:
    ended = Command(tmp_path, demo_sandbox.url, "eyJno.token.atall")("doctor", "connection", "--json")
    assert (ended.code, ended.json["diagnosis"]["cause"]) == (1, "token-refused")
    assert "eyJno" not in ended.out
