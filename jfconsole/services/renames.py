"""Renaming where the platform cannot: the same again by another name, what names it changed, the old one deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from jfconsole.domain.access import AccessIndex
from jfconsole.domain.errors import Conflict, NotFound, UsageError
from jfconsole.domain.permissions import Principal, Section
from jfconsole.domain.plans import Plan, Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.services.ladder import Surroundings, edit_plan, grant_effects, token_effects
from jfconsole.services.permission_steps import section_step


async def check_new_name(noun: str, old: str, new: str, fetch: Callable[[str], Awaitable[object]]) -> None:
    """Raises UsageError when that is no other name, Conflict when there is one of that name already.

    Names that differ in case alone count as the same: platforms compare them so, and the old object, deleted at the
    end, would be the new one.
    """
    if old.casefold() == new.casefold():
        raise UsageError(f"{visible(new)} is no other name: upper and lower case count as the same", "Choose another")
    try:
        await fetch(new)
    except (NotFound, UsageError):
        return
    raise Conflict(f"There is a {noun} {visible(new)} already", "Choose another name")


def looked_up(around: Surroundings) -> AccessIndex:
    """Who is named where. Raises UsageError when nobody looked."""
    if around.index is None:
        raise UsageError("Renaming moves grants: they have to be looked up first")
    return around.index


def move_grants(index: AccessIndex, kind: Principal, old: str, new: str) -> list[Step | None]:
    """Give the new name what the old one has, section by section."""
    steps = []
    for permission, resource_type in index.grants_of(kind, old):
        section = index.world.permissions[permission].sections[Untrusted(resource_type)]
        steps.append(section_step(permission, resource_type, section, _moved(section, kind, old, new)))
    return steps


def rename_effects(
    noun: str, kind: Principal, names: tuple[str, str], around: Surroundings, told: Iterable[str]
) -> list[str]:
    """How it is done, what is `told` of this kind, what names the new one then, and what does not follow."""
    old, new = names
    return [
        f"The platform cannot rename: a new {noun} is made, then the old one is deleted",
        *told,
        *grant_effects(around.index, kind, [old], instead=new),
        *token_effects(around.tokens, kind, [old]),
        "Roles in projects, and identity mappings that name the old one, do not follow",
    ]


def rename_plan(
    noun: str,
    names: tuple[str, str],
    origin: str,
    steps: Iterable[Step | None],
    effects: Iterable[str],
    *,
    grave: bool = False,
) -> Plan:
    """The plan, from the old of the two names to the new one. When it is grave, the old name has to be typed."""
    old, new = names
    title = f"Rename {noun} {visible(old)} to {visible(new)}"
    return edit_plan(title, origin, steps, effects, grave=old if grave else "")


def not_by_yes(plan: Plan, warning: str) -> Plan:
    """The same plan, with a warning before all else, and not covered by `--yes`."""
    effects = (warning, *plan.confirmation.effects)
    return replace(plan, confirmation=replace(plan.confirmation, effects=effects, by_yes=False))


def _moved(section: Section, kind: Principal, old: str, new: str) -> Section:
    """All actions of the old name, in whichever case it is spelt."""
    spelt = [name for name in section.principals(kind) if name.casefold() == old.casefold()]
    actions = [action for name in spelt for action in section.principals(kind)[name]]
    return section.granting(kind, new, actions).without(kind, spelt)
