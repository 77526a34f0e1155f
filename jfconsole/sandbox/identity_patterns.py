"""`username_pattern` and `groups_pattern`: names taken from claims, and changed on the way.

A pattern is `<match> | <rewrite>` (help page "Dynamic Mapping", knowledge base article 000006684). `{{claim}}` in the
match stands for any characters, everything else for itself, parentheses capture; the whole value of the claim must fit.
The rewrite is literal but for `$0`, the value, and `$1`, `$2`, ..., what the parentheses captured.
"""

import contextlib
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_REFERENCE = re.compile(r"\$(\d+)")


class BadPattern(ValueError):
    """A pattern outside the grammar."""


class NoName(Exception):
    """A claim that is missing, or does not fit: the exchange fails."""


@dataclass(frozen=True, slots=True)
class IdentityPattern:
    """A pattern that was understood."""

    claim: str
    expression: re.Pattern[str]
    rewrite: str

    def name(self, value: str) -> str:
        """The name that a claim's value gives.

        Raises:
            NoName: the value does not fit.
        """
        match = self.expression.fullmatch(value)
        if match is None:
            raise NoName(self.claim)
        name = _REFERENCE.sub(lambda reference: match[int(reference[1])], self.rewrite).strip()
        if not name:
            raise NoName(self.claim)
        return name


@functools.lru_cache(1024)
def parse(text: str) -> IdentityPattern:
    """The meaning of a pattern. Inferred: it speaks of one claim, once.

    Raises:
        BadPattern: it has no claim or several, its parentheses do not pair, or it refers to one that is not there.
    """
    left, bar, right = text.partition("|")
    rewrite = right.strip() if bar else "$0"
    pieces = _PLACEHOLDER.split(left.strip())
    if len(pieces) != 3:
        raise BadPattern(text)
    before, claim, after = pieces
    try:
        expression = re.compile(f"{_literal(before)}.*{_literal(after)}", re.DOTALL)
    except re.error as error:
        raise BadPattern(text) from error
    if not rewrite or any(int(number) > expression.groups for number in _REFERENCE.findall(rewrite)):
        raise BadPattern(text)
    return IdentityPattern(claim.strip(), expression, rewrite)


def username(text: str, claims: Mapping[str, object]) -> str:
    """The user name that pattern `text` finds.

    Raises:
        BadPattern: as `parse`.
        NoName: the claim is missing, is no text, or does not fit.
    """
    pattern = parse(text)
    value = claims.get(pattern.claim)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise NoName(pattern.claim)
    return pattern.name(value)


def groups(text: str, claims: Mapping[str, object]) -> tuple[str, ...]:
    """The group names that pattern `text` finds: the claim is a list, or names separated by commas.

    Inferred: values that do not fit are left out, and only none at all is a failure.

    Raises:
        BadPattern: as `parse`.
        NoName: the claim is missing, is neither, or gives no group; or a name has a quote in it, which would end it
            in a scope.
    """
    pattern, names = parse(text), []
    for value in _values(claims.get(pattern.claim)):
        with contextlib.suppress(NoName):
            names.append(pattern.name(value))
    if not names or any('"' in name for name in names):
        raise NoName(pattern.claim)
    return tuple(dict.fromkeys(names))


def _values(claim: object) -> list[str]:
    if isinstance(claim, str):
        claim = claim.split(",")
    members = claim if isinstance(claim, list) else []
    return [member.strip() for member in members if isinstance(member, str) and member.strip()]


def _literal(text: str) -> str:
    """`text` as an expression in which only parentheses mean anything."""
    return "".join(character if character in "()" else re.escape(character) for character in text)
