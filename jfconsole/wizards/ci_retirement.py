"""Taking a trust away again: what was made for it, and nothing else."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.errors import NothingToChange
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.text import visible
from jfconsole.services import integration_steps, mapping_steps
from jfconsole.services.wizard_runs import RETIRE, WizardRun, WizardTools, context
from jfconsole.wizards.ci_answers import WantedTrust
from jfconsole.wizards.ci_plan import FoundTrust
from jfconsole.wizards.retirement import group_steps_back, permission_steps_back

_LIVE_ON: Final = "Tokens that were exchanged already live on until they expire"


async def plan_ci_retirement(tools: WizardTools, run: WizardRun, wanted: WantedTrust, found: FoundTrust) -> Plan:
    """Delete mappings first, then the integration where the wizard made it and nobody else uses it, then the rest.

    Raises NothingToChange when nothing is left.
    """
    steps, effects = _trust_steps(run, wanted, found), [_LIVE_ON]
    for one in wanted.mappings:
        if one.access is not None:
            steps += await permission_steps_back(tools, run, one.access)
    for one in wanted.mappings:
        if one.access is not None:
            steps += await group_steps_back(tools, run, one.access)
    if not steps:
        raise NothingToChange(f"Nothing of {visible(run.account)} is left")
    effects += [f"{step.title}: {step.loses}" for step in steps if step.loses]
    return Plan(
        title=f"Retire {visible(run.account)}",
        origin=tools.directory.origin,
        steps=tuple(steps),
        confirmation=Confirmation(verb=f"Retire {visible(run.account)}", effects=tuple(effects), phrase=run.account),
        wizard=context(run.recipe, run.account, run.answers, RETIRE),
    )


def _trust_steps(run: WizardRun, wanted: WantedTrust, found: FoundTrust) -> list[Step]:
    ours = [
        there
        for one in wanted.mappings
        if (mapping_steps.CREATE, one.mapping.key) in run.created and (there := found.mapping(one.mapping.key))
    ]
    steps = [mapping_steps.delete_step(mapping) for mapping in ours]
    made = (integration_steps.CREATE, str(wanted.integration.name)) in run.created
    if made and found.integration is not None and len(ours) == len(found.mappings):
        steps.append(integration_steps.delete_step(found.integration))
    return steps
