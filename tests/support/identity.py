"""Making groups, users, permissions, repositories and projects on a sandbox, and reading what it refuses with."""

from typing import Any

import httpx

from tests.support.sandbox import Json, RunningSandbox

GROUPS = "/access/api/v2/groups"
USERS = "/access/api/v2/users"
PERMISSIONS = "/access/api/v2/permissions"
REPOSITORIES = "/artifactory/api/repositories"
PROJECTS = "/access/api/v1/projects"
PASSWORD = "Passw0rd1"


def make_group(client: httpx.Client, name: str, **fields: object) -> Json:
    """A new group."""
    return made(client.post(GROUPS, json={"name": name, **fields}))


def make_user(client: httpx.Client, name: str, **fields: object) -> Json:
    """A new user with `PASSWORD`."""
    body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, **fields}
    return made(client.post(USERS, json=body))


def make_permission(client: httpx.Client, name: str, **resources: object) -> Json:
    """A new permission over resource types, by keyword."""
    return made(client.post(PERMISSIONS, json={"name": name, "resources": resources}))


def make_project(client: httpx.Client, key: str, **fields: object) -> Json:
    """A new project."""
    return made(client.post(PROJECTS, json={"project_key": key, "display_name": key.title(), **fields}))


def artifact_resource(
    targets: dict[str, Any] | list[str],
    *,
    users: dict[str, list[str]] | None = None,
    groups: dict[str, list[str]] | None = None,
) -> Json:
    """A resource type with these targets (a list has default patterns) and grants."""
    named = targets if isinstance(targets, dict) else {key: {} for key in targets}
    return {"actions": {"users": users or {}, "groups": groups or {}}, "targets": named}


def make_repository(client: httpx.Client, key: str, rclass: str = "local", **fields: object) -> None:
    """A new repository; a remote one gets an upstream."""
    body: dict[str, object] = {"rclass": rclass, "packageType": "generic"}
    body |= {"url": "https://upstream.example.com"} if rclass == "remote" else {}
    client.put(f"{REPOSITORIES}/{key}", json=body | fields).raise_for_status()


def made(response: httpx.Response) -> Json:
    """The body of a 201."""
    assert response.status_code == 201, response.text
    body: Json = response.json()
    return body


def message(response: httpx.Response) -> tuple[int, str]:
    """Status and message of a refusal, in either envelope."""
    (error,) = response.json()["errors"]
    return response.status_code, error["message"]


def as_user(sandbox: RunningSandbox, name: str, scope: str = "applied-permissions/user") -> httpx.Client:
    """A client with a token of `name`."""
    return sandbox.http(token=sandbox.create_token(username=name, scope=scope)["access_token"])
