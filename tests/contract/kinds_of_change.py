"""One example of every kind of change to groups, users and permissions, for the tests that go through them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.services.directory import Directory
from tests.support.directing import Office, a_group, a_permission, a_section, a_user

Planning = Callable[[Directory], Awaitable[Plan]]


@dataclass(frozen=True)
class Example:
    """A change, and what somebody else could do so that it must not be sent any more.

    `path` is where the object is. `undone` is false where what was there does not come back as it was.
    """

    path: str
    plan: Planning
    disturbance: tuple[str, str, object]
    undone: bool = True


def _user(username: str) -> dict[str, object]:
    return {
        "username": username,
        "email": f"{username}@example.com",
        "internal_password_disabled": False,
        "password": "Passw0rd1",
    }


def _builds(**grants: str) -> dict[str, object]:
    target = {"include_patterns": ["**"], "exclude_patterns": []}
    actions = {"users": {}, "groups": {name: held.split() for name, held in (grants or {"readers": "READ"}).items()}}
    return {"actions": actions, "targets": {"artifactory-build-info": target}}


def prepare(office: Office) -> None:
    """What the examples start from."""
    office.put("POST", "users", _user("alice"))
    office.put("POST", "users", _user("bob"))
    office.put("POST", "groups", {"name": "deployers", "description": "old", "members": ["alice"]})
    section = a_section(readers="READ", deployers="READ WRITE").as_object()
    office.put("POST", "permissions", {"name": "libs", "resources": {"artifact": section, "build": _builds()}})


async def _update_group(directory: Directory) -> Plan:
    group = await directory.groups.get("deployers")
    return await directory.groups.plan_update(group, replace(group, description=Untrusted("new")))


async def _update_user(directory: Directory) -> Plan:
    user = await directory.users.get("alice")
    return await directory.users.plan_update(user, replace(user, email=Untrusted("new@example.com")))


EXAMPLES: Mapping[str, Example] = {
    "group.create": Example(
        "groups/scanners",
        lambda directory: directory.groups.plan_create(a_group(members=(Untrusted("alice"),))),
        ("POST", "groups", {"name": "scanners", "description": "of somebody else"}),
    ),
    "group.update": Example(
        "groups/deployers", _update_group, ("PATCH", "groups/deployers", {"description": "of somebody else"})
    ),
    "group.members": Example(
        "groups/deployers",
        lambda directory: directory.groups.plan_members("deployers", ["bob"], ["alice"]),
        ("DELETE", "groups/deployers", None),
    ),
    "group.delete": Example(
        "groups/deployers",
        lambda directory: directory.groups.plan_delete(["deployers"]),
        ("PATCH", "groups/deployers/members", {"add": ["bob"]}),
        undone=False,
    ),
    "user.create": Example(
        "users/ox-scanner",
        lambda directory: directory.users.plan_create(a_user(), Secret("Passw0rd1")),
        ("POST", "users", _user("ox-scanner") | {"email": "else@example.com"}),
    ),
    "user.update": Example("users/alice", _update_user, ("PATCH", "users/alice", {"email": "else@example.com"})),
    "user.groups": Example(
        "users/alice",
        lambda directory: directory.users.plan_groups("alice", ["readers"], ["deployers"]),
        ("DELETE", "users/alice", None),
    ),
    "user.password": Example(
        "users/alice",
        lambda directory: directory.users.plan_password("alice", Secret("N3wSecret1")),
        ("DELETE", "users/alice", None),
        undone=False,
    ),
    "user.expire": Example(
        "users/alice",
        lambda directory: directory.users.plan_expire("alice"),
        ("DELETE", "users/alice", None),
        undone=False,
    ),
    "user.unlock": Example(
        "users/alice",
        lambda directory: directory.users.plan_unlock(["alice"]),
        ("DELETE", "users/alice", None),
        undone=False,
    ),
    "user.delete": Example(
        "users/bob",
        lambda directory: directory.users.plan_delete(["bob"]),
        ("PATCH", "users/bob", {"admin": True}),
        undone=False,
    ),
    "permission.create": Example(
        "permissions/ox-permissions",
        lambda directory: directory.permissions.plan_create(a_permission()),
        ("POST", "permissions", a_permission(readers="READ DELETE").as_object()),
    ),
    "permission.section.put": Example(
        "permissions/libs",
        lambda directory: directory.permissions.plan_grant(
            "libs", "artifact", "groups", "readers", ["READ", "ANNOTATE"]
        ),
        ("PUT", "permissions/libs/artifact", a_section(readers="READ DELETE", deployers="READ WRITE").as_object()),
    ),
    "permission.section.delete": Example(
        "permissions/libs",
        lambda directory: directory.permissions.plan_section("libs", "build", None),
        ("PUT", "permissions/libs/build", _builds(deployers="READ")),
    ),
    "permission.delete": Example(
        "permissions/libs",
        lambda directory: directory.permissions.plan_delete(["libs"]),
        ("DELETE", "permissions/libs/build", None),
    ),
}
