"""Steps on permissions: made, deleted, and one section (resource type) put or taken away at a time.

The object of a section's step is the permission with that section alone, so that nothing else can be touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.diff_words import diff_lines, summary_words
from jfconsole.domain.diffs import changes, merge, same
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.permissions import Permission, Section, section_from
from jfconsole.domain.plans import Step
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.jfrog import permissions as wire
from jfconsole.jfrog.sender import Sender
from jfconsole.services.handlers import Rebased, StepHandler
from jfconsole.services.objects import Create, Delete, ObjectKind, Update

CREATE: Final = "permission.create"
PUT_SECTION: Final = "permission.section.put"
DELETE_SECTION: Final = "permission.section.delete"
DELETE: Final = "permission.delete"


def create_step(permission: Permission) -> Step:
    """Make a permission with all its sections."""
    after = {name: value for name, value in permission.as_object().items() if name not in wire.READ_ONLY}
    return Step(
        kind=CREATE,
        key=permission.name,
        title=f"Create permission {visible(permission.name)}",
        before=None,
        after=after,
        requests=(wire.create_request(permission),),
        inverse=_delete(permission.name, after),
        unique=True,
    )


def section_steps(before: Permission, after: Permission) -> tuple[Step, ...]:
    """One step for each section that differs, and none for those that do not."""
    kinds = list(dict.fromkeys((*before.sections, *after.sections)))
    steps = (section_step(before.name, kind, before.sections.get(kind), after.sections.get(kind)) for kind in kinds)
    return tuple(step for step in steps if step is not None)


def section_step(name: str, resource_type: str, before: Section | None, after: Section | None) -> Step | None:
    """Bring one section to another state; None stands for no such section. None when nothing differs."""
    step = _section(name, resource_type, before, after)
    return None if step is None else replace(step, inverse=_section(name, resource_type, after, before))


def delete_step(permission: Permission) -> Step:
    """Delete a permission. Made again, it is the same, by another author."""
    again = replace(create_step(permission), inverse=None)
    return replace(_delete(permission.name, permission.as_object()), inverse=again)


class PutSection(Update):
    """Handles `permission.section.put`: only the principals and targets that differ count."""

    def reached(self, step: Step, current: Json) -> bool:
        """Whether every changed principal and target is as wanted."""
        return super().reached(step, None if current is None else _only(current, step))

    def moved(self, step: Step, current: Json) -> str | None:
        """Somebody else changed the same principals or targets in another way, or the two would add up to more."""
        if current is None:
            return self.gone(step)
        now = _only(current, step)
        return super().moved(step, now) or _more_than_reviewed(step, now)

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The section as it is now, with our changes on top: what others changed elsewhere in it stays."""
        if current is None:
            return None
        now = _only(current, step)
        merged = merge(step.before, now, step.after)
        if same(now, step.before) or not merged.clean or _more_than_reviewed(step, now):
            return None
        resource_type = _resource_type(step)
        carried = section_step(step.key, resource_type, _held(now), _held(merged.merged))
        theirs = summary_words(diff_lines(step.before, now))
        return None if carried is None else Rebased(carried, f"Merged with what changed meanwhile: {theirs}")


class DeleteSection(Delete):
    """Handles `permission.section.delete`: the section is gone, the permission stays."""

    def moved(self, step: Step, current: Json) -> str | None:
        """The section is not what was reviewed any more."""
        return super().moved(step, None if current is None else _only(current, step))

    def reached(self, step: Step, current: Json) -> bool:
        """Whether there is no such section."""
        return current is None or not as_object(_only(current, step).get("resources"))


async def _fetch(sender: Sender, name: str) -> JsonObject:
    return (await wire.fetch(sender, name)).as_object()


async def _all_names(sender: Sender) -> Collection[str]:
    return (await wire.fetch_names(sender)).rows


PERMISSION: Final = ObjectKind("permission", _fetch, _all_names, wire.READ_ONLY)
_SECTION: Final = replace(PERMISSION, noun="section of the permission")

HANDLERS: Final[Mapping[str, StepHandler]] = {
    CREATE: Create(PERMISSION),
    PUT_SECTION: PutSection(PERMISSION),
    DELETE_SECTION: DeleteSection(_SECTION),
    DELETE: Delete(PERMISSION),
}


def _section(name: str, resource_type: str, before: Section | None, after: Section | None) -> Step | None:
    old, new = _object(name, resource_type, before), _object(name, resource_type, after)
    if same(old, new):
        return None
    words = f"section {visible(resource_type)} of permission {visible(name)}"
    if after is None:
        request = wire.delete_section_request(name, resource_type)
        return Step(
            kind=DELETE_SECTION,
            key=name,
            title=f"Remove {words}",
            before=old,
            after=None,
            requests=(request,),
        )
    return Step(
        kind=PUT_SECTION,
        key=name,
        title=f"{'Add' if before is None else 'Change'} {words}",
        before=old,
        after=new,
        requests=(wire.put_section_request(name, resource_type, after),),
    )


def _delete(name: str, before: JsonObject) -> Step:
    return Step(
        kind=DELETE,
        key=name,
        title=f"Delete permission {visible(name)}",
        before=before,
        after=None,
        requests=(wire.delete_request(name),),
    )


def _object(name: str, resource_type: str, section: Section | None) -> JsonObject:
    return {"name": name, "resources": {} if section is None else {resource_type: section.as_object()}}


def _only(current: Json, step: Step) -> JsonObject:
    """The permission as it is now, with the step's section alone."""
    resource_type = _resource_type(step)
    resources = as_object(as_object(current).get("resources"))
    held = {resource_type: resources[resource_type]} if resource_type in resources else {}
    return {"name": step.key, "resources": held}


def _more_than_reviewed(step: Step, now: JsonObject) -> str | None:
    """Why both changes together would give more than either review showed; None when they do not.

    A principal that one side adds would get the targets that the other side adds.
    """
    ours, theirs = _widened(step.before, step.after), _widened(step.before, now)
    crossing = ("targets" in theirs and "actions" in ours) or ("actions" in theirs and "targets" in ours)
    if not crossing:
        return None
    words = summary_words(diff_lines(step.before, now))
    return f"Permission {visible(step.key)} reaches further than when it was reviewed: {words}"


def _widened(before: Json, after: Json) -> set[str]:
    """Which parts of a section got more: `targets`, `actions`."""
    parts = {
        change.place[2]
        for change in changes(before, after)
        if change.sign != "-" and not change.container and len(change.place) > 2
    }
    return parts & {"targets", "actions"}


def _resource_type(step: Step) -> str:
    for value in (step.after, step.before):
        for resource_type in as_object(as_object(value).get("resources")):
            return resource_type
    return ""


def _held(value: JsonObject) -> Section | None:
    for section in as_object(value.get("resources")).values():
        return section_from(as_object(section))
    return None
