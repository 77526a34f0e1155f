"""From the trust that is wanted, and what is there already, to the steps that bring the platform there.

An integration of that name is used, and brought to what is wanted where it differs; its other mappings stay. A mapping
that the linter would stop is never planned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import Finding, lint_mapping
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.plans import Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.services import integration_steps, mapping_steps
from jfconsole.services.acknowledging import news
from jfconsole.services.simulate import Simulation, simulate
from jfconsole.wizards import onboarding_plan as access
from jfconsole.wizards.ci_answers import WantedMapping, WantedTrust


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrust:
    """What is there: the integration of that name with all its mappings, and groups and permissions by mapping."""

    integration: Integration | None
    mappings: tuple[IdentityMapping, ...]
    accesses: Mapping[str, access.Found]

    def mapping(self, key: str) -> IdentityMapping | None:
        """The mapping of that key."""
        return next((mapping for mapping in self.mappings if mapping.key == key), None)


def steps(wanted: WantedTrust, found: FoundTrust, operation: str, now: float) -> list[Step]:
    """The steps that are missing, each building on those before; none when everything is as wanted."""
    made: list[Step | None] = []
    for one in wanted.mappings:
        if one.access is not None:
            made += access.steps(one.access, found.accesses[one.part.id], operation, now)
    made.append(_integration_step(found.integration, integration_after(wanted, found)))
    made += [_mapping_step(found.mapping(after.key), after) for after in mappings_after(wanted, found)]
    return [step for step in made if step is not None]


def integration_after(wanted: WantedTrust, found: FoundTrust) -> Integration:
    """The integration as it will be. Raises UsageError when one of that name is something else."""
    there, new = found.integration, wanted.integration
    if there is None:
        return new
    if there.kind is not new.kind:
        raise UsageError(
            f"There is an integration {visible(there.name)} of the type {visible(there.provider_type or 'unknown')}",
            "An integration keeps its type: choose another name",
        )
    if there.project_key:
        raise UsageError(
            f"The integration {visible(there.name)} belongs to the project {visible(there.project_key)}",
            "Choose another name",
        )
    return replace(
        there,
        issuer_url=new.issuer_url,
        audience=new.audience,
        organization=new.organization or there.organization,
        azure_app_id=new.azure_app_id or there.azure_app_id,
        token_issuer=new.token_issuer or _token_issuer(there, new),
    )


def mappings_after(wanted: WantedTrust, found: FoundTrust) -> tuple[IdentityMapping, ...]:
    """The wanted mappings as they will be: new ones come after those that are there."""
    last = max((mapping.priority or 0 for mapping in found.mappings), default=0)
    after = []
    for one in wanted.mappings:
        there = found.mapping(one.mapping.key)
        if there is None:
            last += 1
            after.append(replace(one.mapping, priority=last))
        else:
            after.append(_brought(there, one.mapping))
    return tuple(after)


def all_after(wanted: WantedTrust, found: FoundTrust) -> tuple[IdentityMapping, ...]:
    """Every mapping of the integration as it will be."""
    after = {mapping.key: mapping for mapping in (*found.mappings, *mappings_after(wanted, found))}
    return tuple(after.values())


def findings(wanted: WantedTrust, found: FoundTrust) -> list[Finding]:
    """What the linter finds in the wanted mappings; and, where the integration changes, what is new because of it."""
    before, after, everything = found.integration, integration_after(wanted, found), all_after(wanted, found)
    told: list[Finding] = []
    if before is None or before.as_object() != after.as_object():
        old = [] if before is None else _around(before, found.mappings)
        told += news(old, _around(after, found.mappings))
    for mapping in mappings_after(wanted, found):
        told += lint_mapping(mapping, after, everything)
    return told


def simulated(wanted: WantedTrust, found: FoundTrust, one: WantedMapping, now: float) -> Simulation:
    """What would become of the token of such a workload. `now` is in epoch seconds."""
    claims: JsonObject = {**one.sample, "exp": int(now) + 300}
    return simulate(integration_after(wanted, found), all_after(wanted, found), claims, now=now)


def effects(wanted: WantedTrust, found: FoundTrust, now: float) -> tuple[str, ...]:
    """What a person should know beside the steps, in sentences; cleaned."""
    return tuple(_effects(wanted, found, now))


def _effects(wanted: WantedTrust, found: FoundTrust, now: float) -> Iterator[str]:
    for one in wanted.mappings:
        if one.access is not None:
            yield from access.effects(one.access, found.accesses[one.part.id])
        yield outcome(simulated(wanted, found, one, now), one.mapping.name)
    ours = {mapping.key for mapping in mappings_after(wanted, found)}
    others = [mapping for mapping in found.mappings if mapping.key not in ours]
    after = integration_after(wanted, found)
    if found.integration is not None:
        name = visible(after.name)
        yield f"The integration {name} is there and is used; its other mappings stay ({len(others)})"
        if others and integration_steps.trusts_elsewhere(found.integration.as_object(), after.as_object()):
            yield f"Other tokens than before get in through the other mappings of {name}"


def outcome(simulation: Simulation, name: Untrusted) -> str:
    """What becomes of the token, in a sentence; cleaned."""
    refused = [check.sentence for check in simulation.checks if check.passed is False]
    winner = simulation.evaluation.winner
    if refused or winner is None:
        return f"A token such as this would not get in: {'; '.join(refused) or 'no mapping admits it'}"
    if winner.mapping.name != name:
        return f"{visible(winner.mapping.name)} comes before {visible(name)} and takes its tokens: order the mappings"
    match simulation.grant:
        case Grant(expires_in=int(lifetime), username=username):
            who = f"as {visible(username)}, for {format_duration(lifetime)}"
            return f"Simulated: a workload's token gets in through {visible(name)} {who}"
        case _:
            return f"Simulated: a workload's token gets in through {visible(name)}"


def _integration_step(before: Integration | None, after: Integration) -> Step | None:
    if before is None:
        return integration_steps.create_step(after)
    return integration_steps.update_step(before, after)


def _mapping_step(before: IdentityMapping | None, after: IdentityMapping) -> Step | None:
    if before is None:
        return mapping_steps.create_step(after)
    return mapping_steps.update_step(before, after)


def _brought(there: IdentityMapping, new: IdentityMapping) -> IdentityMapping:
    """A mapping that is there, with the claims and the token that are wanted; its place in the order is kept."""
    spec = replace(
        there.token_spec,
        username=new.token_spec.username,
        username_pattern=None,
        groups_pattern=None,
        scope=new.token_spec.scope,
        audience=new.token_spec.audience,
        expires_in=new.token_spec.expires_in,
    )
    return replace(there, description=new.description, claims=new.claims, token_spec=spec)


def _token_issuer(there: Integration, new: Integration) -> Untrusted | None:
    """The platform fills it in with the provider URL: where that changes, it goes along."""
    return new.issuer_url if there.token_issuer == there.issuer_url else there.token_issuer


def _around(integration: Integration, mappings: Sequence[IdentityMapping]) -> list[Finding]:
    inside = [finding for mapping in mappings for finding in lint_mapping(mapping, integration)]
    return [*lint_integration(integration), *inside]
