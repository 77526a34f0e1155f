"""What to change so that a mapping admits a token that it refuses, and mappings that win by accident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jfconsole.domain.claim_shadowing import implies
from jfconsole.domain.claims import ClaimVerdict, Evaluation, MappingVerdict, Verdict, value_matches, value_words
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.requests import Json


@dataclass(frozen=True, slots=True)
class SmallestChange:
    """The fewest claims to change. `claims` are what the mapping would have then; `sentences` say it, cleaned.

    It widens what the mapping admits, or moves it: the linter has to look at the result.
    """

    mapping: IdentityMapping
    claims: JsonObject
    sentences: tuple[str, ...]


def smallest_change(nearest: MappingVerdict) -> SmallestChange:
    """What would have to be different in this mapping for the token to get in."""
    claims: JsonObject = dict(nearest.mapping.claims or {})
    for verdict in nearest.failing:
        claims = _replaced(claims, verdict.place, verdict)
    return SmallestChange(nearest.mapping, claims, tuple(_sentence(verdict) for verdict in nearest.failing))


def wins_by_accident(evaluation: Evaluation, common: JsonObject | None = None) -> tuple[IdentityMapping, ...]:
    """Mappings made for narrower cases that match too, and that the winner keeps from ever being reached.

    `common` are claims that every token has which gets as far as the mappings.
    """
    winner = evaluation.winner
    if winner is None:
        return ()
    return tuple(
        verdict.mapping for verdict in evaluation.shadowed if _narrower(verdict.mapping, winner.mapping, common or {})
    )


def _narrower(one: IdentityMapping, other: IdentityMapping, common: JsonObject) -> bool:
    ours, theirs = ({**common, **(mapping.claims or {})} for mapping in (one, other))
    return implies(ours, theirs) and not implies(theirs, ours)


def _replaced(claims: JsonObject, place: Sequence[str], verdict: ClaimVerdict) -> JsonObject:
    """The claims with the one at this place as the token has it, or without it when the token has none."""
    name, *rest = place
    if rest:
        inner = claims[name]
        changed = _replaced(inner, rest, verdict) if isinstance(inner, dict) else inner
        return {**claims, name: changed} if changed else _without(claims, name)
    return _without(claims, name) if _unmatchable(verdict) else {**claims, name: _admitting(verdict)}


def _admitting(verdict: ClaimVerdict) -> Json:
    """The wanted value with what the token has added to a list of choices, or in its place."""
    found = verdict.actual
    if isinstance(verdict.expected, list):
        return [*verdict.expected, *(found if isinstance(found, list) else [found])]
    return found


def _unmatchable(verdict: ClaimVerdict) -> bool:
    """Whether no value fits: there is none in the token, or it is a list of nothing."""
    return verdict.verdict is Verdict.MISSING or not value_matches(_admitting(verdict), verdict.actual)


def _without(claims: JsonObject, name: str) -> JsonObject:
    return {known: value for known, value in claims.items() if known != name}


def _sentence(verdict: ClaimVerdict) -> str:
    if verdict.verdict is Verdict.MISSING:
        return f"Take {verdict.name} out: the token has no such claim"
    if _unmatchable(verdict):
        return f"Take {verdict.name} out: nothing fits {value_words(verdict.actual)}"
    if isinstance(verdict.expected, list):
        return f"Add {value_words(verdict.actual)} to the choices of {verdict.name}"
    return f"Change {verdict.name} from {value_words(verdict.expected)} to {value_words(verdict.actual)}"
