"""Offboarding: nothing of somebody who leaves is left, proved by trying the tokens and by effective access."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.domain.errors import NothingToChange, PlanMoved, Refused
from jfconsole.domain.plans import Outcome, Plan
from jfconsole.services.directory import Directory
from jfconsole.services.session import Session, open_session
from jfconsole.services.wizard_runs import WizardTools
from jfconsole.wizards.offboarding import DELETE, USER, Offboarding
from tests.support.command import Command
from tests.support.directing import Office
from tests.support.identity import artifact_resource, make_group, make_permission, make_user
from tests.support.revoking import killed_at
from tests.support.sandbox import RunningSandbox
from tests.support.trust import make_integration, make_mapping
from tests.support.values import ask, listed, make, works
from tests.support.verbs import writes

LEAVER = "dana"
KINDS: dict[str, dict[str, Any]] = {
    "user": {},
    "never": {"expires_in": 0},
    "admin": {"scope": "applied-permissions/admin"},
    "groups": {"scope": "applied-permissions/groups:deployers"},
    "refreshable": {"refreshable": True},
}


@pytest.fixture
def office(sandbox: RunningSandbox, tmp_path: Path) -> Office:
    return Office(sandbox, tmp_path)


def settle(sandbox: RunningSandbox) -> list[str]:
    """Somebody with everything that one can have; the values of the tokens."""
    with sandbox.http() as client:
        make_user(client, LEAVER, admin=True)
        make_user(client, "eve")
        make_group(client, "deployers", members=[LEAVER, "eve"])
        held = artifact_resource(["ANY LOCAL"], users={LEAVER: ["READ"], "eve": ["READ"]})
        make_permission(client, "libs", artifact=held)
    make(sandbox, "eve")
    return [str(make(sandbox, LEAVER, **fields)["access_token"]) for fields in KINDS.values()]


def planned(office: Office, **more: Any) -> Plan:
    answers: dict[str, Any] = {USER: LEAVER, DELETE: True} | more

    async def plan(session: Session) -> Plan:
        return await Offboarding(WizardTools(session, Directory(session), office.journal)).plan(answers)

    return ask(office, plan)


def proof(office: Office, username: str = LEAVER, *, delete: bool = True) -> dict[str, Verdict]:
    async def prove() -> dict[str, Verdict]:
        async with open_session(office.connection) as session:
            wizard = Offboarding(WizardTools(session, Directory(session), office.journal))
            return {check.what: check.verdict for check in await wizard.prove({USER: username, DELETE: delete}, ())}

    return asyncio.run(prove())


def nothing_left(office: Office, values: list[str]) -> None:
    assert [works(office.sandbox, value) for value in values] == [False] * len(values)
    assert listed(office.sandbox, LEAVER) == []
    can = office.ask(lambda directory: directory.access.what_user_can(LEAVER))
    assert (can.paths, can.groups, can.everything) == ((), (), ())
    assert set(proof(office).values()) == {Verdict.GOOD}


def test_nothing_is_left_and_nobody_else_is_touched(office: Office, sandbox: RunningSandbox) -> None:
    values = settle(sandbox)
    plan = planned(office)
    assert "cannot be undone: 5 tokens are revoked for good" in plan.confirmation.effects[0]
    assert plan.confirmation.phrase == LEAVER
    report = office.runner.run(plan)
    assert report.counts == {Outcome.DONE: len(plan.steps)}
    nothing_left(office, values)
    assert office.get(f"users/{LEAVER}") is None
    eve = office.get("users/eve")
    assert eve is not None
    assert "deployers" in eve["groups"]
    assert len(listed(sandbox, "eve")) == 1
    permission = office.get("permissions/libs")
    assert permission is not None
    assert permission["resources"]["artifact"]["actions"]["users"] == {"eve": ["READ"]}


def test_undone_everything_is_back_but_tokens_and_password(office: Office, sandbox: RunningSandbox) -> None:
    values = settle(sandbox)
    before = {path: office.get(path) for path in ("groups/deployers", "permissions/libs")}
    plan = planned(office)
    office.runner.run(plan)
    back = office.undo(plan.id)
    assert sum("does not come back" in effect for effect in back.confirmation.effects) >= len(values)
    office.runner.run(back)
    after = {path: office.get(path) for path in before}
    assert after["permissions/libs"] == before["permissions/libs"]
    user = office.get(f"users/{LEAVER}")
    assert user is not None
    assert "deployers" in user["groups"]
    assert (user["disable_ui_access"], user["admin"]) == (False, True)
    assert not any(works(sandbox, value) for value in values)


def test_the_account_may_stay(office: Office, sandbox: RunningSandbox) -> None:
    values = settle(sandbox)
    office.runner.run(planned(office, **{DELETE: False}))
    user = office.get(f"users/{LEAVER}")
    assert user is not None
    assert (user["disable_ui_access"], user.get("groups") or []) == (True, [])
    assert not any(works(sandbox, value) for value in values)
    assert set(proof(office, delete=False).values()) == {Verdict.GOOD}


def test_what_a_deleted_user_left_behind_is_taken_away(office: Office, sandbox: RunningSandbox) -> None:
    values = settle(sandbox)
    office.put("DELETE", f"users/{LEAVER}")
    assert any(works(sandbox, value) for value in values), "deleting a user leaves tokens"
    office.runner.run(planned(office))
    assert not any(works(sandbox, value) for value in values)
    with pytest.raises(NothingToChange):
        planned(office)


def test_identity_mappings_that_go_on_making_tokens_are_named(office: Office, sandbox: RunningSandbox) -> None:
    settle(sandbox)
    with sandbox.http() as client:
        make_integration(client, "ci", "https://issuer.example.com")
        make_mapping(client, "ci", "hers", {"sub": "x"}, username=LEAVER, scope="applied-permissions/user")
        make_mapping(client, "ci", "eves", {"sub": "y"}, username="eve", scope="applied-permissions/user")
    plan = planned(office)
    assert any("(ci/hers)" in effect for effect in plan.confirmation.effects)
    office.runner.run(plan)
    assert proof(office)["No identity mapping makes tokens of the user"] is Verdict.WARNING


@pytest.mark.parametrize("number", [2, 9, 16, pytest.param(23, marks=pytest.mark.deep)])
def test_killed_on_the_way_it_is_continued_to_the_end(number: int, sandbox: RunningSandbox, tmp_path: Path) -> None:
    values = settle(sandbox)
    plan = planned(Office(sandbox, tmp_path))
    assert killed_at(sandbox, tmp_path, plan, number)
    office = Office(sandbox, tmp_path)
    office.carry_on(plan)
    nothing_left(office, values)


@pytest.mark.parametrize("username", ["admin", "anonymous", " ADMIN "])
def test_who_must_not_leave(username: str, office: Office) -> None:
    with pytest.raises(Refused):
        planned(office, **{USER: username})


def test_the_verb(sandbox: RunningSandbox, tmp_path: Path) -> None:
    values = settle(sandbox)
    cli = Command(tmp_path, sandbox.url, sandbox.token)
    assert "offboard-user" in cli("wizard", "list").out
    answers = tmp_path / "answers.toml"
    answers.write_text(
        cli("wizard", "show", "offboard-user", "--answers").out.replace('user = ""', f'user = "{LEAVER}"')
    )
    looked = cli("wizard", "run", "offboard-user", "--answers", str(answers), "--plan", "--json")
    assert (looked.code, len(looked.json["plan"]["steps"])) == (0, 9)
    ended = cli("wizard", "run", "offboard-user", "--answers", str(answers), "--yes", "--json")
    assert ended.code == 0
    assert {check["verdict"] for check in ended.json["proof"]} == {"good"}
    assert not any(works(sandbox, value) for value in values)
    again = cli("wizard", "run", "offboard-user", "--answers", str(answers), "--yes")
    assert again.code == 0


@pytest.mark.parametrize(("leaver", "at_work"), [("diego.alvarez", False), ("tomasz.nowak", True)])
def test_those_who_left_the_demo(leaver: str, at_work: bool, demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    """One who is disabled, and one whose account is gone while tokens work on; nor do they when the name comes back."""
    values = [str(make(demo_sandbox, leaver, **fields)["access_token"]) for fields in KINDS.values()]
    assert any(works(demo_sandbox, value) for value in values) is at_work
    cli = Command(tmp_path, demo_sandbox.url, demo_sandbox.token)
    run = ("wizard", "run", "offboard-user", "--answers", "-", "--yes", "--json", "--output", str(tmp_path / "away"))
    ended = cli(*run, stdin=f'recipe = "offboard-user"\n[who]\nuser = "{leaver}"\ndelete = true\n')
    assert ended.code == 0, ended.err
    assert {check["verdict"] for check in ended.json["proof"]} == {"good"}
    assert leaver in (tmp_path / "away" / "offboarding.txt").read_text()
    assert listed(demo_sandbox, leaver) == []
    can = Office(demo_sandbox, tmp_path).ask(lambda directory: directory.access.what_user_can(leaver))
    assert (can.paths, can.groups, can.everything) == ((), (), ())
    with demo_sandbox.http() as client:
        make_user(client, leaver)
    assert not any(works(demo_sandbox, value) for value in values)


def test_what_moved_since_the_review_stops_it_before_anything_is_sent(office: Office, sandbox: RunningSandbox) -> None:
    values = settle(sandbox)
    plan = planned(office)
    office.put("PUT", "permissions/libs/artifact", artifact_resource(["ANY LOCAL"], users={LEAVER: ["WRITE"]}))
    before = writes(sandbox)
    with pytest.raises(PlanMoved, match="libs"):
        office.runner.run(plan)
    assert writes(sandbox) == before
    assert any(works(sandbox, value) for value in values)


def test_a_token_made_behind_its_back_is_found_by_the_proof(office: Office, sandbox: RunningSandbox) -> None:
    values = settle(sandbox)
    plan = planned(office)
    late = make(sandbox, LEAVER, expires_in=0, scope="applied-permissions/admin")
    office.runner.run(plan)
    assert works(sandbox, late["access_token"]), "it was no part of what was reviewed"
    assert proof(office)["No token is left"] is Verdict.BAD
    office.runner.run(planned(office))
    nothing_left(office, [*values, late["access_token"]])
