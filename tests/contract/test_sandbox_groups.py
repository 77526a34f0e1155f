"""Groups of Access v2, on a real socket: envelopes, statuses, validation, side effects."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import (
    GROUPS,
    PERMISSIONS,
    USERS,
    artifact_resource,
    as_user,
    make_group,
    make_permission,
    make_user,
    message,
)
from tests.support.sandbox import RunningSandbox

ROLES = ("reports_manager", "watch_manager", "policy_manager", "policy_viewer", "manage_resources", "manage_webhook")


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def test_create_and_read(client: httpx.Client) -> None:
    make_user(client, "alice")
    created = make_group(client, "scanner-ro", description="read only", external_id="ext-1", members=["alice"])
    assert created == {
        "name": "scanner-ro",
        "description": "read only",
        "auto_join": False,
        "admin_privileges": False,
        "realm": "internal",
        "realm_attributes": None,
        "external_id": "ext-1",
        "members": ["alice"],
    } | dict.fromkeys(ROLES, False)
    assert client.get(f"{GROUPS}/scanner-ro").json() == created
    assert "scanner-ro" in client.get(f"{USERS}/alice").json()["groups"]


def test_the_list_is_thin_and_has_a_cursor(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for name in ("Zebra", "deployers", "team one"):
        make_group(client, name)
    first = client.get(GROUPS, params={"limit": 2}).json()
    assert first == {
        "groups": [
            {"group_name": "deployers", "uri": f"{sandbox.url}{GROUPS}/deployers"},
            {"group_name": "readers", "uri": f"{sandbox.url}{GROUPS}/readers"},
        ],
        "cursor": "readers",
    }
    second = client.get(GROUPS, params={"limit": 2, "cursor": first["cursor"]}).json()
    assert [row["group_name"] for row in second["groups"]] == ["team one", "Zebra"]
    assert second["groups"][0]["uri"].endswith("/team%20one")
    assert second["cursor"] == "Zebra"
    assert client.get(GROUPS, params={"cursor": "Zebra"}).json() == {"groups": []}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"groupName": "TEAM"}, ["data-team", "team-a"]),
        ({"groupName": "team*"}, ["team-a"]),
        ({"groupName": "a", "descendingOrder": "True"}, ["team-a", "readers", "data-team"]),
        ({"groupName": "[x]"}, []),
        ({"groupName": "?eam"}, []),
    ],
)
def test_filters(client: httpx.Client, query: dict[str, str], expected: list[str]) -> None:
    for name in ("team-a", "data-team"):
        make_group(client, name)
    assert [row["group_name"] for row in client.get(GROUPS, params=query).json()["groups"]] == expected


def test_a_patch_changes_what_it_names(client: httpx.Client) -> None:
    before = make_group(client, "team", description="one", external_id="x")
    path = f"{GROUPS}/team"
    assert client.patch(path, json={}).json() == before
    changed = client.patch(path, json={"name": "other", "description": "two", "realm": "ldap", "members": ["admin"]})
    assert changed.status_code == 200
    assert changed.json() == before | {"description": "two"}
    assert client.patch(path, json={"description": ""}).json()["description"] is None
    assert client.patch(path, json={"policy_manager": True}).json()["policy_viewer"] is True


def test_members_come_and_go(client: httpx.Client) -> None:
    make_group(client, "team")
    for name in ("alice", "bob"):
        make_user(client, name)
    path = f"{GROUPS}/team/members"
    added = client.patch(path, json={"add": ["bob", "alice"], "remove": None})
    assert (added.status_code, added.json()) == (200, {"members": ["alice", "bob"]})
    assert client.patch(path, json={"add": ["alice"], "remove": ["bob"]}).json() == {"members": ["alice"]}
    assert client.patch(path, json={"remove": ["bob"]}).json() == {"members": ["alice"]}
    assert client.get(f"{USERS}/bob").json()["groups"] == ["readers"]


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({}, "At least one of 'add' and 'remove' must be provided"),
        ({"add": None, "remove": []}, "At least one of 'add' and 'remove' must be provided"),
        ({"add": ["admin"], "remove": ["admin"]}, "'admin' cannot be both added and removed"),
        ({"add": ["admin", "nobody"]}, "Could not fetch all requested users"),
        ({"remove": ["nobody"]}, "Could not fetch all requested users"),
        ({"add": "admin"}, "Invalid add"),
        ({"add": [1]}, "Invalid add"),
    ],
)
def test_senseless_deltas_change_nothing(client: httpx.Client, delta: object, expected: str) -> None:
    make_group(client, "team")
    assert message(client.patch(f"{GROUPS}/team/members", json=delta)) == (400, expected)
    assert client.get(f"{GROUPS}/team").json()["members"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": ""}, 400),
        ({"name": " "}, 400),
        ({"name": 7}, 400),
        ({"name": "x" * 65}, 400),
        ({"name": "a/b"}, 400),
        ({"name": ".."}, 400),
        ({"name": "a", "auto_join": "yes"}, 400),
        ({"name": "a", "auto_join": True, "admin_privileges": True}, 400),
        ({"name": "a", "members": ["nobody"]}, 404),
        ({"name": "READERS"}, 409),
        ({"name": "x" * 64}, 201),
        ({"name": "_admins"}, 201),
    ],
)
def test_what_can_be_created(client: httpx.Client, body: object, status: int) -> None:
    assert client.post(GROUPS, json=body).status_code == status


def test_methods_types_and_names_that_do_not_exist(client: httpx.Client) -> None:
    assert message(client.get(f"{GROUPS}/none")) == (404, "Group 'none' was not found")
    assert client.patch(f"{GROUPS}/none", json={}).status_code == 404
    assert client.patch(f"{GROUPS}/none/members", json={"add": ["admin"]}).status_code == 404
    assert client.delete(f"{GROUPS}/none").status_code == 404
    assert client.put(f"{GROUPS}/readers", json={}).status_code == 405
    assert client.post(GROUPS, content="{}").status_code == 415
    assert client.patch(f"{GROUPS}/readers", content="{}").status_code == 415
    not_json = client.post(GROUPS, content="{", headers={"content-type": "application/json"})
    assert not_json.status_code == 400


def test_a_deleted_group_is_gone_everywhere(client: httpx.Client) -> None:
    make_user(client, "alice")
    make_group(client, "team", members=["alice"])
    make_permission(
        client, "p", artifact=artifact_resource(["ANY LOCAL"], groups={"team": ["READ"], "readers": ["READ"]})
    )
    gone = client.delete(f"{GROUPS}/team")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(f"{USERS}/alice").json()["groups"] == ["readers"]
    assert client.get(f"{PERMISSIONS}/p").json()["resources"]["artifact"]["actions"]["groups"] == {"readers": ["READ"]}


def test_automatic_groups_are_joined_by_new_users_only(client: httpx.Client) -> None:
    make_group(client, "everyone", auto_join=True)
    assert client.get(f"{GROUPS}/everyone").json()["members"] == []
    assert make_user(client, "alice", groups=[])["groups"] == ["everyone", "readers"]


def test_the_last_administrator_stays(client: httpx.Client) -> None:
    make_group(client, "root", admin_privileges=True)
    make_user(client, "alice", groups=["root"])
    assert client.get(f"{USERS}/alice").json()["effective_admin"] is True
    assert client.patch(f"{USERS}/admin", json={"admin": False}).status_code == 200
    for refused in (
        client.patch(f"{GROUPS}/root/members", json={"remove": ["alice"]}),
        client.patch(f"{GROUPS}/root", json={"admin_privileges": False}),
        client.patch(f"{USERS}/alice/groups", json={"remove": ["root"]}),
        client.delete(f"{GROUPS}/root"),
        client.delete(f"{USERS}/alice"),
    ):
        assert message(refused) == (400, "The last administrator cannot be removed")
    assert client.get(f"{GROUPS}/root").json()["members"] == ["alice"]


def test_who_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    refused = (403, "Logged in 'alice' is not an admin.")
    with as_user(sandbox, "alice") as alice:
        assert message(alice.get(GROUPS)) == refused
        assert message(alice.get(f"{GROUPS}/readers")) == refused
        assert message(alice.post(GROUPS, json={"name": "x"})) == refused
        assert message(alice.patch(f"{GROUPS}/readers", json={})) == refused
        assert message(alice.patch(f"{GROUPS}/readers/members", json={"add": ["alice"]})) == refused
        assert message(alice.delete(f"{GROUPS}/readers")) == refused
    with as_user(sandbox, "alice", "system:identities:r") as reader:
        assert [row["group_name"] for row in reader.get(GROUPS).json()["groups"]] == ["readers"]
        assert message(reader.post(GROUPS, json={"name": "x"})) == refused
    with sandbox.http(token="") as nobody:
        assert nobody.get(GROUPS).status_code == 401
        assert nobody.get(GROUPS, auth=("admin", "password")).status_code == 401


def test_a_group_token_has_the_group_s_administration(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_group(client, "root", admin_privileges=True)
    with as_user(sandbox, "whoever", "applied-permissions/groups:root") as root:
        assert root.get(GROUPS).status_code == 200
