"""The identity mappings of an integration as a list shows them: in evaluation order, with what is to be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jfconsole.domain.claim_shadowing import Shadow, shadows
from jfconsole.domain.claims import in_order
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_mappings import Finding, lint_mapping, passes
from jfconsole.domain.mappings import IdentityMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingView:
    """One mapping. `place` is its rank among the global ones, or among those of its project, from 1.

    `tied` says that another of them has the same priority: the platform decides then which is first.
    """

    mapping: IdentityMapping
    place: int
    findings: tuple[Finding, ...]
    shadow: Shadow | None
    tied: bool

    @property
    def key(self) -> str:
        """What no two mappings have in common."""
        return self.mapping.key

    @property
    def admits_strangers(self) -> bool:
        """Whether the linter stops it."""
        return not passes(self.findings)


def view_mappings(mappings: Sequence[IdentityMapping], integration: Integration) -> tuple[MappingView, ...]:
    """All mappings of an integration: the global ones in evaluation order, then those of each project in theirs."""
    shadow_of = {shadow.mapping.key: shadow for shadow in reversed(shadows(mappings, integration.common_claims))}
    projects = dict.fromkeys(mapping.project_key for mapping in mappings)
    views: list[MappingView] = []
    for project in sorted(projects, key=lambda key: key or ""):
        group = [mapping for mapping in in_order(mappings, project) if mapping.project_key == project]
        priorities = [mapping.priority for mapping in group]
        views += [
            MappingView(
                mapping=mapping,
                place=place,
                findings=lint_mapping(mapping, integration, mappings),
                shadow=shadow_of.get(mapping.key),
                tied=priorities.count(mapping.priority) > 1,
            )
            for place, mapping in enumerate(group, 1)
        ]
    return tuple(views)
