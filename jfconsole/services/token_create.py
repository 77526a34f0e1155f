"""Making access tokens: the plan with what will become of the token, and what the runner must know about it.

The platform refuses no second token, and tells a value once. So every token carries the id of the operation that
made it in its description: by it a token whose value was lost with the answer is found, revoked, and made again
when a person says so.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import as_object
from jfconsole.domain.plans import Confirmation, Outcome, Plan, Step, new_operation_id
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.text import visible
from jfconsole.domain.token_forecast import forecast, forecast_lines
from jfconsole.domain.token_requests import (
    DESCRIPTION_LIMIT,
    NEVER,
    TokenRequest,
    request_problems,
    request_title,
)
from jfconsole.jfrog import tokens as wire
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.handlers import Rebased, Verdict, error_verdict
from jfconsole.services.revoke import REVOKE, TokenRevoke, token_object
from jfconsole.services.token_kinds import CREATE

TOKEN: Final = "token"  # noqa: S105 (what a step gives, in a word)

_TOLERANCE: Final = 120
"""Seconds by which a lifetime may differ from what was asked for without being called another one."""


class TokenCreate:
    """Handles `token.create`. The key of the step is the id of its operation, which stands in the description."""

    reached_words = "the token is there"
    unreached_words = "the platform lists no token of this operation"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """The listed tokens that these operations made, by operation."""
        found: dict[str, Json] = {}
        for username in {_username(step) for step in steps}:
            query = wire.TokenQuery(username=username or None)
            for token in await sender.send(wire.list_request(query), wire.decode_list):
                found.update({step.key: token_object(token) for step in steps if step.key in (token.description or "")})
        return found

    def moved(self, step: Step, current: Json) -> str | None:
        """A new token builds on nothing that could move."""
        return None

    def reached(self, step: Step, current: Json) -> bool:
        """Never: a token without its value is of no use to anybody."""
        return False

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """A token of this operation is there, and nobody has its value: it is revoked before another is made."""
        token_id = str(as_object(current).get("token_id", ""))
        if not token_id:
            return None
        carried = replace(step, requests=(wire.revoke_request(token_id), step.requests[-1]))
        if carried == step:
            return None
        return Rebased(carried, f"Token {visible(token_id)}, whose value was lost, was revoked first")

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """The value of the token, or what came instead of it."""
        if request.call_class is not CallClass.CREATE:
            return TokenRevoke().interpret(step, request, result)
        if not isinstance(result, Answer):
            return error_verdict(result)
        made = wire.created(result)
        secrets = {
            "access_token": made.access_token,
            "refresh_token": made.refresh_token,
            "reference_token": made.reference_token,
        }
        return Verdict(
            Outcome.DONE,
            _deviation(step, made),
            proved=True,
            made=made.token_id,
            facts={**as_object(step.after), "expires_in": made.expires_in, "scope": made.scope or _scope(step)},
            secrets={name: secret for name, secret in secrets.items() if secret},
        )

    def inverse_of(self, step: Step, made: str) -> Step | None:
        """Revoke it, where the platform can by its documented thresholds."""
        return None if step.loses else revoke_step(made, _username(step))


def revoke_step(token_id: str, username: str) -> Step:
    """Revoke a token of which no more than this is known."""
    return Step(
        kind=REVOKE,
        key=token_id,
        title=f"Revoke token {visible(token_id)} of {visible(username)}",
        before={"token_id": token_id},
        after=None,
        requests=(wire.revoke_request(token_id),),
    )


def create_step(request: TokenRequest, operation: str, now: float) -> Step:
    """Make a token whose description ends with the operation's id."""
    ahead = forecast(request, now)
    carried = replace(request, description=_labelled(request.description, operation))
    lapse = "" if ahead.revocable else f"It cannot be revoked, and lapses {format_duration(_lifetime(request))} later"
    return Step(
        kind=CREATE,
        key=operation,
        title=request_title(request),
        before=None,
        after=carried.as_object(),
        requests=(wire.create_request(carried.as_object()),),
        loses=lapse,
        gives=TOKEN,
        listed=ahead.listed,
    )


def plan_create(request: TokenRequest, origin: str, notes: Collection[str] = (), now: float | None = None) -> Plan:
    """A plan that makes one token. `notes` are further sentences for the person who agrees to it.

    Raises UsageError when the platform would refuse it.
    """
    refuse_impossible(request)
    moment = time.time() if now is None else now
    operation = new_operation_id()
    title = request_title(request)
    return Plan(
        id=operation,
        title=title,
        origin=origin,
        steps=(create_step(request, operation, moment),),
        confirmation=Confirmation(
            verb="Create token",
            effects=(*notes, *forecast_lines(request, moment)),
            phrase=(request.username or "admin") if request.is_admin else None,
        ),
    )


def refuse_impossible(request: TokenRequest) -> None:
    """Raise UsageError with the first thing that the platform would refuse."""
    for field, sentence in request_problems(request).items():
        raise UsageError(f"{field}: {sentence}", "Change it and try again")


def _labelled(description: str, operation: str) -> str:
    room = DESCRIPTION_LIMIT - len(operation) - 3
    return f"{description[:room]} ({operation})" if description else operation


def _lifetime(request: TokenRequest) -> int:
    return request.expires_in or NEVER


def _username(step: Step) -> str:
    return str(as_object(step.after).get("username", ""))


def _scope(step: Step) -> str:
    return str(as_object(step.after).get("scope", ""))


def _deviation(step: Step, made: wire.CreatedToken) -> str:
    """What the platform made otherwise than it was asked to, in sentences; empty when nothing."""
    asked = as_object(step.after).get("expires_in")
    said = []
    if isinstance(asked, int) and _differs(asked, made.expires_in):
        lives = "never expires" if made.expires_in is None else f"lives {format_duration(made.expires_in)}"
        wanted = "never to expire" if asked == NEVER else f"to live {format_duration(asked)}"
        said.append(f"It was asked {wanted}, and {lives}")
    if made.scope and made.scope != _scope(step):
        said.append(f"The platform gave it the scope {visible(made.scope)}")
    if as_object(step.after).get("include_reference_token") and not made.reference_token:
        said.append("The platform gave no reference token")
    return "; ".join(said)


def _differs(asked: int, given: int | None) -> bool:
    if asked == NEVER or given is None:
        return (asked == NEVER) != (given is None)
    return abs(asked - given) > _TOLERANCE
