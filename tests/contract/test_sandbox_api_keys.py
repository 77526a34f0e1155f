"""API keys: as older releases have them, and what is left of them in newer ones."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import PASSWORD, USERS, make_user, message
from tests.support.sandbox import RunningSandbox

KEY = "/artifactory/api/security/apiKey"
VERSION = "/artifactory/api/system/version"


@pytest.fixture(scope="module")
def older() -> Iterator[RunningSandbox]:
    with RunningSandbox(arguments=["--emulate", "7.77"]) as running:
        yield running


@pytest.fixture
def alice(older: RunningSandbox) -> Iterator[httpx.Client]:
    """Somebody with a password, and no key yet."""
    older.reset()
    with older.http() as client:
        make_user(client, "alice")
    with older.http(token="") as client:
        client.auth = ("alice", PASSWORD)
        yield client


def test_a_key_is_made_once_and_replaced(alice: httpx.Client) -> None:
    assert (alice.get(KEY).status_code, alice.get(KEY).json()) == (200, {})
    assert alice.put(KEY).status_code == 400
    made = alice.post(KEY).json()["apiKey"]
    assert (made[:5], len(made)) == ("AKCp8", 73)
    assert alice.get(KEY).json() == {"apiKey": made}
    assert message(alice.post(KEY)) == (400, "Api key already exists for user: alice")
    new = alice.put(KEY).json()["apiKey"]
    assert new != made
    assert alice.get(KEY).json() == {"apiKey": new}


def test_a_key_is_as_good_as_the_password(alice: httpx.Client, older: RunningSandbox) -> None:
    key = alice.post(KEY).json()["apiKey"]
    unknown = (401, "Props Authentication Token not found")
    with older.http(token="") as client:
        assert client.get(VERSION, headers={"X-JFrog-Art-Api": key}).status_code == 200
        assert client.get(VERSION, auth=("alice", key)).status_code == 200
        assert message(client.get(VERSION, auth=("admin", key))) == unknown
        assert message(client.get(VERSION, headers={"Authorization": f"Bearer {key}"})) == unknown
        assert message(client.get(VERSION, headers={"X-JFrog-Art-Api": f"{key}x"})) == unknown
    assert key not in str(older.state())


@pytest.mark.parametrize(
    "call", [("DELETE", f"{KEY}/alice"), ("DELETE", f"{KEY}?deleteAll=1"), ("DELETE", f"{USERS}/alice")]
)
def test_an_administrator_takes_keys_away(alice: httpx.Client, older: RunningSandbox, call: tuple[str, str]) -> None:
    key = alice.post(KEY).json()["apiKey"]
    assert alice.request(*call).status_code in (401, 403)
    with older.http() as admin:
        assert admin.request(*call).is_success
        assert admin.delete(f"{KEY}/alice").status_code == 404
    with older.http(token="") as client:
        assert client.get(VERSION, headers={"X-JFrog-Art-Api": key}).status_code == 401


def test_one_revokes_ones_own(alice: httpx.Client) -> None:
    alice.post(KEY).raise_for_status()
    assert alice.delete(KEY).json().keys() == {"info"}
    assert (alice.get(KEY).json(), alice.delete(KEY).status_code) == ({}, 404)


def test_newer_releases_make_none(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        assert client.get(KEY).json() == {}
        assert client.post(KEY).status_code == client.put(KEY).status_code == 403
