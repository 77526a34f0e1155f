"""The linter's rules on an integration itself: M07, M08 and M09."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jfconsole.domain.integrations import GITHUB_HOST, Integration
from jfconsole.domain.issuers import Discovery, issuer_difference, issuer_parts
from jfconsole.domain.lint_mappings import Finding, Rule, Severity
from jfconsole.domain.provider_catalog import PROVIDERS
from jfconsole.domain.text import Untrusted, visible

_OWNER_URL: Final = re.compile(r"https://github\.com/[^/]+/?")
_FIXED_HOSTS: Final = tuple(
    dict.fromkeys(
        parts.hostname or ""
        for provider in PROVIDERS
        if provider.shared and "<" not in provider.issuer and (parts := issuer_parts(provider.issuer))
    )
)
"""Issuers that everybody shares: a host that merely looks like one is somebody's trap."""


def lint_integration(integration: Integration, discovery: Discovery | None = None) -> tuple[Finding, ...]:
    """Every finding about an integration, with what its issuer published if that was looked up."""
    return (*_permissive(integration), *_issuer(integration, discovery), *_audience(integration))


def _permissive(integration: Integration) -> Iterator[Finding]:
    kind = integration.kind
    if integration.enable_permissive_configuration and (kind is None or kind.is_github):
        yield _finding(
            Rule.PERMISSIVE,
            Severity.BLOCKS,
            "The permissive configuration lets every organisation of GitHub in, as far as the mappings do",
            "Switch it off and name the organisation, or type that it is meant",
        )


def _issuer(integration: Integration, discovery: Discovery | None) -> Iterator[Finding]:
    url = integration.issuer_url or ""
    parts = issuer_parts(url)
    if parts is not None and parts.scheme != "https":
        yield _issuer_warning("The issuer is asked in clear text: whoever is on the way can give it keys", "Use https")
    if parts is not None and (near := _look_alike(parts.hostname or "")):
        yield _issuer_warning(f"{visible(parts.hostname or '')} looks like {near} and is another host", f"Use {near}")
    if parts is not None and parts.hostname == GITHUB_HOST and url.endswith("/"):
        yield _issuer_warning("GitHub's issuer has no slash at the end: no token of its equals it", "Take it away")
    found = discovery.issuer if discovery is not None else None
    if found is not None and (difference := issuer_difference(integration.expected_issuer, found)):
        yield _issuer_warning(difference, "Write the issuer as its discovery document has it")


def _audience(integration: Integration) -> Iterator[Finding]:
    audience = integration.audience or ""
    if not audience:
        yield _finding(
            Rule.AUDIENCE,
            Severity.WARNS,
            "No audience is asked for: a token that a workload got for another service gets in here",
            "Choose an audience for this integration alone, and have workloads ask for it",
        )
    elif _OWNER_URL.fullmatch(audience):
        yield _finding(
            Rule.AUDIENCE,
            Severity.WARNS,
            "The audience is GitHub's default: every service that takes tokens of the organisation can replay them",
            "Choose an audience for this integration alone, and have workflows ask for it",
        )


def _look_alike(host: str) -> str | None:
    """The well-known issuer that a host pretends to be."""
    for known in _FIXED_HOSTS:
        glued = host.endswith(known) and not host.endswith(f".{known}")
        if host != known and (host.startswith(f"{known}.") or glued or host.replace("-", ".") == known):
            return known
    return None


def _issuer_warning(sentence: str, fix: str) -> Finding:
    return _finding(Rule.ISSUER, Severity.WARNS, sentence, fix)


def _finding(rule: Rule, severity: Severity, sentence: str, fix: str) -> Finding:
    return Finding(rule, severity, Untrusted(""), "", sentence, fix)
