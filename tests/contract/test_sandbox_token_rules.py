"""Who may make which token, with which credentials, and whom a token speaks for."""

from typing import Any

import httpx
import pytest

from tests.support.sandbox import RunningSandbox

TOKENS = "/access/api/v1/tokens"
VERSION = "/artifactory/api/system/version"


def message(response: httpx.Response) -> str:
    text: str = response.json()["errors"][0]["message"]
    return text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"username": "alice"}, 200),
        ({"username": "bob"}, 403),
        ({"username": "admin"}, 403),
        ({"scope": "applied-permissions/admin"}, 403),
        ({"scope": "applied-permissions/user applied-permissions/admin"}, 403),
        ({"scope": "applied-permissions/groups:readers"}, 403),
        ({"scope": "system:metrics:r"}, 403),
        ({"scope": "artifact:libs:r"}, 403),
        ({"scope": "applied-permissions/roles:acme:Developer"}, 403),
        ({"project_key": "acme"}, 403),
        ({"expires_in": 0}, 200),
    ],
)
def test_without_admin_rights_one_makes_tokens_for_oneself(
    sandbox: RunningSandbox, fields: dict[str, object], status: int
) -> None:
    alice = sandbox.create_token(username="alice")["access_token"]
    with sandbox.http(token=alice) as client:
        response = client.post(TOKENS, json=fields)
    assert response.status_code == status
    assert (len(sandbox.changes()) == 2) == (status == 200)


def test_ones_own_groups_and_projects_can_be_given_away(demo_sandbox: RunningSandbox) -> None:
    ines = demo_sandbox.create_token(username="ines.silva")["access_token"]
    with demo_sandbox.http(token=ines) as client:
        for scope, status in (
            ("applied-permissions/groups:mobile-team", 200),
            ('applied-permissions/groups:"mobile-team",readers', 200),
            ("applied-permissions/groups:mobile-team,developers", 403),
            ("applied-permissions/roles:mobile:Developer", 200),
            ("applied-permissions/roles:dsci:Developer", 403),
        ):
            assert client.post(TOKENS, json={"scope": scope}).status_code == status, scope


def test_a_group_token_cannot_become_its_user(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="alice", scope="applied-permissions/groups:readers")
    with sandbox.http(token=created["access_token"]) as client:
        assert client.post(TOKENS, json={}).status_code == 403
        assert client.post(TOKENS, json={"scope": "applied-permissions/groups:readers"}).status_code == 200
        assert client.get(TOKENS).status_code == 403, "neither a user nor an admin token"
        assert client.get(f"{TOKENS}/me").status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "expires_in"), [(None, 200, 5_000), (5_000, 200, 5_000), (5_001, 403, None), (0, 403, None)]
)
def test_the_maximum_binds_all_but_administrators(
    sandbox: RunningSandbox, asked: int | None, status: int, expires_in: int | None
) -> None:
    alice = sandbox.create_token(username="alice")["access_token"]
    sandbox.settings(max_expiry=5_000)
    fields = {} if asked is None else {"expires_in": asked}
    with sandbox.http(token=alice) as client:
        response = client.post(TOKENS, json=fields)
    assert (response.status_code, response.json().get("expires_in")) == (status, expires_in)
    assert sandbox.create_token(expires_in=90_000)["expires_in"] == 90_000


def test_refreshable_tokens_can_be_forbidden(sandbox: RunningSandbox) -> None:
    sandbox.settings(allow_refreshable=False)
    assert "refresh_token" not in sandbox.create_token(refreshable=True)


def test_others_tokens_are_out_of_sight_and_reach(sandbox: RunningSandbox) -> None:
    alice, bob = sandbox.create_token(username="alice"), sandbox.create_token(username="bob")
    with sandbox.http(token=alice["access_token"]) as client:
        assert [row["token_id"] for row in client.get(TOKENS).json()["tokens"]] == [alice["token_id"]]
        assert client.get(TOKENS, params={"username": "bob"}).json() == {"tokens": []}
        assert client.get(f"{TOKENS}/{bob['token_id']}").status_code == 403
        assert client.delete(f"{TOKENS}/{bob['token_id']}").status_code == 403
        assert client.delete(f"{TOKENS}/no-such-id").status_code == 204
        assert client.delete(f"{TOKENS}/{alice['token_id']}").status_code == 200


def test_a_password_makes_tokens_only_where_that_is_switched_on(sandbox: RunningSandbox) -> None:
    with httpx.Client(base_url=sandbox.url, auth=("admin", "password"), trust_env=False) as client:
        assert client.post(TOKENS, data={"username": "admin"}).status_code == 401
        sandbox.settings(basic_token_creation=True)
        assert client.post(TOKENS, data={"username": "admin"}).status_code == 200
        assert client.get(TOKENS).status_code == 401, "only for creating"


def test_admin_scope_rules_whoever_the_user_is(sandbox: RunningSandbox) -> None:
    ghost = sandbox.create_token(username="nobody-here", scope="applied-permissions/admin")["access_token"]
    with sandbox.http(token=ghost) as client:
        assert client.get("/access/api/v2/users").status_code == 200
    plain = sandbox.create_token(username="nobody-here")["access_token"]
    with sandbox.http(token=plain) as client:
        assert client.get(VERSION).status_code == 200
        assert client.get("/access/api/v2/users").status_code == 403


@pytest.mark.parametrize(
    ("username", "scope", "status"),
    [
        ("marta.keller", "applied-permissions/user", 200),
        ("george.miller", "applied-permissions/user", 200),
        ("george.miller", "applied-permissions/groups:developers", 403),
        ("priya.sharma", "applied-permissions/groups:platform-admins", 200),
        ("priya.sharma", "applied-permissions/user", 403),
        ("liam.oconnor", "applied-permissions/user", 403),
        ("diego.alvarez", "applied-permissions/user", 401),
    ],
)
def test_rights_come_from_the_scope_and_from_the_user_behind_it(
    demo_sandbox: RunningSandbox, username: str, scope: str, status: int
) -> None:
    """Administrators in person, through a group, and through a group's token; locked and disabled users."""
    created = demo_sandbox.create_token(username=username, scope=scope)
    with demo_sandbox.http(token=created["access_token"]) as client:
        assert client.get("/access/api/v2/users").status_code == status


def test_a_token_is_for_the_services_of_its_audience(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        service_id = client.get("/artifactory/api/system/service_id").text
    for audience, artifactory, access in (
        ("*@*", 200, 200),
        ("*", 200, 200),
        ("jfrt@*", 200, 401),
        ("jfac@* jfxr@*", 401, 200),
        (service_id, 200, 401),
        ("jfrt@01000000000000000000000000", 401, 401),
        ("anything", 401, 401),
    ):
        created = sandbox.create_token(audience=audience)
        with sandbox.http(token=created["access_token"]) as client:
            assert client.get(VERSION).status_code == artifactory, audience
            assert client.get(TOKENS).status_code == access, audience
            assert client.get(f"{TOKENS}/me").status_code == 200, audience


def test_a_token_serves_as_password_of_its_own_user_only(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="alice", include_reference_token=True)
    url = f"{sandbox.url}{VERSION}"
    for secret in (created["access_token"], created["reference_token"]):
        assert httpx.get(url, auth=("alice", secret), trust_env=False).status_code == 200
        wrong = httpx.get(url, auth=("bob", secret), trust_env=False)
        assert (wrong.status_code, message(wrong)) == (401, "Wrong username was used")
        header = {"X-JFrog-Art-Api": secret}
        assert httpx.get(url, headers=header, trust_env=False).status_code == 200
    wrong = httpx.get(url, auth=("admin", "guess"), trust_env=False)
    assert (wrong.status_code, message(wrong)) == (401, "Bad credentials")


@pytest.mark.parametrize("authorization", ["Basic", "Basic !!!", "Basic YWRtaW4=", "Digest x", "Bearer"])
def test_mangled_credentials_are_refused(sandbox: RunningSandbox, authorization: str) -> None:
    headers = {"Authorization": authorization}
    assert httpx.get(f"{sandbox.url}{TOKENS}", headers=headers, trust_env=False).status_code == 401
    assert httpx.get(f"{sandbox.url}{VERSION}", headers=headers, trust_env=False).status_code == 401


def test_a_caller_without_a_user_name_must_be_named_in_full(demo_sandbox: RunningSandbox) -> None:
    """Tokens from an exchange for groups have a bare subject, which leads to no user."""
    with demo_sandbox.http() as client:
        rows: list[dict[str, Any]] = client.get(TOKENS, params={"username": "ci/release"}).json()["tokens"]
    bearer = demo_sandbox.control("GET", f"/tokens/{rows[0]['token_id']}")["access_token"]
    with demo_sandbox.http(token=bearer) as client:
        response = client.post(TOKENS, json={"scope": "applied-permissions/groups:deployers"})
        assert (response.status_code, message(response)) == (400, "Invalid formatted name: ci/release")
        full = {"scope": "applied-permissions/groups:deployers", "username": f"{rows[0]['issuer']}/users/ci/release"}
        assert client.post(TOKENS, json=full).status_code == 200
