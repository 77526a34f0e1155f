"""Revoking a token by its value: a leaked one, of which nothing is known but the text.

The value is looked at here first, and tried on its own platform: so the review says whose token it is, and what the
platform cannot show in its list is proved by its refusing the token afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import ConsoleError, NotAuthenticated, NothingToChange, Refused
from jfconsole.domain.fields import as_object
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.plans import Confirmation, Outcome, Plan, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.scopes import is_admin
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.token_standing import Origin, origin_of
from jfconsole.domain.tokens import Token
from jfconsole.jfrog import token_trials
from jfconsole.jfrog import tokens as wire
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.handlers import Rebased, Verdict
from jfconsole.services.inspect import Inspection, bare_secret, fingerprint, inspect_pasted
from jfconsole.services.revoke import TokenRevoke, plan_revoke, token_object
from jfconsole.services.session import Session
from jfconsole.services.token_check import issuer_of, refuse_what_is_no_token
from jfconsole.services.tokens import TokenService

REVOKE_VALUE: Final = "token.revoke-value"

_LISTED: Final = "listed"
"""In the object of a step: whether the platform's list had the token, so that absence from it proves something."""


_TOLD: Final = ("what", "id", "subject", "scope", "audience", "expires")
"""What the review says of the value, of all that was found in it."""


class ValueRevoke(TokenRevoke):
    """Handles `token.revoke-value`. Absence from the list is proof for a listed token, a refusal for any other."""

    reached_words = "the platform neither lists nor accepts the token"
    unreached_words = "the platform still lists or accepts the token"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """The tokens that are still listed, or still accepted."""
        found = dict(await super().read(sender, [step for step in steps if _was_listed(step)]))
        for step in steps:
            if not _was_listed(step) and await _works(sender, step):
                found[step.key] = step.before
        return found

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """A value is not kept; a listed token can be revoked by its id as well."""
        if current is None or not step.lacks_secrets or not _was_listed(step):
            return None
        by_id = replace(step, requests=(wire.revoke_request(step.key),))
        return Rebased(by_id, "Its value is not kept, so it was revoked by its id")

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """As by id, with what the list cannot show."""
        verdict = super().interpret(step, request, result)
        if verdict.outcome is Outcome.ALREADY and not _was_listed(step):
            return replace(verdict, outcome=Outcome.DONE)  # whether it is gone is found out by trying it
        return verdict


async def plan_revoke_value(session: Session, pasted: Secret, now: float | None = None) -> Plan:
    """The plan that revokes a token of which only the value is at hand.

    Raises UsageError for a text that is no token, Refused for one of another issuer (it is not sent) and where the
    platform is too old, NothingToChange when the platform neither lists nor accepts it.
    """
    inspection = inspect_pasted(pasted, time.time() if now is None else now)
    refuse_what_is_no_token(inspection)
    await Capabilities(session.sender).require(Capability.REVOKE_BY_VALUE)
    if origin_of(inspection.pasted, await issuer_of(session)) is Origin.OTHER:
        raise Refused(
            "The token is of another issuer: this platform could not revoke it, and it was not sent",
            "Connect to the platform that issued it, or tell the owner of the issuer",
        )
    value = bare_secret(pasted)
    row, accepted = await _look(session, inspection, value)
    if row is None and not accepted:
        raise NothingToChange("The platform neither lists nor accepts it: it has expired, or was revoked")
    own = await TokenService(session).find_in_use()
    if row is not None and row.token_id == own:
        return plan_revoke([row], own_token_id=own, origin=session.connection.url)
    return _plan(session.connection.url, value, row, inspection)


async def _look(session: Session, inspection: Inspection, value: Secret) -> tuple[Token | None, bool]:
    """The token as the platform lists it, and whether it accepts it."""
    met = await token_trials.introduced(session.sender, value)
    accepted = not isinstance(met, NotAuthenticated)
    if isinstance(met, Token) or inspection.token_id is None:
        return (met if isinstance(met, Token) else None), accepted
    listed = await session.sender.send(
        wire.list_request(wire.TokenQuery(token_id=inspection.token_id)), wire.decode_list
    )
    return next((token for token in listed if token.token_id == inspection.token_id), None), accepted


def _plan(origin: str, value: Secret, row: Token | None, inspection: Inspection) -> Plan:
    known = row is not None
    key = row.token_id if row else inspection.token_id or fingerprint(value)
    about = plan_revoke([row], own_token_id=None, origin=origin).confirmation if row else _of_unlisted(inspection)
    title = f"Revoke token {visible(key)}{f' of {visible(row.username)}' if row else ''} by its value"
    before: Json = {**(as_object(token_object(row)) if row else {"token_id": key}), _LISTED: known}
    step = Step(
        kind=REVOKE_VALUE,
        key=key,
        title=title,
        before=before,
        after=None,
        requests=(wire.revoke_value_request(value),),
        loses="A revoked token does not come back",
    )
    said = tuple(f"{fact.label}: {fact.text}" for fact in inspection.facts if fact.label in _TOLD)
    return Plan(
        title=title,
        origin=origin,
        steps=(step,),
        confirmation=replace(about, effects=(*said, *about.effects)),
    )


def _of_unlisted(inspection: Inspection) -> Confirmation:
    """What is to be said of a token that is accepted and not listed."""
    admin = isinstance(inspection.pasted, DecodedJwt) and is_admin(inspection.pasted.scope)
    return Confirmation(
        verb="Revoke token",
        effects=("The platform accepts it and does not list it: it may refuse to revoke it, and it lapses by itself",),
        phrase="revoke" if admin else None,
    )


async def _works(sender: Sender, step: Step) -> bool:
    """Whether the platform still accepts the value; where it is not at hand any more, that is not ruled out."""
    if step.lacks_secrets:
        return True
    (value,) = step.requests[0].secrets.values()
    return not isinstance(await token_trials.introduced(sender, value), NotAuthenticated)


def _was_listed(step: Step) -> bool:
    return as_object(step.before).get(_LISTED) is True
