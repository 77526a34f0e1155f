"""The linter over everything that a platform trusts: its integrations, and the mappings of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import Finding, finding_record
from jfconsole.domain.mapping_facts import MappingView, view_mappings
from jfconsole.domain.text import Untrusted
from jfconsole.services.directory import Directory
from jfconsole.services.objects import in_parallel


@dataclass(frozen=True, slots=True)
class TrustFinding:
    """A finding, and the integration that it is about."""

    integration: Untrusted
    finding: Finding


async def all_mappings(
    directory: Directory, integration: str | None = None, projects: Iterable[str] = ()
) -> tuple[MappingView, ...]:
    """The mappings of one integration, or of all, each integration's in evaluation order. Raises ConsoleError."""
    wanted = tuple(projects)
    if integration is not None:
        return await directory.mappings.views(integration, wanted)
    names = [found.name for found in (await directory.integrations.list()).views]
    lists = await in_parallel(names, lambda name: directory.mappings.views(name, wanted))
    return tuple(view for views in lists for view in views)


async def lint_trust(directory: Directory) -> tuple[TrustFinding, ...]:
    """Every finding about integrations and mappings of the platform. Raises ConsoleError."""
    integrations = (await directory.integrations.list()).views
    owners = {str(found.name): found.project_key or "" for found in integrations}
    mappings = await in_parallel(list(owners), lambda name: directory.mappings.list(name, [owners[name]]))
    on_targets = await directory.mappings.on_targets(mapping for those in mappings for mapping in those)
    found = []
    for integration, those in zip(integrations, mappings, strict=True):
        views = view_mappings(those, integration)
        in_mappings = (finding for view in views for finding in (*view.findings, *on_targets.get(view.key, ())))
        findings = (*lint_integration(integration), *in_mappings)
        found += [TrustFinding(integration.name, finding) for finding in findings]
    return tuple(found)


def trust_finding_record(found: TrustFinding) -> JsonObject:
    """A finding as `--json` prints it; keys are stable."""
    return {"integration": found.integration, **finding_record(found.finding)}
