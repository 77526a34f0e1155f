"""Matching a token's claims against identity mappings: who would get in, through which mapping, and why not.

Every claim of a mapping must match (AND). A text must be equal, case counts, and `*` stands for any text; a list in
the mapping is any of its entries. Source: JFrog help, "Identity Mappings", "Multiple Values in JSON Claims" (7.94.1).
Inferred: `*` crosses slashes; a claim that is a list matches when one of its entries does; numbers, flags and nulls
match their equals and nothing else; a nested object matches when each of its members does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.wildcards import wildcard_match

ClaimPlace: TypeAlias = tuple[str, ...]
"""The names that lead to a claim, from the outside in; one for most."""

_SHOWN: Final = 120
_MISSING: Final = object()


class Operator(StrEnum):
    """How a value of a mapping is compared with that of a token."""

    EQUALS = "equals"
    WILDCARD = "wildcard"
    ANY_OF = "any of"
    CONTAINS = "contains"
    """One value in the mapping, a list in the token."""
    OVERLAPS = "overlaps"
    """A list in both."""
    SAME_VALUE = "same value"
    """Numbers, flags and nulls."""
    NESTED = "nested"


class Verdict(StrEnum):
    """What came of one claim."""

    MATCHES = "matches"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """One claim of a mapping against a token. `actual` is None when it is missing; `sentence` is cleaned."""

    place: ClaimPlace
    verdict: Verdict
    operator: Operator
    expected: Json
    actual: Json

    @property
    def name(self) -> str:
        """The claim for people; cleaned."""
        return place_words(self.place)

    @property
    def matches(self) -> bool:
        """Whether the token has what is wanted."""
        return self.verdict is Verdict.MATCHES

    @property
    def sentence(self) -> str:
        """What was wanted and what was there."""
        wanted = _wanted(self.operator, self.expected)
        if self.verdict is Verdict.MISSING:
            return f"The token has no claim {self.name}; {wanted} is wanted"
        if self.verdict is Verdict.MATCHES:
            return f"{self.name} is {value_words(self.actual)}, as wanted"
        return f"{self.name} is {value_words(self.actual)}; {wanted} is wanted"


@dataclass(frozen=True, slots=True)
class MappingVerdict:
    """One mapping against a token. A mapping whose claims this console cannot read never matches here."""

    mapping: IdentityMapping
    claims: tuple[ClaimVerdict, ...]

    @property
    def matches(self) -> bool:
        """Whether every claim does."""
        return not self.mapping.opaque and not self.failing

    @property
    def failing(self) -> tuple[ClaimVerdict, ...]:
        """The claims that stand in the way."""
        return tuple(verdict for verdict in self.claims if not verdict.matches)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All mappings against one token, in the order in which the platform looks at them.

    `left_out` are mappings of other projects, or of other names than the one that was asked for.
    """

    verdicts: tuple[MappingVerdict, ...]
    left_out: tuple[IdentityMapping, ...] = ()

    @property
    def winner(self) -> MappingVerdict | None:
        """The first that matches."""
        return next((verdict for verdict in self.verdicts if verdict.matches), None)

    @property
    def shadowed(self) -> tuple[MappingVerdict, ...]:
        """Those that match too, behind the winner."""
        return tuple(verdict for verdict in self.verdicts if verdict.matches)[1:]

    @property
    def nearest(self) -> MappingVerdict | None:
        """Without a winner, the mapping with the fewest failing claims; the first of several."""
        readable = [verdict for verdict in self.verdicts if not verdict.mapping.opaque]
        if self.winner is not None or not readable:
            return None
        return min(readable, key=lambda verdict: len(verdict.failing))


def evaluate(
    mappings: Iterable[IdentityMapping],
    claims: Mapping[str, Json],
    project: str | None = None,
    only: str | None = None,
) -> Evaluation:
    """How the mappings of one integration judge a token; `project` and `only` are what an exchange may name."""
    given = tuple(mappings)
    candidates = [mapping for mapping in in_order(given, project) if only is None or mapping.name == only]
    verdicts = tuple(MappingVerdict(mapping, judge(mapping.claims or {}, claims)) for mapping in candidates)
    return Evaluation(verdicts, tuple(mapping for mapping in given if mapping not in candidates))


def in_order(mappings: Iterable[IdentityMapping], project: str | None = None) -> tuple[IdentityMapping, ...]:
    """Those that an exchange looks at, first to last: the project's before the global ones, then by priority.

    Source: JFrog help, "Identity Mappings". Inferred: without a project only global ones count, and equal
    priorities keep the platform's own order.
    """
    wanted = [mapping for mapping in mappings if not mapping.project_key or mapping.project_key == project]
    return tuple(sorted(wanted, key=_rank))


def judge(expected: Mapping[str, Json], claims: Mapping[str, Json]) -> tuple[ClaimVerdict, ...]:
    """Every claim of a mapping against a token, in the mapping's order; nested objects claim by claim."""
    return tuple(_judge((), expected, claims))


def value_matches(expected: Json, actual: Json) -> bool:
    """Whether a token's value is what a mapping wants."""
    if isinstance(expected, list):
        return any(value_matches(choice, actual) for choice in expected)
    if isinstance(actual, list):
        return any(value_matches(expected, item) for item in actual)
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            name in actual and value_matches(value, actual[name]) for name, value in expected.items()
        )
    if isinstance(expected, str):
        return isinstance(actual, str) and wildcard_match(expected, actual)
    return _same(expected, actual)


def place_words(place: Sequence[str]) -> str:
    """A claim's place for people; cleaned."""
    return " / ".join(visible(name) for name in place)


def value_words(value: Json) -> str:
    """A claim's value for people: as JSON, cleaned, not too long."""
    text = visible(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _rank(mapping: IdentityMapping) -> tuple[bool, bool, int]:
    return (not mapping.project_key, mapping.priority is None, mapping.priority or 0)


def _judge(place: ClaimPlace, expected: Mapping[str, Json], claims: Mapping[str, Json]) -> Iterator[ClaimVerdict]:
    for name, wanted in expected.items():
        here = (*place, name)
        found = claims.get(name, _MISSING)
        if isinstance(wanted, dict) and wanted and isinstance(found, dict):
            yield from _judge(here, wanted, found)
        elif name not in claims:
            yield ClaimVerdict(here, Verdict.MISSING, _operator(wanted, None), wanted, None)
        else:
            actual = claims[name]
            verdict = Verdict.MATCHES if value_matches(wanted, actual) else Verdict.DIFFERS
            yield ClaimVerdict(here, verdict, _operator(wanted, actual), wanted, actual)


def _operator(expected: Json, actual: Json) -> Operator:
    if isinstance(expected, list):
        return Operator.OVERLAPS if isinstance(actual, list) else Operator.ANY_OF
    if isinstance(actual, list):
        return Operator.CONTAINS
    if isinstance(expected, dict):
        return Operator.NESTED
    if isinstance(expected, str):
        return Operator.WILDCARD if "*" in expected else Operator.EQUALS
    return Operator.SAME_VALUE


def _wanted(operator: Operator, expected: Json) -> str:
    if isinstance(expected, list) and len(expected) != 1:
        return f"one of {value_words(expected)}" if expected else "one of no values, which nothing is,"
    single = expected[0] if isinstance(expected, list) else expected
    return f"something like {value_words(single)}" if operator is Operator.WILDCARD else value_words(single)


def _same(one: Json, other: Json) -> bool:
    """Equal values of JSON: 1 and 1.0 are, 1 and true are not."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other
