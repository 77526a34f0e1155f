"""A world in which images are pulled with minted tokens: a sandbox, a local issuer, their trust, an image."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from tests.support.command import Command, Ended
from tests.support.identity import PERMISSIONS, artifact_resource, make_permission, make_repository, make_user
from tests.support.sandbox import RunningSandbox
from tests.support.trust import make_integration, make_mapping

PASSPHRASE: Final = "correct horse battery\n"
MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG: Final = "application/vnd.docker.container.image.v1+json"
LAYER: Final = "application/vnd.docker.image.rootfs.diff.tar.gzip"

ROLE: Final[dict[str, Any]] = {"issuer": "jfrog", "name": "pulls", "subject-template": "pulls"}


@dataclass
class Pulling:
    """Everything at hand. `address` is the sandbox's host and port, `image` the name of the one that may be pulled."""

    cli: Command
    sandbox: RunningSandbox
    address: str
    issuer_url: str
    serving: subprocess.Popen[str]
    digests: list[str] = field(default_factory=list)

    @property
    def image(self) -> str:
        """What a client is told to pull."""
        return f"{self.address}/imgs/team/app:1.0"

    def apply(self, plural: str, record: dict[str, Any]) -> Ended:
        """Make or change an object of the local issuer."""
        ended = self.cli(plural, "apply", "-f", "-", "--yes", stdin=json.dumps(record))
        assert ended.code == 0, ended.err
        return ended

    def register(self, **fields: Any) -> None:
        """The registry at the sandbox, with an entry for everything unless told."""
        entry = {"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "pulls"}
        authority = [Path(self.sandbox.ca_cert).read_text()] if self.sandbox.ca_cert else []
        known: dict[str, Any] = {"address": self.address, "credentials": [entry], "ca-cert": authority}
        known |= {} if self.sandbox.ca_cert else {"platform-url": self.sandbox.url}
        self.apply("registries", known | fields)

    def rotate(self, *options: str) -> None:
        """Let the next key sign."""
        ended = self.cli("keys", "rotate", "k", "--yes", *options)
        assert ended.code == 0, ended.err


@contextmanager
def pulling(home: Path, *, tls: bool = False) -> Iterator[Pulling]:
    """The world, with everything but a registry; the vault is opened by a key file."""
    cli = make_store(Command(home))
    applied = cli("keys", "apply", "-f", "-", "--yes", stdin=json.dumps({"name": "k"}))
    assert applied.code == 0, applied.err
    serving = cli.start("issuers", "serve")
    try:
        assert serving.stdout is not None
        issuer_url = f"{json.loads(serving.stdout.readline())['url']}/jwt/jfrog"
        with RunningSandbox(tls=tls, arguments=["--allow-http-issuers"]) as sandbox:
            world = Pulling(cli, sandbox, sandbox.url.partition("://")[2], issuer_url, serving)
            world.apply("issuers", {"name": "jfrog", "signing-key": "k", "issuer": issuer_url})
            world.apply("roles", {**ROLE, "allowed-audiences": [world.address]})
            with sandbox.http() as client:
                _trust(client, world)
            yield world
    finally:
        serving.terminate()
        cli.finish(serving)


def make_store(cli: Command) -> Command:
    """A sealed store that a key file opens."""
    made = cli("vaults", "create", "--public-url", "http://127.0.0.1:9", "--passphrase-stdin", stdin=PASSPHRASE)
    assert made.code == 0, made.err
    key = str(cli.home / "key")
    assert cli("vaults", "unattended", "--key-file", key, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    return cli


def _trust(client: httpx.Client, world: Pulling) -> None:
    """Who pulls: one user that may read one repository of two, by the integration that pulls name."""
    for name in ("Anything", "Any Remote"):
        client.delete(f"{PERMISSIONS}/{name}").raise_for_status()
    make_user(client, "puller")
    for key in ("imgs", "secret"):
        make_repository(client, key, packageType="docker")
    make_permission(client, "pulls", artifact=artifact_resource(["imgs"], users={"puller": ["READ"]}))
    make_integration(client, "strongbox", world.issuer_url, audience=world.address)
    make_mapping(
        client,
        "strongbox",
        "pulls",
        {"sub": "pulls"},
        username="puller",
        scope="applied-permissions/user",
        audience="jfrt@*",
        expires_in=600,
    )
    world.digests = push(client, "imgs/team/app/1.0")
    push(client, "secret/app/1.0")


def push(client: httpx.Client, path: str) -> list[str]:
    """An image that clients can unpack, where Artifactory keeps it: `repository/image/tag`; its blobs' digests."""
    layer = _layer()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [_digest(gzip.decompress(layer))]},
            "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "test"}],
        }
    ).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": _digest(config)},
        "layers": [{"mediaType": LAYER, "size": len(layer), "digest": _digest(layer)}],
    }
    for blob in (config, layer):
        name = _digest(blob).replace("sha256:", "sha256__")
        client.put(f"/artifactory/{path}/{name}", content=blob).raise_for_status()
    client.put(f"/artifactory/{path}/manifest.json", content=json.dumps(manifest).encode()).raise_for_status()
    return [_digest(config), _digest(layer)]


def _layer() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        content = b"hello\n"
        info = tarfile.TarInfo("hello.txt")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
