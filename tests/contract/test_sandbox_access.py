"""What a token may do, on a real socket: scopes, groups, patterns, special targets, caches, roles, anonymous."""

import base64
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
from tests.support.sandbox import RunningSandbox

FORBIDDEN = (403, "Forbidden")


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """An administrator, on a platform where nothing is open to everyone."""
    with sandbox.http() as client:
        for name in ("Anything", "Any Remote"):
            client.delete(f"{PERMISSIONS}/{name}").raise_for_status()
        make_repository(client, "loc")
        client.put("/artifactory/loc/com/a.txt", content=b"a").raise_for_status()
        client.put("/artifactory/loc/com/secret/b.txt", content=b"b").raise_for_status()
        make_group(client, "team")
        make_user(client, "alice", groups=["team"])
        yield client


def cached(sandbox: RunningSandbox, repository: str, path: str) -> None:
    """A file in the cache of a remote repository, which no API puts there."""
    content = base64.b64encode(b"cached").decode()
    times = {"created": 0, "created_by": "x", "modified": 0, "modified_by": "x"}
    record = {"repository": repository, "path": path, "content": content, **times}
    sandbox.control("POST", "/state", {"artifacts": [record]})


def test_nobody_reads_anything_at_first(client: httpx.Client, sandbox: RunningSandbox) -> None:
    with as_user(sandbox, "alice") as alice:
        assert message(alice.get("/artifactory/loc/com/a.txt")) == FORBIDDEN
        assert message(alice.get("/artifactory/loc/nothing")) == FORBIDDEN
        assert message(alice.put("/artifactory/loc/new", content=b"")) == FORBIDDEN
        assert message(alice.delete("/artifactory/loc/com/a.txt")) == FORBIDDEN


@pytest.mark.parametrize(
    ("actions", "allowed"),
    [
        (["READ"], {"read"}),
        (["WRITE"], {"deploy"}),
        (["WRITE", "DELETE"], {"deploy", "overwrite", "delete"}),
        (["DELETE"], {"delete"}),
        (["ANNOTATE", "SCAN", "EXECUTE"], set()),
        (["MANAGE"], {"look up"}),
        (["READ", "WRITE", "DELETE", "MANAGE"], {"read", "deploy", "overwrite", "delete", "look up"}),
    ],
)
def test_each_action_allows_its_own(
    client: httpx.Client, sandbox: RunningSandbox, actions: list[str], allowed: set[str]
) -> None:
    make_permission(client, "p", artifact=artifact_resource(["loc"], groups={"team": actions}))
    with as_user(sandbox, "alice") as alice:
        statuses = {
            "read": alice.get("/artifactory/loc/com/a.txt").status_code,
            "deploy": alice.put("/artifactory/loc/new", content=b"").status_code,
            "overwrite": alice.put("/artifactory/loc/com/a.txt", content=b"").status_code,
            "look up": alice.get("/artifactory/api/storage/loc", params={"permissions": ""}).status_code,
            "delete": alice.delete("/artifactory/loc/com/a.txt").status_code,
        }
    assert {what for what, status in statuses.items() if status < 300} == allowed
    assert {status for status in statuses.values() if status >= 300} <= {403}


def test_overwriting_says_what_is_missing(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_permission(client, "p", artifact=artifact_resource(["loc"], users={"alice": ["WRITE"]}))
    with as_user(sandbox, "alice") as alice:
        status, text = message(alice.put("/artifactory/loc/com/a.txt", content=b""))
    assert status == 403
    assert "needs DELETE" in text


@pytest.mark.parametrize(
    ("include", "exclude", "status"),
    [
        (["**"], [], 200),
        (["com/**"], [], 200),
        (["com/**"], ["**/secret/**"], 403),
        (["com/*"], [], 403),
        (["org/**", "com/secret/?.txt"], [], 200),
        ([], [], 403),
    ],
)
def test_patterns_decide(
    client: httpx.Client, sandbox: RunningSandbox, include: list[str], exclude: list[str], status: int
) -> None:
    patterns = {"loc": {"include_patterns": include, "exclude_patterns": exclude}}
    make_permission(client, "p", artifact=artifact_resource(patterns, groups={"team": ["READ"]}))
    with as_user(sandbox, "alice") as alice:
        assert alice.get("/artifactory/loc/com/secret/b.txt").status_code == status


def test_folders_lead_to_what_is_covered(client: httpx.Client, sandbox: RunningSandbox) -> None:
    patterns = {"loc": {"include_patterns": ["com/secret/**"], "exclude_patterns": []}}
    make_permission(client, "p", artifact=artifact_resource(patterns, groups={"team": ["READ"]}))
    with as_user(sandbox, "alice") as alice:
        root = alice.get("/artifactory/api/storage/loc").json()
        assert root["children"] == [{"uri": "/com", "folder": True}]
        assert alice.get("/artifactory/api/storage/loc/com").json()["children"] == [{"uri": "/secret", "folder": True}]
        assert message(alice.get("/artifactory/api/storage/loc/org")) == FORBIDDEN


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("applied-permissions/user", 200),
        ("applied-permissions/admin", 200),
        ("applied-permissions/groups:team", 200),
        ('applied-permissions/groups:"readers",team', 200),
        ("applied-permissions/groups:readers", 403),
        ("applied-permissions/groups:none", 403),
        ("artifact:loc:r", 200),
        ("artifact:loc:*", 200),
        ("artifact:loc:w,d", 403),
        ("artifact:loc/com/**:r", 200),
        ("artifact:loc/org/**:r", 403),
        ("artifact:l*:rw", 200),
        ("artifact:other:r", 403),
        ("system:identities:r", 403),
        ("system:metrics:r artifact:loc/**:r", 200),
    ],
)
def test_the_scope_of_the_token_decides(client: httpx.Client, sandbox: RunningSandbox, scope: str, status: int) -> None:
    make_permission(client, "p", artifact=artifact_resource(["loc"], groups={"team": ["READ"]}))
    with as_user(sandbox, "alice", scope) as alice:
        assert alice.get("/artifactory/loc/com/a.txt").status_code == status


def test_a_name_alone_gives_nothing(client: httpx.Client, sandbox: RunningSandbox) -> None:
    """Permissions of a user are for its user tokens, and only while the user exists."""
    make_permission(client, "p", artifact=artifact_resource(["loc"], users={"alice": ["READ"], "ghost": ["READ"]}))
    for name, scope, status in (
        ("alice", "applied-permissions/user", 200),
        ("alice", "applied-permissions/groups:readers", 403),
        ("ghost", "applied-permissions/user", 403),
    ):
        with as_user(sandbox, name, scope) as caller:
            assert caller.get("/artifactory/loc/com/a.txt").status_code == status


def test_every_special_target_has_its_class(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "rem", "remote")
    make_repository(client, "dist", "distribution")
    make_repository(client, "fed", "federated")
    for key in ("rem", "dist", "fed", "artifactory-build-info"):
        cached(sandbox, key, "f")
    cached(sandbox, "loc", "f")
    reached = {}
    for target in ("ANY LOCAL", "ANY REMOTE", "ANY DISTRIBUTION", "ANY", "ANY_LOCAL", "any local", "rem-cache"):
        make_permission(client, "p", artifact=artifact_resource([target], groups={"team": ["READ"]}))
        with as_user(sandbox, "alice") as alice:
            keys = ("loc", "fed", "rem", "dist", "artifactory-build-info")
            reached[target] = [key for key in keys if alice.get(f"/artifactory/{key}/f").status_code == 200]
        client.delete(f"{PERMISSIONS}/p").raise_for_status()
    assert reached == {
        "ANY LOCAL": ["loc", "fed"],
        "ANY REMOTE": ["rem"],
        "ANY DISTRIBUTION": ["dist"],
        "ANY": ["loc", "fed", "rem", "dist"],
        "ANY_LOCAL": [],
        "any local": [],
        "rem-cache": ["rem"],
    }


def test_builds_are_a_resource_type_of_their_own(client: httpx.Client, sandbox: RunningSandbox) -> None:
    cached(sandbox, "artifactory-build-info", "app/1.json")
    build = {"artifactory-build-info": {"include_patterns": ["app/**"]}}
    make_permission(client, "p", build=artifact_resource(build, groups={"team": ["READ"]}))
    with as_user(sandbox, "alice") as alice:
        assert alice.get("/artifactory/artifactory-build-info/app/1.json").status_code == 200
        assert alice.get("/artifactory/loc/com/a.txt").status_code == 403


def test_reading_a_remote_repository_is_reading_its_cache(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "rem", "remote")
    cached(sandbox, "rem", "known")
    with as_user(sandbox, "alice") as alice:
        for actions, statuses in (
            ([], [403, 403, 403]),
            (["READ"], [200, 200, 403]),
            (["READ", "WRITE"], [200, 200, 404]),
            (["WRITE"], [403, 403, 404]),
        ):
            resource = artifact_resource(["rem"], groups={"team": actions})
            make_permission(client, "p", artifact=resource)
            paths = ("rem/known", "rem-cache/known", "rem/unknown")
            assert [alice.get(f"/artifactory/{path}").status_code for path in paths] == statuses, actions
            client.delete(f"{PERMISSIONS}/p").raise_for_status()


def test_a_virtual_repository_is_as_open_as_its_members(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "shut")
    client.put("/artifactory/shut/com/a.txt", content=b"shut").raise_for_status()
    client.put("/artifactory/shut/only", content=b"shut").raise_for_status()
    make_repository(client, "virt", "virtual", repositories=["shut", "loc"])
    make_permission(client, "p", artifact=artifact_resource(["loc", "virt"], groups={"team": ["READ"]}))
    with as_user(sandbox, "alice") as alice:
        assert alice.get("/artifactory/virt/com/a.txt").content == b"a"
        assert alice.get("/artifactory/virt/only").status_code == 404
        assert alice.get("/artifactory/shut/only").status_code == 403
    with as_user(sandbox, "alice", "artifact:virt:r") as narrow:
        assert narrow.get("/artifactory/virt/com/a.txt").status_code == 403


def test_admins_by_group_do_everything(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_group(client, "root", admin_privileges=True)
    make_user(client, "boss", groups=["root"])
    with as_user(sandbox, "boss") as boss:
        assert boss.put("/artifactory/loc/new", content=b"").status_code == 201
        assert boss.delete("/artifactory/loc/new").status_code == 204


@pytest.mark.parametrize(
    ("environments", "roles", "statuses"),
    [
        ([], ["Viewer"], (200, 403)),
        ([], ["Contributor"], (200, 201)),
        ([], ["Nothing of the kind"], (403, 403)),
        (["DEV"], ["Developer"], (200, 201)),
        (["PROD"], ["Developer"], (403, 403)),
        (["PROD"], ["Developer", "Viewer"], (200, 403)),
        (["PROD"], ["Project Admin"], (200, 201)),
    ],
)
def test_project_roles(
    client: httpx.Client, sandbox: RunningSandbox, environments: list[str], roles: list[str], statuses: tuple[int, int]
) -> None:
    client.post("/access/api/v1/projects", json={"project_key": "shop", "display_name": "S"}).raise_for_status()
    make_repository(client, "shop-local", projectKey="shop", environments=environments)
    client.put("/artifactory/shop-local/a", content=b"a").raise_for_status()
    quoted = ",".join(f'"{role}"' for role in roles)
    member = "/access/api/v1/projects/shop/groups/team"
    with as_user(sandbox, "ghost", f"applied-permissions/roles:shop:{quoted}") as by_scope:
        assert by_scope.get("/artifactory/shop-local/a").status_code == statuses[0]
        assert by_scope.get("/artifactory/loc/com/a.txt").status_code == 403
    client.put(member, json={"name": "team", "roles": roles}).raise_for_status()
    with as_user(sandbox, "alice") as by_group:
        assert by_group.get("/artifactory/shop-local/a").status_code == statuses[0]
        assert by_group.put("/artifactory/shop-local/b", content=b"").status_code == statuses[1]


def test_anonymous_only_where_it_is_enabled(client: httpx.Client, sandbox: RunningSandbox) -> None:
    resource = artifact_resource(["loc"], users={"anonymous": ["READ"]})
    make_permission(client, "p", artifact=resource)
    path = "/artifactory/loc/com/a.txt"
    with sandbox.http(token="") as nobody, as_user(sandbox, "alice") as alice:
        refused = nobody.get(path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        sandbox.settings(anonymous_access=True)
        assert nobody.get(path).status_code == 200
        assert [row["key"] for row in nobody.get("/artifactory/api/repositories").json()] == ["loc"]
        closed = nobody.put("/artifactory/loc/new", content=b"")
        assert closed.status_code == 401
        assert closed.headers["www-authenticate"].startswith("Basic ")
        assert alice.get(path).status_code == 403
        assert nobody.get("/access/api/v2/users").status_code == 401
        assert nobody.get(path, auth=("alice", "wrong")).status_code == 401


def test_passwords_and_tokens_as_passwords_have_their_rights(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_permission(client, "p", artifact=artifact_resource(["loc"], users={"alice": ["READ"]}))
    token = sandbox.create_token(username="alice")["access_token"]
    with sandbox.http(token="") as plain:
        for secret, status in (("Passw0rd1", 200), (token, 200), ("wrong", 401)):
            assert plain.get("/artifactory/loc/com/a.txt", auth=("alice", secret)).status_code == status


def test_the_demo_s_tokens_reach_what_the_story_says(demo_sandbox: RunningSandbox) -> None:
    with as_user(demo_sandbox, "x", "applied-permissions/groups:scanner-ro") as scanner:
        assert scanner.get("/artifactory/docker-prod-local/shop/4.3.0/manifest.json").status_code == 200
        assert scanner.get("/artifactory/npm-local/@acme/checkout/-/checkout-5.1.0.json").status_code == 403
        assert scanner.put("/artifactory/docker-prod-local/x", content=b"").status_code == 403
    with as_user(demo_sandbox, "x", "applied-permissions/groups:contractors") as contractor:
        assert contractor.get("/artifactory/npm/@acme-open/buttons/-/buttons-2.0.1.json").status_code == 200
        assert contractor.get("/artifactory/npm/@acme/checkout/-/checkout-5.1.0.json").status_code == 403
    with as_user(demo_sandbox, "x", "applied-permissions/groups:ci-runners") as pipeline:
        assert pipeline.delete("/artifactory/libs-release-local/com").status_code == 204
    with as_user(demo_sandbox, "x", "applied-permissions/groups:release-managers") as releaser:
        assert releaser.put("/artifactory/docker-prod-local/x/experimental/y", content=b"").status_code == 403
