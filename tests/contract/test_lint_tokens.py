"""The token linter: what each rule finds, what it leaves alone, and what comes of it."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest

from jfconsole.domain.filters import parse
from jfconsole.domain.lint_tokens import RULES, Rule, Surroundings, findings_csv, lint_tokens
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_facts import SubjectState, TokenView, view_token
from jfconsole.domain.token_filters import token_schema
from jfconsole.domain.tokens import Token
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox
from tests.support.values import make
from tests.support.verbs import plant

NOW = 1_800_000_000
DAY = 86_400
YEAR = 365 * DAY
KNOWN = {"ann": SubjectState.ENABLED, "dan": SubjectState.DISABLED, "lea": SubjectState.LOCKED}


def a_view(username: str = "ann", **fields: object) -> TokenView:
    """A token that no rule has anything against, unless `fields` say otherwise."""
    wanted = {
        "issued_at": NOW - 10 * DAY,
        "expiry": NOW + 60 * DAY,
        "scope": "applied-permissions/groups:readers",
        "description": "nightly build",
        "last_used": NOW - DAY,
    } | fields
    token = Token(token_id="0f0c", subject=Untrusted(f"jfac@x/users/{username}"), **wanted)  # type: ignore[arg-type]
    return view_token(token, KNOWN)


CASES: dict[str, tuple[TokenView, TokenView]] = {
    "never-expires": (a_view(expiry=None), a_view(expiry=NOW + 9 * YEAR)),
    "admin-scope": (a_view(scope="applied-permissions/admin"), a_view(scope=None)),
    "refreshable-external": (a_view(refreshable=True), a_view("bob", refreshable=True)),
    "subject-shut-out": (a_view("gone"), a_view()),
    "no-description": (a_view(description="  "), a_view(description="x")),
    "old": (a_view(issued_at=NOW - YEAR - 1), a_view(issued_at=NOW - YEAR)),
    "unused": (a_view(last_used=NOW - 91 * DAY), a_view(last_used=None)),
    "expires-soon": (a_view(expiry=NOW + 7 * DAY), a_view(expiry=NOW + 7 * DAY + 1)),
}
AROUND = Surroundings(now=NOW, external={"ann"})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_finds_its_case_and_leaves_the_near_miss(rule: Rule) -> None:
    case, near_miss = CASES[rule.id]
    assert [finding.rule.id for finding in lint_tokens([case], AROUND, [rule.id]).findings] == [rule.id]
    assert lint_tokens([near_miss], AROUND, [rule.id]).findings == ()


@pytest.mark.parametrize("username", ["gone", "dan", "lea"])
def test_a_user_who_is_shut_out_is_named(username: str) -> None:
    (finding,) = lint_tokens([a_view(username)], AROUND).findings
    assert username in finding.sentence


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_filter_of_a_rule_finds_the_same_tokens(rule: Rule) -> None:
    views = [view for pair in CASES.values() for view in pair] + [a_view("dan"), a_view(expiry=NOW - 1)]
    wanted = parse(rule.filter, token_schema(lambda: NOW, external={"ann"}.__contains__)).compile(NOW)
    found = [finding.view for finding in lint_tokens(views, AROUND, [rule.id]).findings]
    assert [view for view in views if wanted(view)] == found


def test_without_the_users_nobody_is_missing() -> None:
    lint = lint_tokens([a_view("gone", refreshable=True)], Surroundings(now=NOW, states_known=False))
    assert lint.findings == ()
    assert {rule.id for rule in lint.not_asked} == {"refreshable-external", "subject-shut-out"}


def test_what_has_expired_is_left_alone() -> None:
    dead = a_view("gone", expiry=NOW, scope="applied-permissions/admin", description=None)
    assert lint_tokens([dead], AROUND).findings == ()


def test_a_table_holds_no_formula_and_no_control_character() -> None:
    case = a_view("=cmd|x!A1\x1b[31m", expiry=None)
    text = findings_csv(lint_tokens([case], AROUND, ["never-expires"]).findings)
    _, row = csv.reader(io.StringIO(text))
    assert row[2].startswith("'=cmd")
    assert "\x1b" not in text


def test_the_verb(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    plant(sandbox, users=[{"username": "ldap-ann", "email": "a@example.com", "realm": "ldap"}])
    make(sandbox, "ldap-ann", refreshable=True, description="hers")
    make(sandbox, "gone", expires_in=0)
    ended = cli("lint", "tokens", "--json", "--csv", str(tmp_path / "t.csv"), "--ics", str(tmp_path / "t.ics"))
    assert ended.code == 1
    counts = ended.json["counts"]
    assert (counts["refreshable-external"], counts["subject-shut-out"], counts["old"]) == (1, 1, 0)
    assert {finding["username"] for finding in ended.json["findings"]} >= {"gone", "ldap-ann"}
    with (tmp_path / "t.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(ended.json["findings"])
    calendar = (tmp_path / "t.ics").read_text()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert time.strftime("%Y", time.gmtime()) in calendar
    plain = cli("lint", "tokens", "--rule", "refreshable-external", "--rule", "old")
    assert plain.out.startswith("1  refreshable, of an external user (refreshable-external)")
    clean = cli("lint", "tokens", "--rule", "old", "--json")
    assert (clean.code, clean.json["findings"]) == (0, [])
    assert cli("lint", "tokens", "--rule", "nonsense").code == 2
    assert cli("lint", "tokens", "--soon", "tomorrow").code == 2


def test_the_demo_has_one_of_every_kind_that_it_can_show(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, demo_sandbox.url, demo_sandbox.token)
    counts = cli("lint", "tokens", "--json").json["counts"]
    assert {rule for rule, count in counts.items() if count} >= {
        "never-expires",
        "admin-scope",
        "subject-shut-out",
        "expires-soon",
    }
