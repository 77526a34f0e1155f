"""What probes ask for, on a real socket: deploying by checksum without sending anything, and properties of files."""

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import (
    PERMISSIONS,
    artifact_resource,
    as_user,
    make_permission,
    make_repository,
    make_user,
    message,
)
from tests.support.sandbox import Json, RunningSandbox

CONTENT = b"known"
SHA1 = hashlib.sha1(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()
UNKNOWN = hashlib.sha1(b"unknown").hexdigest()
STORAGE = "/artifactory/api/storage"
FORBIDDEN = (403, "Forbidden")


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        client.delete(f"{PERMISSIONS}/Anything").raise_for_status()
        for key in ("loc", "hidden"):
            make_repository(client, key)
        client.put("/artifactory/loc/a/known.txt", content=CONTENT).raise_for_status()
        make_user(client, "alice")
        yield client


def may(client: httpx.Client, *actions: str) -> None:
    make_permission(client, "p", artifact=artifact_resource(["loc"], users={"alice": list(actions)}))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Checksum-Sha1": SHA1},
        {"X-Checksum-Sha256": SHA256.upper()},
        {"X-Checksum-Md5": MD5},
        {"X-Checksum": SHA1},
        {"X-Checksum": SHA256},
        {"X-Checksum": MD5},
        {"X-Checksum-Sha1": SHA1, "X-Checksum-Sha256": SHA256, "X-Checksum-Md5": MD5},
    ],
)
def test_known_content_is_deployed_without_being_sent(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = client.put("/artifactory/loc/b/copy.txt", headers={"X-Checksum-Deploy": "true", **headers})
    assert (answer.status_code, answer.json()["checksums"]["sha256"]) == (201, SHA256)
    assert client.get("/artifactory/loc/b/copy.txt").content == CONTENT


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"X-Checksum-Sha1": UNKNOWN}, (404, f"Checksum deploy failed. No existing file with SHA1: {UNKNOWN}")),
        ({"X-Checksum-Sha1": SHA1, "X-Checksum-Sha256": "0" * 64}, None),
        ({"X-Checksum": "short"}, (400, "")),
        ({}, (400, "")),
    ],
)
def test_what_is_not_known_is_asked_for(
    client: httpx.Client, headers: dict[str, str], refusal: tuple[int, str] | None
) -> None:
    answer = client.put("/artifactory/loc/new", headers={"X-Checksum-Deploy": "true", **headers})
    status, text = message(answer)
    assert status == (refusal[0] if refusal else 404)
    assert text.startswith("Checksum deploy failed. ")
    assert not refusal or text.endswith(refusal[1])
    assert client.get("/artifactory/loc/new").status_code == 404


@pytest.mark.parametrize(("actions", "status"), [(["READ"], 403), (["WRITE"], 404), (["READ", "WRITE"], 404)])
def test_a_probe_tells_who_may_deploy_and_leaves_nothing(
    client: httpx.Client, sandbox: RunningSandbox, actions: list[str], status: int
) -> None:
    may(client, *actions)
    headers = {"X-Checksum-Deploy": "true", "X-Checksum-Sha1": UNKNOWN}
    with as_user(sandbox, "alice") as alice:
        before = sandbox.changes()
        assert alice.put("/artifactory/loc/probe", headers=headers).status_code == status
        assert alice.put("/artifactory/hidden/probe", headers=headers).status_code == 403
    assert sandbox.changes() == before


def test_content_that_one_cannot_read_is_not_known(client: httpx.Client, sandbox: RunningSandbox) -> None:
    may(client, "WRITE")
    headers = {"X-Checksum-Deploy": "true", "X-Checksum-Sha1": SHA1}
    with as_user(sandbox, "alice") as alice:
        assert alice.put("/artifactory/loc/copy", headers=headers).status_code == 404


def test_false_means_an_upload(client: httpx.Client) -> None:
    headers = {"X-Checksum-Deploy": "false", "X-Checksum-Sha1": UNKNOWN}
    assert client.put("/artifactory/loc/new", content=b"unknown", headers=headers).status_code == 201
    assert client.get("/artifactory/loc/new").content == b"unknown"


def properties(client: httpx.Client, path: str, names: str = "") -> Json | None:
    answer = client.get(f"{STORAGE}/{path}", params={"properties": names})
    if answer.status_code == 404:
        assert message(answer) == (404, "No properties could be found.")
        return None
    assert answer.headers["content-type"].startswith("application/vnd.org.jfrog.artifactory.storage.ItemProperties")
    found: Json = answer.json()["properties"]
    return found


def test_properties_come_and_go(client: httpx.Client) -> None:
    path = "loc/a/known.txt"
    assert properties(client, path) is None
    for query in ("os=win,linux;qa=done", r"note=a\=b\,c|qa=again"):
        assert client.put(f"{STORAGE}/{path}", params={"properties": query}).status_code == 204
    everything = {"os": ["win", "linux"], "qa": ["again"], "note": ["a=b,c"]}
    assert properties(client, path) == everything
    assert properties(client, path, "qa,none") == {"qa": ["again"]}
    assert properties(client, path, "none") is None
    assert client.delete(f"{STORAGE}/{path}", params={"properties": "qa,none"}).status_code == 204
    assert properties(client, path) == {"os": ["win", "linux"], "note": ["a=b,c"]}
    assert client.put(f"{STORAGE}/{path}", params={"properties": ""}).status_code == 400
    assert client.put(f"{STORAGE}/{path}").status_code == 400
    assert client.put(f"{STORAGE}/loc/none", params={"properties": "a=b"}).status_code == 404


def test_properties_with_the_deployment_and_of_all_below_a_folder(client: httpx.Client) -> None:
    answer = client.put("/artifactory/loc/a/b/c.txt;build.name=x;qa=1,2", content=b"c")
    assert answer.json()["path"] == "/a/b/c.txt"
    assert properties(client, "loc/a/b/c.txt") == {"build.name": ["x"], "qa": ["1", "2"]}
    assert client.put(f"{STORAGE}/loc/a", params={"properties": "team=t"}).status_code == 204
    for path in ("loc/a/b/c.txt", "loc/a/known.txt"):
        assert (properties(client, path) or {})["team"] == ["t"]
    alone = client.put(f"{STORAGE}/loc/a", params={"properties": "x=y", "recursive": "0"})
    assert alone.status_code == 204
    assert properties(client, "loc/a") == {"team": ["t"], "x": ["y"]}
    assert properties(client, "loc/a/known.txt") == {"team": ["t"]}
    assert client.put(f"{STORAGE}/loc/none", params={"properties": "x=y", "recursive": "0"}).status_code == 404


def test_who_may_annotate(client: httpx.Client, sandbox: RunningSandbox) -> None:
    may(client, "READ")
    query = {"properties": "a=b"}
    with as_user(sandbox, "alice") as alice:
        for method in ("PUT", "DELETE"):
            refused = alice.request(method, f"{STORAGE}/loc/a/known.txt", params=query)
            assert message(refused) == FORBIDDEN
        client.delete(f"{PERMISSIONS}/p").raise_for_status()
        may(client, "READ", "ANNOTATE")
        assert alice.put(f"{STORAGE}/loc/a/known.txt", params=query).status_code == 204
        assert properties(alice, "loc/a/known.txt") == {"a": ["b"]}
