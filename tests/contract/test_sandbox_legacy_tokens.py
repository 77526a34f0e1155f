"""The deprecated token endpoint of Artifactory."""

import httpx
import pytest

from tests.support.sandbox import RunningSandbox

LEGACY = "/artifactory/api/security/token"


@pytest.fixture
def admin(sandbox: RunningSandbox) -> httpx.Client:
    """A client with the administrator's password, which this endpoint takes."""
    return httpx.Client(base_url=sandbox.url, auth=("admin", "password"), trust_env=False)


def test_a_password_becomes_an_hourly_token(sandbox: RunningSandbox, admin: httpx.Client) -> None:
    with admin:
        made = admin.post(LEGACY, data={"username": "alice", "scope": "api:* member-of-groups:*"}).json()
    assert set(made) == {"access_token", "expires_in", "scope", "token_type"}
    assert (made["expires_in"], made["scope"]) == (3600, "api:* member-of-groups:*")
    with sandbox.http(token=made["access_token"]) as client:
        assert client.get("/artifactory/api/system/version").status_code == 200


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        (None, "applied-permissions/user"),
        ("api:*", "applied-permissions/user"),
        ("member-of-groups:*", "applied-permissions/user"),
        ("api:* member-of-groups:readers,deployers", "applied-permissions/groups:readers,deployers"),
        ("applied-permissions/admin", "applied-permissions/admin"),
    ],
)
def test_old_scopes_get_their_new_meaning(
    sandbox: RunningSandbox, admin: httpx.Client, asked: str | None, stored: str
) -> None:
    with admin:
        fields = {"username": "alice", "expires_in": "0"} | ({"scope": asked} if asked else {})
        assert admin.post(LEGACY, data=fields).json()["expires_in"] == 0
    (row,) = (row for row in sandbox.state()["tokens"] if row["item"]["subject"].endswith("/alice"))
    assert row["scope"] == stored


def test_list_and_revoke(sandbox: RunningSandbox, admin: httpx.Client) -> None:
    with admin:
        made = admin.post(LEGACY, data={"username": "alice", "expires_in": "50000", "refreshable": "true"}).json()
        rows = {row["token_id"]: row for row in admin.get(LEGACY).json()["tokens"]}
        (token_id,) = (key for key, row in rows.items() if row["subject"].endswith("/alice"))
        assert set(rows[token_id]) == {"token_id", "issuer", "subject", "issued_at", "refreshable", "expiry"}
        for body in ({"token": made["access_token"]}, {"token_id": token_id}, {"token": "nonsense"}):
            assert admin.post(f"{LEGACY}/revoke", data=body).status_code == 200
        assert token_id not in {row["token_id"] for row in admin.get(LEGACY).json()["tokens"]}


def test_refresh_needs_no_more_than_the_pair(sandbox: RunningSandbox, admin: httpx.Client) -> None:
    with admin:
        old = admin.post(LEGACY, data={"username": "alice", "refreshable": "true"}).json()
    pair = {"refresh_token": old["refresh_token"], "access_token": old["access_token"]}
    with sandbox.http(token="") as nobody:
        new = nobody.post(LEGACY, data={"grant_type": "refresh_token", **pair})
        assert new.status_code == 200
        assert new.json()["refresh_token"] != old["refresh_token"]
        assert new.json()["access_token"] != old["access_token"]
        assert nobody.post(LEGACY, data={"grant_type": "refresh_token", **pair}).status_code == 401


def test_refusals_of_requests_come_in_the_words_of_oauth(sandbox: RunningSandbox, admin: httpx.Client) -> None:
    with admin:
        bad = admin.post(LEGACY, data={"scope": "member-of-everything"})
    assert (bad.status_code, set(bad.json())) == (400, {"error", "error_description"})
    alice = sandbox.create_token(username="alice")["access_token"]
    with sandbox.http(token=alice) as client:
        other = client.post(LEGACY, data={"username": "bob"})
        assert (other.status_code, other.json()["error"]) == (403, "access_denied")
        theirs = sandbox.create_token(username="bob")
        assert client.post(f"{LEGACY}/revoke", data={"token_id": theirs["token_id"]}).status_code == 403
        assert len(client.get(LEGACY).json()["tokens"]) == 1
    with sandbox.http(token="") as nobody:
        unknown = nobody.post(LEGACY, data={})
    assert unknown.json() == {"errors": [{"status": 401, "message": "Unauthorized"}]}


def test_what_cannot_be_revoked_is_told_so(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(expires_in=15_000)
    with sandbox.http() as client:
        response = client.post(f"{LEGACY}/revoke", data={"token_id": created["token_id"]})
    assert (response.status_code, response.json()["error_description"]) == (400, "Token not revocable")
