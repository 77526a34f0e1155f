"""Whether the claims of a token are those that an identity mapping asks for."""

from collections.abc import Mapping


def matches(required: Mapping[str, object], claims: Mapping[str, object], *, exact: bool = False) -> bool:
    """Whether every claim that is required is there and fits (help page "JSON Claims").

    Nothing required fits everything: anyone with a token of that issuer. `exact` is how it was before 7.94: no
    wildcards, no alternatives (help pages "Wildcard Values in JSON Claims", "Multiple Values in JSON Claims").
    """
    fits = _equal if exact else _fits
    return all(name in claims and fits(wanted, claims[name]) for name, wanted in required.items())


def _fits(wanted: object, found: object) -> bool:
    """Whether a claim's value is one that is wanted.

    A list that is wanted is a choice. Inferred: a claim that is a list fits if one of its members does, and objects
    are compared field by field, the claim being free to have more of them.
    """
    if isinstance(wanted, list):
        return any(_fits(choice, found) for choice in wanted)
    if isinstance(found, list):
        return any(_fits(wanted, member) for member in found)
    if isinstance(wanted, dict):
        return isinstance(found, dict) and matches(wanted, found)
    if isinstance(wanted, str) and isinstance(found, str):
        return _wildcard(wanted, found)
    return _equal(wanted, found)


def _equal(wanted: object, found: object) -> bool:
    """Equality as JSON has it: cases differ, true is not 1, and no number is its digits."""
    return wanted == found and isinstance(wanted, bool) == isinstance(found, bool)


def _wildcard(pattern: str, text: str) -> bool:
    """`*` stands for any characters, none and slashes included; there is no other wildcard, and no way to escape it."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    position = len(first)
    for piece in rest[:-1]:
        found = text.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return text.startswith(first) and text.endswith(rest[-1]) and len(text) - len(rest[-1]) >= position
