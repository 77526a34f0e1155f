"""Repositories, their files, and looking for them, on a real socket."""

from collections.abc import Iterator
from hashlib import sha256

import httpx
import pytest

from tests.support.identity import REPOSITORIES, as_user, make_permission, make_repository, make_user, message
from tests.support.identity import artifact_resource as over
from tests.support.sandbox import Json, RunningSandbox

STORAGE = "/artifactory/api/storage"
AQL = "/artifactory/api/search/aql"
TYPES = "application/vnd.org.jfrog.artifactory."


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        yield client


def test_the_list_has_its_own_spelling(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "docker-local", packageType="docker")
    make_repository(client, "hub", "remote", packageType="docker", description="hub")
    make_repository(client, "docker", "virtual", packageType="docker", repositories=["docker-local", "hub"])
    response = client.get(REPOSITORIES, params={"packageType": "docker"})
    assert response.json() == [
        {
            "key": "docker",
            "type": "VIRTUAL",
            "url": f"{sandbox.url}/artifactory/docker",
            "packageType": "Docker",
        },
        {
            "key": "docker-local",
            "type": "LOCAL",
            "url": f"{sandbox.url}/artifactory/docker-local",
            "packageType": "Docker",
        },
        {
            "key": "hub",
            "description": "hub",
            "type": "REMOTE",
            "url": "https://upstream.example.com",
            "packageType": "Docker",
        },
    ]
    assert response.headers["content-type"] == f"{TYPES}repositories.RepositoryDetailsList+json"
    assert response.headers["cache-control"] == "no-store"
    for query, keys in (({"type": "remote"}, ["hub"]), ({"project": "none"}, []), ({"type": "federated"}, [])):
        assert [row["key"] for row in client.get(REPOSITORIES, params=query).json()] == keys


def test_a_configuration_keeps_what_it_was_sent(client: httpx.Client) -> None:
    odd: Json = {"notes": "n", "dockerApiVersion": "V2", "propertySets": ["a"], "x": {"y": 1}}
    make_repository(client, "docker-local", packageType="Docker", description="d", environments=["DEV"], **odd)
    response = client.get(f"{REPOSITORIES}/docker-local")
    assert response.headers["content-type"] == f"{TYPES}repositories.LocalRepositoryConfiguration+json"
    assert (
        response.json()
        == {
            "key": "docker-local",
            "rclass": "local",
            "packageType": "docker",
            "description": "d",
            "includesPattern": "**/*",
            "excludesPattern": "",
            "repoLayoutRef": "simple-default",
            "projectKey": "",
            "environments": ["DEV"],
        }
        | odd
    )
    client.post(f"{REPOSITORIES}/docker-local", json={"notes": "m", "description": ""}).raise_for_status()
    changed = client.get(f"{REPOSITORIES}/docker-local").json()
    assert (changed["notes"], changed["description"], changed["x"]) == ("m", "", {"y": 1})


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("new", {"rclass": "local", "packageType": "npm"}, 200),
        ("new", {"rclass": "local", "key": "new"}, 200),
        ("new", {"rclass": "local", "key": "other"}, 400),
        ("new", {"packageType": "npm"}, 400),
        ("new", {"rclass": "cloud"}, 400),
        ("new", {"rclass": "remote"}, 400),
        ("new", {"rclass": "virtual", "repositories": ["none"]}, 400),
        ("new", {"rclass": "virtual"}, 200),
        ("a b", {"rclass": "local"}, 400),
        ("ARTIFACTORY-build-info", {"rclass": "local"}, 400),
    ],
)
def test_what_can_be_created(client: httpx.Client, key: str, body: object, status: int) -> None:
    assert client.put(f"{REPOSITORIES}/{key}", json=body).status_code == status


def test_an_unknown_repository_is_a_bad_request(client: httpx.Client) -> None:
    expected = (400, "Repository 'none' does not exist")
    assert message(client.get(f"{REPOSITORIES}/none")) == expected
    assert message(client.post(f"{REPOSITORIES}/none", json={})) == expected
    assert message(client.delete(f"{REPOSITORIES}/none")) == expected
    assert client.post(f"{REPOSITORIES}/artifactory-build-info", json={"rclass": "remote"}).status_code == 400


def test_a_deleted_repository_takes_its_files_along(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "loc")
    make_repository(client, "virt", "virtual", repositories=["loc"])
    client.put("/artifactory/loc/a.txt", content=b"a").raise_for_status()
    assert client.delete(f"{REPOSITORIES}/loc").text.startswith("Repository loc and all its content")
    assert client.get(f"{REPOSITORIES}/virt").json()["repositories"] == []
    make_repository(client, "loc")
    assert client.get("/artifactory/loc/a.txt").status_code == 404
    assert sandbox.state()["artifacts"] == []


def test_many_at_once_and_whether_a_key_is_taken(client: httpx.Client) -> None:
    make_repository(client, "loc")
    many = client.get("/artifactory/api/v2/repositories/batch", params={"names": ["loc", "none", "loc"]}).json()
    assert [row["key"] for row in many] == ["loc"]
    grouped = client.get(f"{REPOSITORIES}/configurations", params={"packageType": "generic"}).json()
    assert {kind: [row["key"] for row in rows] for kind, rows in grouped.items()} == {"LOCAL": ["loc"]}
    assert client.get(f"{REPOSITORIES}/existence", params={"repoKey": "LOC"}).json() == {"exists": True}


def test_files_come_and_go(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "loc")
    deployed = client.put("/artifactory/loc/a/b.txt;build=7", content=b"hello")
    body = deployed.json()
    assert deployed.status_code == 201
    assert deployed.headers["content-type"] == f"{TYPES}storage.ItemCreated+json"
    assert (body["repo"], body["path"], body["size"], body["createdBy"]) == ("loc", "/a/b.txt", "5", "admin")
    assert body["downloadUri"] == f"{sandbox.url}/artifactory/loc/a/b.txt"
    assert body["checksums"]["sha256"] == sha256(b"hello").hexdigest()
    fetched = client.get("/artifactory/loc/a/b.txt")
    assert (fetched.content, fetched.headers["x-checksum-sha256"]) == (b"hello", body["checksums"]["sha256"])
    assert fetched.headers["content-type"].startswith("text/plain")
    head = client.head("/artifactory/loc/a/b.txt")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "5")
    assert client.delete("/artifactory/loc/a/b.txt").status_code == 204
    assert message(client.get("/artifactory/loc/a/b.txt")) == (404, "File not found.")
    gone = (404, "Could not locate artifact 'loc:a/b.txt' (Nothing to delete).")
    assert message(client.delete("/artifactory/loc/a/b.txt")) == gone


def test_where_files_cannot_go(client: httpx.Client) -> None:
    make_repository(client, "loc")
    make_repository(client, "rem", "remote")
    make_repository(client, "virt", "virtual", repositories=["loc"])
    assert client.put("/artifactory/rem/a", content=b"").status_code == 400
    assert client.put("/artifactory/virt/a", content=b"").status_code == 400
    assert client.put("/artifactory/loc/", content=b"").status_code == 400
    assert client.put("/artifactory/none/a", content=b"").status_code == 404
    assert client.put("/artifactory/loc/a", content=b"x" * (1 << 20)).status_code == 201
    assert client.put("/artifactory/loc/b", content=b"x" * ((1 << 20) + 1)).status_code == 413
    client.post(f"{REPOSITORIES}/virt", json={"defaultDeploymentRepo": "loc"}).raise_for_status()
    assert client.put("/artifactory/virt/c", content=b"c").json()["repo"] == "loc"


def test_the_api_is_no_repository(client: httpx.Client) -> None:
    assert message(client.put("/artifactory/api/system/ping", content=b"")) == (405, "Method Not Allowed")
    assert message(client.get("/artifactory/api/nothing/here")) == (404, "Not Found")
    make_repository(client, "apiary")
    assert client.put("/artifactory/apiary/x", content=b"").status_code == 201


def test_a_virtual_repository_shows_the_first_that_has_it(client: httpx.Client) -> None:
    for key in ("one", "two"):
        make_repository(client, key)
        client.put(f"/artifactory/{key}/shared", content=key.encode()).raise_for_status()
    client.put("/artifactory/two/own", content=b"2").raise_for_status()
    make_repository(client, "inner", "virtual", repositories=["two"])
    make_repository(client, "virt", "virtual", repositories=["one", "inner"])
    assert client.get("/artifactory/virt/shared").content == b"one"
    assert client.get("/artifactory/virt/own").content == b"2"
    assert client.get("/artifactory/virt/none").status_code == 404


def test_what_is_said_of_files_and_folders(client: httpx.Client, sandbox: RunningSandbox) -> None:
    make_repository(client, "loc")
    for path in ("a/b.txt", "a/c/d.txt", "e.txt"):
        client.put(f"/artifactory/loc/{path}", content=path.encode()).raise_for_status()
    root = client.get(f"{STORAGE}/loc")
    assert root.headers["content-type"] == f"{TYPES}storage.FolderInfo+json"
    assert root.json()["children"] == [{"uri": "/a", "folder": True}, {"uri": "/e.txt", "folder": False}]
    folder = client.get(f"{STORAGE}/loc/a/").json()
    assert (folder["path"], folder["uri"]) == ("/a", f"{sandbox.url}{STORAGE}/loc/a")
    assert folder["children"] == [{"uri": "/b.txt", "folder": False}, {"uri": "/c", "folder": True}]
    file = client.get(f"{STORAGE}/loc/a/b.txt")
    assert file.headers["content-type"] == f"{TYPES}storage.FileInfo+json"
    assert (file.json()["size"], file.json()["modifiedBy"]) == ("7", "admin")
    assert "children" not in file.json()
    shallow = client.get(f"{STORAGE}/loc/a", params={"list": ""}).json()["files"]
    deep = client.get(f"{STORAGE}/loc/a", params={"list": "", "deep": "1"}).json()["files"]
    assert [[row["uri"] for row in rows] for rows in (shallow, deep)] == [["/b.txt"], ["/b.txt", "/c/d.txt"]]
    assert message(client.get(f"{STORAGE}/loc/none")) == (404, "Unable to find item")
    assert client.get(f"{STORAGE}/none/a").status_code == 404


def test_who_may_do_what_with_an_item(client: httpx.Client) -> None:
    make_repository(client, "loc")
    make_repository(client, "rem", "remote")
    grants = {"users": {"bob": ["READ", "MANAGE"]}, "groups": {"readers": ["WRITE", "ANNOTATE", "DELETE", "SCAN"]}}
    make_permission(client, "p", artifact=over({"loc": {"include_patterns": ["a/**"]}}, **grants))
    make_permission(client, "q", artifact=over(["rem"], users={"bob": ["READ"]}))
    inside = client.get(f"{STORAGE}/loc/a/b", params={"permissions": ""})
    assert inside.headers["content-type"] == f"{TYPES}storage.ItemPermissions+json"
    principals = inside.json()["principals"]
    assert principals["users"] == {"anonymous": ["r"], "bob": ["r", "m"]}
    assert {name: sorted(letters) for name, letters in principals["groups"].items()} == {
        "readers": ["d", "mxm", "n", "r", "w"]
    }
    outside = client.get(f"{STORAGE}/loc/b", params={"permissions": ""}).json()["principals"]
    assert outside == {"users": {"anonymous": ["r"]}, "groups": {"readers": ["r"]}}
    cache = client.get(f"{STORAGE}/rem-cache/b", params={"permissions": ""}).json()["principals"]
    assert cache["users"] == {"anonymous": ["r", "w"], "bob": ["r"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('items.find({"repo":"loc"})', ["a/b.txt", "a/c/d.txt", "e.txt"]),
        ('items.find({"repo":"loc"}).limit(1)', ["a/b.txt"]),
        ('items.find({"repo":"loc"}).offset(1).limit(1)', ["a/c/d.txt"]),
        ('items.find({"repo":{"$eq":"none"}})', []),
        ('items.find({"path":"."})', ["e.txt"]),
        ('items.find({"name":{"$match":"*.txt"},"path":{"$match":"a/*"}})', ["a/c/d.txt"]),
        ('items.find({"$or":[{"name":"e.txt"},{"name":"d.txt"}]})', ["a/c/d.txt", "e.txt"]),
        ('items.find({"$and":[{"name":{"$ne":"e.txt"}},{"path":{"$nmatch":"a/c*"}}]})', ["a/b.txt"]),
        (
            'items.find({"repo":"loc"}).include("repo","path","name").sort({"$desc":["name"]})',
            ["e.txt", "a/c/d.txt", "a/b.txt"],
        ),
        ('items.find({"type":"any","repo":"loc"})', ["a/b.txt", "a/c/d.txt", "e.txt", "a", "a/c"]),
        ('items.find({"type":"folder"}).sort({"$asc":["depth"]}).limit(1)', ["a"]),
        (
            'items.find({"depth":{"$gte":2},"size":{"$lt":10}}).sort({"$desc":["depth","name"]})',
            ["a/c/d.txt", "a/b.txt"],
        ),
        ('items.find({"size":{"$gt":9}})', []),
        ('items.find({"@none":"x"})', []),
        ('items.find({"@none":{"$ne":"x"},"stat.downloads":{"$gt":0}})', []),
        ('items.find({"path":".","stat.downloads":{"$eq":null}})', ["e.txt"]),
        ('items.find({"stat.downloads":{"$ne":null}})', []),
        ('items.find({"created":{"$before":"1minutes"}})', []),
        ('items.find({"created":{"$last":"1d"},"artifact.module.build.name":"x"})', []),
        ('items.find({"created":{"$last":"2w"},"path":"."})', ["e.txt"]),
        ("items.find()", ["a/b.txt", "a/c/d.txt", "e.txt"]),
        ("items . find ( ) . limit ( 2 )\n", ["a/b.txt", "a/c/d.txt"]),
    ],
)
def test_items_are_found(client: httpx.Client, query: str, found: list[str]) -> None:
    make_repository(client, "loc")
    for path in ("a/b.txt", "a/c/d.txt", "e.txt"):
        client.put(f"/artifactory/loc/{path}", content=b"x").raise_for_status()
    body = client.post(AQL, content=query, headers={"content-type": "text/plain"}).json()
    paths = [f"{row['path']}/{row['name']}".removeprefix("./") for row in body["results"]]
    assert paths == found
    assert body["range"]["total"] == len(paths)
    if "include" in query:
        assert all(set(row) == {"repo", "path", "name"} for row in body["results"])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "items.find({)",
        "builds.find()",
        'items.find({"colour":"red"})',
        'items.find({"repo":{"$like":"x"}})',
        "items.find().limit(x)",
        "items.find() and more",
        "items.find([])",
    ],
)
def test_other_queries_are_refused(client: httpx.Client, query: str) -> None:
    make_repository(client, "loc")
    client.put("/artifactory/loc/a", content=b"x").raise_for_status()
    status, text = message(client.post(AQL, content=query))
    assert (status, text.startswith("Failed to parse query")) == (400, True)


def test_who_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    for key in ("open", "shut"):
        make_repository(client, key)
        client.put(f"/artifactory/{key}/a", content=b"x").raise_for_status()
    make_repository(client, "both", "virtual", repositories=["shut", "open"])
    make_user(client, "alice", groups=[])
    client.delete("/access/api/v2/permissions/Anything").raise_for_status()
    make_permission(client, "p", artifact=over(["open"], users={"alice": ["READ"]}))
    with as_user(sandbox, "alice") as alice:
        assert [row["key"] for row in alice.get(REPOSITORIES).json()] == ["both", "open"]
        assert set(alice.get(f"{REPOSITORIES}/open").json()) == {"key", "rclass", "packageType", "description"}
        assert message(alice.get(f"{REPOSITORIES}/shut")) == (403, "Forbidden")
        for change in (
            alice.put(f"{REPOSITORIES}/new", json={"rclass": "local"}),
            alice.post(f"{REPOSITORIES}/open", json={}),
            alice.delete(f"{REPOSITORIES}/open"),
            alice.get(f"{REPOSITORIES}/configurations"),
            alice.get(f"{STORAGE}/open/a", params={"permissions": ""}),
            alice.get(f"{STORAGE}/shut"),
            alice.get(f"{STORAGE}/shut/a"),
        ):
            assert message(change) == (403, "Forbidden")
        query = 'items.find({"name":"a"})'
        found = alice.post(AQL, content=f'{query}.include("repo","path","name")').json()["results"]
        assert found == [{"repo": "open", "path": ".", "name": "a"}]
        assert message(alice.post(AQL, content=f'{query}.include("repo")'))[0] == 400
    with sandbox.http(token="") as nobody:
        assert nobody.get(REPOSITORIES).status_code == nobody.post(AQL, content="items.find()").status_code == 401
