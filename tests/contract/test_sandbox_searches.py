"""Finding files by name, property, checksum and pattern, on a real socket."""

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import PERMISSIONS, as_user, make_repository, make_user
from tests.support.sandbox import RunningSandbox

SEARCH = "/artifactory/api/search"
FILES = ("loc/lib/one.jar;team=a,b", "loc/lib/sub/two.jar;team=b", "loc/one.txt", "other/one.jar;done=yes")


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with sandbox.http() as client:
        for key in ("loc", "other"):
            make_repository(client, key)
        for path in FILES:
            client.put(f"/artifactory/{path}", content=path.partition(";")[0].encode()).raise_for_status()
        yield client


def found(client: httpx.Client, path: str) -> list[str]:
    answer = client.get(f"{SEARCH}/{path}")
    assert answer.headers["content-type"].startswith("application/vnd.org.jfrog.artifactory.search.")
    return [row["uri"].partition("/api/storage/")[2] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("artifact?name=one", ["loc/lib/one.jar", "loc/one.txt", "other/one.jar"]),
        ("artifact?name=o*.jar&repos=loc", ["loc/lib/one.jar", "loc/lib/sub/two.jar"]),
        ("artifact?name=none", []),
        ("prop?team=b", ["loc/lib/one.jar", "loc/lib/sub/two.jar"]),
        ("prop?team=a,c", ["loc/lib/one.jar"]),
        ("prop?done", ["other/one.jar"]),
        ("prop?team=b&repos=other", []),
        (f"checksum?sha1={hashlib.sha1(b'loc/one.txt').hexdigest()}", ["loc/one.txt"]),
        (f"checksum?sha256={hashlib.sha256(b'other/one.jar').hexdigest().upper()}", ["other/one.jar"]),
        ("checksum?md5=00", []),
    ],
)
def test_files_are_found(client: httpx.Client, query: str, paths: list[str]) -> None:
    assert found(client, query) == paths


def test_patterns_stay_in_one_repository(client: httpx.Client, sandbox: RunningSandbox) -> None:
    body = client.get(f"{SEARCH}/pattern", params={"pattern": "loc:lib/*.jar"}).json()
    assert (body["files"], body["sourcePattern"]) == (["lib/one.jar"], "loc:lib/*.jar")
    assert body["repositoryUri"] == f"{sandbox.url}/artifactory/loc"
    assert client.get(f"{SEARCH}/pattern", params={"pattern": "none:*"}).status_code == 404


def test_more_is_told_on_request(client: httpx.Client) -> None:
    (row,) = client.get(f"{SEARCH}/prop?done", headers={"X-Result-Detail": "info, properties"}).json()["results"]
    assert (row["size"], row["properties"]) == (str(len("other/one.jar")), {"done": ["yes"]})


@pytest.mark.parametrize("query", ["artifact", "prop", "prop?repos=loc", "checksum", "pattern?pattern=loc:**/*.jar"])
def test_what_cannot_be_searched(client: httpx.Client, query: str) -> None:
    assert client.get(f"{SEARCH}/{query}").status_code == 400


def test_one_finds_what_one_may_read(client: httpx.Client, sandbox: RunningSandbox) -> None:
    client.delete(f"{PERMISSIONS}/Anything").raise_for_status()
    make_user(client, "alice")
    with as_user(sandbox, "alice") as alice:
        assert found(alice, "artifact?name=one") == []
        assert alice.get(f"{SEARCH}/pattern", params={"pattern": "loc:*.txt"}).status_code == 403
