"""Identity mappings as front ends use them: those of an integration in order, and the plans that change them.

No plan that lets strangers in runs before somebody typed that it is meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import NotFound, UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_mappings import Finding, lint_mapping
from jfconsole.domain.mapping_facts import MappingView, view_mappings
from jfconsole.domain.mappings import IdentityMapping, MappingRef, mapping_from, mapping_problems
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog import integrations as integration_wire
from jfconsole.jfrog import mappings as wire
from jfconsole.services import mapping_steps as steps
from jfconsole.services.acknowledging import acknowledged, adopting, news
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.ladder import deletion_plan, edit_plan
from jfconsole.services.objects import in_parallel
from jfconsole.services.session import Session


class MappingService:
    """Identity mappings of one platform. Everything may raise the ConsoleError family.

    Plans are built on what the platform says now, and are only executed by the runner.
    """

    def __init__(self, session: Session, capabilities: Capabilities | None = None) -> None:
        self._sender = session.sender
        self._origin = session.connection.url
        self._capabilities = capabilities or Capabilities(session.sender)

    # -- reading ---------------------------------------------------------------------------------------

    async def list(self, provider: str, projects: Iterable[str] = ()) -> tuple[IdentityMapping, ...]:
        """The mappings of an integration, with those of these projects. Raises NotFound for the integration.

        Inferred: whether the list without a project has those of projects is not documented, so both are read.
        """
        await self._capabilities.require(Capability.OIDC)
        asked: list[str | None] = [None, *dict.fromkeys(project for project in projects if project)]
        lists = [await wire.fetch_list(self._sender, provider, project) for project in asked]
        return tuple({mapping.key: mapping for found in lists for mapping in found}.values())

    async def views(self, provider: str, projects: Iterable[str] = ()) -> tuple[MappingView, ...]:
        """The mappings of an integration in evaluation order, with findings and what shadows what."""
        integration, mappings = await self._around(provider, projects)
        return view_mappings(mappings, integration)

    async def get(self, ref: MappingRef) -> IdentityMapping:
        """One mapping as it is now. Raises NotFound."""
        return await wire.fetch(self._sender, ref)

    async def lint(self, mapping: IdentityMapping) -> tuple[Finding, ...]:
        """What the linter finds in a mapping as it would stand among the others of its integration."""
        integration, others = await self._around(mapping.provider_name, [mapping.project_key or ""])
        return lint_mapping(mapping, integration, others)

    # -- plans -----------------------------------------------------------------------------------------

    async def plan_create(self, mapping: IdentityMapping, *, strict: bool = False) -> Plan:
        """Make a mapping. Strangers who would get in have to be acknowledged; `strict` raises Refused instead."""
        await self._capabilities.require(Capability.OIDC)
        _refuse_nameless(mapping)
        findings = await self.lint(mapping)
        plan = edit_plan(
            f"Create mapping {visible(mapping.name)}",
            self._origin,
            [steps.create_step(mapping)],
            _problem_effects(mapping),
        )
        return acknowledged(plan, findings, mapping.name, strict=strict)

    async def plan_update(self, before: IdentityMapping, after: IdentityMapping, *, strict: bool = False) -> Plan:
        """Change a mapping from one state to another. Raises UsageError for a new name, and when nothing differs."""
        if before.key != after.key:
            raise UsageError(
                "A mapping keeps its name, its integration and its project", "Make another one, and delete this one"
            )
        integration, others = await self._around(before.provider_name, [before.project_key or ""])
        known, wanted = (lint_mapping(state, integration, others) for state in (before, after))
        plan = edit_plan(
            f"Change mapping {visible(before.name)}",
            self._origin,
            [steps.update_step(before, after)],
            _problem_effects(after),
        )
        return acknowledged(plan, news(known, wanted), before.name, strict=strict)

    async def plan_apply(self, record: JsonObject) -> Plan:
        """Bring a mapping to the state that a record describes; fields that it does not say are left alone.

        Claims are taken as a whole: one that the record leaves out is taken away. A mapping that does not exist is
        made.
        """
        wanted = mapping_from(record)
        _refuse_nameless(wanted)
        try:
            current = await self.get(MappingRef(wanted.provider_name, wanted.name, wanted.project_key))
        except NotFound:
            return await self.plan_create(wanted)
        base = current.as_object()
        spec = {**as_object(base.get("token_spec")), **as_object(record.get("token_spec"))}
        return await self.plan_update(current, mapping_from({**base, **record, "token_spec": spec}))

    async def plan_adopt(self, mapping: IdentityMapping, *, strict: bool = False) -> Plan:
        """Take an existing mapping of that name for the wanted one, and change what differs; the effects tell it.

        Claims and token are taken as a whole. Raises NothingToChange when nothing differs.
        """
        current = await self.get(MappingRef(mapping.provider_name, mapping.name, mapping.project_key))
        spec = {**current.token_spec.extra, **mapping.token_spec.as_object()}
        wanted = mapping_from({**current.as_object(), **mapping.as_object(), "token_spec": spec})
        plan = await self.plan_update(current, wanted, strict=strict)
        return adopting(plan, f"mapping {visible(mapping.name)}", current.as_object(), wanted.as_object())

    async def plan_delete(self, refs: Iterable[MappingRef]) -> Plan:
        """Delete mappings. Who got in through them gets in through another that matches, or not at all."""
        chosen = list(dict.fromkeys(refs))
        if not chosen:
            raise UsageError("There is no mapping to delete", "Mark some first")
        found = await in_parallel([str(place) for place in range(len(chosen))], lambda at: self.get(chosen[int(at)]))
        effects = ["Tokens that were exchanged already live on until they expire"]
        deletions = [steps.delete_step(mapping) for mapping in found]
        return deletion_plan("mapping", [ref.words for ref in chosen], self._origin, deletions, effects, "")

    async def plan_order(self, provider: str, names: Iterable[str], project: str | None = None) -> Plan:
        """Give mappings the priorities 1, 2, 3 … in this order; the others of the integration come after them.

        Raises NotFound for a name that is none, and UsageError when they are in that order already.
        """
        integration, mappings = await self._around(provider, [project or ""])
        mine = [mapping for mapping in mappings if mapping.project_key == (project or None)]
        by_name = {mapping.name: mapping for mapping in mine}
        wanted = list(dict.fromkeys(Untrusted(name) for name in names))
        if missing := [name for name in wanted if name not in by_name]:
            raise NotFound(f"{visible(provider)} has no mapping {visible(missing[0])}", "Look at the list")
        rest = [view.mapping.name for view in view_mappings(mine, integration) if view.mapping.name not in wanted]
        changed = {name: place for place, name in enumerate([*wanted, *rest], 1)}
        moves = [
            steps.update_step(by_name[name], replace(by_name[name], priority=place)) for name, place in changed.items()
        ]
        return edit_plan(f"Order the mappings of {visible(provider)}", self._origin, moves, [])

    async def _around(self, provider: str, projects: Iterable[str]) -> tuple[Integration, tuple[IdentityMapping, ...]]:
        """The integration of a mapping and the mappings beside it."""
        integration = await integration_wire.fetch(self._sender, provider)
        return integration, await self.list(provider, [*projects, integration.project_key or ""])


def _problem_effects(mapping: IdentityMapping) -> list[str]:
    """What the platform might object to."""
    words = {True: "the platform refuses it", False: "look at it"}
    return [f"{problem.sentence}: {words[problem.certain]}" for problem in mapping_problems(mapping)]


def _refuse_nameless(mapping: IdentityMapping) -> None:
    if not mapping.name or not mapping.provider_name:
        raise UsageError("The mapping needs a name and an integration", 'Give it both: {"name": …, "provider_name": …}')
