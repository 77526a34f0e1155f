"""Rotating a token as one plan: a twin, its trial, its hand-over, and only then the end of the old one.

Nothing revokes by itself later: either the old one is revoked when the twin has reached its user, or a person is
reminded to.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.audience import EVERY_SERVICE, parse_audience
from jfconsole.domain.calendar import Reminder, rotation_reminder
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.durations import WEEK
from jfconsole.domain.errors import ConsoleError, NotAuthenticated, Refused, UsageError
from jfconsole.domain.fields import as_object
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.plans import Plan, Product
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import SubjectKind, subject_kind
from jfconsole.domain.token_requests import NEVER, TokenRequest
from jfconsole.domain.tokens import Token
from jfconsole.jfrog import token_trials
from jfconsole.services.revoke import REVOKE, plan_revoke
from jfconsole.services.session import Session, open_session
from jfconsole.services.tokens import TokenService

_OPERATION: Final = re.compile(r"\s*\(?jfc-[0-9a-f]{10}\)?$")
"""How the description of a token ends that a console made."""

_KEPT: Final = "The old token {} stays valid: revoke it when whoever uses it has the new one; nothing does so by itself"
_ENDED: Final = "The old token {} is revoked when the new one was tried and handed over, and not before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """What a person says of the twin, where the platform does not tell it. None: as the old one, if that is known."""

    audience: str | None = None
    scope: str | None = None
    expires_in: int | None = None
    reference: bool | None = None
    revoke_old: bool = False


async def plan_rotate(session: Session, token_id: str, twin: Twin, entry: LedgerEntry | None = None) -> Plan:
    """The plan that puts another token beside one, and with `revoke_old` ends the old one afterwards.

    `entry` is what the ledger has on it. Raises NotFound, UsageError for what neither platform nor ledger tells and
    was not said, Refused for tokens of an exchange and for ending the token in use.
    """
    service = TokenService(session)
    view = await service.get(token_id)
    token = view.token
    if view.in_use and twin.revoke_old:
        raise Refused(
            "The token that this console uses cannot be revoked by its own rotation",
            "Rotate it without that, connect with the new one, then revoke the old one",
        )
    plan = await service.plan_create(_request(token, twin, entry))
    return _with_end(plan, token, twin)


async def prove(connection: Connection, products: Sequence[Product]) -> tuple[Check, ...]:
    """Try new tokens as their users will. Every failure is a check that came out badly, never an error."""
    async with open_session(replace(connection, read_only=True)) as session:
        return tuple([check for product in products for check in await _tried(session, product)])


def proven(checks: Sequence[Check]) -> bool:
    """Whether there is no doubt that they work."""
    return all(check.verdict is Verdict.GOOD for check in checks)


def reminders(plan: Plan, old: Token, now: float | None = None) -> tuple[Reminder, ...]:
    """To revoke the old token within a week, unless the plan does; to rotate the new one before it expires."""
    moment = time.time() if now is None else now
    found: list[Reminder] = []
    if not any(step.kind == REVOKE for step in plan.steps):
        found.append(
            Reminder(
                uid=f"{plan.id}-old@jfconsole",
                title=f"Revoke the old token of {visible(old.username)}",
                description=f"jfconsole tokens revoke {old.token_id}\non {plan.origin}",
                start=moment,
                end=min(moment + WEEK, old.expiry or moment + WEEK),
                made=moment,
            )
        )
    made = plan.steps[0].after
    lifetime = made.get("expires_in") if isinstance(made, dict) else None
    if isinstance(lifetime, int) and lifetime != NEVER:
        what = f"Rotate the token of {visible(old.username)}"
        about = f"Made by {plan.id} on {plan.origin}"
        expires, identity = moment + lifetime, (plan.origin, "rotate", plan.id)
        found.append(rotation_reminder(what=what, description=about, expires=expires, now=moment, identity=identity))
    return tuple(found)


def _request(token: Token, twin: Twin, entry: LedgerEntry | None) -> TokenRequest:
    if subject_kind(token.subject) is not SubjectKind.USER:
        raise Refused(
            "The token came of an OIDC exchange or of a service: there is nobody to hand a twin to",
            "Whoever uses it gets another one by the next exchange",
        )
    scope = twin.scope or token.scope or (entry.scope if entry else None)
    audience = twin.audience or (entry.audience if entry else None)
    if not scope:
        raise UsageError("The platform does not say the scope of the token", "Say it: --scope, or --group and the like")
    if not audience:
        raise UsageError(
            "No list tells which services accept the token, and it was not made from here",
            "Say it: --service Artifactory, or --service all",
        )
    lifetime = token.lifetime if token.lifetime is not None else NEVER
    return TokenRequest(
        username=token.username,
        scope=scope,
        audience=audience,
        expires_in=lifetime if twin.expires_in is None else twin.expires_in,
        refreshable=token.refreshable,
        reference=(entry is not None and entry.reference) if twin.reference is None else twin.reference,
        force_revocable=entry is None or entry.revocable,
        description=_purpose(token, entry),
        project_key=token.project or "",
    )


def _with_end(plan: Plan, token: Token, twin: Twin) -> Plan:
    """The plan for the twin, with what becomes of the old token."""
    whose = f"{visible(token.token_id)} of {visible(token.username)}"
    fate = (_ENDED if twin.revoke_old else _KEPT).format(visible(token.token_id))
    end = plan_revoke([token], own_token_id=None, origin=plan.origin)
    late = tuple(replace(step, waits=True, loses="A revoked token does not come back") for step in end.steps)
    return replace(
        plan,
        title=f"Rotate token {whose}",
        steps=(*plan.steps, *(late if twin.revoke_old else ())),
        confirmation=replace(plan.confirmation, verb="Rotate token", effects=(fate, *plan.confirmation.effects)),
    )


def _purpose(token: Token, entry: LedgerEntry | None) -> str:
    """The description without the operation that made the old one: the new one gets its own."""
    if entry is not None:
        return entry.purpose
    return _OPERATION.sub("", token.description or "")


async def _tried(session: Session, product: Product) -> list[Check]:
    found = []
    for name in ("access_token", "reference_token"):
        value = product.secrets.get(name)
        if value is None:
            continue
        what = f"The platform accepts the new {name.replace('_', ' ')}"
        try:
            met = await token_trials.introduced(session.sender, value)
            refusal = met if isinstance(met, NotAuthenticated) else None
            if refusal is None and _is_for_artifactory(product):
                refusal = await token_trials.refusal(session.sender, value)
        except ConsoleError as error:
            found.append(Check(what, Verdict.UNKNOWN, visible(error.message)))
            continue
        detail = visible(refusal.detail.server_text or refusal.message) if refusal else ""
        found.append(Check(what, Verdict.BAD if refusal else Verdict.GOOD, detail))
    return found


def _is_for_artifactory(product: Product) -> bool:
    audience = str(as_object(product.facts).get("audience", "")) or EVERY_SERVICE
    return any(entry.service in ("*", "jfrt") for entry in parse_audience(audience))
