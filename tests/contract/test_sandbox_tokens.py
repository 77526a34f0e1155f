"""Access tokens on the wire: creating, reading, revoking."""

import base64
import re
import time
from typing import Any

import pytest

from tests.support.sandbox import RunningSandbox

TOKENS = "/access/api/v1/tokens"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def test_the_answer_to_a_creation_has_what_was_asked_for_and_no_more(sandbox: RunningSandbox) -> None:
    plain = sandbox.create_token(username="scan-bot", expires_in=0)
    assert set(plain) == {"token_id", "access_token", "scope", "token_type"}
    assert plain["token_type"] == "Bearer"
    assert plain["scope"] == "applied-permissions/user"
    assert re.fullmatch(UUID, plain["token_id"])
    rich = sandbox.create_token(
        username="scan-bot", expires_in=86_400, refreshable=True, include_reference_token=True, scope="system:metrics:r"
    )
    assert set(rich) - set(plain) == {"expires_in", "refresh_token", "reference_token"}
    assert (rich["expires_in"], rich["scope"]) == (86_400, "system:metrics:r")


def test_expiry_defaults_to_a_year(sandbox: RunningSandbox) -> None:
    assert sandbox.create_token()["expires_in"] == 31_536_000
    sandbox.settings(default_expiry=0)
    assert "expires_in" not in sandbox.create_token()


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_json_and_form_say_the_same(sandbox: RunningSandbox, encoding: str) -> None:
    fields: dict[str, Any] = {
        "username": "scan-bot",
        "scope": "applied-permissions/groups:group1,group2",
        "expires_in": 50_000,
        "refreshable": True,
        "description": "naïve café & co=1",
        "audience": "jfrt@* jfxr@*",
        "include_reference_token": True,
        "grant_type": "client_credentials",
    }
    with sandbox.http() as client:
        body = {"json": fields} if encoding == "json" else {"data": {k: str(v) for k, v in fields.items()}}
        created = client.post(TOKENS, **body).json()
        row = client.get(f"{TOKENS}/{created['token_id']}").json()
    assert created["scope"] == "applied-permissions/groups:group1,group2"
    assert {"refresh_token", "reference_token"} <= set(created)
    assert row["description"] == fields["description"]
    assert row["refreshable"] is True
    assert row["expiry"] - row["issued_at"] == 50_000
    assert sandbox.control("GET", f"/tokens/{created['token_id']}")["claims"]["aud"] == "jfrt@* jfxr@*"


def test_json_text_without_a_content_type_is_understood(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        assert client.post(TOKENS, content='{"username": "scan-bot"}').status_code == 200
        assert client.post(TOKENS, content="<a/>", headers={"Content-Type": "text/xml"}).status_code == 415


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "applied-permissions/identity"},
        {"scope": "applied-permissions/group:readers"},
        {"scope": "applied-permissions/roles:Developer"},
        {"scope": "x" * 501},
        {"username": "x" * 256},
        {"username": "Alice"},
        {"description": "x" * 1025},
        {"audience": "x" * 256},
        {"expires_in": -1},
        {"expires_in": "soon"},
        {"expires_in": 1.5},
        {"expires_in": True},
        {"expires_in": 2**70},
        {"refreshable": "perhaps"},
        {"project_key": "Not A Key"},
        {"grant_type": "password"},
        {"username": 5},
    ],
)
def test_what_is_out_of_bounds_is_a_400(sandbox: RunningSandbox, fields: dict[str, object]) -> None:
    with sandbox.http() as client:
        response = client.post(TOKENS, json=fields)
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "BAD_REQUEST"
    assert sandbox.changes() == []


@pytest.mark.parametrize("body", [b"[]", b"{", b"null", b'"x"', b"\xff", b"[" * 100_000])
def test_bodies_that_are_no_object_are_a_400(sandbox: RunningSandbox, body: bytes) -> None:
    with sandbox.http() as client:
        response = client.post(TOKENS, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "x" * 0},
        {"username": "a" * 255, "description": "d" * 1024, "audience": "jfrt@" + "0" * 250},
        {"scope": 'applied-permissions/groups:"admin group","a,b",'},
        {"scope": "artifact:libs-*/org/**:r,w,d artifact:docker:rw artifact:npm:*"},
        {"scope": "applied-permissions/user system:info/storage:r system:livelogs:r"},
        {"scope": 'applied-permissions/roles:acme:"Developer","Viewer"', "project_key": "acme"},
        {"expires_in": "7200"},
        {"expires_in": None, "description": None},
        {"unknown_field": {"nested": 1}},
    ],
)
def test_what_is_within_bounds_is_taken_and_the_scope_echoed(sandbox: RunningSandbox, fields: dict[str, Any]) -> None:
    created = sandbox.create_token(**fields)
    assert created["scope"] == (fields.get("scope") or "applied-permissions/user")


def test_a_reference_token_has_its_exact_form_and_stands_for_the_token(sandbox: RunningSandbox) -> None:
    for expires_in in (0, 400, 50_000):
        created = sandbox.create_token(username="scan-bot", expires_in=expires_in, include_reference_token=True)
        value = created["reference_token"]
        assert len(value) == 64
        assert value.startswith("cmVmdGtuOjAxOj")
        text = base64.b64decode(value).decode()
        match = re.fullmatch(r"reftkn:01:(\d{10}):[A-Za-z0-9]{27}", text)
        assert match is not None
        with sandbox.http(token=value) as client:
            row = client.get(f"{TOKENS}/me").json()
        assert row["token_id"] == created["token_id"]
        assert int(match[1]) == row.get("expiry", 0)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("cmVmdGtu" + "A" * 56, "parse"),
        (base64.b64encode(b"reftkn:01:0000000000:" + b"a" * 27).decode(), "parse"),
        (base64.b64encode(b"reftkn:01:0000000000:" + b"z" * 27).decode(), "parse"),
        ("a.b.c", "parse"),
        ("...", "parse"),
        ("eyJhbGciOiJub25lIn0.e30.", "parse"),
        ("é" * 10, "parse"),
    ],
)
def test_values_that_are_no_token_are_told_so(sandbox: RunningSandbox, value: str, reason: str) -> None:
    with sandbox.http(token="") as client:
        response = client.get(f"{TOKENS}/me", headers={b"Authorization": f"Bearer {value}".encode()})
    assert response.status_code == 401
    assert response.json()["errors"][0]["message"] == f"Invalid token, {reason}"


def test_a_tampered_token_has_a_bad_signature(sandbox: RunningSandbox) -> None:
    header, payload, signature = sandbox.token.split(".")
    other = sandbox.create_token(username="alice")["access_token"].split(".")[1]
    assert other != payload
    for path, message in (
        (f"{TOKENS}/me", "Invalid token, signature"),
        ("/artifactory/api/system/version", "Token failed verification: signature"),
    ):
        with sandbox.http(token=f"{header}.{other}.{signature}") as client:
            response = client.get(path)
        assert response.status_code == 401
        assert response.json()["errors"][0]["message"] == message


@pytest.mark.parametrize("how", ["expired", "revoked"])
@pytest.mark.parametrize("kind", ["access_token", "reference_token"])
def test_dead_tokens_are_refused_by_both_services(sandbox: RunningSandbox, how: str, kind: str) -> None:
    created = sandbox.create_token(expires_in=30_000, include_reference_token=True)
    with sandbox.http(token=created[kind]) as client:
        assert client.get(f"{TOKENS}/me").status_code == 200
        if how == "expired":
            sandbox.clock(advance=30_000)
        else:
            with sandbox.http() as admin:
                assert admin.delete(f"{TOKENS}/{created['token_id']}").status_code == 200
        access, artifactory = client.get(f"{TOKENS}/me"), client.get("/artifactory/api/system/version")
    assert (access.status_code, artifactory.status_code) == (401, 401)
    assert access.json()["errors"][0]["message"] == f"Invalid token, {how}"
    assert artifactory.json()["errors"][0]["message"] == f"Token failed verification: {how}"


def test_expired_tokens_are_still_listed(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="scan-bot", expires_in=30_000)
    sandbox.clock(advance=90_000)
    with sandbox.http() as client:
        row = client.get(f"{TOKENS}/{created['token_id']}").json()
    assert row["expiry"] < sandbox.control("GET", "/clock")["now"]


def test_the_list_has_documented_fields_and_leaves_out_what_is_not_there(sandbox: RunningSandbox) -> None:
    sandbox.create_token(username="scan-bot", expires_in=0)
    sandbox.create_token(
        username="scan-bot", expires_in=40_000, description="onboarding", project_key="acme", refreshable=True
    )
    with sandbox.http() as client:
        bare, full = client.get(TOKENS, params={"username": "scan-bot"}).json()["tokens"]
    assert set(bare) == {"token_id", "subject", "issued_at", "issuer", "refreshable", "scope"}
    assert set(full) - set(bare) == {"expiry", "description", "project"}
    assert bare["subject"] == f"{bare['issuer']}/users/scan-bot"
    assert abs(bare["issued_at"] - time.time()) < 600
    assert (full["project"], full["refreshable"]) == ("acme", True)
    sandbox.settings(scope_in_list=False)
    with sandbox.http() as client:
        assert all("scope" not in row for row in client.get(TOKENS).json()["tokens"])


def test_an_unchanged_list_is_the_same_bytes(demo_sandbox: RunningSandbox) -> None:
    with demo_sandbox.http() as client:
        first = client.get(TOKENS).content
        assert client.get(TOKENS).content == first
        demo_sandbox.create_token(username="scan-bot")
        assert client.get(TOKENS).content != first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["one", "two", "three", "four"]),
        ({"username": "bob"}, ["two", "four"]),
        ({"username": "bo"}, []),
        ({"refreshable": "true"}, ["three"]),
        ({"refreshable": "False"}, ["one", "two", "four"]),
        ({"description": "two"}, ["two"]),
        ({"description": "t*"}, ["two", "three"]),
        ({"description": "*"}, ["one", "two", "three", "four"]),
        ({"description": "*o"}, []),
        ({"scope": "readers"}, ["two", "four"]),
        ({"scope": "read*"}, ["two", "four"]),
        ({"scope": "*ders"}, ["two", "four"]),
        ({"scope": "*ead*"}, ["two", "four"]),
        ({"scope": "acme"}, ["three"]),
        ({"scope": "READERS"}, []),
        ({"order_by": "created"}, ["one", "two", "three", "four"]),
        ({"order_by": "created", "descending_order": "true"}, ["four", "three", "two", "one"]),
        ({"order_by": "owner"}, ["one", "three", "two", "four"]),
        ({"order_by": "subject", "descending_order": "True"}, ["two", "four", "one", "three"]),
        ({"order_by": "expiry"}, ["four", "one", "two", "three"]),
        ({"order_by": "expiry", "descending_order": "true"}, ["three", "two", "one", "four"]),
        ({"username": "bob", "order_by": "expiry"}, ["four", "two"]),
    ],
)
def test_the_list_filters_and_sorts(sandbox: RunningSandbox, query: dict[str, str], expected: list[str]) -> None:
    moment = sandbox.clock(now=1_800_000_000, frozen=True)
    groups = 'applied-permissions/groups:"readers"'
    for fields in (
        {"username": "alice", "description": "one", "expires_in": 50_000},
        {"username": "bob", "description": "two", "expires_in": 60_000, "scope": groups},
        {"username": "alice", "description": "three", "expires_in": 0, "project_key": "acme", "refreshable": True},
        {"username": "bob", "description": "four", "expires_in": 40_000, "scope": groups},
    ):
        sandbox.create_token(**fields)
        moment = sandbox.clock(now=moment + 1, frozen=True)
    with sandbox.http() as client:
        rows = client.get(TOKENS, params=query).json()["tokens"]
    assert [row["description"] for row in rows if "announced" not in row["description"]] == expected


@pytest.mark.parametrize("query", [{"order_by": "colour"}, {"refreshable": "maybe"}, {"descending_order": "2"}])
def test_the_list_refuses_senseless_parameters(sandbox: RunningSandbox, query: dict[str, str]) -> None:
    with sandbox.http() as client:
        assert client.get(TOKENS, params=query).status_code == 400


def test_one_token_is_found_by_id_in_the_list_too(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="scan-bot")
    with sandbox.http() as client:
        (row,) = client.get(TOKENS, params={"token_id": created["token_id"]}).json()["tokens"]
        assert row == client.get(f"{TOKENS}/{created['token_id']}").json()
        assert client.get(TOKENS, params={"token_id": "x"}).json() == {"tokens": []}
        assert client.get(f"{TOKENS}/x").status_code == 404


def test_revoking_by_id_is_200_once_and_204_after(sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="scan-bot", refreshable=True)
    with sandbox.http() as client:
        assert client.delete(f"{TOKENS}/{made['token_id']}").status_code == 200
        again = client.delete(f"{TOKENS}/{made['token_id']}")
    assert (again.status_code, again.content) == (204, b"")
    deleted = [change["key"] for change in sandbox.changes() if change["action"] == "deleted"]
    assert deleted == [made["token_id"]] * 2, "the token and its right to be refreshed"


def test_a_token_may_end_itself(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="scan-bot", audience="jfrt@*")
    with sandbox.http(token=created["access_token"]) as client:
        assert client.get(f"{TOKENS}/me").json()["token_id"] == created["token_id"]
        assert client.delete(f"{TOKENS}/me").status_code == 200
        assert client.delete(f"{TOKENS}/me").status_code == 401


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize("kind", ["access_token", "reference_token"])
def test_revoking_by_value(sandbox: RunningSandbox, encoding: str, kind: str) -> None:
    created = sandbox.create_token(username="scan-bot", include_reference_token=True)
    body: dict[str, Any] = {"json" if encoding == "json" else "data": {"token": created[kind]}}
    with sandbox.http() as client:
        response = client.request("DELETE", f"{TOKENS}/revoke", **body)
        assert (response.status_code, response.json()) == (200, {"revoked_token_id": created["token_id"]})
        assert client.get(f"{TOKENS}/{created['token_id']}").status_code == 404
        again = client.request("DELETE", f"{TOKENS}/revoke", **body)
    assert again.status_code == (200 if kind == "access_token" else 204)


def test_revoking_by_value_is_for_administrators_and_for_tokens(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="alice")
    with sandbox.http(token=created["access_token"]) as client:
        body = {"token": created["access_token"]}
        assert client.request("DELETE", f"{TOKENS}/revoke", json=body).status_code == 403
    header, payload, signature = created["access_token"].split(".")
    with sandbox.http() as client:
        for value, message in (
            ("nonsense", "Invalid token, parse"),
            (f"{header}.{payload}.{signature[::-1]}", "Token was not created by this instance"),
        ):
            response = client.request("DELETE", f"{TOKENS}/revoke", json={"token": value})
            assert response.status_code == 400
            assert response.json()["errors"][0]["message"] == message
        assert client.request("DELETE", f"{TOKENS}/revoke", json={}).status_code == 400
        assert client.post(f"{TOKENS}/revoke", json=body).status_code == 405


@pytest.mark.parametrize(
    ("expires_in", "settings", "extra", "stored", "revocable"),
    [
        (10_799, {}, {}, False, False),
        (10_800, {}, {}, True, False),
        (21_599, {}, {}, True, False),
        (21_600, {}, {}, True, True),
        (0, {}, {}, True, True),
        (600, {}, {"force_revocable": True}, True, True),
        (600, {}, {"include_reference_token": True}, True, False),
        (600, {"revocable_threshold": 0}, {}, True, True),
        (600, {"persistency_threshold": 0}, {}, True, False),
        (500_000, {"revocable_threshold": -1}, {}, True, False),
        (500_000, {"revocable_threshold": -1}, {"force_revocable": True}, True, True),
        (0, {"revocable_threshold": -1}, {}, True, True),
    ],
)
def test_thresholds_decide_what_is_kept_and_what_can_be_recalled(
    sandbox: RunningSandbox,
    expires_in: int,
    settings: dict[str, int],
    extra: dict[str, bool],
    stored: bool,
    revocable: bool,
) -> None:
    sandbox.settings(**settings)
    created = sandbox.create_token(username="scan-bot", expires_in=expires_in, **extra)
    with sandbox.http() as client:
        assert client.get(f"{TOKENS}/{created['token_id']}").status_code == (200 if stored else 404)
        listed = client.get(TOKENS, params={"token_id": created["token_id"]}).json()["tokens"]
        assert len(listed) == stored
        response = client.delete(f"{TOKENS}/{created['token_id']}")
    assert response.status_code == (204 if not stored else 200 if revocable else 400)
    if stored and not revocable:
        assert response.json()["errors"][0]["message"] == "Token not revocable"
    with sandbox.http(token=created["access_token"]) as client:
        still_good = client.get("/artifactory/api/system/version").status_code == 200
    assert still_good is not revocable


def test_the_time_of_last_use_is_kept_only_when_wanted(sandbox: RunningSandbox) -> None:
    start = sandbox.clock(now=1_800_000_000, frozen=True)
    lasting, short = sandbox.create_token(username="a"), sandbox.create_token(username="b", expires_in=20_000)
    with sandbox.http() as admin:

        def used_at(created: dict[str, Any]) -> int | None:
            with sandbox.http(token=created["access_token"]) as client:
                client.get("/artifactory/api/system/version")
            last_used: int | None = admin.get(f"{TOKENS}/{created['token_id']}").json().get("last_used")
            return last_used

        assert used_at(lasting) is None
        sandbox.settings(last_used_enabled=True)
        assert (used_at(lasting), used_at(short)) == (start, None)
        sandbox.clock(advance=899)
        assert used_at(lasting) == start
        sandbox.clock(advance=1)
        assert used_at(lasting) == start + 900
    assert [change["action"] for change in sandbox.changes()] == ["created", "created"], "use is no change"
