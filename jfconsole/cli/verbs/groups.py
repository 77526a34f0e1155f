"""`jfconsole groups`: list, show, apply, members, rename, delete."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.files import read_record
from jfconsole.cli.listing import Shape, list_objects, print_object
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_directory
from jfconsole.cli.surroundings import load_details, look_around
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.group_facts import GroupView, describe_group, flags, group_record, group_schema, view_group
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.session import Session


def _record(view: GroupView) -> JsonObject:
    return group_record(view.detail) if view.detail else {"name": view.name}


_SHAPE: Final = Shape[GroupView](
    plural="groups",
    schema=group_schema,
    record=_record,
    columns={"name": lambda view, now: visible(view.name)},
    details={
        "members": lambda view, now: "–" if view.member_count is None else f"{view.member_count:,}",
        "flags": lambda view, now: ", ".join(flags(view.detail)) if view.detail else "",
        "description": lambda view, now: visible(view.detail.description or "") if view.detail else "",
    },
    thin=frozenset({"name"}),
)


def list_groups(arguments: argparse.Namespace) -> int:
    """Print the groups that match."""
    return list_objects(arguments, _SHAPE, _read)


def show(arguments: argparse.Namespace) -> int:
    """Print everything known about one group, as lines or as `{"group": {…}}`."""
    group = with_directory(arguments, lambda directory: directory.groups.get(arguments.name))
    print_object("group", group_record(group), describe_group(group), as_json=getattr(arguments, "json", False))
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """Bring a group to the state that a file describes."""
    record = read_record(arguments, "group")
    return change(arguments, lambda session: Directory(session).groups.plan_apply(record))


def members(arguments: argparse.Namespace) -> int:
    """Add and remove members, whoever else is in the group."""
    if not arguments.add and not arguments.remove:
        raise UsageError("Nobody is to be added or removed", "Use --add USER or --remove USER")
    if both := sorted(set(arguments.add) & set(arguments.remove)):
        raise UsageError(f"{visible(both[0])} is to be added and to be removed", "Choose one")
    return change(
        arguments,
        lambda session: Directory(session).groups.plan_members(arguments.name, arguments.add, arguments.remove),
    )


def rename(arguments: argparse.Namespace) -> int:
    """Give a group another name, with its members and grants."""
    return change(arguments, lambda session: _plan_rename(session, arguments))


def delete(arguments: argparse.Namespace) -> int:
    """Delete groups, and take them out of the permissions that name them."""
    return change(arguments, lambda session: _plan_delete(session, arguments))


async def _plan_rename(session: Session, arguments: argparse.Namespace) -> Plan:
    directory = Directory(session)
    return await directory.groups.plan_rename(arguments.name, arguments.new, await look_around(session, directory))


async def _plan_delete(session: Session, arguments: argparse.Namespace) -> Plan:
    directory = Directory(session)
    return await directory.groups.plan_delete(arguments.names, await look_around(session, directory))


async def _read(directory: Directory, detailed: bool) -> Listing[GroupView]:
    listing = await directory.groups.list()
    if not detailed:
        return listing
    details = directory.groups.details
    await load_details("groups", details, [view.name for view in listing.views])
    views = [view_group(view.name, details.known.get(view.name)) for view in listing.views]
    return Listing(views, listing.changed, listing.basis)
