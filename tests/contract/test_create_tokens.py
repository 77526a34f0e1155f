"""Making tokens: every kind, the thresholds, a lost answer, a crash anywhere, and what the ledger keeps."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.fields import as_object
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_forecast import forecast
from jfconsole.domain.token_requests import NEVER, TokenRequest
from jfconsole.services.ledger import tokens_made
from jfconsole.services.session import open_session
from jfconsole.services.token_create import plan_create
from jfconsole.services.tokens import TokenService
from tests.support.directing import Office
from tests.support.revoking import Desk, killed_at
from tests.support.sandbox import RunningSandbox

CALL = "/access/api/v1/tokens"
HOUR = 3600
DAY = 24 * HOUR

LOST = {"method": "POST", "path": CALL, "kind": "drop", "when": "after", "count": 1}
REFUSED = {"method": "POST", "path": CALL, "kind": "drop", "when": "before", "count": 1}


def a_request(**fields: Any) -> TokenRequest:
    wanted: dict[str, Any] = {"username": Untrusted("ci"), "expires_in": 90 * DAY, "description": "nightly build"}
    return TokenRequest(**(wanted | fields))


def planned(sandbox: RunningSandbox, request: TokenRequest) -> Plan:
    return plan_create(request, sandbox.url)


def listed(sandbox: RunningSandbox, username: str = "ci") -> list[dict[str, Any]]:
    with sandbox.http() as client:
        found: list[dict[str, Any]] = client.get(CALL, params={"username": username}).json()["tokens"]
    return found


def secret(report: Report, name: str = "access_token") -> str:
    (product,) = report.products
    return product.secrets[name].reveal()


def accepted(sandbox: RunningSandbox, token: str, username: str = "ci") -> set[int]:
    """What the platform says to the token as bearer and as basic password."""
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        bearer = client.get("/artifactory/api/system/version", headers={"Authorization": f"Bearer {token}"})
        basic = client.get("/artifactory/api/system/version", auth=(username, token))
    return {bearer.status_code, basic.status_code}


KINDS: dict[str, TokenRequest] = {
    "user": a_request(),
    "transient user": a_request(username=Untrusted("nobody-there")),
    "admin": a_request(scope="applied-permissions/admin"),
    "groups": a_request(scope='applied-permissions/groups:readers,"release team"'),
    "roles": a_request(scope="applied-permissions/roles:acme:Developer,Viewer"),
    "repositories": a_request(scope="artifact:libs-local/org/**:r,w artifact:docker-*:r"),
    "system": a_request(scope="system:metrics:r"),
    "never": a_request(expires_in=NEVER),
    "platform's default": a_request(expires_in=None),
    "refreshable": a_request(refreshable=True),
    "reference": a_request(reference=True),
    "one service": a_request(audience="jfrt@*"),
    "short, forced": a_request(expires_in=600),
    "short, reference": a_request(expires_in=600, reference=True, force_revocable=False),
    "short": a_request(expires_in=600, force_revocable=False),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_and_becomes_what_was_foretold(kind: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    request = KINDS[kind]
    desk = Desk(sandbox, tmp_path)
    plan = planned(sandbox, request)
    report = desk.runner.run(plan)
    assert (report.complete, int(report.exit_code), report.stopped) == (True, 0, "")
    ahead = forecast(request, 0)
    rows = listed(sandbox, request.username)
    assert [plan.id in row["description"] for row in rows] == ([True] if ahead.listed else [])
    assert set(report.products[0].secrets) == {
        "access_token",
        *(["refresh_token"] if request.refreshable else []),
        *(["reference_token"] if request.reference else []),
    }
    for name in set(report.products[0].secrets) - {"refresh_token"}:
        assert accepted(sandbox, secret(report, name), request.username) == {200}
    if rows:
        assert rows[0]["scope"] == request.scope
        assert (rows[0].get("expiry") is None) == (ahead.expiry is None)
    (entry,) = tokens_made(desk.journal, sandbox.url)
    assert (entry.listed, entry.audience, entry.purpose) == (ahead.listed, request.audience, "nightly build")
    assert entry.token_id == report.products[0].made


@pytest.mark.parametrize("seconds", [10_799, 10_800, 21_599, 21_600])
@pytest.mark.parametrize("forced", [False, True])
def test_the_thresholds_are_as_foretold(seconds: int, forced: bool, sandbox: RunningSandbox, tmp_path: Path) -> None:
    request = a_request(expires_in=seconds, force_revocable=forced)
    ahead = forecast(request, 0)
    assert (ahead.stored, ahead.revocable) == (forced or seconds >= 10_800, forced or seconds >= 21_600)
    report = Desk(sandbox, tmp_path).runner.run(planned(sandbox, request))
    assert bool(listed(sandbox)) == ahead.stored
    with sandbox.http() as client:
        answer = client.delete(f"{CALL}/{report.products[0].made}")
    expected = 200 if ahead.stored and ahead.revocable else 400 if ahead.stored else 204
    assert answer.status_code == expected


def test_what_came_of_it_is_held_until_somebody_has_it(sandbox: RunningSandbox, tmp_path: Path) -> None:
    desk = Desk(sandbox, tmp_path)
    plan = planned(sandbox, a_request())
    report = desk.runner.run(plan)
    assert desk.journal.load(plan.id).results[0].outcome is Outcome.HELD
    assert desk.journal.unfinished() == (), "while it is shown nobody may take it for interrupted"
    desk.journal.handed_over(plan.id)
    loaded = desk.journal.load(plan.id)
    assert (loaded.results[0].outcome, loaded.entry.ended is None) == (Outcome.DONE, False)
    assert desk.journal.verify().intact
    value = secret(report)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or value.encode() not in path.read_bytes(), path


def test_a_lost_answer_makes_no_second_token_before_somebody_says_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    desk = Desk(sandbox, tmp_path)
    sandbox.faults(LOST)
    plan = planned(sandbox, a_request())
    report = desk.runner.run(plan)
    assert (report.counts, report.products, int(report.exit_code)) == ({Outcome.HELD: 1}, (), 1)
    assert "It came about, but the token was lost" in report.results[0].message
    (orphan,) = listed(sandbox)
    again = desk.runner.resume(plan.id)
    (token,) = listed(sandbox)
    assert token["token_id"] not in {orphan["token_id"]}
    assert again.products[0].made == token["token_id"]
    assert "whose value was lost, was revoked first" in again.results[0].message
    assert accepted(sandbox, secret(again)) == {200}


def test_a_call_that_never_arrived_is_sent_again_when_it_is_continued(sandbox: RunningSandbox, tmp_path: Path) -> None:
    desk = Desk(sandbox, tmp_path)
    sandbox.faults(REFUSED)
    plan = planned(sandbox, a_request())
    assert desk.runner.run(plan).counts == {Outcome.UNKNOWN: 1}
    assert listed(sandbox) == []
    assert desk.runner.resume(plan.id).complete
    assert len(listed(sandbox)) == 1


def test_below_the_storage_threshold_nothing_is_repeated_without_a_word(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    desk = Desk(sandbox, tmp_path)
    sandbox.faults(LOST)
    plan = planned(sandbox, a_request(expires_in=600, force_revocable=False))
    assert desk.runner.run(plan).counts == {Outcome.UNKNOWN: 1}
    (orphan,) = tokens_made(desk.journal, sandbox.url)
    assert (orphan.state, orphan.purpose) == ("possible orphan", "nightly build")
    assert desk.runner.resume(plan.id).counts == {Outcome.UNKNOWN: 1}
    creations = [call for call in sandbox.requests() if (call["method"], call["path"]) == ("POST", CALL)]
    assert len(creations) == 1
    made = desk.runner.resume(plan.id, again=True)
    assert made.complete
    assert accepted(sandbox, secret(made)) == {200}


def test_killed_anywhere_and_continued_there_is_one_token_and_somebody_has_it(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    number, killed = 0, True
    while killed:
        sandbox.reset()
        home = tmp_path / str(number)
        plan = planned(sandbox, a_request())
        killed = killed_at(sandbox, home, plan, number)
        desk = Desk(sandbox, home)
        report = desk.carry_on(plan)
        assert report is None or accepted(sandbox, secret(report)) == {200}
        assert len(listed(sandbox)) == 1
        assert desk.journal.unfinished() == ()
        number += 1
    assert number >= 9


def test_undone_the_token_is_revoked(sandbox: RunningSandbox, tmp_path: Path) -> None:
    office = Office(sandbox, tmp_path)
    plan = planned(sandbox, a_request())
    report = office.runner.run(plan)
    office.journal.handed_over(plan.id)
    back = office.runner.run(office.undo(plan.id))
    assert back.counts == {Outcome.DONE: 1}
    assert listed(sandbox) == []
    assert accepted(sandbox, secret(report)) == {401}


def asked(sandbox: RunningSandbox, request: TokenRequest, token: str | None = None) -> Plan:
    """The plan as the service makes it, after its checks."""

    async def ask() -> Plan:
        connection = Connection(url=sandbox.url, token=Secret(token or sandbox.token))
        async with open_session(connection) as session:
            return await TokenService(session).plan_create(request)

    return asyncio.run(ask())


def test_groups_that_are_not_there_are_refused_because_the_platform_does_not(sandbox: RunningSandbox) -> None:
    with pytest.raises(UsageError, match="There is no group ghosts"):
        asked(sandbox, a_request(scope="applied-permissions/groups:readers,ghosts"))


def test_a_name_without_a_user_is_called_transient(sandbox: RunningSandbox) -> None:
    plan = asked(sandbox, a_request(username=Untrusted(" Nobody ")))
    assert "There is no user nobody: the token is for a transient user" in plan.confirmation.effects
    assert as_object(plan.steps[0].after)["username"] == "nobody"


def test_several_groups_entries_become_one(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        client.post("/access/api/v2/groups", json={"name": "ops"}).raise_for_status()
    scope = "applied-permissions/groups:readers applied-permissions/groups:ops"
    plan = asked(sandbox, a_request(scope=scope))
    assert as_object(plan.steps[0].after)["scope"] == "applied-permissions/groups:readers,ops"


def test_who_is_no_administrator_is_told_before_anything_is_sent(sandbox: RunningSandbox) -> None:
    own = sandbox.create_token(username="ann", scope="applied-permissions/user", expires_in=DAY)["access_token"]
    with pytest.raises(Refused, match="Only an administrator may make tokens for others"):
        asked(sandbox, a_request(username=Untrusted("bob")), own)
    with pytest.raises(Refused, match="admin scope"):
        asked(sandbox, a_request(username=Untrusted("ann"), scope="applied-permissions/admin"), own)
    mine = asked(sandbox, a_request(username=Untrusted("")), own).steps[0]
    assert as_object(mine.after)["username"] == "ann"
