"""Looking up how those stand whom identity mappings name: one call for each name, however often it is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jfconsole.domain.claim_grants import Grant
from jfconsole.domain.errors import ConsoleError, NotAllowed, NotFound
from jfconsole.domain.lint_mappings import Finding, Rule
from jfconsole.domain.lint_targets import (
    Known,
    Standing,
    Targets,
    grant_targets,
    power_findings,
    spec_targets,
    target_findings,
)
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import UserStatus
from jfconsole.jfrog import groups, users
from jfconsole.jfrog.sender import Sender
from jfconsole.services.objects import in_parallel, is_absence
from jfconsole.services.simulate import Simulation


async def findings_on_targets(sender: Sender, mappings: Iterable[IdentityMapping]) -> dict[str, tuple[Finding, ...]]:
    """What is found by the key of its mapping; those without findings are not in it. Raises ConsoleError."""
    wanted = {mapping.key: (mapping, spec_targets(mapping.token_spec)) for mapping in mappings}
    known = await look_up(sender, [those for _, those in wanted.values()])
    found = {key: _findings(those, known, mapping.name) for key, (mapping, those) in wanted.items()}
    return {key: findings for key, findings in found.items() if findings}


async def powerful_targets(sender: Sender, mappings: Iterable[IdentityMapping]) -> list[Finding]:
    """The administrators among them, where those may be missing as yet that a plan makes. Raises ConsoleError."""
    found = (await findings_on_targets(sender, mappings)).values()
    return [finding for findings in found for finding in findings if finding.rule is Rule.POWERFUL]


def _findings(wanted: Targets, known: Known, mapping: Untrusted) -> tuple[Finding, ...]:
    return (*target_findings(wanted, known, mapping), *power_findings(wanted, known, mapping))


async def with_targets(sender: Sender, simulation: Simulation) -> Simulation:
    """The simulation with how those stand whom the winner names, found by a pattern or not. Not known is not missing.

    Raises nothing: where they cannot be looked up, the simulation stays as it is.
    """
    winner, given = simulation.evaluation.winner, simulation.grant
    if winner is None or not isinstance(given, Grant):
        return simulation
    wanted = grant_targets(given)
    try:
        known = await look_up(sender, [wanted])
    except ConsoleError:
        return simulation
    told = _findings(wanted, known, winner.mapping.name)
    return replace(simulation, known=known, findings=(*simulation.findings, *told))


async def look_up(sender: Sender, wanted: Iterable[Targets]) -> Known:
    """How those stand who are named. What this token may not see is not known. Raises ConsoleError."""
    named = list(wanted)
    of_users = list(dict.fromkeys(one.user for one in named if one.user))
    of_groups = list(dict.fromkeys(name for one in named for name in one.groups))
    users_found = await in_parallel(of_users, lambda name: _user(sender, name))
    groups_found = await in_parallel(of_groups, lambda name: _group(sender, name))
    return Known(
        dict(zip(of_users, users_found, strict=True)),
        dict(zip(of_groups, groups_found, strict=True)),
    )


async def _user(sender: Sender, name: str) -> Standing:
    try:
        user = await users.fetch(sender, name)
    except (NotFound, NotAllowed) as error:
        return _absent(error)
    if str(user.status) == UserStatus.DISABLED.value:
        return Standing.DISABLED
    return Standing.ADMINISTRATOR if user.admin or user.effective_admin else Standing.THERE


async def _group(sender: Sender, name: str) -> Standing:
    try:
        group = await groups.fetch(sender, name)
    except (NotFound, NotAllowed) as error:
        return _absent(error)
    return Standing.ADMINISTRATOR if group.admin_privileges else Standing.THERE


def _absent(error: NotFound | NotAllowed) -> Standing:
    return Standing.MISSING if isinstance(error, NotFound) and is_absence(error) else Standing.UNKNOWN
