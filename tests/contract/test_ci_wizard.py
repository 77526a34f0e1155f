"""Letting CI workloads in, on the sandbox: every recipe to a token that works, interrupted anywhere, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.errors import NothingToChange, Refused, UsageError
from jfconsole.domain.fields import as_object
from jfconsole.domain.forms import Answer
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.domain.secret import Secret
from jfconsole.services.directory import Directory
from jfconsole.services.paths import Paths
from jfconsole.services.session import open_session
from jfconsole.services.wizard_runs import WizardTools, read_runs
from jfconsole.wizards import ci_forms as ask
from jfconsole.wizards.catalog import recipes
from jfconsole.wizards.ci import CiTrust
from jfconsole.wizards.ci_recipe import CiRecipe
from tests.contract.test_onboarding import plain, writes
from tests.support.directing import Office
from tests.support.identity import make_group, make_repository, make_user
from tests.support.revoking import killed_at
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping
from tests.support.verbs import plant
from tests.unit.wizards.ci_recipes import CI_RECIPES, least

T = TypeVar("T")
GITHUB = CI_RECIPES["github"]
LEAST_SECONDS = 3600
each_recipe = pytest.mark.parametrize("recipe", CI_RECIPES.values(), ids=CI_RECIPES)


def issuer_of(recipe: CiRecipe) -> str:
    return ask.filled(recipe.issuer, ask.values_of(recipe, least(recipe)))


@pytest.fixture(scope="module")
def aliased() -> Iterator[RunningSandbox]:
    """A sandbox with a stand-in for every platform there is a recipe for."""
    aliases = {issuer_of(recipe): name for name, recipe in CI_RECIPES.items()}
    arguments = [word for issuer, name in aliases.items() for word in ("--idp-alias", f"{issuer}={name}")]
    with RunningSandbox(arguments=["--allow-http-issuers", *arguments]) as running:
        yield running


@pytest.fixture
def platform(aliased: RunningSandbox) -> RunningSandbox:
    furnish(aliased)
    return aliased


def furnish(sandbox: RunningSandbox) -> None:
    sandbox.reset()
    with sandbox.http() as client:
        for name in ("libs-local", "secret-local"):
            make_repository(client, name)
        client.delete("/access/api/v2/permissions/Anything")


class Gatekeeper(Office):
    """An office that lets workloads in."""

    def __init__(self, sandbox: RunningSandbox, home: Path, recipe: CiRecipe = GITHUB, **options: Any) -> None:
        super().__init__(sandbox, home, **options)
        self.recipe = recipe
        self.answers = least(recipe)

    def wizard(self, question: Callable[[CiTrust], Awaitable[T]]) -> T:
        async def asked() -> T:
            async with open_session(self.connection) as session:
                tools = WizardTools(
                    session, Directory(session), self.journal, read_runs(self.journal, self.sandbox.url)
                )
                return await question(CiTrust(self.recipe, tools))

        return asyncio.run(asked())

    def planned(self, **answers: Answer) -> Plan:
        return self.wizard(lambda wizard: wizard.plan({**self.answers, **answers}))

    def let_in(self, **answers: Answer) -> Report:
        report = self.runner.run(self.planned(**answers))
        assert report.complete, [(result.title, result.message) for result in report.results]
        return report

    def proof(self, **answers: Answer) -> dict[str, Check]:
        checks = self.wizard(lambda wizard: wizard.prove({**self.answers, **answers}, ()))
        return {check.what: check for check in checks}

    def refuse(self, **answers: Answer) -> str:
        """Why there is no plan."""
        with pytest.raises((Refused, UsageError)) as caught:
            self.planned(**answers)
        return str(caught.value)


def normal(sandbox: RunningSandbox) -> Json:
    """The sandbox's state without what differs from run to run."""
    state = sandbox.state()
    kinds = ("groups", "users", "permissions", "integrations", "mappings")
    assert set(kinds) <= state.keys()
    return {kind: sorted((plain(record) for record in state[kind]), key=str) for kind in kinds}


@each_recipe
def test_with_the_required_answers_alone_a_workload_gets_in_and_reaches_the_least(
    recipe: CiRecipe, platform: RunningSandbox, tmp_path: Path
) -> None:
    start = normal(platform)
    office = Gatekeeper(platform, tmp_path, recipe)
    before = writes(platform)
    plan = office.planned()
    assert plan.confirmation.phrase is None, "nothing to acknowledge"
    assert not [
        effect for effect in plan.confirmation.effects if "would not get in" in effect or "comes before" in effect
    ]
    report = office.runner.run(plan)
    assert report.complete, report.stopped
    assert writes(platform) - before == len(plan.steps), "one write for each step, and no other"
    _is_least(plan, recipe)
    proof = office.proof()
    assert {check.verdict for check in proof.values()} == {Verdict.GOOD}, proof
    assert {"It reads libs-local", "It does not read secret-local, which was not chosen"} <= proof.keys()
    artefacts = office.wizard(lambda wizard: _artefacts(wizard, office.answers, report))
    assert artefacts
    assert all(artefact.text and not artefact.secrets for artefact in artefacts)
    before = writes(platform)
    with pytest.raises(NothingToChange):
        office.planned()
    assert writes(platform) == before, "run again, nothing is sent"
    (run,) = read_runs(office.journal, platform.url)
    office.runner.run(office.wizard(lambda wizard: wizard.plan_retirement(run)))
    assert normal(platform) == start
    assert read_runs(office.journal, platform.url) == ()


async def _artefacts(wizard: CiTrust, answers: Mapping[str, Answer], report: Report) -> Any:
    return wizard.artefacts(answers, report)


def _is_least(plan: Plan, recipe: CiRecipe) -> None:
    """A finite lifetime, a named service, the scope of a group of its own; nothing but what was chosen."""
    made = [step.kind for step in plan.steps]
    assert made.count("mapping.create") == len(recipe.mappings)
    for step in plan.steps:
        after = as_object(step.after)
        if step.kind == "mapping.create":
            spec = as_object(after["token_spec"])
            assert 0 < int(str(spec["expires_in"])) <= LEAST_SECONDS
            assert spec["audience"] == "jfrt@*"
            assert str(spec["scope"]).startswith("applied-permissions/groups:")
            assert after["claims"]
        if step.kind == "integration.create":
            assert after["audience"]
            assert after.get("enable_permissive_configuration") is not True
        if step.kind == "permission.create":
            assert set(as_object(as_object(as_object(after["resources"])["artifact"])["targets"])) == {"libs-local"}
        if step.kind == "group.create":
            assert after.get("admin_privileges") is not True
            assert not after.get("members")


def test_github_end_to_end_with_the_token_of_a_runner(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    office.let_in(way="the repository by its name", owner="acme", repository="shop")
    job = platform.control("GET", "/idp/github")
    answer = httpx.get(
        f"{job['request_url']}&audience=jfrog-github",
        headers={"Authorization": f"Bearer {job['request_token']}"},
        trust_env=False,
    )
    token = Secret(answer.raise_for_status().json()["value"])
    named: dict[str, Answer] = {"way": "the repository by its name", "owner": "acme", "repository": "shop"}
    proof = office.proof(**named, id_token=token)
    assert {check.verdict for check in proof.values()} == {Verdict.GOOD}, proof
    assert "github/github" in proof["The platform exchanges the workload's token"].detail
    assert "It reads libs-local" in proof


def test_a_strangers_token_does_not_get_in(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    office.let_in()
    for claims in ({"repository_id": "9"}, {"repository_owner_id": "9"}, {"ref": "refs/heads/other"}):
        said = {**_claims(office), **claims}
        made = platform.control("POST", "/idp/github/token", {"audience": "jfrog-github", "claims": said})
        check = office.proof(id_token=Secret(made["value"]))["The platform exchanges the workload's token"]
        assert check.verdict is Verdict.BAD, claims
        assert made["value"] not in check.detail


def _claims(office: Gatekeeper) -> Json:
    (step,) = [step for step in office.planned(account="other").steps if step.kind == "mapping.create"]
    return {"repository_owner": office.answers["owner"], **as_object(as_object(step.after)["claims"])}


def test_without_a_stand_in_and_a_pasted_token_nothing_is_tried(sandbox: RunningSandbox, tmp_path: Path) -> None:
    furnish(sandbox)
    office = Gatekeeper(sandbox, tmp_path)
    office.let_in(issuer="https://token.actions.githubusercontent.com/other")
    before = writes(sandbox)
    proof = office.proof(issuer="https://token.actions.githubusercontent.com/other")
    assert proof["The platform exchanges the workload's token"].verdict is Verdict.UNKNOWN
    assert writes(sandbox) == before


def test_a_second_account_uses_the_same_integration(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    office.let_in()
    (there,) = office.wizard(lambda wizard: wizard.existing({**office.answers, "account": "two"}))
    assert (there.what, there.differences) == ("integration github", ()) or there.differences
    report = office.let_in(account="two", audience="jfrog-github", repository_id="77")
    kinds = [result.kind for result in report.results]
    assert kinds == ["group.create", "permission.create", "mapping.create"]
    with platform.http() as client:
        priorities = {one["name"]: one["priority"] for one in client.get(f"{OIDC}/github/identity_mappings").json()}
    assert priorities == {"github": 1, "two": 2}
    run = next(run for run in read_runs(office.journal, platform.url) if run.account == "github")
    plan = office.wizard(lambda wizard: wizard.plan_retirement(run))
    assert "integration.delete" not in [step.kind for step in plan.steps], "the other account still needs it"


def test_what_is_there_is_shown_with_its_difference_and_brought_over(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    with platform.http() as client:
        make_integration(
            client, "github", issuer_of(GITHUB), provider_type="GitHub", organization="octo-org", audience="old"
        )
        make_mapping(client, "github", "github", {"repository": "someone/else"}, priority=4, username="admin")
    start = normal(platform)
    integration, mapping = office.wizard(lambda wizard: wizard.existing(office.answers))
    assert [line.text for line in integration.differences if "audience" in line.text]
    assert mapping.differences
    report = office.let_in()
    assert [result.kind for result in report.results][-2:] == ["integration.update", "mapping.update"]
    with platform.http() as client:
        held = client.get(f"{OIDC}/github/identity_mappings/github").json()
    assert (held["priority"], "repository" in held["claims"]) == (4, False)
    assert held["token_spec"].get("username") in (None, "")
    assert {check.verdict for check in office.proof().values()} == {Verdict.GOOD}
    back = office.runner.run(office.undo(report.plan_id))
    assert set(back.counts) == {Outcome.DONE}, back.results
    assert normal(platform) == start


def test_a_wider_mapping_that_comes_first_is_told(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    with platform.http() as client:
        make_integration(
            client,
            "github",
            issuer_of(GITHUB),
            provider_type="GitHub",
            organization="octo-org",
            audience="jfrog-github",
        )
        make_mapping(client, "github", "wide", {"repository_owner_id": "1234"}, priority=1)
    effects = office.planned().confirmation.effects
    assert any("wide comes before github and takes its tokens" in effect for effect in effects), effects


def test_what_would_let_strangers_in_is_never_planned(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    assert "strangers" in office.refuse(issuer="https://ci.example.test")
    assert "cannot stand" in office.refuse(repository_id="*")
    assert "lets everything in" in office.refuse(ref="*")
    with platform.http() as client:
        make_integration(
            client, "github", issuer_of(GITHUB), provider_type="GitHub", enable_permissive_configuration=True
        )
    assert "permissive" in office.refuse()


def test_an_integration_of_another_type_is_not_taken_over(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    with platform.http() as client:
        make_integration(client, "github", issuer_of(GITHUB))
    assert "of the type Generic OpenID Connect" in office.refuse()


def test_it_acts_as_a_user_or_a_group_that_is_there(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    for name, answer in (("existing_user", "builder"), ("existing_group", "builders")):
        choice = ask.EXISTING_USER if name == "existing_user" else ask.EXISTING_GROUP
        given: dict[str, Answer] = {"acts_as": choice, name: answer, "account": answer.lower()}
        assert "There is no" in office.refuse(**given)
        with platform.http() as client:
            make_user(client, "builder") if name == "existing_user" else make_group(client, "builders")
        kinds = [step.kind for step in office.planned(**given).steps]
        assert kinds == ["integration.create", "mapping.create"]
    assert "is an administrator" in office.refuse(acts_as=ask.EXISTING_USER, existing_user="admin")
    assert "has no tokens" in office.refuse(acts_as=ask.EXISTING_USER, existing_user="anonymous")
    assert "There is no user" in office.refuse(acts_as=ask.EXISTING_USER, existing_user="ada+ci@example.com")
    plant(platform, users=[{"username": "builder", "email": "b@example.com", "status": "disabled"}])
    assert "is disabled" in office.refuse(acts_as=ask.EXISTING_USER, existing_user="builder")


def test_opened_again_it_changes_the_repositories(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path)
    office.let_in()
    (run,) = read_runs(office.journal, platform.url)
    assert (run.id, run.finished) == ("github/github", True)
    assert "id_token" not in run.answers
    report = office.let_in(repositories=("secret-local",))
    assert [result.kind for result in report.results] == ["permission.section.put"]
    assert "It does not read libs-local, which was not chosen" in office.proof(repositories=("secret-local",))


def test_plan_and_apply_have_mappings_of_their_own(platform: RunningSandbox, tmp_path: Path) -> None:
    office = Gatekeeper(platform, tmp_path, CI_RECIPES["hcp-terraform"])
    office.let_in()
    with platform.http() as client:
        held = client.get(f"{OIDC}/hcp-terraform/identity_mappings").json()
        apply = client.get("/access/api/v2/permissions/hcp-terraform-apply").json()
    assert [one["claims"]["terraform_run_phase"] for one in held] == ["plan", "apply"]
    assert "WRITE" in apply["resources"]["artifact"]["actions"]["groups"]["hcp-terraform-apply"]


def _killed_at(
    recipe: CiRecipe, sandbox: RunningSandbox, home: Path, number: int
) -> tuple[bool, Gatekeeper, Plan, Json]:
    furnish(sandbox)
    office = Gatekeeper(sandbox, home, recipe)
    start, plan = normal(sandbox), office.planned()
    return killed_at(sandbox, home, plan, number), office, plan, start


def _continued_and_undone(recipe: CiRecipe, sandbox: RunningSandbox, home: Path) -> int:
    """Kill at every boundary, continue to one end, and take it back to the start; how many boundaries there were."""
    ends, number, killed = [], 0, True
    while killed:
        killed, office, plan, start = _killed_at(recipe, sandbox, home / str(number), number)
        office.carry_on(plan)
        ends.append(normal(sandbox))
        back = office.runner.run(office.undo(plan.id))
        assert set(back.counts) == {Outcome.DONE}, back.results
        assert normal(sandbox) == start
        assert read_runs(office.journal, sandbox.url) == ()
        number += 1
    assert all(end == ends[-1] for end in ends)
    return number


@pytest.mark.deep
@each_recipe
def test_killed_anywhere_every_recipe_is_continued_and_undone(
    recipe: CiRecipe, aliased: RunningSandbox, tmp_path: Path
) -> None:
    assert _continued_and_undone(recipe, aliased, tmp_path) > 12


def test_they_are_in_the_catalog(tmp_path: Path) -> None:
    found = recipes(Paths(state=tmp_path, config=tmp_path)).recipes
    assert {recipe.id for recipe in found if isinstance(recipe, CiRecipe)} == CI_RECIPES.keys()
