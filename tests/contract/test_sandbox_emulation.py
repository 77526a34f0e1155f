"""Older releases: what they report, and the fields and rules they do not have yet."""

from collections.abc import Iterator

import pytest

from tests.support.identity import GROUPS, PASSWORD, USERS, make_group, make_user, message
from tests.support.sandbox import RunningSandbox

POLICY = "/access/api/v1/config/security/password_policy"


@pytest.fixture(scope="module", params=["7.77", "7.117", "7.146"])
def release(request: pytest.FixtureRequest) -> Iterator[tuple[str, RunningSandbox]]:
    with RunningSandbox(arguments=["--emulate", request.param]) as running:
        yield request.param, running


def test_both_services_report_their_version(release: tuple[str, RunningSandbox]) -> None:
    name, sandbox = release
    with sandbox.http() as client:
        response = client.get("/artifactory/api/system/version")
        access = client.get("/access/api/v1/system/version").json()["name"]
        ping = client.get("/access/api/v1/system/ping")
    version = response.json()["version"]
    assert version.startswith(f"{name}.")
    assert response.headers["x-jfrog-version"] == f"Artifactory/{version} {response.json()['revision']}"
    assert access != version
    assert (ping.text == "OK") == (name != "7.146")


def test_fields_and_rules_are_those_of_the_release(release: tuple[str, RunningSandbox]) -> None:
    name, sandbox = release
    sandbox.reset()
    newest = name == "7.146"
    with sandbox.http() as client:
        group = make_group(client, "team", policy_manager=True)
        user = make_user(client, "alice", watch_manager=True, platform_auditor=True)
        assert ("policy_manager" in group, "watch_manager" in user, "platform_auditor" in user) == (newest,) * 3
        assert user["effective_admin"] is False
        policy = client.patch(POLICY, json={"length": 9})
        assert policy.status_code == (204 if newest else 404)
        admins = client.get(USERS, params={"onlyAdmins": "true"}).json()["users"]
        assert len(admins) == (3 if name == "7.77" else 1)
        assert client.get("/access/api/v2/projects").status_code == (404 if name == "7.77" else 200)
        batch = client.get("/artifactory/api/v2/repositories/batch", params={"names": "artifactory-build-info"})
        assert batch.status_code == (404 if name == "7.77" else 200)
        assert client.get(f"{GROUPS}/team").json() == group


def test_the_oldest_cannot_change_a_user_without_a_password(release: tuple[str, RunningSandbox]) -> None:
    name, sandbox = release
    sandbox.reset()
    with sandbox.http() as client:
        make_user(client, "alice")
        make_user(client, "robot", password=None, internal_password_disabled=True)
        changed = client.patch(f"{USERS}/alice", json={"email": "b@example.com"})
        if name == "7.77":
            status, text = message(changed)
            assert (status, text.startswith("Cannot create a user")) == (400, True)
            changed = client.patch(f"{USERS}/alice", json={"email": "b@example.com", "password": PASSWORD})
        assert changed.json()["email"] == "b@example.com"
        assert client.patch(f"{USERS}/robot", json={"email": "r@example.com"}).status_code == 200
