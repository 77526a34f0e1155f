"""The token that the console itself works with: what it is, what is wrong with it, and a better one for the session."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.durations import HOUR, format_relative
from jfconsole.domain.errors import Refused
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.jwt import ReferenceToken
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import AdminScope, is_admin, scope_in_english
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.token_facts import SOON
from jfconsole.domain.token_requests import TokenRequest
from jfconsole.domain.token_words import NOT_SAID, Fact, when
from jfconsole.services.inspect import inspect_pasted
from jfconsole.services.session import Identity, Learnt, Session, Unknown
from jfconsole.services.tokens import TokenService

SESSION_LIFETIME: Final = HOUR
"""Seconds that a token lives which is made for one session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnToken:
    """What is known of the token in use. `source` says where it came from; `concerns` are sentences, cleaned."""

    identity: Identity
    kind: str
    source: str
    concerns: tuple[str, ...]

    def facts(self, now: float) -> tuple[Fact, ...]:
        """Line by line, cleaned."""
        identity = self.identity
        expires = identity.expires
        return (
            Fact("token", f"{_shown(identity.token_id)}, {self.kind}"),
            Fact("user", _shown(identity.username)),
            Fact("may do", _scope_words(identity.scope)),
            Fact("administers", _yes(identity.admin)),
            Fact(
                "expires",
                f"{NOT_SAID}: {visible(expires.reason)}" if isinstance(expires, Unknown) else when(expires, now),
            ),
            Fact("came from", visible(self.source)),
            *(Fact("beware", concern) for concern in self.concerns),
        )

    def record(self) -> JsonObject:
        """For `--json`; keys are stable, null stands for what is not known."""
        identity = self.identity
        never = identity.expires is None
        concerns: list[Json] = [*self.concerns]
        return {
            "token_id": _known(identity.token_id),
            "kind": self.kind,
            "username": _known(identity.username),
            "scope": _known(identity.scope),
            "admin": None if isinstance(identity.admin, Unknown) else identity.admin,
            "never_expires": never,
            "expiry": None if isinstance(identity.expires, Unknown) else identity.expires,
            "expiry_iso": None if isinstance(identity.expires, Unknown) else utc_text(identity.expires),
            "source": self.source,
            "concerns": concerns,
        }


async def own_token(session: Session, now: float | None = None) -> OwnToken:
    """What the console works with. Raises the ConsoleError family when not a single part can be learnt."""
    moment = time.time() if now is None else now
    identity = await TokenService(session).identify()
    pasted = inspect_pasted(session.connection.token, moment).pasted
    return OwnToken(
        identity=identity,
        kind="a reference token" if isinstance(pasted, ReferenceToken) else "an access token",
        source=session.connection.source,
        concerns=tuple(_concerns(identity, moment)),
    )


async def plan_session_token(session: Session) -> Plan:
    """The plan that makes an admin token for one hour, to work with in the place of the one in use.

    Raises Refused where the one in use may not make it, or where nobody knows whose it is.
    """
    service = TokenService(session)
    identity = await service.identify()
    if isinstance(identity.username, Unknown):
        raise Refused(f"It is not known whose token this is: {visible(identity.username.reason)}", "Use another token")
    request = TokenRequest(
        username=Untrusted(identity.username),
        scope=AdminScope().wire(),
        expires_in=SESSION_LIFETIME,
        description="one session of jfconsole",
    )
    plan = await service.plan_create(request)
    effects = (
        "This console works with it until it ends, and keeps it in memory alone",
        "The token that was used so far stays valid: revoke it when nothing else needs it",
        *plan.confirmation.effects,
    )
    confirmation = replace(plan.confirmation, verb="Use a token for one hour", effects=effects)
    return replace(plan, title="Work with an admin token for one hour", confirmation=confirmation)


def swapped(connection: Connection, report: Report) -> Connection:
    """The connection with the token that came of such a plan. Raises Refused when none did."""
    for product in report.products:
        token = product.secrets.get("access_token")
        if token is not None:
            return replace(connection, token=token, source=f"made for this session by {report.plan_id}")
    raise Refused("No token came of it: the console goes on with the one it has", "Look at the plan in the journal")


def _concerns(identity: Identity, now: float) -> Iterator[str]:
    expires = identity.expires
    admin = identity.admin is True or (not isinstance(identity.scope, Unknown) and is_admin(identity.scope))
    if expires is None:
        yield f"It never expires{', and administers the platform' if admin else ''}: use one that does"
    elif not isinstance(expires, Unknown) and expires - now <= SOON:
        yield f"It expires {format_relative(expires, now)}"
    if identity.local:
        yield "The platform does not list it: what stands here was read from its value, unverified"


def _scope_words(scope: Learnt[Untrusted]) -> str:
    if isinstance(scope, Unknown):
        return f"{NOT_SAID}: {visible(scope.reason)}"
    return f"{scope_in_english(scope)} ({visible(scope)})"


def _shown(value: Learnt[str] | Learnt[Untrusted]) -> str:
    return f"not known: {visible(value.reason)}" if isinstance(value, Unknown) else visible(value)


def _known(value: Learnt[str] | Learnt[Untrusted]) -> Json:
    return None if isinstance(value, Unknown) else value


def _yes(value: Learnt[bool]) -> str:
    if isinstance(value, Unknown):
        return f"not known: {visible(value.reason)}"
    return "yes" if value else "no"
