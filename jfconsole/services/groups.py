"""Groups as front ends use them: the list, one in detail, and the plans that change them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import NotFound, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.group_facts import GroupView, view_groups
from jfconsole.domain.groups import Group, group_from, name_problems, why_read_only
from jfconsole.domain.plans import Plan, Step
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog import groups as wire
from jfconsole.services import group_steps as steps
from jfconsole.services import renames
from jfconsole.services.details import Listing
from jfconsole.services.ladder import (
    Surroundings,
    adoption_plan,
    deletion_plan,
    edit_plan,
    grant_effects,
    last_administrator,
    listed,
    strip_steps,
    token_effects,
)
from jfconsole.services.object_service import ObjectService
from jfconsole.services.objects import in_parallel


class GroupService(ObjectService[Group]):
    """Groups of one platform."""

    # -- reading ---------------------------------------------------------------------------------------

    async def list(self, previous: Listing[GroupView] | None = None) -> Listing[GroupView]:
        """All groups. `previous` comes back as it is when nothing has changed since."""
        await self._capabilities.require(Capability.ACCESS_GROUPS)
        names = await wire.fetch_names(self._sender)
        basis = (names.rows, self.details.revision)
        if previous is not None and previous.basis == basis:
            return previous
        return Listing(view_groups(names.rows, self.details.known), names.changed, basis)

    async def search(self, text: str) -> tuple[Untrusted, ...]:
        """The names of all groups that contain a text, asked of the platform over all pages."""
        return (await wire.fetch_names(self._sender, text)).rows

    async def fetch(self, name: str) -> Group:
        """One group from the platform; `get` also keeps it. Raises NotFound."""
        return await wire.fetch(self._sender, name)

    # -- plans -----------------------------------------------------------------------------------------

    async def plan_create(self, group: Group) -> Plan:
        """Make a group."""
        await self._capabilities.require(Capability.ACCESS_GROUPS)
        _refuse_contradiction(group)
        effects = [f"{problem}: the platform may refuse it" for problem in name_problems(group.name)]
        return edit_plan(
            f"Create group {visible(group.name)}",
            self._origin,
            [steps.create_step(group)],
            [*effects, *_admin_effect(group)],
            grave=group.name if group.admin_privileges else "",
        )

    async def plan_update(self, before: Group, after: Group) -> Plan:
        """Change fields and members from one state to another. Raises UsageError when nothing differs."""
        await self._capabilities.require(Capability.ACCESS_GROUPS)
        _refuse_contradiction(after)
        _refuse_foreign_members(before, after)
        grave = bool(after.admin_privileges) and (not before.admin_privileges or _gains(before, after))
        return edit_plan(
            f"Change group {visible(before.name)}",
            self._origin,
            _change_steps(before, after),
            _admin_effect(after) if grave else [],
            grave=before.name if grave else "",
        )

    async def plan_members(self, name: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Plan:
        """Add members and remove others, whoever else is in the group."""
        group = await self.get(name)
        members = group.members or ()
        gone = set(remove)
        kept = [member for member in members if member not in gone]
        wanted = (*kept, *(Untrusted(new) for new in dict.fromkeys(add) if new not in kept))
        return await self.plan_update(group, replace(group, members=wanted))

    async def plan_apply(self, record: JsonObject) -> Plan:
        """Bring a group to the state that a record describes; what the record does not say is left alone.

        A group that does not exist is made.
        """
        wanted = _named(record)
        try:
            current = await self.get(wanted.name)
        except NotFound:
            return await self.plan_create(wanted)
        return await self.plan_update(current, group_from({**current.as_object(), **record}))

    async def plan_adopt(self, group: Group) -> Plan:
        """Take an existing group of that name for the wanted one, and change what differs.

        The effects tell the difference. Raises UsageError when nothing does.
        """
        current = await self.get(group.name)
        wanted = group_from({**current.as_object(), **group.as_object()})
        plan = await self.plan_update(current, wanted)
        return adoption_plan(f"group {visible(group.name)}", plan, current.as_object(), wanted.as_object())

    async def plan_delete(self, names: Collection[str], around: Surroundings | None = None) -> Plan:
        """Delete groups; permissions that name them are told, and changed first where they are known."""
        around = around or Surroundings()
        found = await in_parallel(list(dict.fromkeys(names)), self.get)
        if not found:
            raise UsageError("There is no group to delete", "Mark some first")
        chosen = [group.name for group in found]
        stripped = strip_steps(around.index, "groups", chosen) if around.index else []
        effects = [
            *(_members_effect(group) for group in found if group.members),
            *grant_effects(around.index, "groups", chosen),
            *token_effects(around.tokens, "groups", chosen),
        ]
        deletions = [steps.delete_step(group) for group in found]
        return deletion_plan("group", chosen, self._origin, [*stripped, *deletions], effects, _last(around, chosen))

    async def plan_rename(self, old: str, new: str, around: Surroundings) -> Plan:
        """Make a group of the new name with the same members and grants, then delete the old one.

        Raises UsageError when what names it was not looked up, Conflict when there is one of the new name, and
        Refused for a group that comes from elsewhere.
        """
        index = renames.looked_up(around)
        await self._capabilities.require(Capability.ACCESS_GROUPS)
        await renames.check_new_name("group", old, new, self.fetch)
        group = await self.get(old)
        if reason := why_read_only(group.realm and visible(group.realm)):
            raise Refused(f"{visible(old)} cannot be renamed here. {reason}", "Rename it there")
        clone = replace(group, name=Untrusted(new))
        moved = renames.move_grants(index, "groups", old, new)
        problems = [f"{problem}: the platform may refuse it" for problem in name_problems(new)]
        return renames.rename_plan(
            "group",
            (old, new),
            self._origin,
            [steps.create_step(clone), *moved, steps.delete_step(group)],
            renames.rename_effects("group", "groups", (old, new), around, problems),
            grave=bool(group.admin_privileges),
        )


def _change_steps(before: Group, after: Group) -> list[Step | None]:
    members = steps.members_step(before.name, before.members or (), after.members or ())
    return [steps.update_step(before, after), members if after.members is not None else None]


def _gains(before: Group, after: Group) -> bool:
    return bool(set(after.members or ()) - set(before.members or ()))


def _admin_effect(group: Group) -> list[str]:
    if not group.admin_privileges:
        return []
    members = f" ({listed(group.members)})" if group.members else ""
    return [f"Every member{members} is an administrator of the whole platform"]


def _members_effect(group: Group) -> str:
    members = group.members or ()
    some = f"{len(members):,} members" if len(members) > 1 else "1 member"
    return f"{some} of {visible(group.name)} ({listed(members)}) lose{'' if len(members) > 1 else 's'} what it gives"


def _last(around: Surroundings, names: Sequence[str]) -> str:
    if around.index is None:
        return ""
    left = [admin for admin in around.index.administrators() if admin.via not in names]
    return last_administrator(around.index, left)


def _refuse_foreign_members(before: Group, after: Group) -> None:
    """Members of a group that comes from elsewhere are kept there."""
    reason = why_read_only(before.realm and visible(before.realm))
    if reason and after.members is not None and set(after.members) != set(before.members or ()):
        raise Refused(f"The members of {visible(before.name)} cannot be changed here. {reason}", "Change them there")


def _refuse_contradiction(group: Group) -> None:
    """Source: terraform-provider-platform resource_group.go; JFrog help, security configuration JSON."""
    if group.auto_join and group.admin_privileges:
        raise UsageError(
            "A group that new users join by themselves cannot have administrator privileges",
            "Switch one of the two off",
        )


def _named(record: JsonObject) -> Group:
    group = group_from(record)
    if not group.name:
        raise UsageError("The group has no name", 'Give it one: {"name": …}')
    return group
