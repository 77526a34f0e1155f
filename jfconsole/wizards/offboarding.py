"""Offboarding a user: out of the web UI, without tokens, groups and grants, and deleted at the end, as one plan.

Tokens go first: deleting a user leaves long-lived ones valid. A user who was deleted long ago can still be offboarded:
what was left behind is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.access import AccessIndex
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.errors import ConsoleError, NothingToChange, Refused, UsageError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField, problems
from jfconsole.domain.plans import Confirmation, Outcome, Plan, Product, Report, Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_facts import TokenView
from jfconsole.domain.users import ANONYMOUS, User
from jfconsole.services import user_steps
from jfconsole.services.integrations import IntegrationService
from jfconsole.services.ladder import last_administrator, listed, strip_steps
from jfconsole.services.objects import or_none
from jfconsole.services.revoke import plan_revoke
from jfconsole.services.session import Unknown
from jfconsole.services.tokens import TokenService
from jfconsole.services.wizard_runs import WizardTools, context
from jfconsole.wizards.engine import Artefact, Existing, WizardStep

ID: Final = "offboard-user"
TITLE: Final = "Offboard a user"
SUMMARY: Final = "take away everything that somebody who leaves has: tokens, groups, grants, the account"

USER: Final = "user"
DELETE: Final = "delete"

_NOT_BACK: Final = "the user's password does not come back"
_UNLISTED: Final = "Tokens that live less than 3 h are not listed, by the platform's default: they lapse by themselves"


@dataclass(frozen=True, slots=True)
class _Found:
    """What somebody has, as the platform says it now. `user` is None when the account is gone already.

    `mappings` are the identity mappings that name the user, None where they cannot be read.
    """

    user: User | None
    tokens: tuple[TokenView, ...]
    index: AccessIndex
    mappings: tuple[str, ...] | None


class Offboarding:
    """One run for one user. See `engine.Wizard`."""

    def __init__(self, tools: WizardTools) -> None:
        self.id = ID
        self.title = TITLE
        self._tools = tools
        self._tokens = TokenService(tools.session)

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """See `engine.Wizard`."""
        return pages(answers)

    async def choices(self, source: str) -> Sequence[str]:
        """The users, for the one question of names."""
        listing = await self._tools.directory.users.list()
        return tuple(view.username for view in listing.views) if source == "users" else ()

    async def preflight(self) -> Sequence[Check]:
        """Only administrators may look at others' tokens, and delete users."""
        identity = await self._tools.session.identify()
        what = "This account may take away what others have"
        if identity.admin is True:
            return (Check(what, Verdict.GOOD),)
        if isinstance(identity.admin, Unknown):
            return (Check(what, Verdict.UNKNOWN, visible(identity.admin.reason)),)
        return (Check(what, Verdict.BAD, "It is no administrator: it sees its own tokens alone"),)

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """See `engine.Wizard`."""
        page = next(page for page in self.steps(answers) if page.id == step)
        return problems(page.form, answers)

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """Nothing is made, so nothing can be there already."""
        return ()

    async def plan(self, answers: Answers) -> Plan:
        """See `engine.Wizard`. Raises Refused for our own user and for the one that is built in."""
        username = _username(answers)
        await self._refuse_own(username)
        found = await self._look(username)
        steps = tuple(_steps(username, found, delete=answers.get(DELETE, True) is True))
        if not steps:
            raise NothingToChange(f"{visible(username)} has nothing here: no account, token, group or grant")
        warning = _warning(username, found)
        return Plan(
            title=f"Offboard {visible(username)}",
            origin=self._tools.directory.origin,
            steps=steps,
            confirmation=Confirmation(
                verb=f"Offboard {visible(username)}",
                effects=(*([warning] if warning else []), *_effects(found, steps)),
                phrase=username,
                by_yes=not warning,
            ),
            stop_on_failure=False,
            wizard=context(ID, username, {USER: username, DELETE: answers.get(DELETE, True) is True}, "offboard"),
        )

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """What is left, read anew: tokens, account, groups and grants."""
        username = _username(answers)
        self._tools.directory.forget()
        found = await self._look(username)
        groups = found.index.groups_of(username)
        grants = found.index.grants_of("users", username)
        deleted = answers.get(DELETE, True) is True
        checks = [
            _none("No token is left", [view.token_id for view in found.tokens]),
            _none("No group has the user as a member", groups),
            _none("No permission names the user", [permission for permission, _ in grants]),
        ]
        if found.mappings:
            still = f"Left: {listed(found.mappings)}"
            checks.append(Check("No identity mapping makes tokens of the user", Verdict.WARNING, still))
        if deleted:
            checks.append(_none("The account is gone", [found.user.username] if found.user else []))
        return checks

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """A record of what was taken away, for whoever asked for it."""
        username = visible(_username(answers))
        done = [
            f"{result.outcome.value}  {visible(result.title)}"
            for result in report.results
            if result.outcome is not Outcome.PENDING
        ]
        text = "\n".join([f"Offboarding of {username} on {visible(report.origin)}, {report.plan_id}", *done, ""])
        return (Artefact("record", "What was taken away", text, "offboarding.txt"),)

    async def _refuse_own(self, username: Untrusted) -> None:
        if username.casefold() == ANONYMOUS:
            raise Refused("anonymous is built in: it has no tokens, and cannot leave", "Take its grants away by hand")
        own = (await self._tokens.identify()).username
        if isinstance(own, Unknown):
            raise Refused(
                f"It is not known who this console is ({visible(own.reason)}), so it could end itself half-way",
                "Connect with another token",
            )
        if own.casefold() == username.casefold():
            raise Refused(
                f"{visible(username)} is the user of this console: it would end itself half-way",
                "Connect as another administrator",
            )

    async def _look(self, username: Untrusted) -> _Found:
        user = await or_none(self._tools.directory.users.get(username))
        listing = await self._tokens.list()
        index = await self._tools.directory.access.index(refresh=True)
        wanted = username.casefold()
        tokens = tuple(view for view in listing.views if view.username.casefold() == wanted)
        return _Found(user, tokens, index, await self._mappings(wanted))

    async def _mappings(self, username: str) -> tuple[str, ...] | None:
        """Identity mappings by which workloads get tokens of the user, as `integration/mapping`."""
        service = IntegrationService(self._tools.session)
        try:
            providers = [row.name for row in (await service.list()).views]
            found = [mapping for name in providers for mapping in await service.fetch_mappings(name)]
        except ConsoleError:
            return None
        return tuple(
            f"{mapping.provider_name}/{mapping.name}"
            for mapping in found
            if (mapping.token_spec.username or "").casefold() == username
        )


def pages(answers: Answers) -> Sequence[WizardStep]:
    """The questions, which need no platform."""
    fields = (
        FormField(
            id=USER,
            label="User",
            help="Who leaves. The name is enough: the account may be gone already.",
            kind=FieldKind.NAME,
            source="users",
            required=True,
        ),
        FormField(
            id=DELETE,
            label="Delete",
            help="Delete the account at the end; else it stays, without UI access, tokens, groups and grants.",
            kind=FieldKind.FLAG,
            default=True,
        ),
    )
    intro = "Everything is looked up first; the plan says what is taken away, and what does not come back."
    return (WizardStep(id="who", title="Who leaves", form=Form(title=TITLE, fields=fields), intro=intro),)


def _username(answers: Answers) -> Untrusted:
    name = str(answers.get(USER, "")).strip()
    if not name:
        raise UsageError("user: it is needed", "Answer it on the page Who leaves")
    return Untrusted(name.lower())


def _steps(username: Untrusted, found: _Found, *, delete: bool) -> Iterator[Step]:
    user = found.user
    # The platform keeps the web UI open to whoever is an administrator: both go in one call.
    shut = replace(user, disable_ui_access=True, admin=False if user.admin else user.admin) if user else None
    if user is not None and shut is not None:
        yield from _some(user_steps.update_step(user, shut))
    if found.tokens:
        end = plan_revoke([view.token for view in found.tokens], own_token_id=None, origin="")
        yield from (replace(step, loses="a revoked token does not come back") for step in end.steps)
    if user is not None:
        yield from _some(user_steps.groups_step(user.username, user.groups or (), ()))
    yield from strip_steps(found.index, "users", [username])
    if shut is not None and delete:
        yield user_steps.delete_step(replace(shut, groups=()))


def _some(step: Step | None) -> Iterator[Step]:
    if step is not None:
        yield step


def _effects(found: _Found, steps: Sequence[Step]) -> Iterator[str]:
    """What cannot be undone, first."""
    final = [f"{len(found.tokens):,} tokens are revoked for good"] if found.tokens else []
    final += [_NOT_BACK] if any(step.kind == user_steps.DELETE for step in steps) else []
    if final:
        yield f"This cannot be undone: {', and '.join(final)}"
    admin = [view.token_id for view in found.tokens if view.is_admin]
    if admin:
        yield f"{len(admin):,} of the tokens have administrator rights ({listed(admin)})"
    yield _UNLISTED
    if found.user is not None and found.user.admin:
        yield "The user is an administrator of the whole platform, and is none from the first step on"
    if found.user is None:
        yield "The account is gone already: what it left behind is taken away"
    elif found.user.is_external:
        yield (
            f"The user comes from {visible(found.user.realm or '')}: the next login there makes the account again, "
            "so it has to be shut there, too"
        )
    if found.mappings is None:
        yield "Identity mappings cannot be read: one that names the user goes on making tokens"
    elif found.mappings:
        yield f"Identity mappings go on making tokens of the user ({listed(found.mappings)}): change or delete them"


def _warning(username: Untrusted, found: _Found) -> str:
    left = [admin for admin in found.index.administrators() if admin.username.casefold() != username.casefold()]
    return last_administrator(found.index, left)


def _none(what: str, left: Sequence[str]) -> Check:
    return Check(what, Verdict.BAD, f"Left: {listed(left)}") if left else Check(what, Verdict.GOOD)
