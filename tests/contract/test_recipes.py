"""Every recipe on the sandbox with only its required questions answered: least privilege, proof, and no traces left."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.checks import Verdict
from jfconsole.domain.fields import as_object
from jfconsole.domain.forms import Answer
from jfconsole.domain.plans import Outcome, Plan
from jfconsole.domain.scopes import AdminScope, parse_scope
from jfconsole.services.paths import Paths
from jfconsole.services.wizard_runs import read_runs
from jfconsole.wizards.catalog import recipes
from jfconsole.wizards.onboarding import Onboarding
from jfconsole.wizards.onboarding_forms import REPOSITORIES
from jfconsole.wizards.recipe import Recipe
from tests.contract.test_onboarding import Onboarder, normal, writes
from tests.support.identity import make_repository
from tests.support.revoking import killed_at
from tests.support.sandbox import RunningSandbox

NOWHERE = Path("nowhere")
CATALOG = recipes(Paths(state=NOWHERE, config=NOWHERE))
IDS = [recipe.id for recipe in CATALOG.recipes if isinstance(recipe, Recipe)]
DAY = 86_400


def furnish(sandbox: RunningSandbox) -> None:
    """Repositories of some kinds, and no permission that lets everybody into all of them."""
    with sandbox.http() as client:
        for kind in ("docker", "generic", "npm"):
            make_repository(client, f"{kind}-local", packageType=kind)
        make_repository(client, "other-docker-local", packageType="docker")
        client.delete("/access/api/v2/permissions/Anything")


def required(office: Onboarder) -> dict[str, Answer]:
    """Answers to the questions that have none proposed."""
    found: dict[str, Answer] = {}
    if office.recipe.user is not None:
        found["email"] = "consumer@example.com"
    if office.recipe.repositories is not None:
        fitting = office.wizard(lambda wizard: wizard.choices(REPOSITORIES))
        found["repositories"] = tuple(name for name in fitting if name != "other-docker-local")[:1]
    return found


def test_there_are_recipes_for_the_usual_consumers() -> None:
    assert len(IDS) >= 12
    assert {"ox-security", "gitguardian", "generic-scanner", "scim"} <= set(IDS)


@pytest.mark.parametrize("recipe", IDS)
def test_with_the_required_answers_alone_it_gives_the_least(
    recipe: str, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    furnish(sandbox)
    start = normal(sandbox)
    office = Onboarder(sandbox, tmp_path, recipe)
    answers = required(office)
    before = writes(sandbox)
    plan = office.wizard(lambda wizard: wizard.plan(answers))
    report = office.carry_out(plan)
    assert report.complete, report.stopped
    assert writes(sandbox) - before == len(plan.steps), "one write for each step, and no other"
    _is_least(plan)
    checks = office.wizard(lambda wizard: wizard.prove(answers, report.products))
    assert {check.verdict for check in checks} == {Verdict.GOOD}, checks
    card, reminder = office.wizard(_artefacts(answers, report))
    assert reminder.text.startswith("BEGIN:VCALENDAR")
    assert "{{token}}" in card.text
    assert all(secret.reveal() not in card.text for secret in card.secrets.values())
    (run,) = read_runs(office.journal, sandbox.url)
    office.runner.run(office.wizard(lambda wizard: wizard.plan_retirement(run)))
    assert normal(sandbox) == start


def _artefacts(answers: dict[str, Answer], report: Any) -> Any:
    async def ask(wizard: Any) -> Any:
        return wizard.artefacts(answers, report)

    return ask


def _planned(answers: dict[str, Answer], wizard: Onboarding) -> Awaitable[Plan]:
    return wizard.plan(answers)


def _is_least(plan: Plan) -> None:
    """A finite expiry, named services, no administrator, nothing but READ on nothing but what was chosen."""
    for step in plan.steps:
        after = as_object(step.after)
        if step.kind == "token.create":
            assert 0 < int(str(after["expires_in"])) <= 90 * DAY
            assert after["audience"] != "*@*"
            assert not any(isinstance(scope, AdminScope) for scope in parse_scope(str(after["scope"])))
        if step.kind == "permission.create":
            artifact = as_object(as_object(after["resources"])["artifact"])
            assert not any(name.startswith("ANY") for name in as_object(artifact["targets"]))
            assert set(map(str, as_object(as_object(artifact["actions"])["groups"]).values())) == {"['READ']"}
        if step.kind == "user.create":
            assert after.get("admin") is not True
        if step.kind == "group.create":
            assert after.get("admin_privileges") is not True


@pytest.mark.deep
@pytest.mark.parametrize("recipe", IDS)
def test_killed_anywhere_it_is_continued_to_one_end_and_undone_to_the_start(
    recipe: str, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    ends, number, killed = [], 0, True
    while killed:
        sandbox.reset()
        furnish(sandbox)
        start = normal(sandbox)
        office = Onboarder(sandbox, tmp_path / str(number), recipe)
        answers = required(office)
        plan = office.wizard(partial(_planned, answers))
        killed = killed_at(sandbox, tmp_path / str(number), plan, number)
        office.carry_on(plan)
        ends.append(normal(sandbox))
        back = office.runner.run(office.undo(plan.id))
        assert set(back.counts) == {Outcome.DONE}, back.results
        assert normal(sandbox) == start
        number += 1
    assert all(end == ends[-1] for end in ends)
    assert number > 8


def test_a_role_that_the_vendor_asks_for_is_given_when_somebody_says_so(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    furnish(sandbox)
    office = Onboarder(sandbox, tmp_path, "kaspersky")
    answers = {**required(office), "role_reports_manager": True}
    office.runner.run(office.wizard(lambda wizard: wizard.plan(answers)))
    user = office.get("users/kaspersky")
    assert user is not None
    assert user["reports_manager"] is True
