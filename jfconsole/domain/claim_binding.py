"""Whether a mapping's claims keep strangers out: which of them no other customer of the issuer can have.

Many platforms issue the tokens of all their customers under one URL. There, a mapping must want a claim that says
whose workload it is. On an issuer that is not known, only an exact `sub` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.claims import ClaimPlace
from jfconsole.domain.providers import EXACT, KnownClaim, Provider
from jfconsole.domain.requests import Json
from jfconsole.domain.wildcards import admits_anything, literal_head

NOT_TELLING: Final = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})
"""Claims that are alike in everybody's tokens, or that everybody may choose."""

EXACT_SUBJECT: Final = KnownClaim(
    place=("sub",), example="", meaning="Who the token is for", binds=EXACT, pins=EXACT, narrows=EXACT, immutable=True
)
"""What counts on an issuer that is not known."""

_GITHUB_IDS: Final = re.compile(r"repo:[^/:*]+@\d+/")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One claim that a mapping wants, with what is known about it; None when nothing is."""

    place: ClaimPlace
    value: Json
    known: KnownClaim | None

    @property
    def constrains(self) -> bool:
        """Whether it keeps anybody out."""
        return self.place[0] not in NOT_TELLING and not _universal(self.value)

    @property
    def binds(self) -> bool:
        """Whether nobody but those who are meant can have it."""
        return self.known is not None and _all_fit(self.known.binds, self.value)

    @property
    def pins(self) -> bool:
        """Whether it says which repository, pipeline or service account."""
        return self.known is not None and _all_fit(self.known.pins, self.value)

    @property
    def narrows(self) -> bool:
        """Whether it says which branch, environment or phase."""
        return self.known is not None and _all_fit(self.known.narrows, self.value)

    @property
    def too_early(self) -> bool:
        """Whether it would bind, but for a wildcard that stands before the place that counts."""
        if self.known is None or self.known is EXACT_SUBJECT or not self.known.binds or self.binds:
            return False
        return any(isinstance(value, str) and "*" in value for value in _choices(self.value))

    @property
    def immutable(self) -> bool:
        """Whether it stays with its owner when names change hands."""
        if self.known is None or not self.binds:
            return False
        ids = all(isinstance(value, str) and _GITHUB_IDS.match(value) for value in _choices(self.value))
        return self.known.immutable or (self.place == ("sub",) and ids)


def wanted_claims(claims: Mapping[str, Json], provider: Provider | None) -> tuple[Wanted, ...]:
    """Every claim of a mapping, those inside objects one by one. Without a provider, only an exact `sub` is known."""
    return tuple(_wanted((), claims, provider))


def has_binding_claims(provider: Provider | None) -> bool:
    """Whether there is a rule on what binds on this platform. Platforms without one need an exact `sub`."""
    return provider is not None and bool(provider.issuers) and any(claim.binds for claim in provider.claims)


def _wanted(place: ClaimPlace, claims: Mapping[str, Json], provider: Provider | None) -> Iterator[Wanted]:
    for name, value in claims.items():
        here = (*place, name)
        if isinstance(value, dict) and value:
            yield from _wanted(here, value, provider)
        elif has_binding_claims(provider) and provider is not None:
            yield Wanted(here, value, provider.claim(here))
        else:
            yield Wanted(here, value, EXACT_SUBJECT if here == ("sub",) else None)


def _all_fit(expression: str, value: Json) -> bool:
    return bool(expression) and all(_fits(expression, choice) for choice in _choices(value))


def _fits(expression: str, value: Json) -> bool:
    """Whether everything that the value admits begins as the expression wants it."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not text:
        return False
    shown = f"{literal_head(text)}*" if "*" in text else text
    return re.match(expression, shown) is not None


def _choices(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _universal(value: Json) -> bool:
    """Whether everything that has the claim at all gets past."""
    if isinstance(value, list):
        return any(_universal(choice) for choice in value)
    if isinstance(value, dict):
        return all(_universal(member) for member in value.values())
    return isinstance(value, str) and admits_anything(value)
