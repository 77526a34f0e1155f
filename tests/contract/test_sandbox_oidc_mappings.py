"""Identity mappings on a real socket: bodies, refusals, projects in the query, and what is kept."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.identity import message
from tests.support.sandbox import Json, RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping

MAPPINGS = f"{OIDC}/ci/identity_mappings"
CLAIMS = {"sub": "repo:a/b:*", "n": 3, "deep": {"a": ["x", "y"]}, "yes": True, "none": None}


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        make_integration(client, "ci", "https://issuer.example.com")
        client.post("/access/api/v1/projects", json={"project_key": "teama", "display_name": "A"}).raise_for_status()
        yield client


def test_create_read_replace_and_delete(client: httpx.Client) -> None:
    assert client.get(MAPPINGS).json() == []
    spec: Json = {"username": "admin", "scope": "applied-permissions/user", "audience": "jfrt@*", "expires_in": 600}
    created = make_mapping(client, "ci", "pull", CLAIMS, priority=7, **spec)
    assert created == {
        "name": "pull",
        "description": "",
        "provider_name": "ci",
        "claims": CLAIMS,
        "token_spec": spec | {"self_revocable": False},
        "priority": 7,
    }
    assert client.get(MAPPINGS).json() == [created]
    assert client.get(f"{MAPPINGS}/pull").json() == created
    body = {"claims": {}, "token_spec": {"scope": "applied-permissions/admin", "self_revocable": True}}
    replaced = client.put(f"{MAPPINGS}/pull", json=body)
    assert replaced.status_code == 200
    assert replaced.json() == {
        "name": "pull",
        "description": "",
        "provider_name": "ci",
        "claims": {},
        "token_spec": {
            "scope": "applied-permissions/admin",
            "audience": "*@*",
            "expires_in": 3600,
            "self_revocable": True,
        },
    }
    gone = client.delete(f"{MAPPINGS}/pull")
    assert (gone.status_code, gone.content) == (204, b"")
    for method in ("GET", "PUT", "DELETE"):
        missing = client.request(method, f"{MAPPINGS}/pull", json=body)
        assert message(missing) == (404, "Identity mapping 'pull' was not found")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": ""}, (400, "name must not be blank")),
        ({"name": "two words"}, (400, "Invalid name")),
        ({"name": "a/b"}, (400, "Invalid name")),
        ({"name": "dot.ted"}, (400, "Invalid name")),
        ({"name": "taken"}, (409, "Identity mapping 'taken' already exists")),
        ({"provider_name": "other"}, (400, "Invalid provider_name")),
        ({"priority": 0}, (400, "Invalid priority")),
        ({"priority": -1}, (400, "Invalid priority")),
        ({"priority": "1"}, (400, "Invalid priority")),
        ({"claims": None}, (400, "claims must not be blank")),
        ({"claims": []}, (400, "Invalid claims")),
        ({"token_spec": None}, (400, "token_spec must not be blank")),
    ],
)
def test_what_is_refused(client: httpx.Client, fields: Json, refusal: tuple[int, str]) -> None:
    make_mapping(client, "ci", "taken")
    body = {"name": "fine", "claims": {}, "token_spec": {"scope": "applied-permissions/user"}} | fields
    assert message(client.post(MAPPINGS, json=body)) == refusal
    assert len(client.get(MAPPINGS).json()) == 1


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [
        ({}, "token_spec Invalid scope"),
        ({"scope": ""}, "token_spec Invalid scope"),
        ({"scope": "applied-permissions/group:readers"}, "token_spec Invalid scope"),
        ({"scope": 'applied-permissions/roles:"Developer"'}, "token_spec Invalid scope"),
        ({"scope": "applied-permissions/everything"}, "token_spec Invalid scope"),
        ({"username": "a", "username_pattern": "{{b}}"}, "Invalid token_spec username_pattern"),
        ({"username_pattern": "no claim"}, "Invalid token_spec username_pattern"),
        ({"username_pattern": "({{a}}"}, "Invalid token_spec username_pattern"),
        ({"groups_pattern": "{{a}} | $1"}, "Invalid token_spec groups_pattern"),
        ({"username": "a", "expires_in": 0}, "Invalid expiry"),
        ({"username": "a", "expires_in": 1_200_000_000}, "Invalid expiry"),
        ({"username": "a", "expires_in": -1}, "Invalid expires_in"),
    ],
)
def test_token_specs_that_are_refused(client: httpx.Client, spec: Json, refusal: str) -> None:
    assert message(client.post(MAPPINGS, json={"name": "m", "claims": {}, "token_spec": spec})) == (400, refusal)


@pytest.mark.parametrize(
    "spec",
    [
        {"username": "a"},
        {"username_pattern": "{{actor}} | $0@corp.test", "scope": ""},
        {"username_pattern": "({{actor}})@corp.test|$1", "groups_pattern": "{{groups}}"},
        {"username": "a", "groups_pattern": "{{groups}}"},
        {"scope": 'applied-permissions/groups:"a b","c" applied-permissions/user', "username": "a"},
        {"scope": 'applied-permissions/roles:teama:"Developer"'},
        {"scope": "applied-permissions/admin", "expires_in": 86_401},
        {"scope": "applied-permissions/user", "audience": ["jfrt@*", "jfac@*"]},
    ],
)
def test_token_specs_that_are_fine(client: httpx.Client, spec: Json) -> None:
    created = make_mapping(client, "ci", "m", **spec)["token_spec"]
    expected = {"scope": "", "audience": "*@*", "expires_in": 3600, "self_revocable": False} | spec
    if isinstance(expected["audience"], list):
        expected["audience"] = "jfrt@* jfac@*"
    assert created == expected


def test_the_project_is_in_the_query_and_nowhere_else(client: httpx.Client) -> None:
    body = {"name": "m", "claims": {}, "token_spec": {"username": "a"}, "project_key": "teama"}
    assert "project_key" not in client.post(MAPPINGS, json=body).json()
    query = {"project_key": "teama"}
    assert client.get(f"{MAPPINGS}/m", params=query).status_code == 404
    of_project = client.post(MAPPINGS, params=query, json=body)
    assert (of_project.status_code, of_project.json()["project_key"]) == (201, "teama")
    assert client.post(MAPPINGS, params=query, json=body).status_code == 409
    changed = client.put(f"{MAPPINGS}/m", params=query, json=body | {"description": "p"}).json()
    assert (changed["description"], changed["project_key"]) == ("p", "teama")
    assert client.get(f"{MAPPINGS}/m").json()["description"] == ""
    assert len(client.get(MAPPINGS).json()) == 2
    assert client.get(MAPPINGS, params=query).json() == [changed]
    assert client.delete(f"{MAPPINGS}/m", params=query).status_code == 204
    assert client.get(f"{MAPPINGS}/m").status_code == 200
    unknown = client.post(MAPPINGS, params={"project_key": "nope"}, json=body)
    assert message(unknown) == (404, "Could not find project ``nope``")


def test_an_integration_that_is_not_there(client: httpx.Client) -> None:
    missing = f"{OIDC}/none/identity_mappings"
    body = {"name": "m", "claims": {}, "token_spec": {"username": "a"}}
    for method, path in (("GET", missing), ("POST", missing), ("GET", f"{missing}/m")):
        answer = client.request(method, path, json=body)
        assert message(answer) == (404, "OIDC configuration 'none' was not found")


def test_the_future_adds_no_claims(client: httpx.Client, sandbox: RunningSandbox) -> None:
    created = make_mapping(client, "ci", "m", {"sub": "x"})
    sandbox.future()
    (tomorrow,) = client.get(MAPPINGS).json()
    assert tomorrow["claims"] == {"sub": "x"}
    assert "x_added_in_2031" in tomorrow["token_spec"]
    assert client.put(f"{MAPPINGS}/m", json=tomorrow).status_code == 200
    sandbox.future(False)
    assert client.get(MAPPINGS).json() == [created]


def test_they_are_kept_dumped_put_back_and_reset(tmp_path: Path) -> None:
    with RunningSandbox(state=tmp_path) as running:
        with running.http() as client:
            make_integration(client, "ci", "https://issuer.example.com", description="d")
            make_mapping(client, "ci", "m", CLAIMS, priority=2)
            running.control("PUT", "/idp/other", {"claims": {"sub": "x"}})
            client.get("/_sandbox/idp/other/.well-known/jwks").raise_for_status()
        kept = running.state()
        assert "PRIVATE" not in str(kept)
        assert [change["kind"] for change in running.changes()] == ["integrations", "mappings"]
        running.kill()
    with RunningSandbox(state=tmp_path) as again:
        assert again.state() == kept
        again.reset()
        assert again.state()["integrations"] == again.state()["mappings"] == again.state()["stand_ins"] == []
        again.control("POST", "/state", {kind: kept[kind] for kind in ("integrations", "mappings")})
        assert again.state()["mappings"] == kept["mappings"]
        assert again.state()["integrations"] == kept["integrations"]
