"""The `*` of issuer roles: any text without a slash. There is no other special character, and case counts.

Inferred: Avassa's reference shows `https://api.*.example.com` and leaves open what `*` stands for; here it never
crosses a slash, so that a pattern for one host does not admit a path on it.
"""

from __future__ import annotations

from jfconsole.domain.wildcards import wildcard_match


def glob_match(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern."""
    parts, pieces = pattern.split("/"), text.split("/")
    return len(parts) == len(pieces) and all(map(wildcard_match, parts, pieces))


def is_glob(pattern: str) -> bool:
    """Whether more than one text may fit."""
    return "*" in pattern
