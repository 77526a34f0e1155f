"""Onboarding a consumer: group, permission, user, token, proof, and a card to hand over.

An account that was set up before is brought to the new answers instead, its token kept. It can be given another token,
and be taken away again.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from jfconsole.domain.answers import names, text
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.errors import NothingToChange, UsageError
from jfconsole.domain.forms import Answers, problems
from jfconsole.domain.permissions import CATCH_ALLS
from jfconsole.domain.plans import Plan, Product, Report, new_operation_id
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_forecast import forecast_lines
from jfconsole.domain.tokens import Token
from jfconsole.services.auto_join import joined_by_new_users
from jfconsole.services.ladder import edit_plan
from jfconsole.services.objects import or_none
from jfconsole.services.probes import Expectation, prove
from jfconsole.services.session import Unknown
from jfconsole.services.tokens import TokenService
from jfconsole.services.wizard_runs import ROTATE, RUN, WizardRun, WizardTools, context
from jfconsole.wizards import onboarding_answers as given
from jfconsole.wizards import onboarding_forms as ask
from jfconsole.wizards import onboarding_plan as parts
from jfconsole.wizards.engine import Artefact, Existing, WizardStep
from jfconsole.wizards.onboarding_outcome import carry_away, token_of
from jfconsole.wizards.onboarding_plan import Found, Wanted
from jfconsole.wizards.recipe import Probe, Recipe
from jfconsole.wizards.repository_choice import RepositoryChoice, local_repositories
from jfconsole.wizards.retirement import plan_retirement


class Onboarding:
    """One run of a consumer's recipe. See `engine.Wizard`."""

    rotates = True
    """Whether there is a token that stays, and can be rotated."""

    def __init__(self, recipe: Recipe, tools: WizardTools, clock: Callable[[], float] = time.time) -> None:
        self.id = recipe.id
        self.title = recipe.title
        self.recipe = recipe
        self._tools = tools
        self._clock = clock
        self._tokens = TokenService(tools.session)
        part = recipe.repositories
        self._repositories = None if part is None else RepositoryChoice(tools.directory, part)

    # -- asking ----------------------------------------------------------------------------------------

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """See `engine.Wizard`."""
        return ask.pages(self.recipe, answers)

    async def choices(self, source: str) -> Sequence[str]:
        """See `engine.Wizard`: the repositories that fit are all that is chosen from."""
        return await self._repositories.names() if self._repositories is not None else ()

    async def preflight(self) -> Sequence[Check]:
        """Groups, permissions, users and tokens for others can be made by administrators alone."""
        identity = await self._tools.session.identify()
        what = "This account may make what the wizard makes"
        if identity.admin is True:
            return (Check(what, Verdict.GOOD),)
        if isinstance(identity.admin, Unknown):
            return (Check(what, Verdict.UNKNOWN, visible(identity.admin.reason)),)
        return (Check(what, Verdict.BAD, "It is no administrator: the platform will refuse groups, users and tokens"),)

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """See `engine.Wizard`: what the form itself finds, then what the platform has."""
        page = next(page for page in self.steps(answers) if page.id == step)
        found = problems(page.form, ask.defaults(self.recipe, answers))
        if not found and step == "access" and self.recipe.repositories is not None:
            there = set(await self.choices(ask.REPOSITORIES))
            missing = [name for name in names(answers, ask.REPOSITORIES) if name not in there]
            if missing:
                found[ask.REPOSITORIES] = f"There is no such repository to choose: {', '.join(map(visible, missing))}"
        return found

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """See `engine.Wizard`."""
        wanted, found, _ = await self._look(answers)
        told: list[Existing] = []
        if found.group is not None:
            told.append(Existing(f"group {visible(found.group.name)}", ask.GROUP))
        if found.permission is not None:
            after = parts.wanted_permission(wanted, found)
            lines = diff_lines(found.permission.as_object(), after.as_object())
            told.append(Existing(f"permission {visible(found.permission.name)}", ask.PERMISSION, lines))
        if found.user is not None:
            before: list[Json] = [*(found.user.groups or ())]
            after_joining: list[Json] = [*parts.wanted_groups(wanted, found)]
            lines = diff_lines({"groups": before}, {"groups": after_joining})
            told.append(Existing(f"user {visible(found.user.username)}", ask.USER, lines))
        return told

    # -- planning --------------------------------------------------------------------------------------

    async def plan(self, answers: Answers) -> Plan:
        """See `engine.Wizard`."""
        wanted, found, complete = await self._look(answers)
        return self._planned(f"Onboard {self._name(complete)}", wanted, found, complete, RUN)

    async def plan_rotation(self, run: WizardRun) -> Plan:
        """Another token beside the one that is there, which stays valid until it is revoked."""
        wanted, found, complete = await self._look(given.taken_up(run.answers))
        plan = self._planned(
            f"Rotate the token of {self._name(complete)}", wanted, replace(found, tokens=()), complete, ROTATE
        )
        kept = [
            f"Token {visible(token.token_id)} stays valid until it is revoked, when the consumer has the new one"
            for token in found.tokens
        ]
        confirmation = replace(plan.confirmation, effects=(*kept, *plan.confirmation.effects))
        return replace(plan, confirmation=confirmation)

    async def plan_retirement(self, run: WizardRun) -> Plan:
        """Take away what was made for an account; see `retirement`."""
        wanted, found, _ = await self._look(given.taken_up(run.answers))
        return await plan_retirement(self._tools, run, wanted, found.tokens)

    def _planned(self, title: str, wanted: Wanted, found: Found, answers: Answers, action: str) -> Plan:
        operation, now = new_operation_id(), self._clock()
        steps = parts.steps(wanted, found, operation, now)
        if not steps:
            raise NothingToChange(f"{self._name(answers)} is as wanted already")
        token = wanted.token if wanted.token is not None and not found.tokens else None
        told = [*parts.effects(wanted, found), *(forecast_lines(token, now) if token else ())]
        grave = text(answers, ask.ACCOUNT) if token is not None and token.is_admin else ""
        plan = edit_plan(title, self._tools.directory.origin, steps, told, grave)
        account = text(answers, ask.ACCOUNT)
        return replace(plan, id=operation, wizard=context(self.id, account, given.kept(answers), action))

    async def _look(self, answers: Answers) -> tuple[Wanted, Found, Answers]:
        """What is wanted, what is there, and the answers with everything that was left to the recipe."""
        complete = ask.defaults(self.recipe, answers)
        self._refuse_problems(complete)
        wanted = given.wanted(self.recipe, complete, await self._targets(complete))
        return wanted, await self._find(wanted, complete), complete

    def _refuse_problems(self, answers: Answers) -> None:
        for page in self.steps(answers):
            for field, sentence in problems(page.form, answers).items():
                raise UsageError(f"{field}: {sentence}", f"Answer it on the page {page.title}")

    # -- looking ---------------------------------------------------------------------------------------

    async def _find(self, wanted: Wanted, answers: Answers) -> Found:
        directory, run = self._tools.directory, self._run(answers)
        user = wanted.user and await or_none(directory.users.get(wanted.user.username))
        new_user = wanted.user is not None and user is None
        permission = await or_none(directory.permissions.get(wanted.permission_name)) if wanted.repositories else None
        return Found(
            group=wanted.group and await or_none(directory.groups.get(wanted.group.name)),
            permission=permission,
            user=user,
            tokens=await self._live_tokens(wanted, run),
            joined=await joined_by_new_users(directory.groups) if new_user and self._alone() else (),
            earlier=await self._targets(given.taken_up(run.answers)) if run else (),
        )

    async def _live_tokens(self, wanted: Wanted, run: WizardRun | None) -> tuple[Token, ...]:
        """Tokens that were made for this account before, newest first, wherever that was."""
        if wanted.token is None:
            return ()
        mark, now = f"{wanted.token.description} (jfc-", self._clock()
        known = set(run.tokens) if run else set()
        found = [
            token
            for token in await self._tokens.of_user(wanted.token.username)
            if (token.token_id in known or (token.description or "").startswith(mark))
            and (token.expiry is None or token.expiry > now)
        ]
        return tuple(sorted(found, key=lambda token: token.issued_at, reverse=True))

    async def _targets(self, answers: Answers) -> tuple[str, ...]:
        """What the permission names for the chosen repositories."""
        if self._repositories is None:
            return ()
        if answers.get(ask.EVERY) is True:
            return self._repositories.part.catch_alls
        return await self._repositories.targets(names(answers, ask.REPOSITORIES))

    def _run(self, answers: Answers) -> WizardRun | None:
        return self._tools.run_of(self.id, text(answers, ask.ACCOUNT))

    def _alone(self) -> bool:
        return self.recipe.user is not None and self.recipe.user.only_this_group

    def _name(self, answers: Answers) -> str:
        return f"{self.recipe.title}: {visible(text(answers, ask.ACCOUNT))}"

    # -- proving ---------------------------------------------------------------------------------------

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """See `engine.Wizard`: as the consumer, with its new token."""
        complete = ask.defaults(self.recipe, answers)
        token = token_of(products)
        if token is None:
            return (Check("The token works", Verdict.UNKNOWN, "No token was made now, and old ones are not kept"),)
        expected = await self._expected(complete)
        return await prove(self._tools.session.connection, token, expected, self._why(complete))

    async def _expected(self, answers: Answers) -> Expectation:
        """What the recipe wants tried. Where a catch-all covers every repository, none is kept out."""
        wanted, probes = await self._targets(answers), set(self.recipe.probes)
        named = [name for name in wanted if name not in CATCH_ALLS]
        local = await local_repositories(self._tools.directory)
        others = [name for name in local if name not in named]
        writes = "WRITE" in text(answers, ask.ACTIONS)

        def where(probe: Probe, repositories: Sequence[str]) -> Sequence[str]:
            return repositories if probe in probes else ()

        return Expectation(
            lists=where(Probe.LIST, named),
            reads=where(Probe.READ, named),
            pulls=where(Probe.PULL, named),
            searches=where(Probe.SEARCH, named),
            identities=Probe.IDENTITIES in probes,
            unread=where(Probe.NO_OTHER_REPOSITORY, others if len(named) == len(wanted) else ()),
            unwritten=where(Probe.NO_WRITE, () if writes else [name for name in local if name in named]),
        )

    def _why(self, answers: Answers) -> Callable[[str], Awaitable[str]]:
        """Which permission lets the consumer in where it should not be."""

        async def why(repository: str) -> str:
            name = given.username(self.recipe, answers)
            found = await self._tools.directory.access.who_can(repository, action="READ")
            index = self._tools.directory.access.loaded
            paths = index.paths_of(name, found) if index is not None else ()
            if not paths:
                return ""
            path = paths[0]
            through = f", as a member of {visible(path.via)}" if path.via else ""
            return f"It does, by the permission {visible(path.grant.permission)}{through}"

        return why

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """See `engine.Wizard`."""
        complete, url = ask.defaults(self.recipe, answers), self._tools.session.connection.url
        return carry_away(self.recipe, complete, url, report, self._clock())
