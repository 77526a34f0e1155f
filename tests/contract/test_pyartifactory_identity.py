"""A real client of the older APIs, pyartifactory: everything it does with users, groups and permissions."""

from collections.abc import Iterator
from typing import Any

import pytest
from pyartifactory import Artifactory
from pyartifactory.exception import (
    GroupAlreadyExistsError,
    GroupNotFoundError,
    PermissionAlreadyExistsError,
    PermissionNotFoundError,
    UserAlreadyExistsError,
    UserNotFoundError,
)
from pyartifactory.models.group import Group
from pyartifactory.models.permission import Permission, PermissionV2
from pyartifactory.models.user import NewUser, User

from tests.support.sandbox import RunningSandbox

REPOSITORY = "artifactory-build-info"


@pytest.fixture(params=["bearer", "basic"])
def credentials(request: pytest.FixtureRequest, sandbox: RunningSandbox) -> dict[str, Any]:
    if request.param == "bearer":
        return {"access_token": sandbox.token}
    return {"auth": (sandbox.username, sandbox.password)}


def connect(sandbox: RunningSandbox, credentials: dict[str, Any], version: int) -> Iterator[Any]:
    client = Artifactory(url=f"{sandbox.url}/artifactory", api_version=version, **credentials)
    yield client
    for part in (client.users, client.groups, client.permissions):
        part.session.close()


@pytest.fixture
def v1(sandbox: RunningSandbox, credentials: dict[str, Any]) -> Iterator[Any]:
    yield from connect(sandbox, credentials, 1)


@pytest.fixture
def v2(sandbox: RunningSandbox, credentials: dict[str, Any]) -> Iterator[Any]:
    yield from connect(sandbox, credentials, 2)


def test_groups(v1: Any) -> None:
    created = v1.groups.create(Group(name="team one", description="first", userNames=["admin", "nobody"]))
    assert (created.name, created.description, created.userNames) == ("team one", "first", ["admin"])
    assert created.realm == "internal"
    with pytest.raises(GroupAlreadyExistsError):
        v1.groups.create(Group(name="team one"))
    updated = v1.groups.update(Group(name="team one", description="second", autoJoin=True, userNames=["anonymous"]))
    assert (updated.description, updated.autoJoin, updated.userNames) == ("second", True, ["admin", "anonymous"])
    assert [group.name for group in v1.groups.list()] == ["readers", "team one"]
    v1.groups.delete("team one")
    with pytest.raises(GroupNotFoundError):
        v1.groups.get("team one")


def test_users(v1: Any, sandbox: RunningSandbox) -> None:
    wanted = NewUser.model_validate(
        {"name": "ox-scanner", "email": "ox@example.com", "password": "Passw0rd1", "groups": ["readers"]}
    )
    created = v1.users.create(wanted)
    assert (created.name, created.email, created.admin, created.groups) == (
        "ox-scanner",
        "ox@example.com",
        False,
        ["readers"],
    )
    with pytest.raises(UserAlreadyExistsError):
        v1.users.create(wanted)
    updated = v1.users.update(User(name="ox-scanner", email="new@example.com", disableUIAccess=True, groups=[]))
    assert (updated.email, updated.disableUIAccess, updated.groups) == ("new@example.com", True, None)
    assert [user.name for user in v1.users.list()] == ["admin", "anonymous", "ox-scanner"]
    with sandbox.http(token="") as own:
        version = own.get("/artifactory/api/system/version", auth=("ox-scanner", "Passw0rd1"))
    assert version.status_code == 200
    v1.users.unlock("ox-scanner")
    v1.users.unlock("nobody at all")
    v1.users.delete("ox-scanner")
    with pytest.raises(UserNotFoundError):
        v1.users.get("ox-scanner")


def test_permissions_of_version_1(v1: Any) -> None:
    wanted = Permission.model_validate(
        {
            "name": "old style",
            "repositories": [REPOSITORY],
            "includesPattern": "org/**,com/**",
            "excludesPattern": "**/secret/**",
            "principals": {"users": {"admin": ["r", "m"]}, "groups": {"readers": ["r", "n", "w", "d", "mxm", "x"]}},
        }
    )
    assert v1.permissions.create(wanted) == wanted
    with pytest.raises(PermissionAlreadyExistsError):
        v1.permissions.create(wanted)
    changed = wanted.model_copy(update={"repositories": ["ANY LOCAL"], "includesPattern": "**"})
    assert v1.permissions.update(changed) == changed
    assert [permission.name for permission in v1.permissions.list()] == ["Any Remote", "Anything", "old style"]
    v1.permissions.delete("old style")
    with pytest.raises(PermissionNotFoundError):
        v1.permissions.get("old style")


def test_permissions_of_version_2(v2: Any) -> None:
    body = {
        "name": "new style",
        "repo": {
            "repositories": [REPOSITORY, "ANY REMOTE"],
            "actions": {"users": {"admin": ["read", "manage"]}, "groups": {"readers": ["read", "managedXrayMeta"]}},
            "include-patterns": ["a/**", "b/**"],
            "exclude-patterns": ["a/secret/**"],
        },
        "build": {
            "repositories": [REPOSITORY],
            "actions": {"users": {}, "groups": {"readers": ["read", "annotate"]}},
            "include-patterns": ["**"],
            "exclude-patterns": [],
        },
        "releaseBundle": {
            "repositories": ["release-bundles-v2"],
            "actions": {"users": {}, "groups": {"readers": ["distribute", "delete", "write"]}},
            "include-patterns": ["**"],
            "exclude-patterns": [],
        },
    }
    wanted = PermissionV2.model_validate(body)
    assert v2.permissions.create(wanted) == wanted
    with pytest.raises(PermissionAlreadyExistsError):
        v2.permissions.create(wanted)
    without_build = wanted.model_copy(update={"build": None})
    assert v2.permissions.update(without_build) == without_build
    assert "new style" in [permission.name for permission in v2.permissions.list()]
    v2.permissions.delete("new style")
    with pytest.raises(PermissionNotFoundError):
        v2.permissions.get("new style")
