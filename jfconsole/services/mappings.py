"""Identity mappings as front ends use them: those of an integration in order, and the plans that change them.

No plan that lets strangers in runs before somebody typed that it is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.claim_shadowing import shadows
from jfconsole.domain.claims import in_order
from jfconsole.domain.errors import NotFound, NothingToChange, UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_mappings import Finding, lint_mapping
from jfconsole.domain.mapping_facts import MappingView, view_mappings
from jfconsole.domain.mapping_order import moved, ordered
from jfconsole.domain.mappings import IdentityMapping, MappingRef, mapping_from, mapping_problems
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.jfrog import integrations as integration_wire
from jfconsole.jfrog import mappings as wire
from jfconsole.services import mapping_steps as steps
from jfconsole.services.acknowledging import acknowledged, adopting, news
from jfconsole.services.capabilities import Capabilities
from jfconsole.services.ladder import deletion_plan, edit_plan
from jfconsole.services.mapping_targets import findings_on_targets, with_targets
from jfconsole.services.objects import in_parallel
from jfconsole.services.session import Session
from jfconsole.services.simulate import Simulation


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

    async def on_targets(self, mappings: Iterable[IdentityMapping]) -> dict[str, tuple[Finding, ...]]:
        """Whom mappings name that is not there, or may do all, by the key of the mapping; one call for each name."""
        return await findings_on_targets(self._sender, mappings)

    async def with_targets(self, simulation: Simulation) -> Simulation:
        """A simulation with how those stand whom the winner names."""
        return await with_targets(self._sender, simulation)

    # -- plans -----------------------------------------------------------------------------------------

    async def plan_create(self, mapping: IdentityMapping, *, strict: bool = False) -> Plan:
        """Make a mapping. Strangers who would get in have to be acknowledged; `strict` raises Refused instead."""
        await self._capabilities.require(Capability.OIDC)
        _refuse_nameless(mapping)
        findings = [*await self.lint(mapping), *await self._on_targets(mapping)]
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
        told = [*news(known, wanted), *await self._on_targets(after)]
        return acknowledged(plan, told, before.name, strict=strict)

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
        """Have mappings looked at in this order, those that are not named after them. Others of projects stay.

        Raises NotFound for a name that is none, and NothingToChange when they are in that order already.
        """
        around = await self._group(provider, project)
        wanted = [_named(around.group, provider, name) for name in dict.fromkeys(names)]
        rest = [mapping for mapping in around.group if mapping not in wanted]
        return self._order_plan(f"Order the mappings of {visible(provider)}", around, [*wanted, *rest])

    async def plan_move(self, ref: MappingRef, before: str | None) -> Plan:
        """Have a mapping looked at right before another one of its integration and project; with None, as the last.

        Raises NotFound for a name that is none, and NothingToChange when it stands there already.
        """
        around = await self._group(ref.provider, ref.project)
        mapping = _named(around.group, ref.provider, ref.name)
        other = None if before is None else _named(around.group, ref.provider, before)
        if other is mapping:
            raise NothingToChange(f"{visible(ref.name)} cannot stand before itself", "Name another mapping")
        return self._order_plan(f"Move mapping {ref.words}", around, moved(around.group, mapping, other))

    def _order_plan(self, title: str, around: _Group, wanted: Sequence[IdentityMapping]) -> Plan:
        """The fewest priorities that make this order, with what comes to win, or never does, because of it."""
        after = ordered(wanted)
        now = {mapping.key: mapping for mapping in around.group}
        moves = [steps.update_step(now[mapping.key], mapping) for mapping in after]
        others = [mapping for mapping in around.mappings if mapping.key not in now]
        known, found = (_order_findings([*those, *others], around.integration) for those in (around.group, after))
        new, gone = (
            [f"{lead}: {one}" for one in some if one not in rest]
            for lead, some, rest in (("From now on", found, known), ("No longer", known, found))
        )
        told = ["Who fits several of them may come in through another one than before", *new, *gone]
        return replace(edit_plan(title, self._origin, moves, told), stop_on_failure=True)

    async def _group(self, provider: str, project: str | None) -> _Group:
        """The mappings that stand in one order: the global ones of an integration, or those of a project."""
        integration, mappings = await self._around(provider, [project or ""])
        mine = [one for one in in_order(mappings, project) if (one.project_key or None) == (project or None)]
        return _Group(integration, mappings, mine)

    async def _on_targets(self, mapping: IdentityMapping) -> tuple[Finding, ...]:
        return (await self.on_targets([mapping])).get(mapping.key, ())

    async def _around(self, provider: str, projects: Iterable[str]) -> tuple[Integration, tuple[IdentityMapping, ...]]:
        """The integration of a mapping and the mappings beside it."""
        integration = await integration_wire.fetch(self._sender, provider)
        return integration, await self.list(provider, [*projects, integration.project_key or ""])


@dataclass(frozen=True, slots=True)
class _Group:
    """Mappings that stand in one order, among all of their integration that are known."""

    integration: Integration
    mappings: Sequence[IdentityMapping]
    group: Sequence[IdentityMapping]


def _named(group: Iterable[IdentityMapping], provider: str, name: str) -> IdentityMapping:
    for mapping in group:
        if mapping.name == name:
            return mapping
    raise NotFound(f"{visible(provider)} has no mapping {visible(name)} there", "Look at the list")


def _order_findings(mappings: Sequence[IdentityMapping], integration: Integration) -> list[str]:
    """Which mappings never win."""
    return [shadow.sentence for shadow in shadows(mappings, integration.common_claims)]


def _problem_effects(mapping: IdentityMapping) -> list[str]:
    """What the platform might object to."""
    words = {True: "the platform refuses it", False: "look at it"}
    return [f"{problem.sentence}: {words[problem.certain]}" for problem in mapping_problems(mapping)]


def _refuse_nameless(mapping: IdentityMapping) -> None:
    if not mapping.name or not mapping.provider_name:
        raise UsageError("The mapping needs a name and an integration", 'Give it both: {"name": …, "provider_name": …}')
