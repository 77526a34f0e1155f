"""Changing users of Access v2, on a real socket: what is taken, what it does, and what passwords must be."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import (
    GROUPS,
    PASSWORD,
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

POLICY = "/access/api/v1/config/security/password_policy"
VERSION = "/artifactory/api/system/version"
FLAGS = ("policy_manager", "policy_viewer", "reports_manager", "resources_manager", "watch_manager", "manage_webhook")


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def logs_in(sandbox: RunningSandbox, name: str, password: str = PASSWORD) -> bool:
    with sandbox.http(token="") as client:
        return client.get(VERSION, auth=(name, password)).status_code == 200


def test_create_and_read(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_group(client, "scanner-ro")
    created = make_user(client, "ox-scanner", groups=["scanner-ro"])
    assert created == {
        "username": "ox-scanner",
        "email": "ox-scanner@example.com",
        "admin": False,
        "effective_admin": False,
        "profile_updatable": True,
        "disable_ui_access": False,
        "internal_password_disabled": False,
        "realm": "internal",
        "groups": ["readers", "scanner-ro"],
        "status": "enabled",
        "platform_auditor": False,
    } | dict.fromkeys(FLAGS, False)
    assert client.get(f"{USERS}/ox-scanner").json() == created
    assert logs_in(sandbox, "ox-scanner")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"username": "Alice"}, 400),
        ({"username": "a b"}, 400),
        ({"username": "anonymous"}, 400),
        ({"username": None}, 400),
        ({"username": "alice@example.com"}, 201),
        ({"username": "admin"}, 409),
        ({"email": ""}, 400),
        ({"email": None}, 400),
        ({"password": None}, 400),
        ({"password": "short1A"}, 400),
        ({"password": None, "internal_password_disabled": True}, 201),
        ({"groups": ["none"]}, 400),
        ({"groups": "readers"}, 400),
        ({"admin": "yes"}, 400),
        ({"admin": True, "disable_ui_access": True}, 400),
        ({"realm": "ldap", "status": "locked"}, 201),
    ],
)
def test_what_can_be_created(client: httpx.Client, changed: dict[str, object], status: int) -> None:
    body = {"username": "alice", "email": "a@example.com", "password": PASSWORD} | changed
    response = client.post(USERS, json=body)
    assert response.status_code == status
    if status == 201:
        assert (response.json()["realm"], response.json()["status"]) == ("internal", "enabled")


def test_a_patch_changes_what_it_names(client: httpx.Client, sandbox: RunningSandbox) -> None:
    before = make_user(client, "alice")
    path = f"{USERS}/alice"
    assert client.patch(path, json={}).json() == before
    ignored = {"username": "bob", "groups": ["readers"], "realm": "ldap", "status": "disabled"}
    changed = client.patch(path, json={"email": "new@example.com", "policy_manager": True, **ignored})
    assert changed.status_code == 200
    assert changed.json() == before | {"email": "new@example.com", "policy_manager": True, "policy_viewer": True}
    assert logs_in(sandbox, "alice")


def test_a_password_can_be_disabled_and_comes_back_only_new(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    path = f"{USERS}/alice"
    assert client.patch(path, json={"internal_password_disabled": True}).status_code == 200
    assert not logs_in(sandbox, "alice")
    refused = client.put(f"{path}/password", json={"password": "N3wSecret"})
    assert message(refused) == (400, "Internal password is disabled for user 'alice'")
    assert message(client.patch(path, json={"internal_password_disabled": False})) == (400, "password is required")
    enabled = client.patch(path, json={"internal_password_disabled": False, "password": "N3wSecret"})
    assert enabled.json()["internal_password_disabled"] is False
    assert logs_in(sandbox, "alice", "N3wSecret")


def test_groups_come_and_go(client: httpx.Client) -> None:
    make_group(client, "team")
    make_user(client, "alice")
    path = f"{USERS}/alice/groups"
    changed = client.patch(path, json={"add": ["team"], "remove": ["readers"]})
    assert (changed.status_code, changed.json()) == (200, {"groups": ["team"]})
    assert client.get(f"{GROUPS}/team").json()["members"] == ["alice"]
    assert client.patch(path, json={"add": ["team"], "remove": None}).json() == {"groups": ["team"]}
    for delta, expected in (
        ({}, "At least one of 'add' and 'remove' must be provided"),
        ({"add": ["team"], "remove": ["team"]}, "'team' cannot be both added and removed"),
        ({"add": ["none"]}, "Could not fetch all requested groups"),
        ({"remove": ["readers"]}, "Cant remove group that are not associated"),
    ):
        assert message(client.patch(path, json=delta)) == (400, expected)


def test_a_deleted_user_is_gone_everywhere_but_not_its_tokens(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    make_permission(client, "p", artifact=artifact_resource(["ANY LOCAL"], users={"alice": ["READ"]}))
    token = sandbox.create_token(username="alice")
    gone = client.delete(f"{USERS}/alice")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(f"{USERS}/alice").status_code == 404
    assert client.get(f"{GROUPS}/readers").json()["members"] == []
    assert client.get(f"{PERMISSIONS}/p").json()["resources"]["artifact"]["actions"]["users"] == {}
    assert client.get(f"/access/api/v1/tokens/{token['token_id']}").status_code == 200


def test_nobody_deletes_itself_or_what_is_built_in(client: httpx.Client) -> None:
    assert message(client.delete(f"{USERS}/admin")) == (403, "User 'admin' cannot delete itself")
    assert client.delete(f"{USERS}/anonymous").status_code == 400
    assert message(client.delete(f"{USERS}/none")) == (404, "User 'none' was not found")


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Passw0r", "Password must contain at least 8 character(s)"),
        ("passw0rd", "Password must contain at least 1 upper-case letter(s)"),
        ("PASSW0RD", "Password must contain at least 1 lower-case letter(s)"),
        ("Password", "Password must contain at least 1 digit(s)"),
        ("Alice.Smith1", "Password cannot match the user name"),
        (None, "Invalid password"),
        (["Passw0rd1"], "Invalid password"),
    ],
)
def test_passwords_that_are_refused(client: httpx.Client, password: object, expected: str) -> None:
    make_user(client, "alice.smith1")
    refused = client.put(f"{USERS}/alice.smith1/password", json={"password": password})
    assert message(refused) == (400, expected)


def test_the_policy_can_be_set_but_not_read(client: httpx.Client) -> None:
    make_user(client, "alice")
    path = f"{USERS}/alice/password"
    assert client.get(POLICY).status_code == 405
    assert client.patch(POLICY, json={"special_char": 1, "not_match_old": True}).status_code == 204
    assert message(client.put(path, json={"password": "N3wSecret"}))[1].endswith("1 special character(s)")
    assert client.put(path, json={"password": "N3w-Secret"}).status_code == 204
    assert message(client.put(path, json={"password": "N3w-Secret"})) == (400, "Password cannot match the old password")
    assert client.put(POLICY, json={"length": 4}).status_code == 204
    assert client.put(path, json={"password": "aaaa"}).status_code == 204
    for senseless in ({}, {"length": -1}, {"length": "8"}, {"colour": 1}):
        assert client.put(POLICY, json=senseless).status_code == 400


def test_anyone_sets_one_s_own_password_and_only_that(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for name in ("alice", "bob"):
        make_user(client, name)
    with as_user(sandbox, "alice") as alice:
        assert alice.put(f"{USERS}/alice/password", json={"password": "N3wSecret"}).status_code == 204
        assert alice.put(f"{USERS}/bob/password", json={"password": "N3wSecret"}).status_code == 403
    with as_user(sandbox, "alice", "applied-permissions/groups:readers") as group:
        assert group.put(f"{USERS}/alice/password", json={"password": "0therSecret"}).status_code == 403
    assert logs_in(sandbox, "alice", "N3wSecret")


def test_an_expired_password_is_useless_until_it_is_changed(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    path = f"{USERS}/alice/password"
    assert client.post(f"{path}/expire").status_code == 204
    assert not logs_in(sandbox, "alice")
    assert client.put(path, json={"password": "N3wSecret"}).status_code == 204
    assert logs_in(sandbox, "alice", "N3wSecret")
    assert client.post(f"{USERS}/expire_password_for_all_users").status_code == 200
    assert not logs_in(sandbox, "alice", "N3wSecret")
    assert logs_in(sandbox, "admin", "password")
    assert client.post(f"{USERS}/unexpire_password_for_all_users").status_code == 200
    assert logs_in(sandbox, "alice", "N3wSecret")


def test_wrong_passwords_lock_where_that_is_switched_on(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    for _ in range(10):
        assert not logs_in(sandbox, "alice", "wrong")
    assert logs_in(sandbox, "alice")
    policy = {"enabled": True, "loginAttempts": 3}
    assert client.put("/artifactory/api/security/userLockPolicy", json=policy).status_code == 200
    for attempt in ("wrong", "wrong", PASSWORD, "wrong", "wrong"):
        assert logs_in(sandbox, "alice", attempt) == (attempt == PASSWORD)
    assert client.get(USERS, params={"status": "locked"}).json() == {"users": []}
    assert not logs_in(sandbox, "alice", "wrong")
    assert not logs_in(sandbox, "alice")
    locked = client.get(USERS, params={"status": "locked"}).json()["users"]
    assert [user["username"] for user in locked] == ["alice"]
    assert client.post(f"{USERS}/alice/unlock").status_code == 204
    assert client.post(f"{USERS}/none/unlock").status_code == 404
    assert logs_in(sandbox, "alice")


def test_who_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    with as_user(sandbox, "alice") as alice:
        for response in (
            alice.get(USERS),
            alice.get(f"{USERS}/alice"),
            alice.post(USERS, json={"username": "x"}),
            alice.patch(f"{USERS}/alice", json={"admin": True}),
            alice.patch(f"{USERS}/alice/groups", json={"remove": ["readers"]}),
            alice.delete(f"{USERS}/admin"),
            alice.post(f"{USERS}/alice/unlock"),
            alice.post(f"{USERS}/alice/password/expire"),
            alice.post(f"{USERS}/expire_password_for_all_users"),
            alice.put(POLICY, json={"length": 1}),
        ):
            assert message(response) == (403, "Logged in 'alice' is not an admin.")
    with as_user(sandbox, "alice", "system:identities:r") as reader:
        assert reader.get(USERS).status_code == reader.get(f"{USERS}/admin").status_code == 200
        assert reader.patch(f"{USERS}/alice", json={}).status_code == 403


def test_a_directory_s_users_keep_their_realm(client: httpx.Client, sandbox: RunningSandbox) -> None:
    strange = {"username": "Ünï cødé", "realm": "ldap", "email": "u@example.com", "internal_password_disabled": True}
    sandbox.control("POST", "/state", {"users": [strange]})
    changed = client.patch(f"{USERS}/Ünï cødé", json={"email": "v@example.com", "realm": "internal"})
    assert (changed.json()["email"], changed.json()["realm"]) == ("v@example.com", "ldap")
    (row,) = client.get(USERS, params={"username": "ünï"}).json()["users"]
    assert client.get(row["uri"]).json() == changed.json()
    assert [change["action"] for change in sandbox.changes()] == ["updated"]
