"""The circle of trust: what this platform shows of itself, and whether another one believes its tokens."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection, platform_url
from jfconsole.domain.errors import ConsoleError, NotFound
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.plans import Plan
from jfconsole.domain.scopes import group_names
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_requests import TokenRequest
from jfconsole.domain.token_words import Fact
from jfconsole.domain.tokens import username_of
from jfconsole.domain.trust import RootCertificate, explain_refusal, obstacles, validity_words
from jfconsole.jfrog import groups, system, token_trials, users
from jfconsole.jfrog import trust as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.inspect import bare_secret, inspect_pasted
from jfconsole.services.session import Session
from jfconsole.services.token_create import plan_create
from jfconsole.services.tokens import TokenService

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


def facts(found: Shown) -> tuple[Fact, ...]:
    """What a platform shows of itself, line by line, cleaned."""
    return (
        Fact("platform", visible(found.host)),
        Fact("Artifactory", visible(found.artifactory_id)),
        Fact("Access", visible(found.access_id)),
        Fact("certificate", visible(found.certificate.subject)),
        Fact("SHA-256", found.certificate.fingerprint),
        Fact("key id", found.certificate.key_id),
        Fact("valid", validity_words(found.certificate)),
    )


def peer_connection(url: str, token: Secret, ca_cert: str, source: str) -> Connection:
    """A connection to a peer, which is only read from. Raises UsageError for a URL that is none."""
    return Connection(
        url=platform_url(url),
        token=token,
        ca_cert=Path(ca_cert).expanduser() if ca_cert else None,
        read_only=True,
        source=source,
    )


def trial_request(username: str) -> TokenRequest:
    """A token that may cross: short-lived, not forced to be revocable, for every service."""
    return TokenRequest(
        username=Untrusted(username),
        expires_in=TRIAL_LIFETIME,
        force_revocable=False,
        description="a trial of the circle of trust",
    )


async def plan_trial(session: Session, lifetime: int = TRIAL_LIFETIME) -> Plan:
    """The plan that makes a token which is tried on a peer, and shown to nobody. `lifetime` is in seconds."""
    identity = await TokenService(session).identify()
    username = identity.username if isinstance(identity.username, str) else ""
    wanted = replace(trial_request(username), expires_in=lifetime)
    return plan_create(wanted, session.connection.url, ["It is tried on the peer, and shown to nobody"])


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
