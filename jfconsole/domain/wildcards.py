"""The `*` of identity mappings: any text, slashes included. There is no other special character.

Source: JFrog help, "Identity Mappings" (`"ref": "refs/heads/*"` for any branch). Inferred: `*` also stands for no text
and crosses slashes, and case counts.
"""

from __future__ import annotations


def wildcard_match(pattern: str, text: str) -> bool:
    """Whether the text fits the pattern. Each literal piece is looked for once, from left to right."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    if not text.startswith(first):
        return False
    *middle, last = rest
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - at >= len(last) and text.endswith(last)


def wildcard_covers(outer: str, inner: str) -> bool:
    """Whether everything that fits `inner` fits `outer`. Never wrongly true; false may mean that it is not obvious.

    A `*` in `inner` taken as a character can only be swallowed by one in `outer`.
    """
    return wildcard_match(outer, inner)


def admits_anything(pattern: str) -> bool:
    """Whether every text fits."""
    return bool(pattern) and not pattern.strip("*")


def literal_head(pattern: str) -> str:
    """What every text that fits begins with."""
    return pattern.partition("*")[0]
