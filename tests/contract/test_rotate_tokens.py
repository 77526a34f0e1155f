"""Rotating: twin, trial, hand-over, and the end of the old one, in this order whatever happens in between."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.services.ledger import by_token, tokens_made
from jfconsole.services.token_rotate import Twin, plan_rotate, prove, proven
from tests.support.command import Command
from tests.support.revoking import Desk, killed_at
from tests.support.sandbox import RunningSandbox
from tests.support.values import CALL, DAY, HOUR, ask, kept_nowhere, listed, make, works
from tests.support.verbs import forget, plant, writes

END = Twin(audience="*@*", revoke_old=True)


@pytest.fixture
def desk(sandbox: RunningSandbox, tmp_path: Path) -> Desk:
    return Desk(sandbox, tmp_path)


@pytest.fixture
def cli(tmp_path: Path, sandbox: RunningSandbox) -> Command:
    return Command(tmp_path, sandbox.url, sandbox.token)


def planned(desk: Desk, token_id: str, twin: Twin = END) -> Plan:
    known = by_token(tokens_made(desk.journal, desk.sandbox.url))
    return ask(desk, lambda session: plan_rotate(session, token_id, twin, known.get(token_id)))


def outcomes(report: Report) -> list[Outcome]:
    return [result.outcome for result in report.results]


def test_the_old_one_is_revoked_only_after_the_hand_over(desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox, scope="applied-permissions/groups:readers", description="nightly", expires_in=60 * DAY)
    plan = planned(desk, old["token_id"])
    report = desk.runner.run(plan)
    assert outcomes(report) == [Outcome.HELD, Outcome.PENDING]
    assert works(sandbox, old["access_token"]), "nobody has the new one yet"
    assert proven(asyncio.run(prove(desk.connection, report.products)))
    desk.journal.handed_over(plan.id)
    assert outcomes(desk.runner.resume(plan.id)) == [Outcome.DONE, Outcome.DONE]
    new = report.products[0].secrets["access_token"].reveal()
    assert (works(sandbox, old["access_token"]), works(sandbox, new)) == (False, True)
    (row,) = listed(sandbox)
    assert (row["scope"], row["description"]) == (old["scope"], f"nightly ({plan.id})")
    assert row["expiry"] - row["issued_at"] == 60 * DAY
    kept_nowhere(tmp_path, new)


@pytest.mark.deep
def test_killed_anywhere_somebody_always_has_a_token_that_works(sandbox: RunningSandbox, tmp_path: Path) -> None:
    number, killed = 0, True
    while killed:
        sandbox.reset()
        old = make(sandbox)
        home = tmp_path / str(number)
        plan = planned(Desk(sandbox, home), old["token_id"])
        killed = killed_at(sandbox, home, plan, number)
        desk = Desk(sandbox, home)
        handed = bool(desk.journal.history()) and desk.journal.load(plan.id).results[0].outcome is Outcome.DONE
        assert works(sandbox, old["access_token"]) or handed
        desk.carry_on(plan)
        assert desk.journal.unfinished() == ()
        assert len(listed(sandbox)) == 1
        assert not works(sandbox, old["access_token"])
        number += 1
    assert number >= 12


def test_a_twin_whose_answer_was_lost_is_made_again_and_ends_nothing_before(
    desk: Desk, sandbox: RunningSandbox
) -> None:
    old = make(sandbox)
    plan = planned(desk, old["token_id"])
    sandbox.faults({"method": "POST", "path": CALL, "kind": "drop", "when": "after", "count": 1})
    lost = desk.runner.run(plan)
    assert (lost.products, lost.complete, works(sandbox, old["access_token"])) == ((), False, True)
    again = desk.runner.resume(plan.id)
    assert (again.waits, works(sandbox, old["access_token"])) == (True, True)
    new = again.products[0].secrets["access_token"].reveal()
    desk.journal.handed_over(plan.id)
    desk.runner.resume(plan.id)
    (row,) = listed(sandbox)
    assert (row["token_id"], works(sandbox, new)) == (again.products[0].made, True), "the lost one was revoked"
    assert not works(sandbox, old["access_token"])


def test_one_that_somebody_else_revoked_meanwhile_still_gets_its_twin(desk: Desk, sandbox: RunningSandbox) -> None:
    old = make(sandbox)
    plan = planned(desk, old["token_id"])
    with sandbox.http() as client:
        client.delete(f"{CALL}/{old['token_id']}").raise_for_status()
    report = desk.runner.run(plan)
    assert outcomes(report) == [Outcome.HELD, Outcome.ALREADY], "there is nothing to wait for"
    assert len(listed(sandbox)) == 1


@pytest.mark.parametrize("fields", [{}, {"expires_in": 0}, {"refreshable": True}, {"include_reference_token": True}])
def test_the_twin_is_like_the_old_one(fields: dict[str, Any], cli: Command, sandbox: RunningSandbox) -> None:
    old = make(sandbox, **fields)
    words = ["--reference"] if fields.get("include_reference_token") else []
    ended = cli("tokens", "rotate", old["token_id"], "--service", "Artifactory", *words, "--yes", "--json")
    assert ended.code == 0
    secrets = ended.json["products"][0]["secrets"]
    assert {"access_token", "refresh_token", "reference_token"} & set(old) == set(secrets)
    assert works(sandbox, old["access_token"]), "without --revoke-old it stays"
    first, second = listed(sandbox)
    assert {name: first[name] for name in ("subject", "scope", "refreshable")} == {
        name: second[name] for name in ("subject", "scope", "refreshable")
    }


def test_the_ledger_knows_the_audience_and_the_kind(cli: Command, sandbox: RunningSandbox) -> None:
    cli("tokens", "create", "--user", "ci", "--service", "Xray", "Artifactory", "--reference", "--yes")
    (old,) = listed(sandbox)
    plan = cli("tokens", "rotate", old["token_id"], "--plan", "--json").json["plan"]
    after = plan["steps"][0]["after"]
    assert (after["audience"], after["include_reference_token"]) == ("jfxr@* jfrt@*", True)


def test_what_nobody_knows_is_asked_for(cli: Command, sandbox: RunningSandbox) -> None:
    old = make(sandbox)
    forget(sandbox)
    ended = cli("tokens", "rotate", old["token_id"], "--yes")
    assert (ended.code, "--service" in ended.err) == (2, True)
    sandbox.settings(scope_in_list=False)
    ended = cli("tokens", "rotate", old["token_id"], "--service", "all", "--yes")
    assert (ended.code, "--scope" in ended.err) == (2, True)
    assert ("POST", CALL) not in writes(sandbox)


def test_in_one_go(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox)
    words = ("tokens", "rotate", old["token_id"], "--service", "all", "--revoke-old", "--yes")
    assert cli(*words, "--json").code == 2, "nobody would have read the document yet"
    ended = cli(*words, "--ics", str(tmp_path / "later.ics"))
    assert ended.code == 0
    assert works(sandbox, ended.out.strip())
    assert not works(sandbox, old["access_token"])
    assert "good: The platform accepts the new access token" in ended.err
    calendar = (tmp_path / "later.ics").read_text()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "Rotate the token of ci" in calendar
    (row,) = listed(sandbox)
    second = cli(
        "tokens", "rotate", row["token_id"], "--revoke-old", "--yes", "--json", "--output", str(tmp_path / "t")
    )
    assert second.json["report"]["complete"] is True
    assert works(sandbox, (tmp_path / "t").read_text().strip())
    assert not works(sandbox, ended.out.strip())


def test_without_an_end_there_is_a_reminder(cli: Command, sandbox: RunningSandbox, tmp_path: Path) -> None:
    old = make(sandbox)
    ended = cli("tokens", "rotate", old["token_id"], "--service", "all", "--yes", "--ics", str(tmp_path / "a.ics"))
    assert ended.code == 0
    text = (tmp_path / "a.ics").read_text().replace("\r\n ", "")
    assert f"jfconsole tokens revoke {old['token_id']}" in text
    assert text.count("BEGIN:VEVENT") == 2


def test_a_twin_that_does_not_work_ends_nothing(cli: Command, sandbox: RunningSandbox) -> None:
    plant(sandbox, users=[{"username": "ci", "email": "ci@example.com", "status": "disabled"}])
    old = make(sandbox)
    ended = cli("tokens", "rotate", old["token_id"], "--service", "all", "--revoke-old", "--yes")
    assert ended.code == 1
    assert ended.out == ""
    assert "the old one was not revoked" in ended.err
    assert old["token_id"] in {row["token_id"] for row in listed(sandbox)}
    (entry,) = cli("journal", "list", "--json").json["plans"]
    plant(sandbox, users=[{"username": "ci", "email": "ci@example.com", "status": "enabled"}])
    again = cli("journal", "resume", entry["plan"], "--yes")
    assert again.code == 0
    assert works(sandbox, again.out.strip())
    assert len(listed(sandbox)) == 1


def test_the_token_in_use_does_not_end_itself(cli: Command, sandbox: RunningSandbox) -> None:
    ended = cli("tokens", "rotate", "me", "--service", "all", "--revoke-old", "--yes")
    assert ended.code == 3
    assert works(sandbox, sandbox.token)


def test_a_token_of_an_exchange_has_no_twin(desk: Desk, sandbox: RunningSandbox) -> None:
    old = make(sandbox, "jfac@x/users/ci")
    token = {"token_id": "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10", "subject": "github/shop"}
    row = next(iter(sandbox.state()["tokens"]))
    assert old
    plant(sandbox, tokens=[{**row, "item": {**row["item"], **token}}] if "item" in row else [{**row, **token}])
    with pytest.raises(Refused, match="OIDC exchange"):
        planned(desk, token["token_id"])
    with pytest.raises(UsageError):
        planned(desk, make(sandbox, expires_in=12 * HOUR)["token_id"], Twin())
