"""Revoking access tokens: the plan with its impact in words, and what the runner must know about it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, NotAuthenticated, Refused, Rejected, UsageError
from jfconsole.domain.plans import Confirmation, Outcome, Plan, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.scopes import is_admin
from jfconsole.domain.text import visible
from jfconsole.domain.tokens import REVOCABLE_THRESHOLD, Revocability, Token, revocability
from jfconsole.jfrog import tokens as wire
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.handlers import Verdict, error_verdict

REVOKE: Final = "token.revoke"
REVOKE_OWN: Final = "token.revoke-own"
"""Kinds of steps. One's own token needs a kind of its own: afterwards nothing can be read with it."""

IN_FLIGHT: Final = 8
"""Calls side by side in bulk work: more make a platform slower, and the client too."""

_ONE_BY_ONE: Final = 4
"""Up to so many tokens are read one by one; for more, the whole list is read once."""

_NAMED: Final = 5
_LATE: Final = "services may honour it for some minutes"
_GONE: Final = "It was gone when the platform was asked: revoked meanwhile, or by a call whose answer was lost"


class TokenRevoke:
    """Handles `token.revoke`: the token is absent afterwards."""

    reached_words = "the platform no longer lists the token"
    unreached_words = "the platform still lists the token"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """The tokens that are still listed. Absence from a list answer is proof; a 404 might be a proxy's."""
        wanted = {step.key for step in steps}
        if len(wanted) > _ONE_BY_ONE:
            listed = await sender.send(wire.list_request(), wire.decode_list)
            return {token.token_id: token_object(token) for token in listed if token.token_id in wanted}
        found: dict[str, Json] = {}
        for token_id in wanted:
            query = wire.TokenQuery(token_id=token_id)
            listed = await sender.send(wire.list_request(query), wire.decode_list)
            found.update({token.token_id: token_object(token) for token in listed if token.token_id == token_id})
        return found

    def moved(self, step: Step, current: Json) -> str | None:
        """A token never changes; another subject or time of issue under its id means another token."""
        if isinstance(current, dict) and isinstance(step.before, dict):
            for field, words in (("subject", "belongs to somebody else"), ("issued_at", "was issued at another time")):
                if field in step.before and current.get(field) != step.before[field]:
                    return f"The token {visible(step.key)} {words} than when it was reviewed"
        return None

    def reached(self, step: Step, current: Json) -> bool:
        """Whether the token is gone."""
        return current is None

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """200, 204, not revocable, or an error; see `jfrog.tokens` for the sources."""
        outcome = _revocation(result)
        if isinstance(outcome, ConsoleError):
            return error_verdict(outcome)
        if outcome is wire.Revocation.REVOKED:
            return Verdict(Outcome.DONE, f"Revoked; {_LATE}")
        if outcome is wire.Revocation.ALREADY_GONE:
            return Verdict(Outcome.ALREADY, _GONE)
        return Verdict(Outcome.FAILED, f"The platform says that it cannot be revoked; it {_lapse(step.before)}")


class OwnTokenRevoke(TokenRevoke):
    """Handles `token.revoke-own`: that the platform refuses the token is the proof."""

    reached_words = "the platform no longer lists or accepts the token"
    unreached_words = "the platform still lists and accepts the token"

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """The token, unless it is refused or not listed: a service may accept it for some minutes more."""
        try:
            return await super().read(sender, steps)
        except NotAuthenticated:
            return {}


def plan_revoke(tokens: Sequence[Token], *, own_token_id: str | None, origin: str, now: float | None = None) -> Plan:
    """A plan that revokes exactly these tokens, with what that means in words.

    `own_token_id` is the token that the console itself uses; it can only be revoked alone. `now` is in epoch
    seconds. Raises UsageError without tokens, Refused when the own token is among others.
    """
    chosen = list({token.token_id: token for token in tokens}.values())
    if not chosen:
        raise UsageError("There is no token to revoke", "Mark some first")
    own = any(token.token_id == own_token_id for token in chosen)
    if own and len(chosen) > 1:
        raise Refused(
            "The token that this console uses is among them: revoking it would end the rest half-way",
            "Leave it out, and revoke it last, alone",
        )
    moment = time.time() if now is None else now
    return Plan(
        title=_title(chosen),
        origin=origin,
        steps=tuple(_step(token, REVOKE_OWN if own else REVOKE) for token in chosen),
        confirmation=_confirmation(chosen, own, moment),
        in_flight=min(IN_FLIGHT, len(chosen)),
        stop_on_failure=False,
    )


def token_object(token: Token) -> Json:
    """A token as plans and journals keep it: what the list said, nothing added."""
    fields: dict[str, Json] = {
        "token_id": token.token_id,
        "subject": token.subject,
        "issued_at": token.issued_at,
        "expiry": token.expiry,
        "scope": token.scope,
        "description": token.description,
        "refreshable": token.refreshable,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _step(token: Token, kind: str) -> Step:
    return Step(
        kind=kind,
        key=token.token_id,
        title=f"Revoke token {visible(token.token_id)} of {visible(token.username)}",
        before=token_object(token),
        after=None,
        requests=(wire.revoke_request(token.token_id),),
    )


def _title(chosen: Sequence[Token]) -> str:
    if len(chosen) == 1:
        return f"Revoke token {visible(chosen[0].token_id)} of {visible(chosen[0].username)}"
    return f"Revoke {len(chosen)} tokens"


def _confirmation(chosen: Sequence[Token], own: bool, now: float) -> Confirmation:
    many = len(chosen) > 1
    phrase = None
    if many:
        phrase = f"revoke {len(chosen)}"
    elif own or is_admin(chosen[0].scope):
        phrase = chosen[0].token_id[:8]
    return Confirmation(
        verb=f"Revoke {len(chosen)} tokens" if many else "Revoke token",
        effects=tuple(_effects(chosen, own, now)),
        phrase=phrase,
        by_yes=not own,
    )


def _effects(chosen: Sequence[Token], own: bool, now: float) -> list[str]:
    """What will happen, whom it hits, and what stands in the way; one sentence each, the gravest first."""
    effects = [_whose(chosen)]
    if own:
        effects.append("This is the token that this console uses: afterwards the console can do nothing here")
    if admins := sum(is_admin(token.scope) for token in chosen):
        effects.append(f"{_of(admins, chosen)} administrator rights")
    if unsaid := sum(not token.scope for token in chosen):
        effects.append(f"The server does not say {_scope_of(unsaid, chosen)}")
    if refreshable := sum(token.refreshable for token in chosen):
        effects.append(f"{_of(refreshable, chosen, 'is', 'are')} refreshable")
    if expired := sum(_expired(token, now) for token in chosen):
        effects.append(f"{_of(expired, chosen, 'has', 'have')} expired already")
    effects += _uncertain(chosen, now)
    effects.append(f"It cannot be undone, and {_LATE.replace('it', 'a revoked token', 1)}")
    return effects


def _whose(chosen: Sequence[Token]) -> str:
    names = list(dict.fromkeys(visible(token.username) for token in chosen))
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    many = len(chosen) > 1
    return f"{f'{len(chosen)} tokens' if many else 'A token'} of {shown}{more} {'stop' if many else 'stops'} working"


def _uncertain(chosen: Sequence[Token], now: float) -> list[str]:
    """Tokens below the documented threshold, which the platform will probably refuse to revoke."""
    doubtful = [token for token in chosen if revocability(token) is Revocability.UNCERTAIN and not _expired(token, now)]
    if not doubtful:
        return []
    last = max(token.expiry or 0 for token in doubtful)
    hours = format_duration(REVOCABLE_THRESHOLD)
    when = f"the last one lapses {_utc(last)}" if len(doubtful) > 1 else f"it lapses {_utc(last)}"
    one = "was" if len(doubtful) == 1 else "were"
    return [
        f"{_count(len(doubtful), chosen).capitalize()} {one} made to live less than {hours}, "
        f"and by the platform's default such tokens cannot be revoked; {when}"
    ]


def _of(count: int, chosen: Sequence[Token], one: str = "has", many: str = "have") -> str:
    return f"{_count(count, chosen).capitalize()} {one if count == 1 else many}"


def _count(count: int, chosen: Sequence[Token]) -> str:
    """`it`, `all`, `3 of them`."""
    if len(chosen) == 1:
        return "it"
    return "all of them" if count == len(chosen) else f"{count} of them"


def _scope_of(count: int, chosen: Sequence[Token]) -> str:
    return "its scope" if len(chosen) == 1 else f"the scope of {_count(count, chosen)}"


def _expired(token: Token, now: float) -> bool:
    return token.expiry is not None and token.expiry <= now


def _lapse(before: Json) -> str:
    expiry = before.get("expiry") if isinstance(before, dict) else None
    return f"lapses {_utc(expiry)}" if isinstance(expiry, int) else "never expires"


def _utc(moment: int) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(moment))
    except (OverflowError, ValueError, OSError):
        return f"at epoch second {moment}"


def _revocation(result: Answer | ConsoleError) -> wire.Revocation | ConsoleError:
    if isinstance(result, Answer):
        return wire.revocation(result)
    refused = wire.refused_revocation(result) if isinstance(result, Rejected) else None
    return refused or result
