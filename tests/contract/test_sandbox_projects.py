"""Projects, their members and repositories, on a real socket."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import (
    PERMISSIONS,
    PROJECTS,
    REPOSITORIES,
    as_user,
    make_group,
    make_project,
    make_repository,
    make_user,
    message,
)
from tests.support.sandbox import Json, RunningSandbox


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def test_create_change_and_delete(client: httpx.Client) -> None:
    created = make_project(client, "teama", description="d")
    assert created == {
        "display_name": "Teama",
        "description": "d",
        "admin_privileges": {"manage_members": True, "manage_resources": True, "index_resources": True},
        "storage_quota_bytes": -1,
        "soft_limit": False,
        "storage_quota_email_notification": True,
        "project_key": "teama",
    }
    assert client.get(PROJECTS).json() == [created]
    changed = client.put(f"{PROJECTS}/teama", json={"display_name": "A", "storage_quota_bytes": 5, "soft_limit": True})
    assert changed.json() == created | {"display_name": "A", "storage_quota_bytes": 5, "soft_limit": True}
    assert client.get("/access/api/v2/projects").json() == {
        "projects": [{"name": "A", "project_key": "teama"}],
        "cursor": "teama",
    }
    gone = client.delete(f"{PROJECTS}/teama")
    assert (gone.status_code, gone.content) == (204, b"")
    assert message(client.get(f"{PROJECTS}/teama")) == (404, "Could not find project ``teama``")
    assert client.put(f"{PROJECTS}/teama", json={}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"project_key": "a", "display_name": "A"}, 400),
        ({"project_key": "-a", "display_name": "A"}, 400),
        ({"project_key": "Ab", "display_name": "A"}, 400),
        ({"project_key": "a" * 33, "display_name": "A"}, 400),
        ({"project_key": "a-1"}, 400),
        ({"project_key": "a-1", "display_name": "A" * 129}, 400),
        ({"project_key": "a-1", "display_name": "A" * 128}, 201),
        ({"project_key": "taken", "display_name": "A"}, 409),
    ],
)
def test_what_can_be_created(client: httpx.Client, body: object, status: int) -> None:
    make_project(client, "taken")
    assert client.post(PROJECTS, json=body).status_code == status


@pytest.mark.parametrize(("kind", "name"), [("users", "alice"), ("groups", "team")])
def test_members(client: httpx.Client, kind: str, name: str) -> None:
    make_user(client, "alice")
    make_group(client, "team")
    make_project(client, "shop")
    path = f"{PROJECTS}/shop/{kind}"
    assert client.get(path).json() == {"members": []}
    member = {"name": name, "roles": ["Developer", "Viewer"]}
    assert client.put(f"{path}/{name}", json=member).status_code == 200
    assert client.get(f"{path}/{name}").json() == member
    assert client.get(path).json() == {"members": [member]}
    assert client.put(f"{path}/nobody", json=member).status_code == 404
    assert client.get(f"{path}/nobody").status_code == 404
    assert client.delete(f"{path}/{name}").status_code == 204
    assert client.delete(f"{path}/{name}").status_code == 404
    assert client.get(f"{PROJECTS}/shop/robots").status_code == 404


def test_who_is_deleted_is_no_member_any_more(client: httpx.Client) -> None:
    make_user(client, "alice")
    make_group(client, "team")
    make_project(client, "shop")
    for kind, name in (("users", "alice"), ("groups", "team")):
        client.put(f"{PROJECTS}/shop/{kind}/{name}", json={"roles": ["Viewer"]}).raise_for_status()
        client.delete(f"/access/api/v2/{kind}/{name}").raise_for_status()
        assert client.get(f"{PROJECTS}/shop/{kind}").json() == {"members": []}


def test_repositories_belong_to_one_project_at_most(client: httpx.Client) -> None:
    make_repository(client, "loc")
    for key in ("shop", "mobile"):
        make_project(client, key)
    attach = f"{PROJECTS}/_/attach/repositories/loc"
    assert client.put(f"{attach}/shop").status_code == 204
    assert client.put(f"{attach}/mobile").status_code == 409
    assert client.put(f"{attach}/mobile", params={"force": "true"}).status_code == 204
    assert [row["key"] for row in client.get(REPOSITORIES, params={"project": "mobile"}).json()] == ["loc"]
    assert client.delete(attach).status_code == 204
    assert client.get(f"{REPOSITORIES}/loc").json()["projectKey"] == ""
    assert client.put(f"{PROJECTS}/_/attach/repositories/none/shop").status_code == 404
    assert client.put(f"{attach}/none").status_code == 404
    client.put(f"{attach}/shop").raise_for_status()
    client.delete(f"{PROJECTS}/shop").raise_for_status()
    assert client.get(f"{REPOSITORIES}/loc").json()["projectKey"] == ""


def test_roles_and_environments(client: httpx.Client) -> None:
    roles = {role["name"]: role for role in client.get("/access/api/v1/roles").json()}
    assert roles["Viewer"] == {
        "name": "Viewer",
        "description": "Reads",
        "type": "PREDEFINED",
        "environments": ["DEV", "PROD"],
        "actions": ["READ_REPOSITORY"],
    }
    assert roles["Project Admin"]["type"] == "ADMIN"
    assert client.get("/access/api/v1/environments").json() == [{"name": "DEV"}, {"name": "PROD"}]


def test_who_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for name in ("alice", "bob"):
        make_user(client, name)
    make_group(client, "leads", members=["bob"])
    for key in ("shop", "mobile"):
        make_project(client, key)
    client.put(f"{PROJECTS}/shop/users/alice", json={"roles": ["Project Admin"]}).raise_for_status()
    client.put(f"{PROJECTS}/mobile/groups/leads", json={"roles": ["Project Admin"]}).raise_for_status()
    with as_user(sandbox, "alice") as alice, as_user(sandbox, "bob") as bob:
        assert [row["project_key"] for row in alice.get(PROJECTS).json()] == ["shop"]
        assert [row["project_key"] for row in bob.get(PROJECTS).json()] == ["mobile"]
        assert alice.put(f"{PROJECTS}/shop/users/bob", json={"roles": ["Viewer"]}).status_code == 200
        refused = (403, "Logged in 'alice' is not an admin.")
        assert message(alice.get(f"{PROJECTS}/mobile")) == refused
        assert message(alice.get(f"{PROJECTS}/mobile/users")) == refused
        assert message(alice.put(f"{PROJECTS}/shop", json={})) == refused
        assert message(alice.post(PROJECTS, json={"project_key": "new", "display_name": "N"})) == refused
        assert message(alice.delete(f"{PROJECTS}/shop")) == refused
    with as_user(sandbox, "x", "project:mobile:r") as reader:
        assert [row["project_key"] for row in reader.get(PROJECTS).json()] == ["mobile"]
        assert reader.get(f"{PROJECTS}/shop").status_code == 403


def test_lists_of_users_and_groups_by_project_and_role(client: httpx.Client) -> None:
    for name in ("alice", "bob"):
        make_user(client, name)
    make_group(client, "leads")
    make_project(client, "shop")
    make_repository(client, "shop-local", projectKey="shop")
    for path, held in (("users/alice", "Project Admin"), ("users/bob", "Viewer"), ("groups/leads", "Project Admin")):
        client.put(f"{PROJECTS}/shop/{path}", json={"roles": [held]}).raise_for_status()

    def found(query: Json) -> tuple[list[str], list[str]]:
        users = client.get("/access/api/v2/users", params=query).json()["users"]
        groups = client.get("/access/api/v2/groups", params=query).json()["groups"]
        return [row["username"] for row in users], [row["group_name"] for row in groups]

    role: Json = {"role": "project_admin", "resourceType": "repo", "resourceName": "shop-local"}
    assert found({"projectKey": "shop"}) == (["alice", "bob"], ["leads"])
    assert found({"projectKey": "none"}) == ([], [])
    assert found(role) == (["alice"], ["leads"])
    assert found(role | {"username": "zzz", "onlyAdmins": "true"})[0] == ["alice"]
    assert found(role | {"resourceName": "artifactory-build-info"}) == ([], [])
    lonely: list[Json] = [{"role": "viewer"}, {"resourceName": "x"}]
    for senseless in [*lonely, role | {"resourceType": "moon"}]:
        assert client.get("/access/api/v2/users", params=senseless).status_code == 400
        assert client.get("/access/api/v2/groups", params=senseless).status_code == 400


def test_roles_that_somebody_made(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    make_project(client, "shop")
    make_repository(client, "loc")
    client.delete(f"{PERMISSIONS}/Anything").raise_for_status()
    client.put(f"{PROJECTS}/_/attach/repositories/loc/shop").raise_for_status()
    client.put("/artifactory/loc/a.txt", content=b"x").raise_for_status()
    body = {"name": "Peeker", "description": "d", "type": "CUSTOM", "environments": [], "actions": ["READ_REPOSITORY"]}
    made = client.post(f"{PROJECTS}/shop/roles", json=body)
    assert (made.status_code, made.json()) == (201, body)
    everywhere = client.post("/access/api/v1/roles", json=body | {"name": "Writer"})
    assert (everywhere.status_code, everywhere.json()["code"]) == (201, "OK")
    for taken in ("Peeker", "Viewer"):
        assert client.post(f"{PROJECTS}/shop/roles", json=body | {"name": taken}).status_code == 409
    assert client.get("/access/api/v1/roles/Writer").json()["type"] == "CUSTOM_GLOBAL"
    assert client.get("/access/api/v1/roles/Peeker").status_code == 404
    listed = [role["name"] for role in client.get(f"{PROJECTS}/shop/roles").json()]
    assert listed[0] == "Project Admin"
    assert listed[-2:] == ["Peeker", "Writer"]
    client.put(f"{PROJECTS}/shop/users/alice", json={"roles": ["Peeker", "Writer"]}).raise_for_status()
    with as_user(sandbox, "alice") as alice:
        assert alice.get("/artifactory/loc/a.txt").status_code == 200
        assert alice.put("/artifactory/loc/b.txt", content=b"x").status_code == 403
        changed = client.put("/access/api/v1/roles/Writer", json={"actions": ["DEPLOY_CACHE_REPOSITORY"]})
        assert changed.json()["actions"] == ["DEPLOY_CACHE_REPOSITORY"]
        assert alice.put("/artifactory/loc/b.txt", content=b"x").status_code == 201
        assert message(alice.get(f"{PROJECTS}/shop/roles")) == (403, "Logged in 'alice' is not an admin.")
        assert client.delete(f"{PROJECTS}/shop/roles/Peeker").status_code == 204
        assert alice.get("/artifactory/loc/a.txt").status_code == 403
    assert client.delete("/access/api/v1/roles/Viewer").status_code == 400
    assert client.delete("/access/api/v1/roles/none").status_code == 404
    client.delete(f"{PROJECTS}/shop").raise_for_status()
    assert client.get(f"{PROJECTS}/shop/roles").status_code == 404
