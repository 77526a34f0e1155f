"""Patterns that make a user or groups out of a claim: `{{actor}}`, `({{actor}})@corp.test | $1`.

Before the bar stands what the claim's value must look like: `{{claim}}` for any text, literals around it, and
parentheses that capture. After the bar stands what becomes of it: `$0` is the whole value, `$1` the first capture.
Without a bar the value is taken as it is. Platforms know them since Artifactory 7.95. Source: JFrog help, "Dynamic
Mapping"; knowledge base article 000006684, "Pattern Flexibility in Dynamic Mappings".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible

_TOKEN: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}|([()])|(?:(?!\{\{)[^()])+|\{\{", re.DOTALL)
_REFERENCE: Final = re.compile(r"\$(\d+)", re.ASCII)
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class ClaimPattern:
    """A pattern taken apart. `prefix` and `suffix` are the literals around the claim; `rewrite` has the references.

    `captures` are (start, end) in the text of prefix, claim and suffix, where the claim counts as one character.
    """

    claim: Untrusted
    prefix: str
    suffix: str
    captures: tuple[tuple[int, int], ...]
    rewrite: str

    def apply(self, value: str) -> str | None:
        """What becomes of a claim's value; None when it does not fit.

        Inferred: the claim may stand for nothing, and the whole value must fit.
        """
        taken = len(value) - len(self.prefix) - len(self.suffix)
        if taken < 0 or not (value.startswith(self.prefix) and value.endswith(self.suffix)):
            return None
        return _REFERENCE.sub(lambda found: self._captured(value, int(found[1]), taken), self.rewrite).strip()

    def _captured(self, value: str, number: int, taken: int) -> str:
        if number == 0:
            return value
        start, end = self.captures[number - 1]
        return value[self._at(start, taken) : self._at(end, taken)]

    def _at(self, position: int, taken: int) -> int:
        """A position in the pattern, counting the claim as one character, as a position in the value."""
        return position if position <= len(self.prefix) else position - 1 + taken


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a pattern made of a token: names of a user or of groups."""

    names: tuple[Untrusted, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a pattern makes nothing of a token, as a cleaned sentence: the platform refuses the exchange then."""

    sentence: str


@lru_cache(maxsize=1024)
def parse_pattern(text: str) -> ClaimPattern:
    """The pattern in a text. Raises ValueError with a sentence for people."""
    match, bar, rewrite = text.partition("|")
    parts = _Parts()
    for token in _TOKEN.finditer(match.strip()):
        parts.add(token)
    return parts.finished(rewrite.strip() if bar else "$0")


def pattern_problem(text: str) -> str | None:
    """What is wrong with a pattern, as a sentence; None when it can be used."""
    try:
        parse_pattern(text)
    except ValueError as problem:
        return str(problem)
    return None


def resolve_user(text: str, claims: Mapping[str, Json]) -> Resolved | Unresolved:
    """The user that a pattern names for these claims. Inferred: a whole number counts as its text."""
    found = _found(text, claims)
    if isinstance(found, Unresolved):
        return found
    pattern, value = found
    if isinstance(value, list):
        return Unresolved(f"The claim {visible(pattern.claim)} holds a list, where one user was expected")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return Unresolved(f"The claim {visible(pattern.claim)} holds something other than text")
    name = pattern.apply(str(value))
    return Resolved((Untrusted(name),)) if name else _unfitting(pattern, str(value))


def resolve_groups(text: str, claims: Mapping[str, Json]) -> Resolved | Unresolved:
    """The groups that a pattern names for these claims: a list, or one text with commas.

    Inferred: groups that do not fit the pattern are left out, and only none at all fails the exchange.
    """
    found = _found(text, claims)
    if isinstance(found, Unresolved):
        return found
    pattern, value = found
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        return Unresolved(f"The claim {visible(pattern.claim)} holds neither a list nor text")
    wanted = [name.strip() for name in listed if isinstance(name, str) and name.strip()]
    if not wanted:
        return Unresolved(f"The claim {visible(pattern.claim)} holds no group")
    names = [name for value in wanted if (name := pattern.apply(value))]
    return Resolved(tuple(map(Untrusted, dict.fromkeys(names)))) if names else _unfitting(pattern, ", ".join(wanted))


class _Parts:
    """A pattern while it is read, token by token."""

    def __init__(self) -> None:
        self.literals = ["", ""]
        self.claims: list[str] = []
        self.opened: list[int] = []
        self.captures: list[tuple[int, int]] = []

    def add(self, token: re.Match[str]) -> None:
        if token[1] is not None:
            self.claims.append(token[1])
        elif token[2] == "(":
            self.opened.append(len(self.captures))
            self.captures.append((self._position(), -1))
        elif token[2] == ")":
            self._close()
        else:
            self.literals[min(len(self.claims), 1)] += token[0]

    def finished(self, rewrite: str) -> ClaimPattern:
        if len(self.claims) != 1 or not self.claims[0]:
            raise ValueError("The pattern must name one claim, such as {{actor}}")
        if self.opened:
            raise ValueError("The pattern opens a parenthesis and does not close it")
        if not rewrite:
            raise ValueError("The pattern says nothing after its bar: write $0 for the value as it is")
        for found in _REFERENCE.finditer(rewrite):
            if int(found[1]) > len(self.captures):
                raise ValueError(f"The pattern has no capture for {found[0]}: put parentheses around what it means")
        return ClaimPattern(
            Untrusted(self.claims[0]), self.literals[0], self.literals[1], tuple(self.captures), rewrite
        )

    def _position(self) -> int:
        return len(self.literals[0]) + len(self.claims) + len(self.literals[1])

    def _close(self) -> None:
        if not self.opened:
            raise ValueError("The pattern closes a parenthesis that it did not open")
        place = self.opened.pop()
        self.captures[place] = (self.captures[place][0], self._position())


def _found(text: str, claims: Mapping[str, Json]) -> tuple[ClaimPattern, Json] | Unresolved:
    """The pattern, and what is in its claim."""
    try:
        pattern = parse_pattern(text)
    except ValueError as problem:
        return Unresolved(str(problem))
    value = claims.get(pattern.claim)
    if value is None:
        return Unresolved(f"The token has no claim {visible(pattern.claim)}, which the pattern needs")
    return pattern, value


def _unfitting(pattern: ClaimPattern, value: str) -> Unresolved:
    shown = visible(value[:_SHOWN])
    return Unresolved(f"The claim {visible(pattern.claim)} is {shown}, which does not fit the pattern")
