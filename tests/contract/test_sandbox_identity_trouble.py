"""Later releases and faults, on the endpoints of groups, users, permissions, repositories and projects."""

import httpx
import pytest

from tests.support.identity import GROUPS, PERMISSIONS, REPOSITORIES, USERS, artifact_resource
from tests.support.sandbox import RunningSandbox

READS = (
    GROUPS,
    f"{GROUPS}/developers",
    USERS,
    f"{USERS}/aisha.khan",
    PERMISSIONS,
    f"{PERMISSIONS}/release-prod",
    f"{PERMISSIONS}/release-prod/artifact",
    REPOSITORIES,
    f"{REPOSITORIES}/npm-local",
    "/artifactory/api/storage/npm-local",
    "/artifactory/api/security/users/aisha.khan",
    "/artifactory/api/security/groups/developers",
    "/artifactory/api/v2/security/permissions/release-prod",
    "/access/api/v1/projects",
    "/access/api/v1/projects/mobile/users",
)
CREATIONS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("POST", GROUPS, {"name": "new"}),
    ("POST", USERS, {"username": "new", "email": "n@example.com", "password": "Passw0rd1"}),
    ("POST", PERMISSIONS, {"name": "new", "resources": {"artifact": artifact_resource(["x"])}}),
    ("PUT", f"{REPOSITORIES}/new", {"rclass": "local"}),
    ("POST", "/access/api/v1/projects", {"project_key": "new", "display_name": "N"}),
)


@pytest.mark.parametrize("path", READS)
def test_a_later_release_knows_fields_nobody_has_heard_of(demo_sandbox: RunningSandbox, path: str) -> None:
    with demo_sandbox.http() as client:
        today = client.get(path)
        demo_sandbox.future()
        later, again = client.get(path), client.get(path)
    assert today.status_code == later.status_code == 200
    assert "x_added_in_2031" not in today.text
    assert "x_added_in_2031" in later.text
    assert later.content == again.content


@pytest.mark.parametrize(("method", "path", "body"), CREATIONS, ids=lambda value: str(value)[:40])
def test_an_answer_that_is_lost_is_not_a_change_undone(
    sandbox: RunningSandbox, method: str, path: str, body: dict[str, object]
) -> None:
    sandbox.faults({"kind": "drop", "when": "after", "method": method, "path": path, "count": 1})
    with sandbox.http() as client:
        with pytest.raises(httpx.TransportError):
            client.request(method, path, json=body)
        assert [change["action"] for change in sandbox.changes()] == ["created"]
        repeated = client.request(method, path, json=body)
    assert repeated.status_code in (400, 409)
    assert len(sandbox.changes()) == 1


def test_what_was_made_is_still_there_after_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("state")
    with RunningSandbox(state=state) as first, first.http() as client:
        for method, path, body in CREATIONS:
            client.request(method, path, json=body).raise_for_status()
        client.put("/artifactory/new/a", content=b"\x00\xff").raise_for_status()
        before = first.state()
    with RunningSandbox(state=state) as second, second.http() as client:
        assert second.state() == before
        assert client.get("/artifactory/new/a").content == b"\x00\xff"


def test_the_demo_s_files_are_where_the_story_puts_them(demo_sandbox: RunningSandbox) -> None:
    state = demo_sandbox.state()
    repositories = {row["repo_key"]: row for row in state["repositories"]}
    users = {row["username"] for row in state["users"]}
    assert len(state["artifacts"]) > 12
    for artifact in state["artifacts"]:
        assert repositories[artifact["repository"]]["rclass"] in ("local", "remote")
        assert artifact["created"] <= artifact["modified"]
    assert {artifact["created_by"] for artifact in state["artifacts"]} - users == {"old-jenkins"}
