"""Which identity mappings can never win, because one that is looked at before them takes every token of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jfconsole.domain.claims import in_order
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.wildcards import wildcard_covers


@dataclass(frozen=True, slots=True)
class Shadow:
    """`mapping` never wins, since `by` comes first and takes every token that it would.

    `project` is set when that holds only in exchanges that name this project. `sentence` is cleaned.
    """

    mapping: IdentityMapping
    by: IdentityMapping
    project: str | None = None

    @property
    def sentence(self) -> str:
        """Who stands in whose way."""
        where = f" in exchanges for project {visible(self.project)}" if self.project else ""
        return (
            f"{visible(self.mapping.name)} never wins{where}: {visible(self.by.name)} comes first and admits the same"
        )


def shadows(mappings: Iterable[IdentityMapping], common: Mapping[str, Json] | None = None) -> tuple[Shadow, ...]:
    """Every mapping that surely never wins, with the first that stands in its way; none is named wrongly.

    `common` are claims that every token has which gets as far as the mappings, such as its issuer.

    Exchanges without a project are looked at first, then those of each project. A mapping that is asked for by its
    name wins all the same.
    """
    given = [mapping for mapping in mappings if not mapping.opaque]
    projects = dict.fromkeys(mapping.project_key for mapping in given if mapping.project_key)
    found = _shadows_in(in_order(given), None, common or {})
    for project in projects:
        known = [shadow.mapping for shadow in found if shadow.project is None]
        found += [
            shadow
            for shadow in _shadows_in(in_order(given, project), project, common or {})
            if shadow.mapping not in known
        ]
    return tuple(found)


def implies(stronger: Mapping[str, Json], weaker: Mapping[str, Json]) -> bool:
    """Whether every token that the first claims admit is surely admitted by the second.

    Never wrongly true; false may mean that it is not obvious.
    """
    return all(name in stronger and _value_implies(stronger[name], value) for name, value in weaker.items())


def _shadows_in(ordered: tuple[IdentityMapping, ...], project: str | None, common: Mapping[str, Json]) -> list[Shadow]:
    found = []
    for place, mapping in enumerate(ordered):
        admitted = {**common, **(mapping.claims or {})}
        before = (other for other in ordered[:place] if implies(admitted, other.claims or {}))
        if (first := next(before, None)) is not None:
            of_project = project if mapping.project_key or first.project_key else None
            found.append(Shadow(mapping, first, of_project))
    return found


def _value_implies(stronger: Json, weaker: Json) -> bool:
    if isinstance(stronger, list):
        return all(_value_implies(choice, weaker) for choice in stronger)
    if isinstance(weaker, list):
        return any(_value_implies(stronger, choice) for choice in weaker)
    if isinstance(stronger, dict) and isinstance(weaker, dict):
        return implies(stronger, weaker)
    if isinstance(stronger, str) and isinstance(weaker, str):
        return wildcard_covers(weaker, stronger)
    return type(stronger) is type(weaker) and stronger == weaker
