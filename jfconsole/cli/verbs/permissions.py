"""`jfconsole permissions`: list, show, apply, rename, grant, withdraw, delete."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Final

from jfconsole.cli.files import read_record
from jfconsole.cli.listing import Shape, list_objects, print_object
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_directory
from jfconsole.cli.surroundings import load_details
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.permission_facts import (
    PermissionView,
    describe_permission,
    permission_record,
    permission_schema,
    view_permission,
)
from jfconsole.domain.permissions import ACTIONS, Principal, Section
from jfconsole.domain.text import visible
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory


def _record(view: PermissionView) -> JsonObject:
    return permission_record(view.detail) if view.detail else {"name": view.name}


def _sections(view: PermissionView) -> Iterable[Section]:
    return view.detail.sections.values() if view.detail else ()


def _names(parts: Iterable[Iterable[str]]) -> str:
    return ", ".join(map(visible, dict.fromkeys(name for part in parts for name in part)))


_SHAPE: Final = Shape[PermissionView](
    plural="permissions",
    schema=permission_schema,
    record=_record,
    columns={"name": lambda view, now: visible(view.name)},
    details={
        "types": lambda view, now: ", ".join(map(visible, view.detail.sections)) if view.detail else "",
        "targets": lambda view, now: _names(section.targets for section in _sections(view)),
        "groups": lambda view, now: _names(section.groups for section in _sections(view)),
        "users": lambda view, now: _names(section.users for section in _sections(view)),
    },
    thin=frozenset({"name", "builtin"}),
)


def list_permissions(arguments: argparse.Namespace) -> int:
    """Print the permissions that match."""
    return list_objects(arguments, _SHAPE, _read)


def show(arguments: argparse.Namespace) -> int:
    """Print everything known about one permission, as lines or as `{"permission": {…}}`."""
    permission = with_directory(arguments, lambda directory: directory.permissions.get(arguments.name))
    facts = describe_permission(permission)
    print_object("permission", permission_record(permission), facts, as_json=getattr(arguments, "json", False))
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """Bring a permission to the state that a file describes; sections that it does not name are left alone."""
    record = read_record(arguments, "permission")
    return change(arguments, lambda session: Directory(session).permissions.plan_apply(record))


def grant(arguments: argparse.Namespace) -> int:
    """Give a user or a group exactly these actions in one section; without any, take them out of it."""
    if unknown := [action for action in arguments.actions if action not in ACTIONS]:
        raise UsageError(f"There is no action {visible(unknown[0])}", f"Actions: {', '.join(ACTIONS)}")
    kind: Principal = "users" if arguments.user is not None else "groups"
    who = arguments.group if arguments.user is None else arguments.user
    return change(
        arguments,
        lambda session: Directory(session).permissions.plan_grant(
            arguments.name, arguments.type, kind, who, arguments.actions
        ),
    )


def rename(arguments: argparse.Namespace) -> int:
    """Give a permission another name."""
    return change(arguments, lambda session: Directory(session).permissions.plan_rename(arguments.name, arguments.new))


def delete(arguments: argparse.Namespace) -> int:
    """Delete permissions."""
    return change(arguments, lambda session: Directory(session).permissions.plan_delete(arguments.names))


async def _read(directory: Directory, detailed: bool) -> Listing[PermissionView]:
    listing = await directory.permissions.list()
    if not detailed:
        return listing
    details = directory.permissions.details
    await load_details("permissions", details, [view.name for view in listing.views])
    views = [view_permission(view.name, details.known.get(view.name)) for view in listing.views]
    return Listing(views, listing.changed, listing.basis)
