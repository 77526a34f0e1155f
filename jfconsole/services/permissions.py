"""Permissions as front ends use them: the list, one in detail, and the plans that change them.

An edit is sent section by section (resource type), and only sections that differ are sent at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from jfconsole.domain.capabilities import Capability
from jfconsole.domain.errors import NotFound, Refused, UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.permission_facts import BUILT_IN, PermissionView, view_permissions
from jfconsole.domain.permissions import (
    NAME_LIMIT,
    Permission,
    Principal,
    Section,
    Target,
    permission_from,
    section_problems,
)
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog import permissions as wire
from jfconsole.services import permission_steps as steps
from jfconsole.services import renames
from jfconsole.services.details import Listing
from jfconsole.services.ladder import adoption_plan, deletion_plan, edit_plan, listed
from jfconsole.services.object_service import ObjectService
from jfconsole.services.objects import in_parallel


class PermissionService(ObjectService[Permission]):
    """Permissions of one platform."""

    # -- reading ---------------------------------------------------------------------------------------

    async def list(self, previous: Listing[PermissionView] | None = None) -> Listing[PermissionView]:
        """All permissions. `previous` comes back as it is when nothing has changed since."""
        await self._capabilities.require(Capability.PERMISSIONS)
        names = await wire.fetch_names(self._sender)
        basis = (names.rows, self.details.revision)
        if previous is not None and previous.basis == basis:
            return previous
        return Listing(view_permissions(names.rows, self.details.known), names.changed, basis)

    async def fetch(self, name: str) -> Permission:
        """One permission from the platform; `get` also keeps it. Raises NotFound."""
        return await wire.fetch(self._sender, name)

    # -- plans -----------------------------------------------------------------------------------------

    async def plan_create(self, permission: Permission) -> Plan:
        """Make a permission. Raises UsageError when it has no section, or one that cannot be."""
        await self._capabilities.require(Capability.PERMISSIONS)
        if not permission.sections:
            raise UsageError("A permission needs a section", "Add one, such as artifact, with a target")
        _refuse_long_name(permission.name)
        effects = _section_effects(permission, permission.sections)
        title = f"Create permission {visible(permission.name)}"
        return edit_plan(title, self._origin, [steps.create_step(permission)], effects)

    async def plan_update(self, before: Permission, after: Permission) -> Plan:
        """Bring the sections that differ from one state to another. Raises UsageError when none does."""
        await self._capabilities.require(Capability.PERMISSIONS)
        changed = [kind for kind in after.sections if after.sections[kind] != before.sections.get(kind)]
        _refuse_opaque(before, [*changed, *(kind for kind in before.sections if kind not in after.sections)])
        if not after.sections:
            raise UsageError("A permission needs a section", "Delete the permission instead")
        wanted = steps.section_steps(before, after)
        effects = _section_effects(after, changed)
        return edit_plan(f"Change permission {visible(before.name)}", self._origin, wanted, effects)

    async def plan_grant(
        self, name: str, resource_type: str, kind: Principal, principal: str, actions: Iterable[str]
    ) -> Plan:
        """Give a user or a group exactly these actions in one section; none takes it out."""
        return await self._edit(name, resource_type, lambda held: held.granting(kind, principal, actions))

    async def plan_target(self, name: str, resource_type: str, target: str, patterns: Target | None) -> Plan:
        """Put a target into one section, or take it out."""
        return await self._edit(name, resource_type, lambda held: held.targeting(target, patterns))

    async def plan_section(self, name: str, resource_type: str, section: Section | None) -> Plan:
        """Put a whole section, or remove it."""
        before = await self.get(name)
        return await self.plan_update(before, before.with_section(resource_type, section))

    async def plan_apply(self, record: JsonObject) -> Plan:
        """Bring a permission to the state that a record describes. Sections that it does not name are left alone.

        A section that is null is removed. A permission that does not exist is made.
        """
        resources = as_object(record.get("resources"))
        kept: JsonObject = {kind: section for kind, section in resources.items() if section is not None}
        wanted = permission_from({**record, "resources": kept})
        if not wanted.name:
            raise UsageError("The permission has no name", 'Give it one: {"name": …}')
        try:
            current = await self.get(wanted.name)
        except NotFound:
            return await self.plan_create(wanted)
        untouched = {kind: section for kind, section in current.sections.items() if kind not in resources}
        return await self.plan_update(current, replace(current, sections={**untouched, **wanted.sections}))

    async def plan_adopt(self, permission: Permission) -> Plan:
        """Take an existing permission of that name for the wanted one, and change the sections that differ.

        The effects tell the difference. Raises UsageError when nothing does.
        """
        current = await self.get(permission.name)
        wanted = replace(current, sections={**current.sections, **permission.sections})
        plan = await self.plan_update(current, wanted)
        what = f"permission {visible(permission.name)}"
        return adoption_plan(what, plan, current.as_object(), wanted.as_object())

    async def plan_delete(self, names: Collection[str]) -> Plan:
        """Delete permissions, with who loses what."""
        await self._capabilities.require(Capability.PERMISSIONS)
        found = await in_parallel(list(dict.fromkeys(names)), self.get)
        if not found:
            raise UsageError("There is no permission to delete", "Mark some first")
        chosen = [permission.name for permission in found]
        effects = [effect for permission in found for effect in _loss(permission)]
        deletions = [steps.delete_step(permission) for permission in found]
        return deletion_plan("permission", chosen, self._origin, deletions, effects, "")

    async def plan_rename(self, old: str, new: str) -> Plan:
        """Make a permission of the new name that is the same, then delete the old one: the platform has no rename.

        Raises Conflict when there is one of the new name, UsageError for a name that cannot be.
        """
        await self._capabilities.require(Capability.PERMISSIONS)
        _refuse_long_name(new)
        await renames.check_new_name("permission", old, new, self.fetch)
        permission = await self.get(old)
        clone = replace(permission, name=Untrusted(new))
        return renames.rename_plan(
            "permission",
            (old, new),
            self._origin,
            [steps.create_step(clone), steps.delete_step(permission)],
            ["The platform cannot rename: a new permission is made, then the old one is deleted"],
        )

    async def _edit(self, name: str, resource_type: str, change: Callable[[Section], Section]) -> Plan:
        before = await self.get(name)
        held = before.sections.get(Untrusted(resource_type), Section())
        return await self.plan_update(before, before.with_section(resource_type, change(held)))


def _refuse_long_name(name: str) -> None:
    if len(name) > NAME_LIMIT:
        raise UsageError(f"The name has {len(name)} characters, more than {NAME_LIMIT}")


def _section_effects(permission: Permission, kinds: Iterable[str]) -> list[str]:
    """What the platform would refuse stops the plan; what merely surprises is told."""
    effects: list[str] = []
    for kind in kinds:
        section = permission.sections[Untrusted(kind)]
        problems = section_problems(kind, section)
        if not section.targets or (kind == "build" and len(section.targets) > 1):
            raise UsageError(visible(problems[0]) if problems else f"The section {visible(kind)} needs a target")
        effects += [visible(problem) for problem in problems]
    return effects


def _refuse_opaque(permission: Permission, kinds: Sequence[str]) -> None:
    for kind in kinds:
        held = permission.sections.get(Untrusted(kind))
        if held is not None and held.opaque:
            raise Refused(
                f"The section {visible(kind)} has a form that this console does not know, and is left alone",
                "Edit it in the web UI, or use a newer console",
            )


def _loss(permission: Permission) -> list[str]:
    groups = dict.fromkeys(name for section in permission.sections.values() for name in section.groups)
    users = dict.fromkeys(name for section in permission.sections.values() for name in section.users)
    told = [
        f"{noun} {listed(list(names))} lose what {visible(permission.name)} gives"
        for noun, names in (("Groups", groups), ("Users", users))
        if names
    ]
    builtin = [f"{visible(permission.name)} came with the platform"] if permission.name in BUILT_IN else []
    return [*told, *builtin]
