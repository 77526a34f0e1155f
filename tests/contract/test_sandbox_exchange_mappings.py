"""Which identity mapping an exchange takes, and what token that gives, on real sockets."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.identity import (
    PERMISSIONS,
    artifact_resource,
    make_group,
    make_permission,
    make_repository,
    make_user,
    message,
)
from tests.support.oidc_issuer import OidcIssuer
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import exchange, make_integration, make_mapping

REFUSED = (401, "Bad Credentials")
TOKENS = "/access/api/v1/tokens"


@pytest.fixture(scope="module")
def trusting() -> Iterator[RunningSandbox]:
    with RunningSandbox(arguments=["--allow-http-issuers"]) as running:
        yield running


@pytest.fixture(scope="module")
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


@pytest.fixture
def client(trusting: RunningSandbox, issuer: OidcIssuer) -> Iterator[httpx.Client]:
    trusting.reset()
    with trusting.http() as client:
        make_integration(client, "ci", issuer.url)
        for key in ("teama", "teamb"):
            client.post("/access/api/v1/projects", json={"project_key": key, "display_name": key}).raise_for_status()
        yield client


def winner(client: httpx.Client, issuer: OidcIssuer, claims: Json, **fields: object) -> str:
    """The name of the mapping that is taken: without a user, the token speaks for it."""
    answer = exchange(client, "ci", issuer.token(**claims), **fields)
    if answer.status_code != 200:
        assert message(answer) == REFUSED
        return ""
    name: str = answer.json()["username"]
    assert name.startswith("ci/")
    return name.removeprefix("ci/")


def payload(token: str) -> Json:
    claims: Json = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def test_order(client: httpx.Client, issuer: OidcIssuer) -> None:
    assert winner(client, issuer, {}) == ""
    make_mapping(client, "ci", "unranked", {"sub": "job"})
    make_mapping(client, "ci", "unranked-too", {"sub": "job"})
    make_mapping(client, "ci", "third", {"sub": "job"}, priority=30)
    assert winner(client, issuer, {}) == "third"
    make_mapping(client, "ci", "second", {"sub": "*"}, priority=9)
    make_mapping(client, "ci", "first-elsewhere", {"sub": "other"}, priority=1)
    assert winner(client, issuer, {}) == "second"
    assert winner(client, issuer, {"sub": "other"}) == "first-elsewhere"
    client.delete("/access/api/v1/oidc/ci/identity_mappings/second")
    client.delete("/access/api/v1/oidc/ci/identity_mappings/third")
    assert winner(client, issuer, {}) == "unranked"


def test_projects_come_first_and_only_when_asked_for(client: httpx.Client, issuer: OidcIssuer) -> None:
    make_mapping(client, "ci", "global", priority=1)
    make_mapping(client, "ci", "of-a", project_key="teama", priority=50)
    make_mapping(client, "ci", "of-b", project_key="teamb")
    assert winner(client, issuer, {}) == "global"
    assert winner(client, issuer, {}, project_key="teama") == "of-a"
    assert winner(client, issuer, {}, project_key="teamb") == "of-b"
    assert winner(client, issuer, {}, project_key="nothing") == "global"


def test_an_integration_of_a_project_needs_no_asking(client: httpx.Client, issuer: OidcIssuer) -> None:
    make_integration(client, "own", issuer.url, project_key="teama")
    make_mapping(client, "own", "of-a", project_key="teama")
    assert exchange(client, "own", issuer.token()).json()["username"] == "own/of-a"


def test_one_by_name(client: httpx.Client, issuer: OidcIssuer) -> None:
    make_mapping(client, "ci", "first", priority=1)
    make_mapping(client, "ci", "later", {"sub": "job"}, priority=2)
    make_mapping(client, "ci", "same", {"sub": "job"}, project_key="teama")
    make_mapping(client, "ci", "same", {"sub": "job"})
    assert winner(client, issuer, {}, identity_mapping_name="later") == "later"
    assert winner(client, issuer, {"sub": "x"}, identity_mapping_name="later") == ""
    assert winner(client, issuer, {}, identity_mapping_name="none") == ""
    assert winner(client, issuer, {}, identity_mapping_name="same", project_key="teama") == "same"


@pytest.mark.parametrize(
    ("required", "claims", "fits"),
    [
        ({}, {}, True),
        ({"repository": "a/b"}, {"repository": "a/b", "more": 1}, True),
        ({"repository": "a/b", "ref": "main"}, {"repository": "a/b"}, False),
        ({"ref": "refs/heads/*"}, {"ref": "refs/heads/x/y"}, True),
        ({"ref": "refs/heads/*"}, {"ref": "refs/tags/x"}, False),
        ({"repository": ["a/b", "a/c"]}, {"repository": "a/c"}, True),
        ({"repository": ["a/b", "a/c*"]}, {"repository": "a/d"}, False),
        ({"roles": ["admin", "user"]}, {"roles": ["guest", "user"]}, True),
        ({"roles": ["admin"]}, {"roles": []}, False),
        ({"n": 5}, {"n": 5}, True),
        ({"n": 5}, {"n": "5"}, False),
        ({"flag": True}, {"flag": 1}, False),
        ({"deep": {"a": "x*"}}, {"deep": {"a": "xy", "b": 1}}, True),
    ],
)
def test_claims(client: httpx.Client, issuer: OidcIssuer, required: Json, claims: Json, fits: bool) -> None:
    make_mapping(client, "ci", "m", required)
    assert winner(client, issuer, claims) == ("m" if fits else "")


def test_before_wildcards_there_was_equality(issuer: OidcIssuer) -> None:
    with RunningSandbox(arguments=["--allow-http-issuers", "--emulate", "7.77"]) as old, old.http() as client:
        make_integration(client, "ci", issuer.url)
        make_mapping(client, "ci", "wild", {"ref": "refs/*"})
        assert winner(client, issuer, {"ref": "refs/x"}) == ""
        assert winner(client, issuer, {"ref": "refs/*"}) == "wild"


def test_without_a_user_the_token_speaks_for_the_mapping(
    client: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer
) -> None:
    client.delete(f"{PERMISSIONS}/Anything").raise_for_status()
    make_repository(client, "loc")
    client.put("/artifactory/loc/a.txt", content=b"a").raise_for_status()
    for group in ("team one", "two"):
        make_group(client, group)
    make_permission(client, "p", artifact=artifact_resource(["loc"], groups={"team one": ["READ"]}))
    scope = 'applied-permissions/groups:"two","team one"'
    make_mapping(client, "ci", "builders", {}, scope=scope, expires_in=60)
    body = exchange(client, "ci", issuer.token()).json()
    assert (body["username"], body["scope"], body["expires_in"]) == ("ci/builders", scope, 60)
    assert payload(body["access_token"])["sub"] == "ci/builders"
    with trusting.http(token=body["access_token"]) as builder, trusting.http(token="") as basic:
        assert builder.get("/artifactory/loc/a.txt").content == b"a"
        assert builder.put("/artifactory/loc/a.txt", content=b"").status_code == 403
        assert builder.post(TOKENS, json={}).status_code == 400
        assert basic.get("/artifactory/loc/a.txt", auth=("ci/builders", body["access_token"])).status_code == 200


def test_roles_of_a_project(client: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer) -> None:
    client.delete(f"{PERMISSIONS}/Anything").raise_for_status()
    make_repository(client, "teama-loc", projectKey="teama")
    scope = 'applied-permissions/roles:teama:"Contributor"'
    make_mapping(client, "ci", "m", {}, project_key="teama", scope=scope)
    body = exchange(client, "ci", issuer.token(), project_key="teama").json()
    with trusting.http(token=body["access_token"]) as contributor:
        assert contributor.put("/artifactory/teama-loc/a", content=b"").status_code == 201
        assert contributor.delete("/artifactory/teama-loc/a").status_code == 403


@pytest.mark.parametrize(
    ("spec", "claims", "username", "scope"),
    [
        ({"username_pattern": "{{actor}}"}, {"actor": "alice"}, "alice", "applied-permissions/user"),
        ({"username_pattern": "{{actor}}"}, {"actor": "Alice"}, "alice", "applied-permissions/user"),
        ({"username_pattern": "{{actor}} | $0@corp.test"}, {"actor": "al"}, "al@corp.test", "applied-permissions/user"),
        (
            {"username_pattern": "({{mail}})@corp.test|$1", "groups_pattern": "{{groups}} | ci-$0"},
            {"mail": "alice@corp.test", "groups": ["a b", "c"]},
            "alice",
            'applied-permissions/groups:"ci-a b","ci-c"',
        ),
        (
            {"username": "alice", "groups_pattern": "{{groups}}", "scope": "applied-permissions/user"},
            {"groups": "devs, qa"},
            "alice",
            'applied-permissions/user applied-permissions/groups:"devs","qa"',
        ),
        ({"groups_pattern": "{{groups}}"}, {"groups": "qa"}, "ci/m", 'applied-permissions/groups:"qa"'),
        ({"username": "alice"}, {}, "alice", "applied-permissions/user"),
        ({"username": "nobody-there", "scope": "applied-permissions/admin"}, {}, "nobody-there", None),
    ],
)
def test_names_from_claims(
    client: httpx.Client, issuer: OidcIssuer, spec: dict[str, Any], claims: Json, username: str, scope: str | None
) -> None:
    for name in ("alice", "al@corp.test"):
        make_user(client, name)
    make_mapping(client, "ci", "m", {}, **spec)
    body = exchange(client, "ci", issuer.token(**claims)).json()
    assert (body["username"], body["scope"]) == (username, scope or "applied-permissions/admin")


@pytest.mark.parametrize(
    ("spec", "claims"),
    [
        ({"username_pattern": "{{actor}}"}, {}),
        ({"username_pattern": "{{actor}}"}, {"actor": ["alice"]}),
        ({"username_pattern": "({{mail}})@corp.test|$1"}, {"mail": "alice@evil.test"}),
        ({"username_pattern": "{{actor}}"}, {"actor": "bob"}),
        ({"groups_pattern": "{{groups}}"}, {"groups": []}),
        ({"groups_pattern": "{{groups}}"}, {"groups": 5}),
        ({"groups_pattern": "{{groups}}"}, {"groups": ['a","admins']}),
        ({"username": "bob"}, {}),
        ({"username": "stopped"}, {}),
        ({"username": "stopped", "scope": "applied-permissions/groups:readers"}, {}),
    ],
)
def test_names_that_cannot_be_had(
    client: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer, spec: dict[str, Any], claims: Json
) -> None:
    make_user(client, "alice")
    trusting.control("POST", "/state", {"users": [{"username": "stopped", "status": "disabled"}]})
    make_mapping(client, "ci", "fits-first", {}, priority=1, **spec)
    make_mapping(client, "ci", "would-do", {}, priority=2)
    assert message(exchange(client, "ci", issuer.token(**claims))) == REFUSED


def test_reference_tokens(client: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer) -> None:
    make_mapping(client, "ci", "m")
    body = exchange(client, "ci", issuer.token(), include_reference_token=True).json()
    with trusting.http(token=body["reference_token"]) as bearer:
        assert bearer.get("/artifactory/api/system/version").status_code == 200
    assert "reference_token" not in exchange(client, "ci", issuer.token()).json()


@pytest.mark.parametrize("expires_in", [600, 15_000, 50_000])
@pytest.mark.parametrize("self_revocable", [True, False])
def test_giving_a_token_back(
    client: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer, self_revocable: bool, expires_in: int
) -> None:
    """Short ones are not kept, and only what is long can be revoked by others."""
    make_mapping(client, "ci", "m", {}, username="admin", expires_in=expires_in, self_revocable=self_revocable)
    kept, other = (exchange(client, "ci", issuer.token()).json()["access_token"] for _ in range(2))
    listed = {row["token_id"] for row in client.get(TOKENS).json()["tokens"]}
    assert (payload(kept)["jti"] in listed) == (expires_in >= 10_800)
    with trusting.http(token=kept) as bearer, trusting.http(token=other) as second:
        answer = bearer.delete(f"{TOKENS}/me")
        if self_revocable or expires_in >= 21_600:
            assert answer.status_code == 200
            assert message(bearer.get("/artifactory/api/system/version")) == (401, "Token failed verification: revoked")
        else:
            assert answer.status_code == (204 if expires_in < 10_800 else 400)
            assert bearer.get("/artifactory/api/system/version").status_code == 200
        assert second.get("/artifactory/api/system/version").status_code == 200


def test_nobody_else_gives_it_back(client: httpx.Client, trusting: RunningSandbox, issuer: OidcIssuer) -> None:
    make_mapping(client, "ci", "m", {}, username="admin", expires_in=15_000, self_revocable=True)
    token = exchange(client, "ci", issuer.token()).json()["access_token"]
    assert message(client.delete(f"{TOKENS}/{payload(token)['jti']}")) == (400, "Token not revocable")
    with trusting.http(token=token) as bearer:
        assert bearer.delete(f"{TOKENS}/{payload(token)['jti']}").status_code == 200
        assert bearer.delete(f"{TOKENS}/me").status_code == 401
