"""The circle of trust: what this platform shows of itself, and whether another one believes its tokens."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.errors import ConsoleError, NotFound
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.scopes import group_names
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_requests import TokenRequest
from jfconsole.domain.tokens import username_of
from jfconsole.domain.trust import RootCertificate, explain_refusal, obstacles
from jfconsole.jfrog import groups, system, token_trials, users
from jfconsole.jfrog import trust as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.inspect import bare_secret, inspect_pasted
from jfconsole.services.session import Session

TRIAL_LIFETIME = 600
"""Seconds that a token lives which is made to try a peer: short enough not to be revocable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a platform shows of itself for a circle of trust."""

    host: str
    artifactory_id: Untrusted
    access_id: str
    certificate: RootCertificate


async def show(session: Session) -> Shown:
    """Service ids and root certificate; administrators only."""
    artifactory, certificate = await asyncio.gather(
        system.service_id(session.sender), wire.root_certificate(session.sender)
    )
    return Shown(
        host=session.connection.host,
        artifactory_id=artifactory,
        access_id=certificate.subject.rpartition(" ")[2],
        certificate=certificate,
    )


def trial_request(username: str) -> TokenRequest:
    """A token that may cross: short-lived, not forced to be revocable, for every service."""
    return TokenRequest(
        username=Untrusted(username),
        expires_in=TRIAL_LIFETIME,
        force_revocable=False,
        description="a trial of the circle of trust",
    )


async def cross(peer: Session, value: Secret, now: float | None = None) -> tuple[Check, ...]:
    """Try a token of this platform on a peer. It is sent there, which is the point of it."""
    pasted = inspect_pasted(value, time.time() if now is None else now).pasted
    service = await _service_id(peer.sender)
    found = obstacles(pasted, service, time.time() if now is None else now)
    what = f"{visible(peer.connection.host)} believes the token"
    refusal = await token_trials.refusal(peer.sender, bare_secret(value))
    if refusal is not None:
        return (Check(what, Verdict.BAD, explain_refusal(refusal.detail.server_text or "", found)),)
    names = await _names(peer.sender, pasted) if isinstance(pasted, DecodedJwt) else ()
    return (Check(what, Verdict.GOOD), *names)


async def _names(sender: Sender, jwt: DecodedJwt) -> tuple[Check, ...]:
    """Whether the names of the token mean somebody over there."""
    username = username_of(jwt.subject or "")
    wanted = [_user(sender, username), *(_group(sender, name) for name in group_names(jwt.scope))]
    return tuple(await asyncio.gather(*wanted))


async def _user(sender: Sender, name: str) -> Check:
    what = f"There is a user {visible(name)} over there"
    try:
        await users.fetch(sender, name)
    except NotFound:
        return Check(what, Verdict.WARNING, "There is none: with the scope of its user the token can do nothing there")
    except ConsoleError as error:
        return Check(what, Verdict.UNKNOWN, visible(error.message))
    return Check(what, Verdict.GOOD)


async def _group(sender: Sender, name: str) -> Check:
    what = f"There is a group {visible(name)} over there"
    try:
        await groups.fetch(sender, name)
    except NotFound:
        return Check(what, Verdict.WARNING, "There is none: the token has nothing of it there")
    except ConsoleError as error:
        return Check(what, Verdict.UNKNOWN, visible(error.message))
    return Check(what, Verdict.GOOD)


async def _service_id(sender: Sender) -> str:
    try:
        return await system.service_id(sender)
    except ConsoleError:
        return ""
