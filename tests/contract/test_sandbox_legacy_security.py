"""The older APIs of users, groups and permissions, on a real socket: exact codes, texts and content types."""

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
    make_repository,
    make_user,
    message,
)
from tests.support.sandbox import Json, RunningSandbox

SECURITY = "/artifactory/api/security"
TARGETS = "/artifactory/api/v2/security/permissions"
OLD_TARGETS = "/artifactory/api/security/permissions"
AUTHORIZATION = f"{SECURITY}/users/authorization"
TYPE = "application/vnd.org.jfrog.artifactory.security."


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def test_groups_have_the_codes_the_provider_insists_on(client: httpx.Client, sandbox: RunningSandbox) -> None:
    path = f"{SECURITY}/groups/team"
    created = client.put(path, json={"description": "d", "userNames": ["admin", "nobody"]})
    assert (created.status_code, created.content) == (201, b"")
    shown = client.get(path)
    assert shown.headers["content-type"] == f"{TYPE}User+json"
    assert shown.json() == {
        "name": "team",
        "description": "d",
        "realm": "internal",
        "autoJoin": False,
        "adminPrivileges": False,
        "policyViewer": False,
        "policyManager": False,
        "watchManager": False,
        "reportsManager": False,
    }
    for spelled in ("true", "True", "TRUE"):
        assert client.get(path, params={"includeUsers": spelled}).json()["userNames"] == ["admin"]
    updated = client.post(path, json={"userNames": ["anonymous"], "externalId": "x"})
    assert (updated.status_code, updated.content) == (200, b"")
    assert client.get(f"{GROUPS}/team").json()["members"] == ["admin", "anonymous"]
    replaced = client.put(path, json={"userNames": []})
    assert replaced.status_code == 201
    assert client.get(f"{GROUPS}/team").json() | {"members": [], "external_id": None, "description": None} == (
        client.get(f"{GROUPS}/team").json()
    )
    listed = client.get(f"{SECURITY}/groups")
    assert listed.headers["content-type"] == f"{TYPE}Users+json"
    assert listed.json()[1] == {"name": "team", "uri": f"{sandbox.url}{SECURITY}/groups/team"}
    assert client.delete(path).text == "Group 'team' has been removed successfully.\n"
    for gone in (client.get(path), client.post(path, json={}), client.delete(path)):
        assert gone.status_code == 404


def test_a_plus_in_a_path_is_a_space(client: httpx.Client) -> None:
    client.put(f"{SECURITY}/groups/team+one", json={}).raise_for_status()
    client.put(f"{SECURITY}/groups/team%2Btwo", json={}).raise_for_status()
    names = [row["name"] for row in client.get(f"{SECURITY}/groups").json()]
    assert names == ["readers", "team one", "team+two"]
    assert client.get(f"{SECURITY}/groups/team%20one").json()["name"] == "team one"


def test_users(client: httpx.Client, sandbox: RunningSandbox) -> None:
    path = f"{SECURITY}/users/alice"
    body: Json = {"email": "a@example.com", "password": PASSWORD, "disableUIAccess": True, "policyManager": True}
    created = client.put(path, json=body)
    assert (created.status_code, created.content) == (201, b"")
    shown = client.get(path)
    assert shown.headers["content-type"] == f"{TYPE}User+json"
    assert shown.json() == {
        "name": "alice",
        "email": "a@example.com",
        "admin": False,
        "policyViewer": True,
        "policyManager": True,
        "watchManager": False,
        "reportsManager": False,
        "profileUpdatable": True,
        "internalPasswordDisabled": False,
        "groups": ["readers"],
        "lastLoggedInMillis": 0,
        "realm": "internal",
        "offlineMode": False,
        "disableUIAccess": True,
        "mfaStatus": "NONE",
        "status": "ENABLED",
        "shouldInvite": False,
    }
    anonymous = client.get(f"{SECURITY}/users/anonymous").json()
    assert {"email", "groups", "lastLoggedIn"}.isdisjoint(anonymous)
    assert client.post(path, json={"email": "b@example.com", "groups": []}).status_code == 200
    assert client.get(f"{USERS}/alice").json()["groups"] == []
    assert client.put(path, json={"email": "c@example.com", "groups": ["readers"]}).status_code == 201
    with sandbox.http(token="") as plain:
        version = plain.get("/artifactory/api/system/version", auth=("alice", PASSWORD))
    assert version.status_code == 200
    listed = client.get(f"{SECURITY}/users")
    assert listed.headers["content-type"] == f"{TYPE}Users+json"
    assert listed.json()[0] == {"name": "admin", "uri": f"{sandbox.url}{SECURITY}/users/admin", "realm": "internal"}
    assert client.delete(path).text == "User 'alice' has been removed successfully.\n"
    assert client.get(path).status_code == client.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("anonymous2/", {}),
        ("Alice", {"email": "a@example.com", "password": PASSWORD}),
        ("alice", {"password": PASSWORD}),
        ("alice", {"email": "a@example.com"}),
        ("alice", {"email": "a@example.com", "password": "weak"}),
        ("alice", {"email": "a@example.com", "password": PASSWORD, "groups": ["none"]}),
    ],
)
def test_users_that_cannot_be(client: httpx.Client, name: str, body: object) -> None:
    assert client.put(f"{SECURITY}/users/{name}", json=body).status_code in (400, 404)
    assert len(client.get(f"{SECURITY}/users").json()) == 2


def test_an_administrator_by_group_cannot_be_made_less(client: httpx.Client) -> None:
    make_group(client, "root", admin_privileges=True)
    make_user(client, "alice", admin=True, groups=["root"])
    refused = client.post(f"{SECURITY}/users/alice", json={"admin": False})
    assert message(refused) == (
        400,
        "The user is associated with one or more groups with admin privileges. "
        "To disablethe admin privileges, remove the user from all relevant groups.",
    )


def test_locking_and_unlocking(client: httpx.Client, sandbox: RunningSandbox) -> None:
    def lock(*names: str) -> None:
        users = [{"username": name, "status": "locked", "email": "x@example.com"} for name in names]
        sandbox.control("POST", "/state", {"users": users})

    lock("a", "b", "c", "d")
    assert client.get(f"{SECURITY}/lockedUsers").json() == ["a", "b", "c", "d"]
    assert client.post(f"{SECURITY}/unlockUsers/a").text == "The user: 'a' was successfully unlocked"
    assert client.post(f"{SECURITY}/unlockUsers/nobody").status_code == 200
    many = client.post(f"{SECURITY}/unlockUsers", json=["b", "nobody"])
    assert (many.status_code, many.text) == (200, "Specified users were successfully unlocked")
    assert client.get(f"{SECURITY}/lockedUsers").json() == ["c", "d"]
    assert client.post(f"{SECURITY}/unlockAllUsers").text == "All users were successfully unlocked"
    assert client.get(f"{SECURITY}/lockedUsers").json() == []
    assert client.post(f"{SECURITY}/unlockUsers", json={}).status_code == 400


def test_policies(client: httpx.Client) -> None:
    path = f"{SECURITY}/userLockPolicy"
    assert client.get(path).json() == {"enabled": False, "loginAttempts": 5}
    changed = client.put(path, json={"enabled": True, "loginAttempts": 3})
    assert (changed.status_code, changed.text) == (200, "UserLockPolicy was successfully updated")
    assert client.get(path).json() == {"enabled": True, "loginAttempts": 3}
    for attempts in (0, 101):
        assert message(client.put(path, json={"loginAttempts": attempts}))[1] == "LoginAttempts must be between 1 - 100"


def test_passwords_expire_and_change(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    expire = f"{AUTHORIZATION}/expirePassword/alice"
    assert message(client.post(expire)) == (400, "Password expiration is not enforced, please enable it first")
    policy = f"{SECURITY}/configuration/passwordExpirationPolicy"
    client.put(policy, json={"enabled": True, "passwordMaxAge": 30}).raise_for_status()
    assert client.get(policy).json() == {"enabled": True, "passwordMaxAge": 30, "notifyByEmail": True}
    assert client.post(expire).text == "alice's credentials have been expired"
    change = {"userName": "alice", "oldPassword": PASSWORD, "newPassword1": "N3wSecret", "newPassword2": "N3wSecret"}
    with sandbox.http(token="") as plain:
        assert plain.get("/artifactory/api/system/version", auth=("alice", PASSWORD)).status_code == 401
        for wrong in ({"oldPassword": "no"}, {"newPassword2": "no"}, {"userName": "bob"}):
            assert plain.post(f"{AUTHORIZATION}/changePassword", json=change | wrong).status_code == 400
        assert (
            plain.post(f"{AUTHORIZATION}/changePassword", json=change).text == "Password has been successfully changed"
        )
        assert plain.get("/artifactory/api/system/version", auth=("alice", "N3wSecret")).status_code == 200


def section(**changed: object) -> Json:
    return {
        "include-patterns": ["**"],
        "exclude-patterns": [],
        "repositories": ["loc", "ANY REMOTE"],
        "actions": {"users": {"bob": ["read", "manage"]}, "groups": {"readers": ["read", "managedXrayMeta"]}},
    } | changed


BUILD = section(repositories=["artifactory-build-info"], actions={"users": {}, "groups": {"readers": ["read"]}})


def test_permission_targets_of_version_2(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "loc")
    path = f"{TARGETS}/java%20developers"
    body = {"name": "java developers", "repo": section(), "build": BUILD}
    created = client.post(path, json=body)
    assert (created.status_code, created.content) == (201, b"")
    assert client.get(path).json() == body
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    conflict = "Can't create permission target 'java developers' for type repo, build. It already exists."
    assert message(client.post(path, json=body)) == (409, conflict)
    row = {"name": "java developers", "uri": f"{sandbox.url}{TARGETS}/java%20developers"}
    assert row in client.get(TARGETS).json()
    modern = client.get(f"{PERMISSIONS}/java%20developers").json()["resources"]
    assert modern["artifact"]["actions"] == {
        "users": {"bob": ["READ", "MANAGE"]},
        "groups": {"readers": ["READ", "SCAN"]},
    }
    assert set(modern["artifact"]["targets"]) == {"loc", "ANY REMOTE"}
    client.put(f"{PERMISSIONS}/java%20developers/destination", json={"targets": {"*": {}}}).raise_for_status()
    replaced = client.put(path, json={"name": "java developers", "build": BUILD})
    assert (replaced.status_code, replaced.content) == (200, b"")
    assert client.get(path).json() == {"name": "java developers", "build": BUILD}
    assert set(client.get(f"{PERMISSIONS}/java%20developers").json()["resources"]) == {"build", "destination"}
    assert client.delete(path).status_code == 200
    assert message(client.get(path)) == (404, "No such permission target 'java developers'")
    assert client.head(path).status_code == client.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (
            {},
            400,
            "Permission target request missing repositories, builds and release bundles. Must have at least one.",
        ),
        ({"repo": section(repositories=[])}, 400, "Permission target request missing repositories."),
        (
            {"repo": section(repositories=["none"])},
            400,
            "Permission target contains a reference to a non-existing repository 'none'.",
        ),
        (
            {"repo": section(repositories=["virt"])},
            400,
            "Permission targets are not supported for Virtual repositories",
        ),
        (
            {"build": section(repositories=["loc"])},
            400,
            "Build permission target repositories list must contain artifactory-build-info as the only repository key",
        ),
        ({"repo": section(actions={"users": {"a": ["READ"]}})}, 400, "Unknown action 'READ'"),
        ({"name": "other", "repo": section()}, 409, None),
    ],
)
def test_targets_that_cannot_be(client: httpx.Client, body: object, status: int, expected: str | None) -> None:
    make_repository(client, "loc")
    make_repository(client, "virt", "virtual", repositories=["loc"])
    for method in ("POST", "PUT"):
        refused = client.request(method, f"{TARGETS}/p", json=body)
        assert refused.status_code == status
        assert expected is None or message(refused) == (status, expected)


def test_who_manages_may_change_principals_only(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "loc")
    make_user(client, "bob")
    client.put(f"{TARGETS}/p", json={"name": "p", "repo": section(), "build": BUILD}).raise_for_status()
    with as_user(sandbox, "bob") as bob:
        assert [row["name"] for row in bob.get(TARGETS).json()] == ["p"]
        assert bob.get(f"{TARGETS}/p").status_code == 200
        actions = {"users": {"bob": ["read", "manage"]}, "groups": {}}
        assert bob.put(f"{TARGETS}/p", json={"repo": section(actions=actions), "build": BUILD}).status_code == 200
        assert client.get(f"{TARGETS}/p").json()["repo"]["actions"] == actions
        for change, element in (
            ({"repositories": ["loc", "ANY LOCAL"]}, "repositories"),
            ({"include-patterns": ["**", "a"]}, "include patterns"),
            ({"exclude-patterns": ["a"]}, "exclude patterns"),
        ):
            refused = bob.put(f"{TARGETS}/p", json={"repo": section(**change)})
            assert message(refused) == (403, f"Manager user cannot modify {element} in a permission target")
        forbidden = "Accessing permission target 'Anything' of types: repo, build is forbidden."
        assert message(bob.get(f"{TARGETS}/Anything")) == (403, forbidden)
        assert message(bob.post(f"{TARGETS}/q", json={"repo": section()})) == (
            403,
            "Only an admin user can create permission targets.",
        )
        assert bob.delete(f"{TARGETS}/p").status_code == 403


def test_what_one_principal_has(client: httpx.Client) -> None:
    make_group(client, "team")
    make_user(client, "alice", groups=["team"])
    grants = {"users": {"alice": ["READ"]}, "groups": {"team": ["WRITE", "READ"]}}
    make_permission(client, "p", artifact=artifact_resource({"x": {"include_patterns": ["a"]}}, **grants))
    target = {"include-patterns": ["a"], "exclude-patterns": [], "repositories": ["x"]}
    of_user = {row["name"]: row for row in client.get(f"{TARGETS}/users/alice").json()}
    assert set(of_user) == {"Anything", "p"}
    assert of_user["p"] == {"name": "p", "repo": target | {"actions": ["read", "write"]}}
    assert of_user["Anything"]["build"]["actions"] == ["read"]
    of_group = client.get(f"{TARGETS}/groups/team").json()
    assert of_group == [{"name": "p", "repo": target | {"actions": ["write", "read"]}}]
    assert client.get(f"{TARGETS}/users/none").status_code == client.get(f"{TARGETS}/groups/none").status_code == 404


def test_permission_targets_of_version_1(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "loc")
    path = f"{OLD_TARGETS}/p"
    principals = {"users": {"bob": ["r", "w", "m"]}, "groups": {"readers": ["n", "d", "mxm", "x"]}}
    body = {"name": "p", "includesPattern": "a/**,b/**", "excludesPattern": "**/c", "repositories": ["loc"]}
    assert client.put(path, json=body | {"principals": principals}).status_code == 201
    assert client.get(path).json() == body | {"principals": principals}
    client.put(f"{PERMISSIONS}/p/build", json=artifact_resource(["artifactory-build-info"])).raise_for_status()
    assert client.put(path, json={"repositories": ["ANY"]}).status_code == 200
    assert client.get(path).json() == {
        "name": "p",
        "includesPattern": "**",
        "excludesPattern": "",
        "repositories": ["ANY"],
        "principals": {"users": {}, "groups": {}},
    }
    assert set(client.get(f"{PERMISSIONS}/p").json()["resources"]) == {"artifact", "build"}
    assert {"name": "p", "uri": f"{sandbox.url}{OLD_TARGETS}/p"} in client.get(OLD_TARGETS).json()
    assert client.put(path, json={"repositories": []}).status_code == 400
    assert client.post(path, json=body).status_code == 405
    assert client.delete(path).status_code == 200
    assert client.get(path).status_code == 404


def test_who_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_user(client, "alice")
    with as_user(sandbox, "alice") as alice, sandbox.http(token="") as nobody:
        for method, path in (
            ("GET", "/users"),
            ("GET", "/users/alice"),
            ("PUT", "/users/bob"),
            ("POST", "/users/alice"),
            ("DELETE", "/users/admin"),
            ("GET", "/groups"),
            ("PUT", "/groups/team"),
            ("POST", "/groups/readers"),
            ("DELETE", "/groups/readers"),
            ("GET", "/lockedUsers"),
            ("POST", "/unlockAllUsers"),
            ("PUT", "/userLockPolicy"),
        ):
            assert message(alice.request(method, SECURITY + path, json={})) == (403, "Forbidden")
            assert nobody.request(method, SECURITY + path, json={}).status_code == 401
        assert alice.get(f"{TARGETS}/users/alice").status_code == 403
        assert alice.get(TARGETS).json() == []


def test_passwords_of_many_expire(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for name in ("alice", "bob"):
        make_user(client, name)

    def may_log_in() -> list[str]:
        with sandbox.http(token="") as own:
            answers = {
                name: own.get("/artifactory/api/system/version", auth=(name, PASSWORD)) for name in ("alice", "bob")
            }
        return [name for name, answer in answers.items() if answer.status_code == 200]

    assert client.post(f"{AUTHORIZATION}/expirePassword", json=["alice"]).status_code == 400
    client.put(f"{SECURITY}/configuration/passwordExpirationPolicy", json={"enabled": True}).raise_for_status()
    assert client.post(f"{AUTHORIZATION}/expirePassword", json={}).status_code == 400
    assert client.post(f"{AUTHORIZATION}/expirePassword", json=["alice", "nobody"]).status_code == 404
    assert may_log_in() == ["alice", "bob"]
    client.post(f"{AUTHORIZATION}/expirePassword", json=["alice"]).raise_for_status()
    assert may_log_in() == ["bob"]
    client.post(f"{AUTHORIZATION}/expirePasswordForAllUsers").raise_for_status()
    assert may_log_in() == []
    client.post(f"{AUTHORIZATION}/unexpirePasswordForAllUsers").raise_for_status()
    assert may_log_in() == ["alice", "bob"]
