"""The registry as Docker clients use it, on a real socket: challenge, token, lists, manifests, blobs and rights."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.support.identity import (
    PASSWORD,
    PERMISSIONS,
    artifact_resource,
    as_user,
    make_permission,
    make_repository,
    make_user,
)
from tests.support.sandbox import Json, RunningSandbox

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
VERSION = ("docker-distribution-api-version", "registry/2.0")
CHALLENGE = re.compile(r'Bearer realm="([^"]+)",service="([^"]+)"(?:,scope="([^"]+)")?')


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """Two images in one repository, of which alice may pull one; a virtual repository over it."""
    with sandbox.http() as client:
        for name in ("Anything", "Any Remote"):
            client.delete(f"{PERMISSIONS}/{name}").raise_for_status()
        make_repository(client, "imgs", packageType="docker")
        make_repository(client, "files")
        make_repository(client, "all", "virtual", packageType="docker", repositories=["imgs"])
        for image in ("open/app/1.0", "open/app/1.1", "closed/1.0"):
            push(client, image)
        make_user(client, "alice")
        resource = artifact_resource({"imgs": {"include_patterns": ["open/**"]}}, users={"alice": ["READ"]})
        make_permission(client, "p", artifact=resource)
        yield client


def push(client: httpx.Client, path: str) -> None:
    """An image, in the places where Artifactory keeps it."""
    layer = gzip.compress(path.encode(), mtime=0)
    digest = hashlib.sha256(layer).hexdigest()
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "layers": [{"digest": f"sha256:{digest}"}]}
    client.put(f"/artifactory/imgs/{path}/sha256__{digest}", content=layer).raise_for_status()
    client.put(f"/artifactory/imgs/{path}/manifest.json", content=json.dumps(manifest).encode()).raise_for_status()


def error(response: httpx.Response) -> tuple[int, str]:
    assert VERSION in response.headers.items()
    (found,) = response.json()["errors"]
    assert set(found) == {"code", "message", "detail"}
    return response.status_code, found["code"]


def test_logging_in_and_pulling_as_docker_does(client: httpx.Client, sandbox: RunningSandbox) -> None:
    with sandbox.http(token="") as docker:
        refused = docker.get("/v2/")
        assert error(refused) == (401, "UNAUTHORIZED")
        match = CHALLENGE.fullmatch(refused.headers["www-authenticate"])
        assert match is not None
        realm, service, _ = match.groups()
        assert (realm, service) == (f"{sandbox.url}/v2/token", sandbox.url.removeprefix("http://"))
        asked = {"account": "alice", "client_id": "docker", "offline_token": "true", "service": service}
        answer = docker.get(realm, params=asked, auth=("alice", PASSWORD)).json()
        assert answer["token"] == answer["access_token"]
        assert answer["expires_in"] == 3600
        docker.headers["Authorization"] = f"Bearer {answer['token']}"
        welcome = docker.get("/v2/")
        assert (welcome.status_code, welcome.json()) == (200, {})
        manifest = docker.get("/v2/imgs/open/app/manifests/1.0", headers={"Accept": MANIFEST})
        assert manifest.headers["content-type"] == MANIFEST
        digest = manifest.headers["docker-content-digest"]
        assert digest == f"sha256:{hashlib.sha256(manifest.content).hexdigest()}"
        by_digest = docker.get(f"/v2/imgs/open/app/manifests/{digest}")
        assert by_digest.content == manifest.content
        (layer,) = manifest.json()["layers"]
        blob = docker.get(f"/v2/imgs/open/app/blobs/{layer['digest']}")
        assert gzip.decompress(blob.content) == b"open/app/1.0"
        for path in (f"manifests/{digest}", "manifests/1.0", f"blobs/{layer['digest']}"):
            head, body = (docker.request(method, f"/v2/imgs/open/app/{path}") for method in ("HEAD", "GET"))
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(body.content))
            assert head.headers["docker-content-digest"] == body.headers["docker-content-digest"]


def test_the_same_behind_the_api(client: httpx.Client, sandbox: RunningSandbox) -> None:
    base = "/artifactory/api/docker/imgs/v2"
    with sandbox.http(token="") as docker:
        refused = docker.get(f"{base}/open/app/manifests/1.0")
        realm = f"{sandbox.url}{base}/token"
        service = sandbox.url.removeprefix("http://")
        expected = f'Bearer realm="{realm}",service="{service}",scope="repository:open/app:pull"'
        assert refused.headers["www-authenticate"] == expected
        token = docker.get(realm, auth=("alice", PASSWORD)).json()["token"]
        docker.headers["Authorization"] = f"Bearer {token}"
        assert docker.get(f"{base}/").json() == {}
        assert docker.get(f"{base}/_catalog").json() == {"repositories": ["open/app"]}
        assert docker.get(f"{base}/open/app/tags/list").json() == {"name": "open/app", "tags": ["1.0", "1.1"]}
        assert docker.get(f"{base}/open/app/manifests/1.1").status_code == 200
        assert docker.get("/artifactory/api/docker/null/v2/token", auth=("alice", PASSWORD)).status_code == 200


def test_every_kind_of_credential(client: httpx.Client, sandbox: RunningSandbox) -> None:
    made = sandbox.create_token(username="alice", include_reference_token=True)
    path = "/v2/imgs/open/app/manifests/1.0"
    with sandbox.http(token="") as docker:
        for secret in (PASSWORD, made["access_token"], made["reference_token"]):
            assert docker.get(path, auth=("alice", secret)).status_code == 200
            exchanged = docker.get("/v2/token", auth=("alice", secret)).json()["token"]
            for value in {exchanged, secret} - {PASSWORD}:
                assert docker.get(path, headers={"Authorization": f"Bearer {value}"}).status_code == 200
        for name, secret in (("alice", "wrong"), ("bob", made["access_token"]), ("nobody", "x")):
            refused = docker.get("/v2/token", auth=(name, secret))
            assert error(refused) == (401, "UNAUTHORIZED")
            assert refused.headers["www-authenticate"].startswith("Basic ")
            again = docker.get("/v2/", auth=(name, secret))
            assert CHALLENGE.fullmatch(again.headers["www-authenticate"])
        assert error(docker.get("/v2/token")) == (401, "UNAUTHORIZED")
    with sandbox.http(token=sandbox.create_token(username="alice", audience="jfxr@*")["access_token"]) as elsewhere:
        assert error(elsewhere.get("/v2/")) == (401, "UNAUTHORIZED")


def test_who_may_not_pull(client: httpx.Client, sandbox: RunningSandbox) -> None:
    digest = client.head("/v2/imgs/closed/manifests/1.0").headers["docker-content-digest"]
    make_user(client, "bob")
    with as_user(sandbox, "alice") as alice, as_user(sandbox, "bob") as bob:
        for reference in ("1.0", digest):
            assert error(alice.get(f"/v2/imgs/closed/manifests/{reference}")) == (403, "DENIED")
        assert error(alice.get("/v2/imgs/closed/tags/list")) == (403, "DENIED")
        assert error(alice.get(f"/v2/imgs/closed/blobs/{digest}")) == (403, "DENIED")
        assert alice.get("/v2/_catalog").json() == {"repositories": ["all/open/app", "imgs/open/app"]}
        assert bob.get("/v2/_catalog").json() == {"repositories": []}
        assert error(bob.get("/v2/imgs/open/app/manifests/1.0")) == (403, "DENIED")
        assert bob.get("/v2/").status_code == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("imgs/open/app/manifests/9.9", "MANIFEST_UNKNOWN"),
        (f"imgs/open/app/manifests/sha256:{'0' * 64}", "MANIFEST_UNKNOWN"),
        (f"imgs/open/app/blobs/sha256:{'0' * 64}", "BLOB_UNKNOWN"),
        ("imgs/open/app/blobs/1.0", "BLOB_UNKNOWN"),
        ("imgs/none/tags/list", "NAME_UNKNOWN"),
        ("files/a/tags/list", "NAME_UNKNOWN"),
        ("none/a/tags/list", "NAME_UNKNOWN"),
        ("alone/tags/list", "NAME_UNKNOWN"),
    ],
)
def test_what_is_not_there(client: httpx.Client, path: str, code: str) -> None:
    assert error(client.get(f"/v2/{path}")) == (404, code)


def test_a_virtual_repository_shows_what_is_in_its_members(client: httpx.Client) -> None:
    assert client.get("/v2/all/open/app/tags/list").json() == {"name": "all/open/app", "tags": ["1.0", "1.1"]}
    manifest = client.get("/v2/all/open/app/manifests/1.0")
    assert manifest.content == client.get("/v2/imgs/open/app/manifests/1.0").content
    digest = manifest.headers["docker-content-digest"]
    assert client.get(f"/v2/all/open/app/manifests/{digest}").status_code == 200


def test_long_lists_come_in_parts(client: httpx.Client) -> None:
    first = client.get("/v2/_catalog", params={"n": 3})
    assert first.json() == {"repositories": ["all/closed", "all/open/app", "imgs/closed"]}
    link = re.fullmatch(r'<([^>]+)>; rel="next"', first.headers["link"])
    assert link is not None
    rest = client.get(link[1])
    assert rest.json() == {"repositories": ["imgs/open/app"]}
    assert "link" not in rest.headers
    assert client.get("/v2/imgs/open/app/tags/list", params={"last": "1.0"}).json()["tags"] == ["1.1"]


def test_anonymous_pulls_where_it_may(client: httpx.Client, sandbox: RunningSandbox) -> None:
    resource = artifact_resource({"imgs": {"include_patterns": ["open/**"]}}, users={"anonymous": ["READ"]})
    make_permission(client, "open", artifact=resource)
    sandbox.settings(anonymous_access=True)
    with sandbox.http(token="") as nobody:
        assert nobody.get("/v2/").status_code == 200
        assert nobody.get("/v2/imgs/open/app/manifests/1.0").status_code == 200
        closed = nobody.get("/v2/imgs/closed/manifests/1.0")
        assert error(closed) == (401, "UNAUTHORIZED")
        assert CHALLENGE.fullmatch(closed.headers["www-authenticate"])
        token = nobody.get("/v2/token").json()["token"]
        nobody.headers["Authorization"] = f"Bearer {token}"
        assert nobody.get("/v2/imgs/open/app/manifests/1.0").status_code == 200
        assert error(nobody.get("/v2/imgs/closed/manifests/1.0")) == (403, "DENIED")


def test_nothing_is_pushed(client: httpx.Client) -> None:
    answer = client.post("/v2/imgs/new/blobs/uploads/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "UNSUPPORTED")
    assert client.put("/v2/imgs/new/manifests/1.0", content=b"{}").status_code == 405


def test_the_demo_has_images_that_can_be_pulled(demo_sandbox: RunningSandbox) -> None:
    with demo_sandbox.http() as client:
        assert client.get("/v2/docker-prod-local/shop/tags/list").json()["tags"] == ["4.2.0", "4.3.0"]
        assert "docker/library/alpine" in client.get("/v2/_catalog").json()["repositories"]
        manifest: Json = client.get("/v2/docker/shop/manifests/4.3.0").json()
        for part in (manifest["config"], *manifest["layers"]):
            blob = client.get(f"/v2/docker/shop/blobs/{part['digest']}")
            assert (len(blob.content), blob.headers["content-type"]) == (part["size"], part["mediaType"])
    with as_user(demo_sandbox, "x", "applied-permissions/groups:scanner-ro") as scanner:
        assert scanner.get("/v2/docker-prod-local/shop/manifests/4.3.0").status_code == 200
        assert scanner.get("/v2/docker-dev-local/shop/manifests/4.4.0-dev").status_code == 403
    basic = base64.b64encode(b"admin:password").decode()
    with demo_sandbox.http(token="") as nobody:
        assert nobody.get("/v2/", headers={"Authorization": f"Basic {basic}"}).status_code == 200
