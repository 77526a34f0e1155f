"""How much a person has to do before a change runs, and what has to be said first.

One reversible edit: nothing but the diff. One deletion: a dialog. Many deletions, and whatever makes administrators:
a typed phrase. Our own user, and the last administrator: alone, and typed, whatever `--yes` says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.access import AccessIndex, Administrator
from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.errors import NothingToChange, Refused
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.permissions import Principal
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.scopes import group_names
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_facts import TokenView
from jfconsole.services.objects import IN_FLIGHT
from jfconsole.services.permission_steps import section_step

NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What depends on the objects of a plan, as far as it was looked up.

    `index` is None when nobody asked for it, `tokens` when the tokens were not listed. `own` is our own user name.
    """

    index: AccessIndex | None = None
    tokens: Sequence[TokenView] | None = None
    own: str | None = None


def edit_plan(title: str, origin: str, steps: Iterable[Step | None], effects: Iterable[str], grave: str = "") -> Plan:
    """A plan of reversible steps. With `grave`, a name, that name has to be typed.

    Raises NothingToChange when there is nothing to do.
    """
    wanted = _some(steps)
    lost = [f"{step.title}: {step.loses}" for step in wanted if step.loses]
    return Plan(
        title=title,
        origin=origin,
        steps=wanted,
        confirmation=Confirmation(verb=title, effects=(*effects, *lost), phrase=grave or None),
    )


def adoption_plan(what: str, plan: Plan, current: JsonObject, wanted: JsonObject) -> Plan:
    """A plan that changes something that exists into what was wanted: the effects tell the difference first."""
    told = [f"{line.sign} {line.text}" for line in diff_lines(current, wanted)]
    confirmation = replace(plan.confirmation, effects=(*told, *plan.confirmation.effects))
    return replace(plan, title=f"Adopt {what}", confirmation=confirmation)


def deletion_plan(
    noun: str, names: Sequence[str], origin: str, steps: Iterable[Step | None], effects: Iterable[str], warning: str
) -> Plan:
    """A plan that deletes these objects. `warning` is a reason why not even `--yes` covers it; empty without one.

    Raises Refused when there is such a reason and there is more than one object.
    """
    wanted = _some(steps)
    if warning and len(names) > 1:
        raise Refused(f"{warning}: it cannot be deleted together with others", "Leave it out, and delete it alone")
    many = len(names) > 1
    title = f"Delete {len(names)} {noun}s" if many else f"Delete {noun} {visible(names[0])}"
    phrase = f"delete {len(names)}" if many else names[0] if warning else None
    lost = dict.fromkeys(step.loses for step in wanted if step.loses)
    return Plan(
        title=title,
        origin=origin,
        steps=wanted,
        confirmation=Confirmation(
            verb=f"Delete {len(names)} {noun}s" if many else f"Delete {noun}",
            effects=(*([warning] if warning else []), *effects, *lost),
            phrase=phrase,
            by_yes=not warning,
        ),
        in_flight=min(IN_FLIGHT, len(wanted)) if all(step.deletes for step in wanted) else 1,
        stop_on_failure=not many,
    )


def strip_steps(index: AccessIndex, kind: Principal, names: Collection[str]) -> list[Step]:
    """Take users or groups out of every section that names them: one step for each section."""
    sections = dict.fromkeys(place for name in names for place in index.grants_of(kind, name))
    folded = {name.casefold() for name in names}
    steps = []
    for permission, resource_type in sections:
        section = index.world.permissions[permission].sections[Untrusted(resource_type)]
        named = [name for name in section.principals(kind) if name.casefold() in folded]
        steps.append(section_step(permission, resource_type, section, section.without(kind, named)))
    return [step for step in steps if step is not None]


def grant_effects(
    index: AccessIndex | None, kind: Principal, names: Collection[str], *, instead: str = ""
) -> list[str]:
    """Which permissions name them, as a sentence; `instead` is the name that stands there afterwards."""
    if index is None:
        return ["Which permissions name it was not looked up"]
    permissions = list(dict.fromkeys(place[0] for name in names for place in index.grants_of(kind, name)))
    if not permissions:
        return ["No permission names it" if len(names) == 1 else "No permission names any of them"]
    them = "it" if len(names) == 1 else "them"
    what = f"name{_s(permissions)} {visible(instead)} instead" if instead else f"no longer name{_s(permissions)} {them}"
    return [f"{_count(len(permissions), 'permission')} ({listed(permissions)}) {what}"]


def token_effects(tokens: Sequence[TokenView] | None, kind: Principal, names: Collection[str]) -> list[str]:
    """Which tokens go on living, as a sentence."""
    if tokens is None:
        return ["Tokens are not revoked by it: look for those that are left"]
    wanted = {name.casefold() for name in names}
    if kind == "users":
        left = [view for view in tokens if view.username.casefold() in wanted]
        one = "is not revoked by it: it works until it expires or is revoked"
        many = "are not revoked by it: they work until they expire or are revoked"
    else:
        left = [view for view in tokens if wanted & {name.casefold() for name in group_names(view.token.scope)}]
        one = "names it in its scope, and loses what it gives"
        many = "name it in their scope, and lose what it gives"
    words = one if len(left) == 1 else many
    return [f"{_count(len(left), 'token')} ({listed([view.token_id for view in left])}) {words}"] if left else []


def last_administrator(index: AccessIndex | None, left: Iterable[Administrator]) -> str:
    """Why nobody would be left to administer the platform, as a sentence; empty when somebody is."""
    if index is None or index.world.admins is None or not index.administrators():
        return ""
    return "" if any(True for _ in left) else "Nobody would be left to administer the platform"


def listed(names: Sequence[str], limit: int = NAMED) -> str:
    """The first few names, cleaned, and how many more."""
    shown = ", ".join(visible(name) for name in names[:limit])
    return f"{shown} and {len(names) - limit:,} more" if len(names) > limit else shown


def _some(steps: Iterable[Step | None]) -> tuple[Step, ...]:
    wanted = tuple(step for step in steps if step is not None)
    if not wanted:
        raise NothingToChange("There is nothing to change: it is as wanted already")
    return wanted


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _s(things: Sequence[object]) -> str:
    return "s" if len(things) == 1 else ""
