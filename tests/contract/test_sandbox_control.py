"""The control area: seeing, moving in time, changing the rules, starting over."""

import hashlib

import httpx
import pytest

from tests.support.sandbox import RunningSandbox

TOKENS = "/access/api/v1/tokens"


def masked(secret: str) -> str:
    return "masked:" + hashlib.sha256(secret.encode()).hexdigest()[:16]


def test_requests_are_on_record_with_their_outcome(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        client.headers["User-Agent"] = "probe/1.0"
        client.get(TOKENS, params={"username": "bob", "order_by": "created"})
        client.get("/nowhere")
    first, second = sandbox.requests()
    assert (first["seq"], first["method"], first["path"]) == (1, "GET", TOKENS)
    assert (first["query"], first["status"], first["acted"]) == ("username=bob&order_by=created", 200, True)
    assert first["headers"]["user-agent"] == "probe/1.0"
    assert first["token_id"] == sandbox.state()["tokens"][0]["item"]["token_id"]
    assert (second["status"], second["token_id"]) == (404, None)
    assert second["time"] >= first["time"]
    assert sandbox.requests(since=1) == [second]
    sandbox.control("DELETE", "/requests")
    assert sandbox.requests() == []


def test_secrets_are_masked_but_recognisable(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(refreshable=True, include_reference_token=True)
    reference, refresh = created["reference_token"], created["refresh_token"]
    sandbox.control("DELETE", "/requests")
    with sandbox.http() as client:
        client.request("DELETE", f"{TOKENS}/revoke", json={"token": created["access_token"], "note": "kept"})
        client.post(TOKENS, data={"grant_type": "refresh_token", "refresh_token": refresh, "username": "bob"})
        client.put(
            "/access/api/v2/users/bob/password", json={"password": "Sentinel-Pass-1", "nested": [{"secret": "s3"}]}
        )
        client.get(TOKENS, params={"password": "Sentinel-Pass-2", "username": "bob"})
        client.get(f"/artifactory/{created['access_token']}", headers={"X-JFrog-Art-Api": reference})
    httpx.get(f"{sandbox.url}{TOKENS}", auth=("bob", "Sentinel-Pass-3"), trust_env=False)
    by_json, by_form, password, query, path, basic = sandbox.requests()
    assert by_json["body"] == {"token": masked(created["access_token"]), "note": "kept"}
    assert by_json["headers"]["authorization"] == f"Bearer {masked(sandbox.token)}"
    assert by_form["body"] == f"grant_type=refresh_token&refresh_token={masked(refresh)}&username=bob"
    assert password["body"] == {"password": masked("Sentinel-Pass-1"), "nested": [{"secret": masked("s3")}]}
    assert query["query"] == f"password={masked('Sentinel-Pass-2')}&username=bob"
    assert path["path"] == f"/artifactory/{masked(created['access_token'])}"
    assert path["headers"]["x-jfrog-art-api"] == masked(reference)
    assert basic["headers"]["authorization"].startswith("Basic masked:")
    everything = str(sandbox.requests())
    for secret in (sandbox.token, refresh, reference, created["access_token"], "Sentinel"):
        assert secret not in everything


def test_changes_tell_each_deed_once_with_the_request_that_did_it(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="bob")
    with sandbox.http() as client:
        for _ in range(3):
            client.delete(f"{TOKENS}/{created['token_id']}")
    told = [(change["seq"], change["kind"], change["action"], change["request"]) for change in sandbox.changes()]
    assert told == [(1, "tokens", "created", 1), (2, "tokens", "deleted", 2)]
    assert sandbox.changes(since=1)[0]["key"] == created["token_id"]


def test_equal_states_are_equal_dumps_without_secrets(sandbox: RunningSandbox) -> None:
    before = sandbox.state()
    created = sandbox.create_token(username="bob", refreshable=True)
    assert sandbox.state() != before
    with sandbox.http() as client:
        client.delete(f"{TOKENS}/{created['token_id']}")
    assert sandbox.state() == before
    assert "password" not in before["users"][0]
    assert before["seed"] == "empty"


def test_resetting_the_state_brings_the_seed_back_and_ends_what_was_made(sandbox: RunningSandbox) -> None:
    created = sandbox.create_token(username="bob")
    with sandbox.http() as client:
        assert client.delete(f"{TOKENS}/me").status_code == 200
        assert client.get(TOKENS).status_code == 401, "the announced token is gone like any other"
        sandbox.control("DELETE", "/state")
        assert client.get(TOKENS).status_code == 200
        assert client.get(f"{TOKENS}/{created['token_id']}").status_code == 404
    assert sandbox.changes() == []


def test_a_reset_undoes_everything(sandbox: RunningSandbox) -> None:
    sandbox.settings(max_expiry=5)
    sandbox.clock(now=1_000_000_000, frozen=True)
    sandbox.faults({"kind": "drop"})
    sandbox.future()
    sandbox.reset()
    assert sandbox.control("GET", "/settings")["max_expiry"] == 0
    assert sandbox.control("GET", "/clock")["offset"] == 0
    assert sandbox.control("GET", "/faults") == {"faults": []}
    assert sandbox.requests() == []
    with sandbox.http() as client:
        assert "x_added_in_2031" not in client.get("/access/api/v1/system/ping").json()


def test_the_clock_moves_stops_and_runs(sandbox: RunningSandbox) -> None:
    assert sandbox.clock(now=1_900_000_000, frozen=True) == 1_900_000_000
    assert sandbox.clock(advance=-60.5) == 1_900_000_000 - 60.5
    sandbox.create_token(username="bob", expires_in=40_000)
    with sandbox.http() as client:
        (row,) = client.get(TOKENS, params={"username": "bob"}).json()["tokens"]
    assert row["issued_at"] == 1_899_999_939
    assert row["expiry"] == row["issued_at"] + 40_000
    running = sandbox.clock(offset=500)
    clock = sandbox.control("GET", "/clock")
    assert (clock["offset"], clock["frozen"]) == (500, False)
    assert clock["now"] >= running


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/settings", {"colour": 1}),
        ("/settings", {"max_expiry": "x"}),
        ("/clock", {"later": 1}),
        ("/clock", []),
        ("/future", {}),
    ],
)
def test_nonsense_is_refused_with_a_reason(sandbox: RunningSandbox, path: str, body: object) -> None:
    with sandbox.http() as client:
        response = client.post(f"/_sandbox{path}", json=body)
    assert response.status_code == 400
    assert response.json()["error"]


def test_only_administrators_may_pull_the_strings(sandbox: RunningSandbox) -> None:
    alice = sandbox.create_token(username="alice")["access_token"]
    other_admin = sandbox.create_token(username="ops", scope="applied-permissions/admin")["access_token"]
    for token, status in ((alice, 401), ("", 401), ("garbage", 401), (other_admin, 200), (sandbox.token, 200)):
        with sandbox.http(token=token) as client:
            assert client.get("/_sandbox/state").status_code == status
    with sandbox.http() as client:
        assert client.get("/_sandbox/nothing").status_code == 404
        assert client.get("/_sandbox/tokens/nothing").status_code == 404


def test_the_future_has_fields_and_values_nobody_knows(demo_sandbox: RunningSandbox) -> None:
    with demo_sandbox.http() as client:
        today = client.get(TOKENS).json()
        people = client.get("/access/api/v2/users").json()
        demo_sandbox.future()
        tomorrow, again = client.get(TOKENS), client.get(TOKENS)
        odd = client.get("/access/api/v2/users").json()
        error = client.get(f"{TOKENS}/nothing")
    assert tomorrow.content == again.content
    assert "x_added_in_2031" in tomorrow.json()
    for old, new in zip(today["tokens"], tomorrow.json()["tokens"], strict=True):
        assert old.items() <= new.items()
        assert "x_added_in_2031" in new
    assert {user["status"] for user in odd["users"]} - {user["status"] for user in people["users"]} == {"quarantined"}
    assert [user["username"] for user in odd["users"]] == [user["username"] for user in people["users"]]
    assert (error.status_code, error.json()["errors"][0]["code"]) == (404, "NOT_FOUND")
