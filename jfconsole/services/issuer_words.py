"""What an issuer published when it was asked from here, in words and as a record."""

from __future__ import annotations

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuers import PublishedKey
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import NOT_SAID, Fact
from jfconsole.services.integrations import IssuerReport


def issuer_facts(report: IssuerReport) -> tuple[Fact, ...]:
    """What it published, and what is wrong with it; cleaned text."""
    lines = [Fact("asked from here", "it can be used" if report.usable else "it cannot be used as it is")]
    if report.discovery is not None:
        lines.append(Fact("says issuer", visible(report.discovery.issuer or "") or NOT_SAID))
        lines.append(Fact("keys at", visible(report.discovery.jwks_uri or "") or NOT_SAID))
    lines += [Fact("key", key_words(key)) for key in report.keys or ()]
    return (*lines, *(Fact("problem", problem) for problem in report.problems))


def issuer_record(report: IssuerReport) -> JsonObject:
    """The same for `--json`; keys are stable."""
    discovery = report.discovery
    return {
        "usable": report.usable,
        "discovery_url": discovery.url if discovery else None,
        "issuer": discovery.issuer if discovery else None,
        "jwks_uri": discovery.jwks_uri if discovery else None,
        "keys": None if report.keys is None else [_key_record(key) for key in report.keys],
        "problems": [*report.problems],
    }


def key_words(key: PublishedKey) -> str:
    """A key on one line; cleaned."""
    parts = (key.key_id or "without a kid", key.kind or "", key.curve or "", key.algorithm or "")
    return " · ".join(visible(part) for part in parts if part)


def _key_record(key: PublishedKey) -> JsonObject:
    return {"kid": key.key_id, "kty": key.kind, "alg": key.algorithm, "crv": key.curve, "private": [*key.private]}
