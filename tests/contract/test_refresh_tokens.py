"""Refreshing: a new pair in hand and the old one dead, whatever gets lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.plans import Outcome, Plan
from jfconsole.domain.secret import Secret
from jfconsole.services.inspect import Pair, pair_in
from jfconsole.services.ledger import tokens_made
from jfconsole.services.token_refresh import plan_refresh
from tests.support.command import Command
from tests.support.revoking import Desk, killed_at
from tests.support.sandbox import RunningSandbox
from tests.support.values import CALL, DAY, HOUR, ask, kept_nowhere, listed, make, works

LOST = {"method": "POST", "path": CALL, "kind": "drop", "count": 1}


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


def pair(made: dict[str, Any]) -> Pair:
    return Pair(Secret(made["refresh_token"]), Secret(made["access_token"]))


def planned(desk: Desk, wanted: Pair) -> Plan:
    return ask(desk, lambda session: plan_refresh(session, wanted))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"expires_in": 0},
        {"expires_in": HOUR},
        {"scope": "applied-permissions/groups:readers", "audience": "jfrt@*"},
    ],
    ids=["a month", "never", "not stored", "groups"],
)
def test_a_new_pair_is_there_and_the_old_one_dead(
    fields: dict[str, Any], desk: Desk, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    old = make(sandbox, refreshable=True, **fields)
    plan = planned(desk, pair(old))
    assert any("The old pair is dead at once" in effect for effect in plan.confirmation.effects)
    (step,) = plan.steps
    assert [line.text for line in diff_lines(step.before, step.after)] == [f"token id: {old['token_id']}"]
    report = desk.runner.run(plan)
    assert (report.complete, int(report.exit_code), report.results[0].message) == (True, 0, "")
    (product,) = report.products
    assert set(product.secrets) == {"access_token", "refresh_token"}
    new = {name: secret.reveal() for name, secret in product.secrets.items()}
    assert works(sandbox, new["access_token"])
    assert not works(sandbox, old["access_token"])
    desk.journal.handed_over(plan.id)
    (entry,) = tokens_made(desk.journal, sandbox.url)
    assert (entry.token_id, entry.refreshable) == (product.made, True)
    assert entry.audience == fields.get("audience", "*@*")
    kept_nowhere(tmp_path, *new.values(), old["access_token"], old["refresh_token"])
    again = desk.runner.run(planned(desk, Pair(Secret(new["refresh_token"]), Secret(new["access_token"]))))
    assert again.complete, "the new pair refreshes, too"


def test_alone_the_refresh_token_is_good_for_its_own_user(sandbox: RunningSandbox, tmp_path: Path) -> None:
    mine = make(sandbox, "ann")["access_token"]
    desk = Desk(sandbox, tmp_path, token=mine)
    old = make(sandbox, "ann", refreshable=True)
    report = desk.runner.run(planned(desk, Pair(Secret(old["refresh_token"]))))
    assert works(sandbox, report.products[0].secrets["access_token"].reveal())
    others = make(sandbox, "bob", refreshable=True)
    refused = desk.runner.run(planned(desk, Pair(Secret(others["refresh_token"]))))
    assert refused.counts == {Outcome.FAILED: 1}
    assert works(sandbox, others["access_token"])


def test_a_lost_answer_is_found_out_and_the_lost_pair_replaced(desk: Desk, sandbox: RunningSandbox) -> None:
    old = make(sandbox, refreshable=True, description="nightly")
    make(sandbox, description="another of theirs")
    plan = planned(desk, pair(old))
    sandbox.faults(LOST | {"when": "after"})
    report = desk.runner.run(plan)
    assert report.counts == {Outcome.HELD: 1}
    assert "the token was lost with the answer" in report.results[0].message
    orphan = next(row for row in listed(sandbox) if row["refreshable"])
    again = desk.runner.resume(plan.id)
    assert "whose value was lost, was revoked first" in again.results[0].message
    assert works(sandbox, again.products[0].secrets["access_token"].reveal())
    (new,) = [row for row in listed(sandbox) if row["refreshable"]]
    assert new["token_id"] not in (orphan["token_id"], old["token_id"])
    assert (new["scope"], new["description"]) == (orphan["scope"], "nightly")
    assert len(listed(sandbox)) == 2, "nobody else's token was touched"


def test_a_call_that_never_arrived_leaves_the_old_pair_good(desk: Desk, sandbox: RunningSandbox) -> None:
    old = make(sandbox, refreshable=True)
    plan = planned(desk, pair(old))
    sandbox.faults(LOST | {"when": "before"})
    assert desk.runner.run(plan).counts == {Outcome.UNKNOWN: 1}
    assert works(sandbox, old["access_token"])
    assert desk.runner.resume(plan.id).counts == {Outcome.SKIPPED: 1}, "the refresh token was not kept"
    assert desk.runner.run(planned(desk, pair(old))).complete


@pytest.mark.deep
def test_killed_anywhere_there_is_one_token_of_the_kind(sandbox: RunningSandbox, tmp_path: Path) -> None:
    number, killed = 0, True
    while killed:
        sandbox.reset()
        old = make(sandbox, refreshable=True)
        home = tmp_path / str(number)
        plan = planned(Desk(sandbox, home), pair(old))
        killed = killed_at(sandbox, home, plan, number)
        desk = Desk(sandbox, home)
        report = desk.carry_on(plan)
        if report is not None:
            values = [product.secrets["access_token"].reveal() for product in report.products]
            assert all(works(sandbox, value) for value in values)
            assert works(sandbox, old["access_token"]) is not bool(values)
        assert len(listed(sandbox)) == 1
        assert desk.journal.unfinished() == ()
        number += 1
    assert number >= 7


def test_a_token_that_was_refreshed_meanwhile_is_not_refreshed(desk: Desk, sandbox: RunningSandbox) -> None:
    old = make(sandbox, refreshable=True)
    plan = planned(desk, pair(old))
    with sandbox.http() as client:
        client.delete(f"{CALL}/{old['token_id']}").raise_for_status()
    with pytest.raises(Refused, match="refreshed or revoked since"):
        desk.runner.run(plan)


def test_another_platforms_pair_is_not_sent(desk: Desk, sandbox: RunningSandbox) -> None:
    with RunningSandbox("empty") as other:
        foreign = make(other, refreshable=True)
    with pytest.raises(Refused, match="not this platform's"):
        planned(desk, pair(foreign))
    assert [arrival for arrival in sandbox.requests() if arrival["method"] == "POST"] == []


@pytest.mark.parametrize("text", ["", "access_token=abc", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"])
def test_what_holds_no_refresh_token_is_told(text: str) -> None:
    with pytest.raises(UsageError):
        pair_in(Secret(text))


def test_the_verb_reads_what_create_prints(sandbox: RunningSandbox, tmp_path: Path) -> None:
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    made = cli("tokens", "create", "--user", "ci", "--refreshable", "--yes", "--output", str(tmp_path / "pair"))
    assert made.code == 0
    plan = cli("tokens", "refresh", str(tmp_path / "pair"), "--export", "curl")
    assert '"${TOKEN' not in plan.out
    assert "Authorization: Bearer $ACCESS_TOKEN_JFC" in plan.out
    ended = cli("tokens", "refresh", str(tmp_path / "pair"), "--yes", "--output", str(tmp_path / "new"))
    assert (ended.code, ended.err) == (0, "")
    values = dict(line.split("=", 1) for line in (tmp_path / "new").read_text().split())
    assert works(sandbox, values["access_token"])
    old = dict(line.split("=", 1) for line in (tmp_path / "pair").read_text().split())
    assert not works(sandbox, old["access_token"])
    piped = cli("tokens", "refresh", "--yes", "--json", stdin=(tmp_path / "new").read_text())
    assert works(sandbox, piped.json["products"][0]["secrets"]["access_token"])
    for name in ("pair", "new"):
        (tmp_path / name).unlink()
    kept_nowhere(tmp_path, *values.values(), *old.values())


def test_the_token_in_use_is_refreshed_by_hand_alone(sandbox: RunningSandbox, tmp_path: Path) -> None:
    own = make(sandbox, "ann", refreshable=True, expires_in=DAY)
    cli = Command(tmp_path, sandbox.url, own["access_token"])
    ended = cli(
        "tokens",
        "refresh",
        "--yes",
        stdin=f"refresh_token={own['refresh_token']}\naccess_token={own['access_token']}\n",
    )
    assert ended.code == 3
    assert "--yes does not cover this" in ended.err
    assert works(sandbox, own["access_token"])
