"""Permissions of Access v2, on a real socket: by resource type, with patterns, and who made them."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import (
    PERMISSIONS,
    artifact_resource,
    as_user,
    make_group,
    make_permission,
    make_repository,
    make_user,
    message,
)
from tests.support.sandbox import Json, RunningSandbox

BUILD_INFO = "artifactory-build-info"
EVERYTHING = {"include_patterns": ["**"], "exclude_patterns": []}


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def test_the_list_starts_with_what_is_built_in(client: httpx.Client) -> None:
    assert client.get(PERMISSIONS, params={"limit": 2}).json() == {
        "permissions": [
            {"name": "Any Remote", "uri": "/access/api/v2/permissions/Any%20Remote"},
            {"name": "Anything", "uri": "/access/api/v2/permissions/Anything"},
        ],
        "cursor": "Anything",
    }
    make_permission(client, "Perm2", artifact=artifact_resource(["ANY LOCAL"]))
    last = client.get(PERMISSIONS, params={"cursor": "Perm"}).json()
    assert [row["name"] for row in last["permissions"]] == ["Perm2"]
    assert last["cursor"] == "Perm2"
    assert client.get(PERMISSIONS, params={"cursor": "Perm2"}).json() == {"permissions": []}


@pytest.mark.parametrize(("limit", "status"), [("0", 400), ("1", 200), ("99998", 200), ("99999", 400), ("x", 400)])
def test_limits(client: httpx.Client, limit: str, status: int) -> None:
    assert client.get(PERMISSIONS, params={"limit": limit}).status_code == status


def test_create_and_read(client: httpx.Client) -> None:
    make_group(client, "scanner-ro")
    resources = {
        "artifact": {
            "actions": {"users": {"admin": ["READ", "ANNOTATE"]}, "groups": {"scanner-ro": ["READ"]}},
            "targets": {
                "libs-release-local": {"include_patterns": ["com/**"], "exclude_patterns": ["com/secret/**"]},
                "ANY REMOTE": EVERYTHING,
            },
        },
        "build": {"actions": {"users": {}, "groups": {"scanner-ro": ["READ"]}}, "targets": {BUILD_INFO: EVERYTHING}},
    }
    body = {"name": "ox permissions", "description": "is taken and forgotten", "resources": resources}
    created = client.post(PERMISSIONS, json=body)
    assert (created.status_code, created.json()) == (201, {"name": "ox permissions", "resources": resources})
    shown = created.json() | {"created_by": "admin", "modified_by": "admin"}
    assert client.get(f"{PERMISSIONS}/ox%20permissions").json() == shown


def test_what_is_not_said_has_a_default(client: httpx.Client) -> None:
    targets: Json = {
        "a": None,
        "b": {"include_patterns": None, "exclude_patterns": None},
        "c": {"include_patterns": []},
    }
    shown = make_permission(client, "p", artifact={"targets": targets})["resources"]["artifact"]
    assert shown == {
        "actions": {"users": {}, "groups": {}},
        "targets": {"a": EVERYTHING, "b": EVERYTHING, "c": {"include_patterns": [], "exclude_patterns": []}},
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "p"}, 400),
        ({"name": "p", "resources": {}}, 400),
        ({"name": "", "resources": {"artifact": artifact_resource(["x"])}}, 400),
        ({"name": "x" * 256, "resources": {"artifact": artifact_resource(["x"])}}, 400),
        ({"name": "x" * 255, "resources": {"artifact": artifact_resource(["x"])}}, 201),
        ({"name": "Anything", "resources": {"artifact": artifact_resource(["x"])}}, 409),
        ({"name": "p", "resources": {"spaceship": artifact_resource(["x"])}}, 400),
        ({"name": "p", "resources": {"artifact": artifact_resource([])}}, 400),
        ({"name": "p", "resources": {"artifact": artifact_resource(["x"], users={"a": ["FLY"]})}}, 400),
        ({"name": "p", "resources": {"artifact": artifact_resource(["x"], users={"a": ["read"]})}}, 400),
        ({"name": "p", "resources": {"artifact": artifact_resource(["x"], users={"nobody": ["READ"]})}}, 201),
        ({"name": "p", "resources": {"build": artifact_resource(["x", "y"])}}, 400),
        ({"name": "p", "resources": {"build": artifact_resource(["x"])}}, 201),
        ({"name": "p", "resources": {"release_bundle": artifact_resource(["x", "y"])}}, 201),
        ({"name": "p", "resources": {"destination": artifact_resource(["*"], groups={"g": ["EXECUTE"]})}}, 201),
        ({"name": "p", "resources": {"pipeline_source": artifact_resource(["*"])}}, 201),
        ({"name": "p", "resources": {"artifact": {"targets": ["x"]}}}, 400),
        ({"name": "p", "resources": {"artifact": {"targets": {"x": {"include_patterns": "**"}}}}}, 400),
        ({"name": "p", "resources": []}, 400),
    ],
)
def test_what_can_be_created(client: httpx.Client, body: object, status: int) -> None:
    assert client.post(PERMISSIONS, json=body).status_code == status


@pytest.mark.parametrize(("target", "status"), [("none", 400), ("virt", 400), ("loc", 201), ("ANY DISTRIBUTION", 201)])
def test_targets_can_be_made_to_exist(client: httpx.Client, sandbox: RunningSandbox, target: str, status: int) -> None:
    make_repository(client, "loc")
    make_repository(client, "virt", "virtual", repositories=["loc"])
    body = {"name": "p", "resources": {"artifact": artifact_resource([target])}}
    sandbox.settings(known_targets_only=True)
    refused = client.post(PERMISSIONS, json=body)
    assert refused.status_code == status
    sandbox.settings(known_targets_only=False)
    assert client.post(PERMISSIONS, json=body | {"name": "q"}).status_code == 201


def test_a_resource_type_is_replaced_added_and_removed(client: httpx.Client) -> None:
    make_permission(client, "p", artifact=artifact_resource(["x"], users={"a": ["READ"]}, groups={"g": ["WRITE"]}))
    path = f"{PERMISSIONS}/p"
    replaced = client.put(f"{path}/artifact", json=artifact_resource(["y"], groups={"h": ["READ", "READ"]}))
    expected = {"actions": {"users": {}, "groups": {"h": ["READ"]}}, "targets": {"y": EVERYTHING}}
    assert (replaced.status_code, replaced.json()) == (200, expected)
    added = client.put(f"{path}/build", json=artifact_resource([BUILD_INFO]))
    assert added.status_code == 200
    assert client.get(f"{path}/artifact").json() == expected
    assert set(client.get(path).json()["resources"]) == {"artifact", "build"}
    gone = client.delete(f"{path}/artifact")
    assert (gone.status_code, gone.content) == (204, b"")
    assert message(client.get(f"{path}/artifact")) == (404, "Permission 'p' has no resource type 'artifact'")
    assert client.delete(f"{path}/artifact").status_code == 404
    assert client.delete(f"{path}/build").status_code == 400


def test_a_patch_merges_one_name_at_a_time(client: httpx.Client) -> None:
    start = artifact_resource({"x": {"include_patterns": ["a/**"]}, "y": {}}, users={"a": ["READ"], "b": ["READ"]})
    make_permission(client, "p", artifact=start)
    change = {"actions": {"users": {"b": [], "c": ["WRITE"]}}, "targets": {"y": None, "z": {}}}
    merged = client.patch(f"{PERMISSIONS}/p/artifact", json=change)
    assert merged.status_code == 200
    assert merged.json() == {
        "actions": {"users": {"a": ["READ"], "c": ["WRITE"]}, "groups": {}},
        "targets": {"x": {"include_patterns": ["a/**"], "exclude_patterns": []}, "z": EVERYTHING},
    }
    assert client.patch(f"{PERMISSIONS}/p/artifact", json={}).json() == merged.json()
    assert client.patch(f"{PERMISSIONS}/p/artifact", json={"targets": {"x": None, "z": None}}).status_code == 400
    assert client.patch(f"{PERMISSIONS}/p/build", json=start).status_code == 404


def test_the_whole_cannot_be_put(client: httpx.Client) -> None:
    for method in ("PUT", "PATCH"):
        assert client.request(method, f"{PERMISSIONS}/Anything", json={}).status_code == 405
    assert client.get(f"{PERMISSIONS}/Anything/spaceship").status_code == 400
    assert client.put(f"{PERMISSIONS}/none/artifact", json=artifact_resource(["x"])).status_code == 404
    assert client.put(f"{PERMISSIONS}/Anything/artifact", content="{}").status_code == 415
    assert message(client.get(f"{PERMISSIONS}/none")) == (404, "Permission 'none' was not found")
    assert client.delete(f"{PERMISSIONS}/Anything").status_code == 204
    assert client.delete(f"{PERMISSIONS}/Anything").status_code == 404


def test_who_made_and_who_changed_it(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice", admin=True)
    make_permission(client, "p", artifact=artifact_resource(["x"]))
    with as_user(sandbox, "alice") as alice:
        alice.put(f"{PERMISSIONS}/p/artifact", json=artifact_resource(["y"])).raise_for_status()
    shown = client.get(f"{PERMISSIONS}/p").json()
    assert (shown["created_by"], shown["modified_by"]) == ("admin", "alice")


def test_who_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    make_permission(client, "p", artifact=artifact_resource(["x"], users={"alice": ["MANAGE"]}))
    with as_user(sandbox, "alice") as alice, as_user(sandbox, "alice", "system:permissions:r") as reader:
        for path in ("", "/p", "/p/artifact"):
            assert message(alice.get(PERMISSIONS + path)) == (403, "Logged in 'alice' is not an admin.")
        for change in (
            alice.post(PERMISSIONS, json={}),
            alice.put(f"{PERMISSIONS}/p/artifact", json={}),
            alice.patch(f"{PERMISSIONS}/p/artifact", json={}),
            alice.delete(f"{PERMISSIONS}/p/artifact"),
            alice.delete(f"{PERMISSIONS}/p"),
        ):
            assert change.status_code == 403
        assert reader.get(PERMISSIONS).status_code == 200
        assert reader.get(f"{PERMISSIONS}/p").status_code == 403


def test_a_later_release_keeps_what_it_answered(client: httpx.Client, sandbox: RunningSandbox) -> None:
    """What an edit sends back with fields, actions and resource types nobody knows is taken."""
    make_permission(client, "p", artifact=artifact_resource(["x"], users={"a": ["READ"]}))
    sandbox.future()
    shown = client.get(f"{PERMISSIONS}/p/artifact").json()
    assert "x_added_in_2031" in shown
    assert shown["actions"] == {"users": {"a": ["READ", "TRANSMUTE"]}, "groups": {}}
    again = client.put(f"{PERMISSIONS}/p/artifact", json=shown)
    assert (again.status_code, again.json()) == (200, shown)
    whole = client.get(f"{PERMISSIONS}/p").json()
    assert "hologram" in whole["resources"]
    cloned = client.post(PERMISSIONS, json=whole | {"name": "q"})
    assert cloned.status_code == 201
    assert cloned.json()["resources"] == whole["resources"]
    sandbox.future(False)
    assert client.get(f"{PERMISSIONS}/q/artifact").json() == {
        "actions": {"users": {"a": ["READ", "TRANSMUTE"]}, "groups": {}},
        "targets": {"x": EVERYTHING},
    }
