"""Claims to try mappings with when no token is at hand: what a job of a known platform would bring."""

from __future__ import annotations

import json
from typing import Final

from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import Integration
from jfconsole.domain.provider_catalog import PROVIDERS, provider_named
from jfconsole.domain.providers import ClaimType, KnownClaim, Provider
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible

LIFETIME: Final = 300
"""Seconds that a sample is good for, as tokens of most platforms are."""


def sample_named(name: str) -> Provider:
    """The platform whose sample is asked for, by its id. Raises UsageError with all there are."""
    found = provider_named(name)
    if found is None:
        known = ", ".join(provider.id for provider in PROVIDERS)
        raise UsageError(f"There is no sample {visible(name)}", f"Samples: {known}")
    return found


def sample_claims(provider: Provider, integration: Integration, now: float) -> JsonObject:
    """The claims of a job that was started as the platform's documentation shows, for this integration.

    Issuer, audience and organisation are those that the integration wants, so that the mappings decide. `now` is in
    epoch seconds.
    """
    claims: JsonObject = {}
    for known in provider.claims:
        _put(claims, known.place, _example(known))
    if integration.organization and "repository_owner" in claims:
        claims["repository_owner"] = integration.organization
    moment = int(now)
    audience = {"aud": integration.audience} if integration.audience else {}
    return {
        "iss": integration.expected_issuer,
        **audience,
        **claims,
        "iat": moment,
        "nbf": moment,
        "exp": moment + LIFETIME,
    }


def _put(claims: JsonObject, place: tuple[str, ...], value: Json) -> None:
    inner = claims
    for name in place[:-1]:
        nested = inner.setdefault(name, {})
        if not isinstance(nested, dict):
            return
        inner = nested
    inner[place[-1]] = value


def _example(known: KnownClaim) -> Json:
    """The documented example as JSON, where its type is none of text."""
    if known.type in (ClaimType.TEXT, ClaimType.FLAG_TEXT):
        return known.example
    try:
        value: Json = json.loads(known.example)
    except ValueError:
        return {} if known.type is ClaimType.OBJECT else known.example
    return value
