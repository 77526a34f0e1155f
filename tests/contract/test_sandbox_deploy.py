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


def test_downloads_are_counted(client: httpx.Client) -> None:
    path = f"{STORAGE}/loc/a/known.txt"
    never = client.get(path, params={"stats": ""})
    assert never.headers["content-type"].endswith("storage.StatsInfo+json")
    assert (never.json()["downloadCount"], never.json()["lastDownloaded"]) == (0, 0)
    client.head("/artifactory/loc/a/known.txt").raise_for_status()
    client.get("/artifactory/loc/a/known.txt").raise_for_status()
    seen = client.get(path, params={"stats": ""}).json()
    assert (seen["downloadCount"], seen["lastDownloadedBy"], seen["remoteDownloadCount"]) == (1, "admin", 0)
    assert seen["lastDownloaded"] > 1_700_000_000_000
    query = 'items.find({"stat.downloads":{"$gt":0}}).include("name","stat")'
    rows = client.post("/artifactory/api/search/aql", content=query).json()["results"]
    assert [(row["name"], row["stats"][0]["downloads"]) for row in rows] == [("known.txt", 1)]


def test_when_something_last_changed(client: httpx.Client) -> None:
    newest = client.put("/artifactory/loc/a/new.txt", content=b"x").json()
    for where in ("loc/a/new.txt", "loc/a", "loc"):
        changed = client.get(f"{STORAGE}/{where}", params={"lastModified": ""}).json()
        assert changed["lastModified"] == newest["created"]
        assert changed["uri"].endswith("/artifactory/api/storage/loc/a/new.txt")


def test_folders_are_made_listed_and_deleted(client: httpx.Client) -> None:
    made = client.put("/artifactory/loc/new/deep/;team=t")
    assert made.status_code == 201
    assert (made.json()["path"], made.json()["children"], made.json()["createdBy"]) == ("/new/deep", [], "admin")
    assert client.put("/artifactory/loc/new/deep/").json()["created"] == made.json()["created"]
    assert properties(client, "loc/new/deep") == {"team": ["t"]}
    assert client.get(f"{STORAGE}/loc/new").json()["children"] == [{"uri": "/deep", "folder": True}]
    everything = client.get(f"{STORAGE}/loc", params={"list": "", "deep": "1", "listFolders": "1"}).json()["files"]
    rows = {row["uri"]: (row["folder"], row["size"]) for row in everything}
    assert rows["/new"] == rows["/new/deep"] == rows["/a"] == (True, -1)
    assert rows["/a/known.txt"][0] is False
    direct = client.get(f"{STORAGE}/loc", params={"list": "", "listFolders": "1"}).json()["files"]
    assert {row["uri"] for row in direct} == {"/a", "/new"}
    assert client.delete("/artifactory/loc/new").status_code == 204
    assert client.get(f"{STORAGE}/loc/new/deep").status_code == 404
    assert client.delete("/artifactory/loc/new").status_code == 404


def test_what_a_virtual_repository_knows_of_a_file(client: httpx.Client) -> None:
    make_repository(client, "virt", "virtual", repositories=["loc"])
    assert client.get(f"{STORAGE}/virt/a/known.txt").json() == client.get(f"{STORAGE}/loc/a/known.txt").json()
    assert client.get(f"{STORAGE}/virt/a").json()["children"][0]["folder"] is False
    assert client.get(f"{STORAGE}/virt/none").status_code == 404


def test_properties_in_a_body(client: httpx.Client) -> None:
    path = "/artifactory/api/metadata/loc/a/known.txt"
    assert client.patch(path, json={"props": {"a": "1", "b": ["2", "3"]}}).status_code == 204
    assert client.patch(path, json={"props": {"a": None, "c": "4"}}).status_code == 204
    assert properties(client, "loc/a/known.txt") == {"b": ["2", "3"], "c": ["4"]}
    for wrong in ({}, {"props": {"a": 1}}, {"props": {"a": [1]}}):
        assert client.patch(path, json=wrong).status_code == 400
    folder = "/artifactory/api/metadata/loc/a"
    client.patch(folder, json={"props": {"x": "y"}}, params={"recursiveProperties": "0"}).raise_for_status()
    assert (properties(client, "loc/a") or {}, "x" in (properties(client, "loc/a/known.txt") or {})) == (
        {"x": ["y"]},
        False,
    )


@pytest.mark.parametrize(
    ("verb", "actions", "status"),
    [
        ("copy", ("READ", "WRITE"), 200),
        ("move", ("READ", "WRITE"), 403),
        ("move", ("READ", "WRITE", "DELETE"), 200),
        ("copy", ("READ",), 403),
        ("copy", ("WRITE",), 403),
    ],
)
def test_who_may_copy_and_move(
    client: httpx.Client, sandbox: RunningSandbox, verb: str, actions: tuple[str, ...], status: int
) -> None:
    may(client, *actions)
    call = f"/artifactory/api/{verb}/loc/a/known.txt"
    with as_user(sandbox, "alice") as alice:
        assert alice.post(call, params={"to": "/loc/b/new.txt"}).status_code == status
    assert client.get("/artifactory/loc/b/new.txt").status_code == (200 if status == 200 else 404)
    gone = status == 200 and verb == "move"
    assert client.get("/artifactory/loc/a/known.txt").status_code == (404 if gone else 200)


@pytest.mark.parametrize(
    ("source", "target", "status"), [("loc/none", "/loc/x", 404), ("none/a", "/loc/x", 404), ("loc/a", "/none/x", 404)]
)
def test_what_cannot_be_copied(client: httpx.Client, source: str, target: str, status: int) -> None:
    answer = client.post(f"/artifactory/api/copy/{source}", params={"to": target})
    assert (answer.status_code, answer.json()["messages"][0]["level"]) == (status, "ERROR")


def test_how_much_is_stored(client: httpx.Client, sandbox: RunningSandbox) -> None:
    client.put("/artifactory/loc/copy.bin", content=b"x" * 3000).raise_for_status()
    client.put("/artifactory/loc/same.bin", content=b"x" * 3000).raise_for_status()
    body = client.get("/artifactory/api/storageinfo").json()
    rows = {row["repoKey"]: row for row in body["repositoriesSummaryList"]}
    assert (rows["loc"]["repoType"], rows["loc"]["foldersCount"], rows["loc"]["packageType"]) == ("LOCAL", 1, "Generic")
    assert rows["TOTAL"]["usedSpaceInBytes"] >= rows["loc"]["usedSpaceInBytes"] > 6000
    assert body["binariesSummary"]["optimization"] < "60%"
    assert client.post("/artifactory/api/storageinfo/calculate").status_code == 202
    with as_user(sandbox, "alice") as alice:
        assert alice.get("/artifactory/api/storageinfo").status_code == 403
