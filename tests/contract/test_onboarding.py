"""Onboarding a consumer on the sandbox: the whole flow, interrupted anywhere, run again, rotated, retired."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.errors import NothingToChange, UsageError
from jfconsole.domain.forms import Answer
from jfconsole.domain.plans import Outcome, Plan, Product, Report
from jfconsole.services.directory import Directory
from jfconsole.services.paths import Paths
from jfconsole.services.session import open_session
from jfconsole.services.wizard_runs import WizardTools, read_runs
from jfconsole.wizards.catalog import recipes
from jfconsole.wizards.onboarding import Onboarding
from jfconsole.wizards.recipe import Recipe
from tests.support.directing import Office
from tests.support.identity import make_repository
from tests.support.revoking import killed_at
from tests.support.sandbox import Json, RunningSandbox

T = TypeVar("T")
ANSWERS: Mapping[str, Answer] = {
    "repositories": ("libs-local", "docker-local"),
    "email": "ox@example.com",
}


def furnish(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        for name in ("libs-local", "docker-local", "secret-local"):
            make_repository(client, name)
        client.delete("/access/api/v2/permissions/Anything")


class Onboarder(Office):
    """An office that onboards consumers."""

    def __init__(self, sandbox: RunningSandbox, home: Path, recipe: str = "ox-security", **options: Any) -> None:
        super().__init__(sandbox, home, **options)
        self.recipe = find(recipe, home)

    def wizard(self, question: Callable[[Onboarding], Awaitable[T]]) -> T:
        async def asked() -> T:
            async with open_session(self.connection) as session:
                tools = WizardTools(
                    session, Directory(session), self.journal, read_runs(self.journal, self.sandbox.url)
                )
                return await question(Onboarding(self.recipe, tools))

        return asyncio.run(asked())

    def planned(self, **answers: Answer) -> Plan:
        return self.wizard(lambda wizard: wizard.plan({**ANSWERS, **answers}))

    def onboard(self, **answers: Answer) -> Report:
        return self.carry_out(self.planned(**answers))

    def proof(self, products: tuple[Product, ...], **answers: Answer) -> dict[str, Check]:
        checks = self.wizard(lambda wizard: wizard.prove({**ANSWERS, **answers}, products))
        return {check.what: check for check in checks}


def find(recipe: str, home: Path) -> Recipe:
    entry = recipes(Paths(state=home / "state", config=home / "config")).find(recipe)
    assert entry is not None
    assert isinstance(entry.recipe, Recipe)
    return entry.recipe


def writes(sandbox: RunningSandbox) -> int:
    return sum(call["method"] not in {"GET", "HEAD"} for call in sandbox.requests())


def normal(sandbox: RunningSandbox) -> Json:
    """The sandbox's state without what differs from run to run: ids, times and secrets."""
    return {
        kind: sorted((plain(record) for record in sandbox.state()[kind]), key=str)
        for kind in ("groups", "users", "permissions", "tokens")
    }


_OWN_WAYS = {"token_id", "jti", "issued_at", "expiry", "password", "created", "modified", "id", "last_logged_in"}


def plain(value: Any) -> Any:
    """Without what differs from run to run, whatever it is nested in."""
    if isinstance(value, dict):
        return {name: plain(held) for name, held in value.items() if name not in _OWN_WAYS}
    if isinstance(value, list):
        return [plain(held) for held in value]
    return value.partition(" (jfc-")[0] if isinstance(value, str) else value


def test_the_whole_flow(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    report = office.onboard()
    assert (report.complete, report.stopped, int(report.exit_code)) == (True, "", 0), report.results
    user = office.get("users/ox-security")
    assert user is not None
    assert (user["groups"], user["profile_updatable"], user["admin"]) == (["ox-security"], True, False)
    permission = office.get("permissions/ox-security-permissions")
    assert permission is not None
    artifact = permission["resources"]["artifact"]
    assert artifact["actions"] == {"users": {}, "groups": {"ox-security": ["READ"]}}
    assert set(artifact["targets"]) == {"libs-local", "docker-local"}
    proof = office.proof(report.products)
    assert {check.verdict for check in proof.values()} == {Verdict.GOOD}, proof
    assert "It does not read secret-local, which was not chosen" in proof
    assert "It cannot write to docker-local" in proof
    (token,) = [row for row in sandbox.state()["tokens"] if "ox-security" in str(row)]
    assert token["scope"] == "applied-permissions/user"


def test_what_lets_the_consumer_in_elsewhere_is_named(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    section = {
        "targets": {"secret-local": {"include_patterns": ["**"], "exclude_patterns": []}},
        "actions": {"users": {}, "groups": {"ox-security": ["READ"]}},
    }
    office.put("POST", "groups", {"name": "ox-security"})
    office.put("POST", "permissions", {"name": "too-much", "resources": {"artifact": section}})
    report = office.onboard()
    check = office.proof(report.products)["It does not read secret-local, which was not chosen"]
    assert check.verdict is Verdict.WARNING
    assert "by the permission too-much, as a member of ox-security" in check.detail


def test_run_again_with_the_same_answers_it_sends_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.onboard()
    before = writes(sandbox)
    with pytest.raises(NothingToChange):
        office.planned()
    elsewhere = Onboarder(sandbox, tmp_path / "another-machine")
    with pytest.raises(NothingToChange):
        elsewhere.planned()
    assert writes(sandbox) == before


def test_opened_again_it_changes_the_repositories_and_keeps_the_token(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.onboard()
    (run,) = office.wizard(lambda wizard: _runs(wizard))
    assert (run.id, run.finished) == ("ox-security/ox-security", True)
    report = office.onboard(repositories=("libs-local", "secret-local"))
    assert [result.kind for result in report.results] == ["permission.section.put"]
    permission = office.get("permissions/ox-security-permissions")
    assert permission is not None
    assert set(permission["resources"]["artifact"]["targets"]) == {"libs-local", "secret-local"}


async def _runs(wizard: Onboarding) -> Any:
    return wizard._tools.runs


def test_two_accounts_of_one_vendor_live_side_by_side(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.onboard()
    office.onboard(account="ox-two", repositories=("secret-local",))
    assert office.get("users/ox-two") is not None
    assert len(read_runs(office.journal, sandbox.url)) == 2


def test_what_is_there_is_taken_over_after_its_difference_was_shown(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.put("POST", "groups", {"name": "ox-security", "description": "made by hand"})
    user = {"username": "ox-security", "email": "old@example.com", "internal_password_disabled": True}
    office.put("POST", "users", user)
    existing = office.wizard(lambda wizard: wizard.existing(ANSWERS))
    assert [(there.what, [line.text for line in there.differences]) for there in existing] == [
        ("group ox-security", []),
        ("user ox-security", ["group ox-security"]),
    ]
    report = office.onboard()
    assert [result.kind for result in report.results] == ["permission.create", "user.groups", "token.create"]
    held = office.get("users/ox-security")
    assert held is not None
    assert set(held["groups"]) == {"readers", "ox-security"}
    assert held["email"] == "old@example.com"


def test_a_group_of_administrators_is_not_taken_over(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.put("POST", "groups", {"name": "ox-security", "admin_privileges": True})
    with pytest.raises(UsageError, match="makes its members administrators"):
        office.planned()


def test_rotated_there_are_two_tokens_until_the_old_one_is_revoked(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.onboard()
    (run,) = read_runs(office.journal, sandbox.url)
    plan = office.wizard(lambda wizard: wizard.plan_rotation(run))
    assert [step.kind for step in plan.steps] == ["token.create"]
    assert any("stays valid until it is revoked" in effect for effect in plan.confirmation.effects)
    office.carry_out(plan)
    (run,) = read_runs(office.journal, sandbox.url)
    assert len(run.tokens) == 2


def test_retired_everything_that_was_made_is_gone(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    start = normal(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.onboard()
    (run,) = read_runs(office.journal, sandbox.url)
    plan = office.wizard(lambda wizard: wizard.plan_retirement(run))
    assert [step.kind for step in plan.steps] == ["token.revoke", "permission.delete", "group.delete", "user.delete"]
    assert plan.confirmation.phrase == "ox-security"
    report = office.runner.run(plan)
    assert set(report.counts) == {Outcome.DONE}, report.stopped
    assert normal(sandbox) == start
    assert read_runs(office.journal, sandbox.url) == ()
    back = office.runner.run(office.undo(plan.id))
    assert back.counts == {Outcome.DONE: 3}, "a revoked token does not come back"
    user = office.get("users/ox-security")
    assert user is not None
    assert set(user["groups"]) == {"readers", "ox-security"}


def test_retired_what_was_there_before_stays(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path)
    office.put("POST", "groups", {"name": "ox-security"})
    office.onboard()
    (run,) = read_runs(office.journal, sandbox.url)
    plan = office.wizard(lambda wizard: wizard.plan_retirement(run))
    office.runner.run(plan)
    assert office.get("groups/ox-security") is not None
    assert office.get("users/ox-security") is None


def boundaries(sandbox: RunningSandbox, home: Path, step: int = 1) -> Any:
    """Runs killed at each moment of their journal, and one that is not."""
    number, killed = 0, True
    while killed:
        sandbox.reset()
        furnish(sandbox)
        office = Onboarder(sandbox, home / str(number))
        start = normal(sandbox)
        plan = office.planned()
        killed = killed_at(sandbox, home / str(number), plan, number)
        yield office, plan, killed, start
        number += step


@pytest.mark.deep
def test_killed_anywhere_and_continued_it_ends_like_one_straight_run(sandbox: RunningSandbox, tmp_path: Path) -> None:
    ends = []
    for office, plan, _, _ in boundaries(sandbox, tmp_path):
        office.carry_on(plan)
        assert office.journal.unfinished() == ()
        ends.append(normal(sandbox))
    assert len(ends) >= 20
    for end in ends:
        assert end == ends[-1]
    assert len([token for token in ends[-1]["tokens"] if "ox-security" in str(token)]) == 1
    furnish_differently(sandbox)
    assert normal(sandbox) != ends[-1]


def furnish_differently(sandbox: RunningSandbox) -> None:
    """A difference that the comparison must see."""
    with sandbox.http() as client:
        client.patch("/access/api/v2/groups/ox-security", json={"description": "another"}).raise_for_status()


@pytest.mark.deep
def test_killed_anywhere_and_undone_it_is_as_before(sandbox: RunningSandbox, tmp_path: Path) -> None:
    for office, plan, _, start in boundaries(sandbox, tmp_path):
        office.carry_on(plan)
        back = office.runner.run(office.undo(plan.id))
        assert set(back.counts) == {Outcome.DONE}, back.results
        assert normal(sandbox) == start
        assert read_runs(office.journal, sandbox.url) == ()
