"""`jfconsole users`: list, show, apply, rename, unlock, expire, delete."""

from __future__ import annotations

import argparse
import time
from typing import Final

from jfconsole.cli.files import read_record
from jfconsole.cli.listing import Shape, list_objects, print_object
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_directory
from jfconsole.cli.surroundings import load_details, look_around, own_name
from jfconsole.cli.verbs.password import read_password
from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import Refused
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.user_facts import (
    UserView,
    describe_user,
    flags,
    row_record,
    user_record,
    user_schema,
    view_user,
)
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.session import Session


def _record(view: UserView) -> JsonObject:
    return user_record(view.detail) if view.detail else row_record(view.row)


def _last_login(view: UserView, now: float) -> str:
    when = view.detail.last_login if view.detail else None
    return "–" if when is None else format_relative(when, now)


_SHAPE: Final = Shape[UserView](
    plural="users",
    schema=user_schema,
    record=_record,
    columns={
        "username": lambda view, now: visible(view.username),
        "status": lambda view, now: visible(str(view.row.status)) or "–",
        "realm": lambda view, now: visible(view.row.realm) or "–",
    },
    details={
        "e-mail": lambda view, now: visible(view.detail.email or "") if view.detail else "",
        "last login": _last_login,
        "groups": lambda view, now: ", ".join(map(visible, view.groups or ())),
        "flags": lambda view, now: ", ".join(flags(view)),
    },
    thin=frozenset({"name", "realm", "status", "locked", "disabled", "invited", "external"}),
)


def list_users(arguments: argparse.Namespace) -> int:
    """Print the users that match."""
    return list_objects(arguments, _SHAPE, _read)


def show(arguments: argparse.Namespace) -> int:
    """Print everything known about one user, as lines or as `{"user": {…}}`."""
    user = with_directory(arguments, lambda directory: directory.users.get(arguments.name))
    facts = describe_user(user, time.time())
    print_object("user", user_record(user), facts, as_json=getattr(arguments, "json", False))
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """Bring a user to the state that a file describes; a new one is made without a password."""
    record = read_record(arguments, "user")
    return change(arguments, lambda session: Directory(session).users.plan_apply(record))


def unlock(arguments: argparse.Namespace) -> int:
    """Let locked users in again; those who are not locked need nothing."""
    return change(arguments, lambda session: Directory(session).users.plan_unlock(arguments.names))


def expire(arguments: argparse.Namespace) -> int:
    """Make users choose a new password at the next login."""
    return change(arguments, lambda session: Directory(session).users.plan_expire(*arguments.names))


def rename(arguments: argparse.Namespace) -> int:
    """Give a user another name, with groups and grants; with a password only where one is given."""
    password = read_password(arguments) if arguments.set_password else None
    return change(arguments, lambda session: _plan_rename(session, arguments, password))


def delete(arguments: argparse.Namespace) -> int:
    """Delete users, and take them out of the permissions that name them."""
    return change(arguments, lambda session: _plan_delete(session, arguments))


async def _plan_rename(session: Session, arguments: argparse.Namespace, password: Secret | None) -> Plan:
    own, directory = await _own_name(session, arguments), Directory(session)
    around = await look_around(session, directory, own)
    return await directory.users.plan_rename(arguments.name, arguments.new, around, password)


async def _plan_delete(session: Session, arguments: argparse.Namespace) -> Plan:
    own, directory = await _own_name(session, arguments), Directory(session)
    return await directory.users.plan_delete(arguments.names, await look_around(session, directory, own))


async def _own_name(session: Session, arguments: argparse.Namespace) -> str | None:
    """Whose token is in use. Raises Refused where it is not known and nobody is asked before the change."""
    own = await own_name(session)
    if own is None and arguments.yes and not arguments.plan:
        raise Refused(
            "It cannot be found out whose token is in use, so --yes could delete this very user",
            "Run it at a terminal without --yes",
        )
    return own


async def _read(directory: Directory, detailed: bool) -> Listing[UserView]:
    listing = await directory.users.list()
    if not detailed:
        return listing
    details = directory.users.details
    await load_details("users", details, [view.username for view in listing.views])
    views = [view_user(view.row, details.known.get(view.username)) for view in listing.views]
    return Listing(views, listing.changed, listing.basis)
