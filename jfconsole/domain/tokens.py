"""Access tokens as the platform lists them, and what follows from the list alone.

The list carries no audience, no reference and no revocable flag, and often no scope or last use. What it does not
say stays unknown here; the documented default thresholds are called so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from jfconsole.domain.jwt import ApiKey, DecodedJwt, Pasted, ReferenceToken, TokenId, Unrecognised
from jfconsole.domain.text import Untrusted

PERSISTENCY_THRESHOLD: Final = 10_800
"""Default of Access, in seconds: tokens made to live shorter are not stored, hence neither listed nor revocable.
Source: terraform-provider-artifactory docs/resources/scoped_token.md."""

REVOCABLE_THRESHOLD: Final = 21_600
"""Default of `token.revocable-expiry-threshold`, in seconds: tokens made to live shorter cannot be revoked unless
they were forced to be. Source: JFrog help, "Security Restrictions" of access tokens."""

USERS_SEGMENT: Final = "/users/"


class Token(msgspec.Struct, frozen=True, gc=False):
    """One row of `GET /access/api/v1/tokens`. Times are epoch seconds; a missing `expiry` means never.

    Source: JFrog REST API "Get Tokens". A msgspec struct, because a list may hold 100,000 of them.
    """

    token_id: str
    subject: Untrusted
    issued_at: int
    issuer: Untrusted = Untrusted("")
    expiry: int | None = None
    description: Untrusted | None = None
    refreshable: bool = False
    scope: Untrusted | None = None
    last_used: int | None = None
    project: Untrusted | None = None

    @property
    def username(self) -> Untrusted:
        """Who the token acts as: what follows `/users/` in the subject, else the subject as it is."""
        return username_of(self.subject)

    @property
    def lifetime(self) -> int | None:
        """Seconds between issue and expiry; None when it never expires."""
        return None if self.expiry is None else self.expiry - self.issued_at


class Revocability(StrEnum):
    """Whether a listed token can be revoked, as far as the list tells."""

    REVOCABLE = "revocable"
    UNCERTAIN = "uncertain"
    """Shorter than the default threshold: revocable only if it was forced to be, which no list says."""


def revocability(token: Token) -> Revocability:
    """By the default threshold; the platform's own setting cannot be read."""
    lifetime = token.lifetime
    short = lifetime is not None and lifetime < REVOCABLE_THRESHOLD
    return Revocability.UNCERTAIN if short else Revocability.REVOCABLE


def username_of(subject: str) -> Untrusted:
    """The user name in a token subject `<service id>/users/<name>`; the name may itself contain slashes.

    Source: jfrog-client-go auth/authutils.go (ExtractUsernameFromAccessToken).
    """
    _, found, name = subject.partition(USERS_SEGMENT)
    return Untrusted(name if found else subject)


def lookup_id(pasted: Pasted) -> tuple[Untrusted | None, str]:
    """The id that the platform can be asked about, or None and why it cannot be asked."""
    match pasted:
        case TokenId(value):
            return value, ""
        case DecodedJwt() as jwt if jwt.is_jfrog and jwt.token_id:
            return jwt.token_id, ""
        case DecodedJwt() as jwt if jwt.is_jfrog:
            return None, "the token carries no id"
        case DecodedJwt():
            return None, "it was not issued by a JFrog Platform"
        case ReferenceToken():
            return None, "a reference token does not carry its id"
        case ApiKey():
            return None, "an API key has no token id"
        case Unrecognised():
            return None, "it is not a token"
