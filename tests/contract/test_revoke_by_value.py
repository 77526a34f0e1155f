"""Revoking a token of which only the value is known: every kind, lost answers, and what cannot be revoked."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.errors import NothingToChange, Refused, UsageError
from jfconsole.domain.plans import Outcome, Plan
from jfconsole.domain.secret import Secret
from jfconsole.services.revoke_by_value import plan_revoke_value
from tests.support.command import Command
from tests.support.revoking import Desk, killed_at
from tests.support.sandbox import RunningSandbox
from tests.support.values import CALL, HOUR, ask, kept_nowhere, listed, make, works
from tests.support.verbs import writes

BY_VALUE = ("DELETE", f"{CALL}/revoke")

KINDS: dict[str, dict[str, Any]] = {
    "user": {},
    "admin": {"scope": "applied-permissions/admin"},
    "groups": {"scope": "applied-permissions/groups:readers"},
    "never": {"expires_in": 0},
    "refreshable": {"refreshable": True},
    "reference": {"include_reference_token": True},
    "short, forced": {"expires_in": 600, "force_revocable": True},
    "another audience": {"audience": "jfxr@*"},
}


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


def planned(desk: Desk, value: str) -> Plan:
    return ask(desk, lambda session: plan_revoke_value(session, Secret(value)))


def a_jwt(**claims: object) -> str:
    parts = [{"alg": "RS256", "kid": "elsewhere"}, claims]
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*texts, "c2lnbmF0dXJl"])


@pytest.mark.parametrize(
    ("kind", "form"), [*((kind, "{}") for kind in KINDS), *(("user", form) for form in ("  {}\n", "Bearer {}", "'{}'"))]
)
def test_every_kind_is_revoked(kind: str, form: str, desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    made = make(sandbox, **KINDS[kind])
    value = made.get("reference_token", made["access_token"])
    plan = planned(desk, form.format(value))
    assert plan.steps[0].key == made["token_id"]
    assert any(made["token_id"] in effect for effect in plan.confirmation.effects) or kind == "reference"
    report = desk.runner.run(plan)
    assert report.counts == {Outcome.DONE: 1}
    assert writes(sandbox).count(BY_VALUE) == 1
    assert listed(sandbox) == []
    assert not works(sandbox, value)
    kept_nowhere(tmp_path, value)


def test_one_that_cannot_be_revoked_is_called_so(desk: Desk, sandbox: RunningSandbox) -> None:
    made = make(sandbox, expires_in=5 * HOUR)
    report = desk.runner.run(planned(desk, made["access_token"]))
    assert report.counts == {Outcome.FAILED: 1}
    assert "cannot be revoked; it lapses" in report.results[0].message
    assert works(sandbox, made["access_token"])


def test_agreement_is_no_proof(desk: Desk, sandbox: RunningSandbox) -> None:
    made = make(sandbox, expires_in=600)
    assert listed(sandbox) == []
    plan = planned(desk, made["access_token"])
    assert any("does not list it" in effect for effect in plan.confirmation.effects)
    report = desk.runner.run(plan)
    assert report.counts == {Outcome.FAILED: 1}, "the platform says yes, and accepts the token all the same"
    assert "still lists or accepts" in report.results[0].message


@pytest.mark.parametrize("form", ["access_token", "reference_token"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_found_out(desk: Desk, sandbox: RunningSandbox, when: str, form: str) -> None:
    made = make(sandbox, include_reference_token=True)
    plan = planned(desk, made[form])
    sandbox.faults({"method": "DELETE", "path": BY_VALUE[1], "kind": "drop", "when": when, "count": 1})
    report = desk.runner.run(plan)
    assert report.complete
    assert report.results[0].outcome in (Outcome.DONE, Outcome.ALREADY), "a second try finds it gone"
    assert not works(sandbox, made[form])


def test_killed_anywhere_it_is_continued_without_the_value(sandbox: RunningSandbox, tmp_path: Path) -> None:
    number, killed = 0, True
    while killed:
        sandbox.reset()
        made = make(sandbox)
        home = tmp_path / str(number)
        plan = planned(Desk(sandbox, home), made["access_token"])
        killed = killed_at(sandbox, home, plan, number)
        desk = Desk(sandbox, home)
        desk.carry_on(plan)
        assert listed(sandbox) == []
        assert not works(sandbox, made["access_token"])
        assert desk.journal.unfinished() == ()
        kept_nowhere(home, made["access_token"])
        number += 1
    assert number >= 6


def test_a_token_of_another_issuer_is_not_sent(desk: Desk, sandbox: RunningSandbox) -> None:
    foreign = a_jwt(iss="jfac@01h0other", sub="jfac@01h0other/users/ci", jti="0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10")
    for value in (foreign, a_jwt(iss="https://token.actions.githubusercontent.com", sub="repo:acme/shop")):
        with pytest.raises(Refused, match="of another issuer"):
            planned(desk, value)
    assert all(foreign not in json.dumps(arrival) for arrival in sandbox.requests())
    assert writes(sandbox) == []


@pytest.mark.parametrize("text", ["", "AKCp8" + "x" * 68, "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10", "hunter2"])
def test_what_is_no_token_is_not_sent(desk: Desk, sandbox: RunningSandbox, text: str) -> None:
    before = len(sandbox.requests())
    with pytest.raises(UsageError, match="no token that could be used"):
        planned(desk, text)
    assert len(sandbox.requests()) == before


def test_a_dead_one_needs_nothing(desk: Desk, sandbox: RunningSandbox) -> None:
    made = make(sandbox)
    with sandbox.http() as client:
        client.delete(f"{CALL}/{made['token_id']}").raise_for_status()
    with pytest.raises(NothingToChange, match="neither lists nor accepts"):
        planned(desk, made["access_token"])


def test_the_token_in_use_is_never_covered_by_yes(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    ended = cli("tokens", "revoke", "--value-stdin", "--yes", stdin=sandbox.token)
    assert ended.code == 3
    assert "--yes does not cover this" in ended.err
    assert works(sandbox, sandbox.token)


def test_the_verb(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    value = make(sandbox)["access_token"]
    looked = cli("tokens", "revoke", "--value-stdin", "--plan", "--json", stdin=value)
    assert looked.json["plan"]["steps"][0]["requests"][0]["body"] == {"token": "{{token}}"}
    exported = cli("tokens", "revoke", "--value-stdin", "--export", "curl", stdin=value)
    ended = cli("tokens", "revoke", "--value-stdin", "--yes", stdin=value)
    assert (ended.code, works(sandbox, value)) == (0, False)
    again = cli("tokens", "revoke", "--value-stdin", "--yes", stdin=value)
    assert again.code == 0, "it is as wanted already"
    for shown in (looked, exported, ended, again):
        assert value not in shown.out + shown.err
    kept_nowhere(tmp_path, value)
    both = cli("tokens", "revoke", "--value-stdin", "--filter", "never", "--yes", stdin=value)
    assert both.code == 2
