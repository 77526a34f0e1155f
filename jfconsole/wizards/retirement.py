"""Taking an onboarding away again: what was made for it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.errors import NothingToChange
from jfconsole.domain.permissions import Section
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.tokens import Token
from jfconsole.services import group_steps, permission_steps, user_steps
from jfconsole.services.objects import or_none
from jfconsole.services.token_create import revoke_step
from jfconsole.services.wizard_runs import RETIRE, WizardRun, WizardTools, context
from jfconsole.wizards.onboarding_plan import ARTIFACT, Wanted

_ORDER: Final = "Tokens first: deleting a user leaves its long-lived tokens valid"


async def plan_retirement(tools: WizardTools, run: WizardRun, wanted: Wanted, tokens: Sequence[Token]) -> Plan:
    """Revoke the tokens, then delete permission, group and user where the wizard made them.

    What was there before stays: a permission that was widened no longer names the group (others may rely on its
    targets), a user that was there leaves the group. Raises NothingToChange when nothing is left.
    """
    steps = [
        *(revoke_step(token.token_id, token.username) for token in tokens),
        *await permission_steps_back(tools, run, wanted),
        *await group_steps_back(tools, run, wanted),
        *await _user_steps(tools, run, wanted),
    ]
    if not steps:
        raise NothingToChange(f"Nothing of {visible(run.account)} is left")
    effects = (_ORDER, *(f"{step.title}: {step.loses}" for step in steps if step.loses))
    return Plan(
        title=f"Retire {visible(run.account)}",
        origin=tools.directory.origin,
        steps=tuple(steps),
        confirmation=Confirmation(verb=f"Retire {visible(run.account)}", effects=effects, phrase=run.account),
        wizard=context(run.recipe, run.account, run.answers, RETIRE),
    )


async def _user_steps(tools: WizardTools, run: WizardRun, wanted: Wanted) -> Sequence[Step]:
    user = await or_none(tools.directory.users.get(wanted.user.username)) if wanted.user else None
    if user is None:
        return ()
    if (user_steps.CREATE, user.username) in run.created:
        # Its groups are left to the group's own step: undone, the group comes back after the user, with its members.
        others = tuple(name for name in user.groups or () if name not in _made_groups(run))
        return (user_steps.delete_step(replace(user, groups=others)),)
    group = wanted.group.name if wanted.group else Untrusted("")
    kept = tuple(name for name in user.groups or () if name != group)
    moved = user_steps.groups_step(user.username, user.groups or (), kept)
    return (moved,) if moved is not None else ()


async def permission_steps_back(tools: WizardTools, run: WizardRun, wanted: Wanted) -> Sequence[Step]:
    """Delete the permission where the wizard made it; take the group out of one that was there before."""
    name = wanted.permission_name
    permission = await or_none(tools.directory.permissions.get(name)) if wanted.repositories else None
    if permission is None:
        return ()
    if (permission_steps.CREATE, name) in run.created:
        return (permission_steps.delete_step(permission),)
    held = permission.sections.get(ARTIFACT, Section())
    left = held.without("groups", [wanted.group.name] if wanted.group else [])
    return permission_steps.section_steps(permission, permission.with_section(ARTIFACT, left))


async def group_steps_back(tools: WizardTools, run: WizardRun, wanted: Wanted) -> Sequence[Step]:
    """Delete the group where the wizard made it."""
    group = await or_none(tools.directory.groups.get(wanted.group.name)) if wanted.group else None
    made = group is not None and (group_steps.CREATE, group.name) in run.created
    return (group_steps.delete_step(group),) if group is not None and made else ()


def _made_groups(run: WizardRun) -> frozenset[str]:
    return frozenset(key for kind, key in run.created if kind == group_steps.CREATE)
