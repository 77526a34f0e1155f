"""What will become of a token before it is made: stored or not, revocable or not, until when, and what surprises.

The platform tells its thresholds to nobody; the documented defaults decide here, and are called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jfconsole.domain.audience import audience_in_english, parse_audience
from jfconsole.domain.durations import HOUR, YEAR, format_duration
from jfconsole.domain.scopes import GroupsScope, RolesScope, UserScope, parse_scope, scope_concerns, scope_in_english
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.domain.token_requests import NEVER, TokenRequest
from jfconsole.domain.tokens import PERSISTENCY_THRESHOLD, REVOCABLE_THRESHOLD

DEFAULT_LIFETIME: Final = YEAR
"""Seconds that a token lives when nobody says how long. Source: JFrog help "Recommended Configurations"
(`token.default-expiry`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """By the documented default thresholds. `expiry` is in epoch seconds, None for never."""

    expiry: int | None
    stored: bool
    revocable: bool

    @property
    def listed(self) -> bool:
        """Whether the platform's list will have it: it has what is stored."""
        return self.stored


def forecast(request: TokenRequest, now: float) -> Forecast:
    """What the platform will make of a request that it gets at `now` (epoch seconds).

    Inferred: that a reference token is always stored, as it is looked up on every use.
    """
    lifetime = DEFAULT_LIFETIME if request.expires_in is None else request.expires_in
    if lifetime == NEVER:
        return Forecast(expiry=None, stored=True, revocable=True)
    stored = lifetime >= PERSISTENCY_THRESHOLD or request.force_revocable or request.reference
    return Forecast(
        expiry=int(now) + lifetime,
        stored=stored,
        revocable=lifetime >= REVOCABLE_THRESHOLD or request.force_revocable,
    )


def forecast_lines(request: TokenRequest, now: float) -> tuple[str, ...]:
    """What a person should know before the token is made, in sentences without full stops; cleaned."""
    ahead = forecast(request, now)
    return (
        f"It may do: {scope_in_english(request.scope)}",
        f"Accepted by: {audience_in_english(parse_audience(request.audience))} ({visible(request.audience)})",
        _expiry_line(request, ahead),
        _stored_line(ahead),
        *([_revocable_line(ahead)] if ahead.stored else []),
        *concerns(request),
    )


def concerns(request: TokenRequest) -> tuple[str, ...]:
    """What may surprise the one who asks, in sentences; cleaned."""
    kinds = {type(scope) for scope in parse_scope(request.scope)}
    checks = (
        (request.expires_in == NEVER, "It never expires: 90 days and a date to replace it are safer"),
        (request.is_admin, "Whoever holds it administers the whole platform"),
        (
            bool(kinds & {GroupsScope, RolesScope}) and UserScope not in kinds,
            "A few clients look the user of a token up, and refuse one whose user does not exist",
        ),
        (request.refreshable, "It can be refreshed: who has both values can go on for ever"),
        (
            request.force_revocable and request.expires_in not in (None, NEVER),
            "It is made revocable, so it cannot cross a circle of trust",
        ),
    )
    return (*(sentence for holds, sentence in checks if holds), *scope_concerns(request.scope))


def _expiry_line(request: TokenRequest, ahead: Forecast) -> str:
    if ahead.expiry is None:
        return "It never expires"
    when = local_text(ahead.expiry) or "beyond any calendar"
    if request.expires_in is None:
        return f"It expires when the platform's default says, by the documented one on {when}"
    return f"It expires on {when}, {format_duration(request.expires_in)} from now"


def _stored_line(ahead: Forecast) -> str:
    if ahead.stored:
        return "It is stored, and stands in the list of tokens"
    limit = PERSISTENCY_THRESHOLD // HOUR
    return f"It is not stored: shorter than {limit} h by the default threshold, so it is never listed nor revoked"


def _revocable_line(ahead: Forecast) -> str:
    if ahead.revocable:
        return "It can be revoked at any time"
    limit = REVOCABLE_THRESHOLD // HOUR
    return f"It cannot be revoked: shorter than {limit} h by the default threshold; it only lapses"
