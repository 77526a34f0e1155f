"""What can be said about a listed token: from its row, from the list of users, and from the documented defaults.

What the platform does not say is not guessed. Rules that rest on the default thresholds say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from jfconsole.domain.durations import DAY, HOUR, format_duration, format_relative
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import group_names, is_admin, scope_label
from jfconsole.domain.text import Untrusted
from jfconsole.domain.times import utc_text
from jfconsole.domain.tokens import REVOCABLE_THRESHOLD, USERS_SEGMENT, Revocability, Token, revocability

SOON: Final = 7 * DAY
"""Seconds before its expiry from which a token is called soon to expire."""


class SubjectKind(StrEnum):
    """Whom the subject of a token names."""

    USER = "user"
    """`<service id>/users/<name>`; whether the user exists is another question."""
    MAPPING = "mapping"
    """`<integration>/<identity mapping>`: made by an OIDC exchange for groups or roles; there is no user.
    Source: jfrog-client-go auth/authutils.go."""
    OTHER = "other"


class SubjectState(StrEnum):
    """What became of the user that a token names."""

    ENABLED = "enabled"
    INVITED = "invited"
    DISABLED = "disabled"
    LOCKED = "locked"
    MISSING = "missing"
    """No user of that name: removed, or never there (a token may be made for a name that does not exist)."""
    NO_USER = "no user"
    """The subject names no user by design."""
    UNKNOWN = "unknown"
    """The users could not be read, or the platform calls the state something else."""


class ExpiryState(StrEnum):
    """Where a token stands in its life."""

    NEVER = "never"
    EXPIRED = "expired"
    SOON = "soon"
    LATER = "later"


class TokenView(msgspec.Struct, frozen=True, gc=False):
    """A token as a list shows it. `haystack` is the lower-case text that plain filter words search."""

    token: Token
    username: Untrusted
    subject_state: SubjectState
    haystack: str
    in_use: bool = False
    """Whether it is the token that the console itself works with."""

    @property
    def token_id(self) -> str:
        """The key of the row."""
        return self.token.token_id

    @property
    def scope_label(self) -> str:
        """The scope in short, cleaned."""
        return scope_label(self.token.scope)

    @property
    def is_admin(self) -> bool:
        """Whether its scope makes its bearer an administrator."""
        return is_admin(self.token.scope)


def view_tokens(
    tokens: Iterable[Token], states: Mapping[str, SubjectState] | None = None, in_use: str | None = None
) -> list[TokenView]:
    """Views of listed tokens in the same order. `states` are by lower-case user name, None when not known.

    `in_use` is the id of the token that the console works with.
    """
    return [view_token(token, states, in_use) for token in tokens]


def view_token(token: Token, states: Mapping[str, SubjectState] | None = None, in_use: str | None = None) -> TokenView:
    """One view; see `view_tokens`. Kept lean: it runs once for each of 100,000 tokens."""
    subject = token.subject
    _, found, name = subject.partition(USERS_SEGMENT)
    if not found:
        name, state = subject, SubjectState.NO_USER
    elif states is None:
        state = SubjectState.UNKNOWN
    else:
        state = states.get(name.lower(), SubjectState.MISSING)
    scope = token.scope
    label = scope_label(scope) if scope else ""
    words = f"{name}\n{token.description or ''}\n{label}\n{token.token_id}\n{token.project or ''}"
    return TokenView(token, Untrusted(name), state, words.lower(), token.token_id == in_use)


def subject_kind(subject: str) -> SubjectKind:
    """Whom a subject names, by its form."""
    if USERS_SEGMENT in subject:
        return SubjectKind.USER
    provider, slash, mapping = subject.partition("/")
    bare = slash and provider and mapping and "@" not in provider and "/" not in mapping
    return SubjectKind.MAPPING if bare else SubjectKind.OTHER


def expiry_state(expiry: int | None, now: float) -> ExpiryState:
    """Where a token with that expiry (epoch seconds, None: never) stands at `now`."""
    if expiry is None:
        return ExpiryState.NEVER
    if expiry <= now:
        return ExpiryState.EXPIRED
    return ExpiryState.SOON if expiry - now <= SOON else ExpiryState.LATER


def revocability_in_words(token: Token, now: float) -> str:
    """Whether it can be revoked, on what grounds, and when it lapses otherwise."""
    lifetime = token.lifetime
    if lifetime is None or revocability(token) is Revocability.REVOCABLE:
        return f"yes, by the default threshold ({REVOCABLE_THRESHOLD // HOUR} h or longer)"
    return (
        f"perhaps not: made to live {format_duration(max(0, lifetime))}, below the default threshold of "
        f"{REVOCABLE_THRESHOLD // HOUR} h; lapses {format_relative(token.expiry, now)}"
    )


_STATE_FLAGS: Final = {
    SubjectState.MISSING: "no subject",
    SubjectState.DISABLED: "disabled",
    SubjectState.LOCKED: "locked",
}


def flags(view: TokenView, now: float) -> tuple[str, ...]:
    """What a person should see about the token at once, in a fixed order of weight."""
    token = view.token
    state = _STATE_FLAGS.get(view.subject_state)
    checks = (
        ("in use", view.in_use),
        ("expired", token.expiry is not None and token.expiry <= now),
        ("admin", view.is_admin),
        (state or "", state is not None),
        ("refreshable", token.refreshable),
        ("short-lived", revocability(token) is Revocability.UNCERTAIN),
    )
    return tuple(word for word, holds in checks if holds)


def token_record(view: TokenView, now: float) -> dict[str, Json]:
    """The token as `--json` prints it. Keys are stable; strings are as the server sent them.

    `issued_at`, `expiry` and `last_used` are epoch seconds or null, with an ISO 8601 twin in UTC. A null `scope`,
    `admin` or `last_used` means that the server does not say; a null `expiry` with `never_expires` means never.
    `revocable` is `revocable` or `uncertain`, by the documented default threshold.
    """
    token = view.token
    state = expiry_state(token.expiry, now)
    return {
        "token_id": token.token_id,
        "subject": token.subject,
        "subject_kind": subject_kind(token.subject).value,
        "username": view.username,
        "subject_state": view.subject_state.value,
        "scope": token.scope,
        "admin": view.is_admin if token.scope else None,
        "groups": list(group_names(token.scope)),
        "description": token.description,
        "project": token.project,
        "issuer": token.issuer,
        "issued_at": token.issued_at,
        "issued_at_iso": utc_text(token.issued_at),
        "expiry": token.expiry,
        "expiry_iso": utc_text(token.expiry),
        "never_expires": state is ExpiryState.NEVER,
        "expired": state is ExpiryState.EXPIRED,
        "last_used": token.last_used,
        "last_used_iso": utc_text(token.last_used),
        "refreshable": token.refreshable,
        "revocable": revocability(token).value,
        "in_use": view.in_use,
        "flags": list(flags(view, now)),
    }
