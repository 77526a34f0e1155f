"""Letting a platform's workloads in: group, permission, integration, mapping, simulation, proof, and a file to copy.

A trust that was set up before is brought to the new answers instead. Everything can be taken away again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.answers import names
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.errors import NothingToChange, UsageError
from jfconsole.domain.forms import Answers, problems
from jfconsole.domain.plans import Plan, Product, Report, new_operation_id
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.users import ANONYMOUS, UserStatus
from jfconsole.services.acknowledging import acknowledged
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.ladder import edit_plan
from jfconsole.services.mapping_targets import powerful_targets
from jfconsole.services.mappings import MappingService
from jfconsole.services.objects import or_none
from jfconsole.services.probes import Expectation
from jfconsole.services.session import Unknown
from jfconsole.services.wizard_runs import RUN, WizardRun, WizardTools, context
from jfconsole.services.workload_proof import prove_workload, sandbox_token
from jfconsole.wizards import ci_answers as given
from jfconsole.wizards import ci_forms as ask
from jfconsole.wizards import ci_plan as parts
from jfconsole.wizards import onboarding_plan as access
from jfconsole.wizards.ci_answers import WantedMapping, WantedTrust
from jfconsole.wizards.ci_plan import FoundTrust
from jfconsole.wizards.ci_recipe import CiRecipe
from jfconsole.wizards.ci_retirement import plan_ci_retirement
from jfconsole.wizards.ci_snippets import write_snippet
from jfconsole.wizards.engine import Artefact, Existing, WizardStep
from jfconsole.wizards.onboarding_answers import taken_up
from jfconsole.wizards.onboarding_forms import REPOSITORIES
from jfconsole.wizards.repository_choice import RepositoryChoice, local_repositories

_NO_REPOSITORY: Final = "REPOSITORY"
_NOT_TRIED: Final = "Not tried: paste the token of a job to see it exchanged"


class CiTrust:
    """One run of a recipe of the kind `ci`. See `engine.Wizard`."""

    rotates = False
    """Whether there is a token that stays, and can be rotated."""

    def __init__(self, recipe: CiRecipe, tools: WizardTools, clock: Callable[[], float] = time.time) -> None:
        self.id = recipe.id
        self.title = recipe.title
        self.recipe = recipe
        self._tools = tools
        self._clock = clock
        self._integrations = IntegrationService(tools.session, tools.directory.capabilities)
        self._mappings = MappingService(tools.session, tools.directory.capabilities)
        self._repositories = RepositoryChoice(tools.directory, recipe.repositories)

    # -- asking ----------------------------------------------------------------------------------------

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """See `engine.Wizard`."""
        return ask.pages(self.recipe, answers)

    async def choices(self, source: str) -> Sequence[str]:
        """See `engine.Wizard`: the repositories that fit, or every group, or every user."""
        if source == ask.GROUPS:
            return tuple(view.name for view in (await self._tools.directory.groups.list()).views)
        if source == ask.USERS:
            return tuple(view.username for view in (await self._tools.directory.users.list()).views)
        return await self._repositories.names()

    async def preflight(self) -> Sequence[Check]:
        """Integrations, groups and permissions can be made by administrators alone, and not on every platform."""
        await self._integrations.list()
        identity = await self._tools.session.identify()
        what = "This account may make what the wizard makes"
        if identity.admin is True:
            return (Check(what, Verdict.GOOD),)
        if isinstance(identity.admin, Unknown):
            return (Check(what, Verdict.UNKNOWN, visible(identity.admin.reason)),)
        return (Check(what, Verdict.BAD, "It is no administrator: the platform will refuse groups and integrations"),)

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """See `engine.Wizard`: what the form itself finds, then what the platform has."""
        page = next(page for page in self.steps(answers) if page.id == step)
        complete = ask.defaults(self.recipe, answers)
        found = problems(page.form, complete)
        if not found and step == "access":
            found.update(await self._access_problems(complete))
        return found

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """See `engine.Wizard`."""
        wanted, found, _ = await self._look(answers)
        told: list[Existing] = []
        for one in wanted.mappings:
            told += _existing_access(self.recipe, one, found)
        if found.integration is not None:
            lines = diff_lines(found.integration.as_object(), parts.integration_after(wanted, found).as_object())
            told.append(Existing(f"integration {visible(found.integration.name)}", ask.INTEGRATION, lines))
        for one, after in zip(wanted.mappings, parts.mappings_after(wanted, found), strict=True):
            there = found.mapping(after.key)
            if there is not None:
                lines = diff_lines(there.as_object(), after.as_object())
                field = ask.field_of(self.recipe, one.part, ask.MAPPING)
                told.append(Existing(f"mapping {visible(after.name)}", field, lines))
        return told

    # -- planning --------------------------------------------------------------------------------------

    async def plan(self, answers: Answers) -> Plan:
        """See `engine.Wizard`. Raises Refused for a mapping that would let strangers in: none is made by a recipe."""
        wanted, found, complete = await self._look(answers)
        operation, now = new_operation_id(), self._clock()
        steps = parts.steps(wanted, found, operation, now)
        account = given.account_of(complete)
        if not steps:
            raise NothingToChange(f"{self.title}: {visible(account)} is as wanted already")
        title = f"Let {self.title} in: {visible(account)}"
        plan = edit_plan(title, self._tools.directory.origin, steps, parts.effects(wanted, found, now))
        powerful = await powerful_targets(self._tools.session.sender, parts.mappings_after(wanted, found))
        told = [*parts.findings(wanted, found), *powerful]
        plan = acknowledged(plan, told, wanted.integration.name, strict=True)
        return replace(plan, id=operation, wizard=context(self.id, account, given.kept_answers(complete), RUN))

    async def plan_rotation(self, run: WizardRun) -> Plan:
        """There is nothing to rotate: every job gets a token of its own. Raises UsageError."""
        raise UsageError(f"{visible(run.id)} has no token that stays", "Every job gets one of its own by an exchange")

    async def plan_retirement(self, run: WizardRun) -> Plan:
        """Take away what was made for an account; see `ci_retirement`."""
        wanted, found, _ = await self._look(taken_up(run.answers))
        return await plan_ci_retirement(self._tools, run, wanted, found)

    async def _look(self, answers: Answers) -> tuple[WantedTrust, FoundTrust, Answers]:
        """What is wanted, what is there, and the answers with everything that was left to the recipe."""
        complete = ask.defaults(self.recipe, answers)
        for page in self.steps(complete):
            for field, sentence in problems(page.form, complete).items():
                raise UsageError(f"{field}: {sentence}", f"Answer it on the page {page.title}")
        wanted = given.wanted(self.recipe, complete, await self._targets(complete))
        for name, sentence in (await self._access_problems(complete)).items():
            raise UsageError(f"{name}: {sentence}", "Answer it on the page What it may reach")
        return wanted, await self._find(wanted, complete), complete

    # -- looking ---------------------------------------------------------------------------------------

    async def _access_problems(self, answers: Answers) -> dict[str, str]:
        """What the platform has against the answers: no such repository, group or user, or one with every right."""
        there = set(await self._repositories.names())
        missing = [name for name in self._chosen(answers) if name not in there]
        if missing:
            return {REPOSITORIES: f"There is no such repository to choose: {', '.join(map(visible, missing))}"}
        acts_as, names = given.existing_names(self.recipe, answers)
        looked = {field: await self._power(acts_as, name) for field, name in names.items()}
        return {field: sentence for field, sentence in looked.items() if sentence}

    async def _power(self, acts_as: str, name: str) -> str:
        """Why a group or a user cannot be what workloads act as; empty when it can."""
        directory, shown = self._tools.directory, visible(name)
        if acts_as == ask.EXISTING_GROUP:
            group = await or_none(directory.groups.get(name.lower()))
            if group is None:
                return f"There is no group {shown}"
            return f"The group {shown} makes its members administrators" if group.admin_privileges else ""
        if name.lower() == ANONYMOUS:
            return "anonymous is built in: it has no tokens"
        user = await or_none(directory.users.get(name.lower()))
        if user is None:
            return f"There is no user {shown}"
        if user.status == UserStatus.DISABLED.value:
            return f"The user {shown} is disabled: the platform gives it no token"
        return f"The user {shown} is an administrator" if user.admin or user.effective_admin else ""

    async def _find(self, wanted: WantedTrust, answers: Answers) -> FoundTrust:
        name = wanted.integration.name
        integration = await or_none(self._integrations.get(name))
        return FoundTrust(
            integration=integration,
            mappings=await self._mappings.list(name) if integration is not None else (),
            accesses={one.part.id: await self._find_access(one, answers) for one in wanted.mappings},
        )

    async def _find_access(self, one: WantedMapping, answers: Answers) -> access.Found:
        if one.access is None or one.access.group is None:
            return access.Found()
        directory, run = self._tools.directory, self._run(answers)
        return access.Found(
            group=await or_none(directory.groups.get(one.access.group.name)),
            permission=await or_none(directory.permissions.get(one.access.permission_name)),
            earlier=await self._targets(taken_up(run.answers)) if run else (),
        )

    def _chosen(self, answers: Answers) -> Sequence[str]:
        return names(answers, REPOSITORIES) if answers.get(ask.ACTS_AS) == ask.OWN_GROUP else ()

    async def _targets(self, answers: Answers) -> tuple[str, ...]:
        return await self._repositories.targets(self._chosen(answers))

    def _run(self, answers: Answers) -> WizardRun | None:
        return self._tools.run_of(self.id, given.account_of(answers))

    # -- proving ---------------------------------------------------------------------------------------

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """See `engine.Wizard`: simulated on what the platform has now, then tried with a token where there is one."""
        wanted, found, complete = await self._look(answers)
        checks = [self._simulation(wanted, found, one) for one in wanted.mappings]
        pasted = complete.get(ask.ID_TOKEN)
        if isinstance(pasted, Secret) and pasted:
            return [*checks, *await self._tried(wanted, None, pasted)]
        for one in wanted.mappings:
            token = await self._made_up(wanted, one)
            if token is None:
                return [*checks, Check("The platform exchanges the workload's token", Verdict.UNKNOWN, _NOT_TRIED)]
            checks += await self._tried(wanted, one, token)
        return checks

    def _simulation(self, wanted: WantedTrust, found: FoundTrust, one: WantedMapping) -> Check:
        what = f"A token such as {visible(one.mapping.name)} is for gets in"
        if found.integration is None or found.mapping(one.mapping.key) is None:
            return Check(what, Verdict.BAD, "The integration or its mapping is not there")
        simulation = parts.simulated(wanted, found, one, self._clock())
        winner = simulation.evaluation.winner
        good = simulation.succeeds and winner is not None and winner.mapping.key == one.mapping.key
        return Check(what, Verdict.GOOD if good else Verdict.BAD, parts.outcome(simulation, one.mapping.name))

    async def _made_up(self, wanted: WantedTrust, one: WantedMapping) -> Secret | None:
        """A token of a sandbox's stand-in that says what a workload's would."""
        claims = {name: value for name, value in one.sample.items() if name not in ("iss", "aud")}
        issuer = wanted.integration.expected_issuer
        return await sandbox_token(self._tools.session, issuer, wanted.integration.audience, claims)

    async def _tried(self, wanted: WantedTrust, one: WantedMapping | None, token: Secret) -> Sequence[Check]:
        """Exchange it, and see that it reaches what it should and nothing else; of a pasted one that is not known."""
        only = wanted.mappings[0] if one is None and len(wanted.mappings) == 1 else one
        reach = only.access if only is not None else None
        expected = await self._expected(reach) if reach is not None else Expectation()
        tools, name = self._tools, wanted.integration.name
        return await prove_workload(tools.session, tools.journal, name, token, expected, _nobody_knows)

    async def _expected(self, reach: access.Wanted) -> Expectation:
        local = await local_repositories(self._tools.directory)
        return Expectation(
            lists=reach.repositories,
            reads=reach.repositories,
            unread=[name for name in local if name not in reach.repositories],
            unwritten=[] if "WRITE" in reach.actions else [name for name in local if name in reach.repositories],
        )

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """See `engine.Wizard`: the files for the platform's side; nothing in them is secret."""
        complete = ask.defaults(self.recipe, answers)
        url = self._tools.session.connection.url
        values = {
            **ask.values_of(self.recipe, complete),
            "platform_url": url,
            "platform_host": urlsplit(url).netloc,
            "integration": str(complete.get(ask.INTEGRATION, "")),
            "audience": str(complete.get(ask.AUDIENCE, "")),
            "repository": next(iter(self._chosen(complete)), _NO_REPOSITORY),
        }
        return [
            Artefact(id=snippet.file, title=snippet.title, text=write_snippet(snippet, values), filename=snippet.file)
            for snippet in self.recipe.snippets
        ]


async def _nobody_knows(repository: str) -> str:
    """Which permission lets the workload in elsewhere is not looked up: its group may be in many."""
    return ""


def _existing_access(recipe: CiRecipe, one: WantedMapping, found: FoundTrust) -> Sequence[Existing]:
    told: list[Existing] = []
    there = found.accesses[one.part.id]
    if there.group is not None:
        told.append(Existing(f"group {visible(there.group.name)}", ask.field_of(recipe, one.part, ask.GROUP)))
    if there.permission is not None and one.access is not None:
        after = access.wanted_permission(one.access, there)
        lines = diff_lines(there.permission.as_object(), after.as_object())
        field = ask.field_of(recipe, one.part, ask.PERMISSION)
        told.append(Existing(f"permission {visible(Untrusted(there.permission.name))}", field, lines))
    return told
