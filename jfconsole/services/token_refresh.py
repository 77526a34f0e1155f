"""Refreshing a token: a new pair takes the place of the old one, which is dead from then on.

A lost answer is found out by the list: the old token is gone from it, and another one of its kind is there. The lost
pair cannot be had again; when the plan is continued it is revoked, and a token of the same kind is made.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.diff_words import NOTE
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.jwt import DecodedJwt
from jfconsole.domain.plans import Confirmation, Plan, Step, new_operation_id
from jfconsole.domain.requests import CallClass, Json
from jfconsole.domain.scopes import is_admin, scope_in_english
from jfconsole.domain.text import visible
from jfconsole.domain.token_requests import NEVER
from jfconsole.domain.token_standing import Origin, origin_of
from jfconsole.domain.tokens import Token, username_of
from jfconsole.jfrog import tokens as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.handlers import Rebased
from jfconsole.services.inspect import Pair, inspect_pasted
from jfconsole.services.revoke import token_object
from jfconsole.services.session import Session
from jfconsole.services.token_check import issuer_of
from jfconsole.services.token_create import TOKEN, TokenCreate
from jfconsole.services.token_kinds import REFRESH

_SIBLINGS: Final = f"{NOTE}siblings"
_DEAD: Final = "The old pair is dead at once: whoever uses it is refused until it has the new one"
_NO_REFERENCE: Final = "A refresh gives no reference token: one that stands for the old token dies with it"
_OWN: Final = "It is the token that this console uses: afterwards the console can do nothing until it has the new one"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """What is known of the token that is refreshed; empty and None where nothing is."""

    token_id: str = ""
    username: str = ""
    scope: str = ""
    audience: str = ""
    lifetime: int | None = None
    description: str = ""
    revocable: bool = False
    listed: bool = False
    siblings: tuple[str, ...] = ()


class TokenRefresh(TokenCreate):
    """Handles `token.refresh`. The key of the step is the id of its operation."""

    reached_words = "the new token is there"
    unreached_words = "the platform does not show that the token was refreshed"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """What took the place of the old tokens: the new one where it can be told, else that the old one is gone."""
        found: dict[str, Json] = {}
        for step in steps:
            before = as_object(step.before)
            if not step.listed:
                continue
            query = wire.TokenQuery(username=str(before["username"]))
            rows = await sender.send(wire.list_request(query), wire.decode_list)
            if all(row.token_id != before["token_id"] for row in rows):
                heirs = [row for row in rows if _is_heir(row, before)]
                found[step.key] = token_object(heirs[0]) if len(heirs) == 1 else {"gone": before["token_id"]}
        return found

    def moved(self, step: Step, current: Json) -> str | None:
        """A token that is gone cannot be refreshed."""
        if current is None or _carried(step):
            return None
        return "The token was refreshed or revoked since it was looked at"

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The new pair was lost: it is revoked, and a token of the same kind made, where its kind is known."""
        token_id = str(as_object(current).get("token_id", ""))
        if not token_id or not step.lacks_secrets or not as_object(step.after).get("audience"):
            return None
        requests = (wire.revoke_request(token_id), wire.create_request(as_object(step.after)))
        return Rebased(
            replace(step, requests=requests), f"Token {visible(token_id)}, whose value was lost, was revoked first"
        )

    def inverse_of(self, step: Step, made: str) -> Step | None:
        """The old pair does not come back."""
        return None


async def plan_refresh(session: Session, pair: Pair, now: float | None = None) -> Plan:
    """The plan that refreshes a token, with what is known of it in words.

    Raises Refused for a token of another issuer (nothing is sent), and where the platform is too old.
    """
    await Capabilities(session.sender).require(Capability.REFRESH)
    own = await session.identify()
    old = await _known(session, pair, time.time() if now is None else now)
    in_use = bool(old.token_id) and old.token_id == own.token_id
    operation = new_operation_id()
    title = f"Refresh {f'token {visible(old.token_id)} of {visible(old.username)}' if old.token_id else 'a token'}"
    step = Step(
        kind=REFRESH,
        key=operation,
        title=title,
        before=_there(old),
        after=_wanted(old),
        requests=(wire.refresh_request(pair.refresh_token, pair.access_token),),
        loses="The old pair does not come back",
        gives=TOKEN,
        listed=old.listed,
    )
    grave = in_use or is_admin(old.scope)
    return Plan(
        id=operation,
        title=title,
        origin=session.connection.url,
        steps=(step,),
        confirmation=Confirmation(
            verb="Refresh token",
            effects=tuple(_effects(old, in_use=in_use)),
            phrase=(old.token_id[:8] or None) if grave else None,
            by_yes=not in_use,
        ),
    )


async def _known(session: Session, pair: Pair, now: float) -> _Old:
    """From the old access token, and from the list where we may see it."""
    if pair.access_token is None:
        return _Old()
    inspection = inspect_pasted(pair.access_token, now)
    jwt = inspection.pasted
    if not isinstance(jwt, DecodedJwt) or origin_of(jwt, await issuer_of(session)) is Origin.OTHER:
        raise Refused(
            "The access token is not this platform's: only the one that issued a token refreshes it. It was not sent",
            "Connect to the platform that issued it",
        )
    old = _Old(
        token_id=jwt.token_id or "",
        username=username_of(jwt.subject or ""),
        scope=jwt.scope or "",
        audience=" ".join(jwt.audience),
        lifetime=NEVER if jwt.expires is None else jwt.expires - (jwt.issued_at or 0),
        revocable=bool(jwt.revocable),
    )
    return await _with_list(session, old)


async def _with_list(session: Session, old: _Old) -> _Old:
    try:
        rows = (await wire.fetch_list(session.sender, wire.TokenQuery(username=old.username))).tokens
    except ConsoleError:
        return old
    row = next((row for row in rows if row.token_id == old.token_id), None)
    if row is None:
        return old
    siblings = tuple(other.token_id for other in rows)
    return replace(old, listed=True, description=row.description or "", siblings=siblings)


def _wanted(old: _Old) -> JsonObject:
    """What the new token will be, under the names of the wire; an empty audience is one that is not known."""
    known: JsonObject = {
        "username": old.username,
        "scope": old.scope,
        "description": old.description,
        "force_revocable": old.revocable,
    }
    said = {name: value for name, value in known.items() if value}
    lifetime: JsonObject = {} if old.lifetime is None else {"expires_in": old.lifetime}
    return {**said, **lifetime, "audience": old.audience, "refreshable": True}


def _there(old: _Old) -> JsonObject:
    """The old token under the same names, with what tells its heir from the tokens beside it."""
    if not old.token_id:
        return _wanted(old)
    return {**_wanted(old), "username": old.username, "token_id": old.token_id, _SIBLINGS: [*old.siblings]}


def _effects(old: _Old, *, in_use: bool) -> list[str]:
    told = [_OWN] if in_use else []
    told += [_DEAD, _NO_REFERENCE, "Only the user of the token may refresh it, and only where it was issued"]
    if not old.token_id:
        return [*told, "Which token it is cannot be seen in a refresh token: the answer tells"]
    told.append(f"The new token may do what the old one may: {scope_in_english(old.scope or None)}")
    if old.lifetime is not None:
        life = "never expires" if old.lifetime == NEVER else f"lives {format_duration(max(0, old.lifetime))} from now"
        told.append(f"It {life}, as the old one was made to")
    if not old.listed:
        told.append("The list does not have it: if the answer is lost nobody can tell whether it was refreshed")
    return told


def _is_heir(row: Token, before: Mapping[str, Json]) -> bool:
    siblings = before.get(_SIBLINGS)
    return row.refreshable and isinstance(siblings, list) and row.token_id not in siblings


def _carried(step: Step) -> bool:
    """Whether it was carried over to making another one."""
    return step.requests[0].call_class is not CallClass.CREATE
