"""Steps on groups: made, changed, given members, deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.diffs import merge, same
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.groups import Group
from jfconsole.domain.plans import Step
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.jfrog import groups as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.handlers import Rebased, StepHandler
from jfconsole.services.objects import Create, Delete, ObjectKind, Update, changed_fields, set_delta

CREATE: Final = "group.create"
UPDATE: Final = "group.update"
MEMBERS: Final = "group.members"
DELETE: Final = "group.delete"


def create_step(group: Group) -> Step:
    """Make a group with its members."""
    after = _creatable(group)
    return Step(
        kind=CREATE,
        key=group.name,
        title=f"Create group {visible(group.name)}",
        before=None,
        after=after,
        requests=(wire.create_request(group),),
        inverse=_delete(group.name, after),
        unique=True,
    )


def update_step(before: Group, after: Group) -> Step | None:
    """Change the fields that differ; members are no part of it. None when no field differs."""
    step = _update(before.name, _fields(before), _fields(after))
    back = _update(before.name, _fields(after), _fields(before))
    return None if step is None else replace(step, inverse=back)


def members_step(name: str, before: Collection[str], after: Collection[str]) -> Step | None:
    """Add and remove the members that differ. None when there are none."""
    step, back = _members(name, before, after), _members(name, after, before)
    return None if step is None else replace(step, inverse=back)


def delete_step(group: Group) -> Step:
    """Delete a group. Made again, it has its members and fields, and none of what named it."""
    return replace(
        _delete(group.name, group.as_object()),
        inverse=replace(create_step(group), inverse=None),
        loses="Tokens whose scope names the group, and permissions that were not part of the plan, do not change back",
    )


class GroupMembers(Update):
    """Handles `group.members`: only who is added and who is removed counts, whoever else comes and goes."""

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The call for the members as they are now: the platform may refuse to remove who is not in it."""
        now: JsonObject = {"members": as_object(current).get("members") or []}
        if current is None or same(now, step.before):
            return None
        wanted = merge(step.before, now, step.after).merged
        carried = members_step(step.key, _names(now), _names(wanted))
        return None if carried is None else Rebased(carried, "Members changed meanwhile, and were left so")


async def _fetch(sender: Sender, name: str) -> JsonObject:
    return (await wire.fetch(sender, name)).as_object()


async def _all_names(sender: Sender) -> Collection[str]:
    return (await wire.fetch_names(sender)).rows


GROUP: Final = ObjectKind("group", _fetch, _all_names, frozenset({"realm_attributes"}))

HANDLERS: Final[Mapping[str, StepHandler]] = {
    CREATE: Create(GROUP),
    UPDATE: Update(GROUP),
    MEMBERS: GroupMembers(GROUP),
    DELETE: Delete(GROUP),
}


def _creatable(group: Group) -> JsonObject:
    return {name: value for name, value in group.as_object().items() if name not in wire.READ_ONLY}


def _fields(group: Group) -> JsonObject:
    return {name: value for name, value in _creatable(group).items() if name != "members"}


def _update(name: str, before: JsonObject, after: JsonObject) -> Step | None:
    patch = changed_fields(before, after, {"name"})
    if not patch:
        return None
    return Step(
        kind=UPDATE,
        key=name,
        title=f"Change group {visible(name)}",
        before=before,
        after=after,
        requests=(wire.update_request(name, patch),),
    )


def _members(name: str, before: Collection[str], after: Collection[str]) -> Step | None:
    old: JsonObject = {"members": [*before]}
    new: JsonObject = {"members": [*after]}
    add, remove = set_delta(old, new, "members")
    if not add and not remove:
        return None
    return Step(
        kind=MEMBERS,
        key=name,
        title=f"Change members of group {visible(name)}{_counts(add, remove)}",
        before=old,
        after=new,
        requests=(wire.members_request(name, add, remove),),
    )


def _delete(name: str, before: JsonObject) -> Step:
    return Step(
        kind=DELETE,
        key=name,
        title=f"Delete group {visible(name)}",
        before=before,
        after=None,
        requests=(wire.delete_request(name),),
    )


def _counts(add: Collection[str], remove: Collection[str]) -> str:
    parts = [f"{sign}{len(names)}" for sign, names in (("+", add), ("-", remove)) if names]
    return f" ({', '.join(parts)})"


def _names(value: Json) -> list[str]:
    members = as_object(value).get("members")
    return [name for name in members if isinstance(name, str)] if isinstance(members, list) else []
