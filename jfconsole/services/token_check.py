"""Checking a token: taken apart here first, then tried on its platform, then what it can do.

It is sent to the connection's origin alone, and not at all where it is plainly of another issuer.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.access import WhatCan
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.errors import ConsoleError, NotAuthenticated, NotFound, UsageError
from jfconsole.domain.jwt import DecodedJwt, ReferenceToken
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_facts import SubjectState
from jfconsole.domain.token_standing import (
    EXPLANATIONS,
    Evidence,
    Issuer,
    Origin,
    Standing,
    key_id_of,
    origin_of,
    standing,
)
from jfconsole.domain.tokens import Token, username_of
from jfconsole.domain.users import UserStatus
from jfconsole.jfrog import system, token_trials, tokens, users
from jfconsole.services.access import AccessService, Watch
from jfconsole.services.handlers import sentence
from jfconsole.services.inspect import Inspection, bare_secret, inspect_pasted
from jfconsole.services.session import Session

_BEARER: Final = "Artifactory accepts it as bearer"
_BASIC: Final = "Artifactory accepts it as the password of {}"
_ACCESS: Final = "Access accepts it"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCheck:
    """What came of a check. `row` is what the platform says of it, to its bearer or in its list; the value is not kept.

    `can` is what its bearer may do, None where it was not asked for or cannot be known; `can_not_known` says why.
    """

    inspection: Inspection
    origin: Origin
    standing: Standing
    explanation: str
    checks: tuple[Check, ...] = ()
    row: Token | None = None
    username: Untrusted | None = None
    scope: Untrusted | None = None
    can: WhatCan | None = None
    can_not_known: str = ""

    @property
    def accepted(self) -> bool:
        """Whether it works here now."""
        return self.standing is Standing.ACCEPTED


async def issuer_of(session: Session) -> Issuer:
    """What the platform is known by as an issuer: from the token in use, and from its root certificate.

    Whoever may not read one of them is content with the other.
    """
    own = inspect_pasted(session.connection.token, 0.0).pasted
    ids = {own.issuer} if isinstance(own, DecodedJwt) and own.is_jfrog else set()
    keys = {own.key_id} if isinstance(own, DecodedJwt) and own.is_jfrog else set()
    with contextlib.suppress(ConsoleError):
        keys.add(Untrusted(key_id_of(await system.root_certificate(session.sender))))
    return Issuer(ids=frozenset(filter(None, ids)), key_ids=frozenset(filter(None, keys)))


async def check_token(
    session: Session, pasted: Secret, *, send: bool = False, clock: Callable[[], float] = time.time
) -> TokenCheck:
    """What a token is, and whether this platform accepts it now. `send`: also one of another issuer.

    Raises UsageError for a text that is no access token, and ConsoleError when the platform cannot be reached.
    """
    now = clock()
    inspection = inspect_pasted(pasted, now)
    refuse_what_is_no_token(inspection)
    origin = origin_of(inspection.pasted, await issuer_of(session))
    told = TokenCheck(
        inspection=inspection,
        origin=origin,
        standing=Standing.NOT_SENT,
        explanation=EXPLANATIONS[Standing.NOT_SENT],
        username=_username(inspection),
        scope=inspection.pasted.scope if isinstance(inspection.pasted, DecodedJwt) else None,
    )
    if origin is Origin.OTHER and not send:
        return told
    return await _tried(session, told, bare_secret(pasted), now)


async def with_access(check: TokenCheck, access: AccessService, watch: Watch | None = None) -> TokenCheck:
    """The check with what the bearer may do, where the token is accepted."""
    if not check.accepted or check.username is None:
        return check
    try:
        return replace(check, can=await access.what_token_can(check.scope, check.username, watch))
    except ConsoleError as error:
        return replace(check, can_not_known=sentence(error))


def refuse_what_is_no_token(inspection: Inspection) -> None:
    """Raise UsageError for everything but an access token or a reference token; it is never sent anywhere."""
    if not isinstance(inspection.pasted, DecodedJwt | ReferenceToken):
        what = next(fact.text for fact in inspection.facts if fact.label in ("problem", "what"))
        raise UsageError(f"This is no token that could be used: {what}", "Give an access token or a reference token")


async def _tried(session: Session, told: TokenCheck, value: Secret, now: float) -> TokenCheck:
    bearer, met = await asyncio.gather(
        token_trials.refusal(session.sender, value), token_trials.introduced(session.sender, value)
    )
    row = met if isinstance(met, Token) else await _listed(session, told.inspection)
    username = row.username if row else told.username
    evidence = Evidence(
        artifactory=bearer is None,
        access=not isinstance(met, NotAuthenticated),
        words=_words(bearer, met),
        listed=None if told.inspection.token_id is None else row is not None,
        user=await _user_state(session, username if bearer is not None else None),
    )
    found = standing(told.inspection.pasted, told.origin, evidence, now)
    basic = () if username is None else (await _basic(session, value, username),)
    return replace(
        told,
        standing=found,
        explanation=EXPLANATIONS[found],
        checks=(_check(_BEARER, bearer), *basic, _check(_ACCESS, met if isinstance(met, NotAuthenticated) else None)),
        row=row,
        username=username,
        scope=(row.scope if row else None) or told.scope,
    )


async def _basic(session: Session, value: Secret, username: Untrusted) -> Check:
    return _check(
        _BASIC.format(visible(username)), await token_trials.refusal(session.sender, value, username.casefold())
    )


async def _listed(session: Session, inspection: Inspection) -> Token | None:
    """What our own token may see under the id of the inspected one."""
    if inspection.token_id is None:
        return None
    try:
        return await tokens.fetch(session.sender, inspection.token_id)
    except ConsoleError:
        return None


async def _user_state(session: Session, username: Untrusted | None) -> SubjectState:
    if username is None:
        return SubjectState.UNKNOWN
    try:
        user = await users.fetch(session.sender, username)
    except NotFound:
        return SubjectState.MISSING
    except ConsoleError:
        return SubjectState.UNKNOWN
    return SubjectState.DISABLED if user.status == UserStatus.DISABLED.value else SubjectState.ENABLED


def _username(inspection: Inspection) -> Untrusted | None:
    pasted = inspection.pasted
    return username_of(pasted.subject) if isinstance(pasted, DecodedJwt) and pasted.subject else None


def _words(*refusals: object) -> str:
    return " ".join(error.detail.server_text or "" for error in refusals if isinstance(error, NotAuthenticated))


def _check(what: str, refusal: NotAuthenticated | None) -> Check:
    if refusal is None:
        return Check(what, Verdict.GOOD)
    return Check(what, Verdict.BAD, visible(refusal.detail.server_text or refusal.message))
