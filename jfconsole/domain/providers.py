"""Platforms whose workloads carry OIDC tokens: what is known about each, so that nobody has to look it up.

The tables themselves are in `provider_catalog`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jfconsole.domain.integrations import ProviderType
from jfconsole.domain.issuers import issuer_parts

EXACT: Final = r"[^*]+$"
"""For `binds`, `pins` and `narrows`: any value without a wildcard."""

STANDARD_CLAIMS: Final = ("iss", "sub", "aud", "exp", "iat", "nbf", "jti")
"""Claims that every ID token may have. Source: RFC 7519, section 4.1."""


class ClaimType(StrEnum):
    """What a claim holds."""

    TEXT = "text"
    FLAG_TEXT = "flag as text"
    """`"true"` and `"false"`, in quotes: a flag without them does not match."""
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """A claim of a platform's tokens. `place` leads to it from the outside in.

    `binds`, `pins` and `narrows` are regular expressions for the beginning of a wanted value, up to and including
    its first `*`: one that fits `binds` cannot be had by strangers, one that fits `pins` says which repository (or
    pipeline, or service account), and one that fits `narrows` which branch, environment or phase. Empty: no value
    does. `immutable`: names that are taken over by somebody else do not carry it along.
    """

    place: tuple[str, ...]
    example: str
    meaning: str
    type: ClaimType = ClaimType.TEXT
    binds: str = ""
    pins: str = ""
    narrows: str = ""
    immutable: bool = False

    @property
    def name(self) -> str:
        """For people."""
        return " / ".join(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What to fill in for a platform, and what its tokens say. `issuer` has its variable parts in angle brackets.

    `issuers` is a regular expression for host and path of its issuers; empty where every installation has its own.
    `shared`: one issuer for all customers. `subjects` are forms of `sub`; `claim_prefixes` begin further claims.
    `audience` is what its tokens have unless something else is asked for, empty where it must be chosen.
    """

    id: str
    title: str
    issuer: str
    provider_type: ProviderType
    claims: tuple[KnownClaim, ...]
    issuers: str = ""
    shared: bool = False
    audience: str = ""
    subjects: tuple[str, ...] = ()
    claim_prefixes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def claim(self, place: tuple[str, ...]) -> KnownClaim | None:
        """The claim at this place, if it is known."""
        return next((known for known in self.claims if known.place == place), None)

    def knows(self, name: str) -> bool:
        """Whether its tokens may have a claim of that name."""
        return (
            name in STANDARD_CLAIMS
            or any(known.place[0] == name for known in self.claims)
            or name.startswith(self.claim_prefixes or ("\0",))
        )


def is_issuer_of(provider: Provider, issuer_url: str) -> bool:
    """Whether the URL is an issuer of that platform, by its whole host and its path."""
    parts = issuer_parts(issuer_url)
    if parts is None or not provider.issuers or parts.port not in (None, 443) or parts.query or parts.fragment:
        return False
    return re.fullmatch(provider.issuers, f"{parts.hostname}{parts.path.rstrip('/')}") is not None
