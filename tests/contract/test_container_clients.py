"""Skopeo and Docker pull with nothing but the credential helper: before, during and after a key rotation."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.command import WATCHDOG
from tests.support.pulling import Pulling, pulling

needs_skopeo = pytest.mark.skipif(
    shutil.which("skopeo") is None, reason="skopeo is not installed: the Debian package of that name has it"
)
needs_docker = pytest.mark.skipif(
    shutil.which("docker") is None, reason="there is no docker client: the Debian package docker.io has one"
)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Pulling]:
    with pulling(tmp_path) as world:
        world.register()
        yield world


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Pulling]:
    with pulling(tmp_path, tls=True) as world:
        world.register()
        yield world


def environment(world: Pulling) -> Mapping[str, str]:
    """A home in which the helper is on the PATH, and nothing else gives credentials."""
    folder = world.cli.home / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "docker-credential-jfconsole"
    program.write_text(f"#!{sys.executable}\nfrom jfconsole.cli.credential_helper import main\nmain()\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    root = str(Path(__file__).parents[2])
    return {**world.cli.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": root}


def client(world: Pulling, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        env={**environment(world), **environ},
        capture_output=True,
        text=True,
        timeout=WATCHDOG,
        cwd=world.cli.home,
    )


def login_config(world: Pulling, *options: str) -> None:
    ended = world.cli("registries", "login-config", world.address, "--yes", *options)
    assert ended.code == 0, ended.err


def copied(world: Pulling, name: str, image: str = "") -> subprocess.CompletedProcess[str]:
    """Copy an image into a folder."""
    source = f"docker://{image or world.image}"
    return client(world, "skopeo", "copy", "--src-tls-verify=false", source, f"dir:{world.cli.home / name}")


@needs_skopeo
def test_skopeo_copies_before_during_and_after_a_rotation(plain: Pulling) -> None:
    login_config(plain, "--podman")
    for name, rotation in (("before", None), ("rotated", ()), ("at-once", ("--emergency",))):
        if rotation is not None:
            plain.rotate(*rotation)
        done = copied(plain, name)
        assert done.returncode == 0, done.stderr
        got = {path.name for path in (plain.cli.home / name).iterdir()}
        assert {digest.removeprefix("sha256:") for digest in plain.digests} <= got
    refused = copied(plain, "other", f"{plain.address}/secret/app:1.0")
    assert refused.returncode != 0
    assert not list(plain.cli.home.rglob("other/manifest.json"))


@needs_skopeo
def test_skopeo_shows_why_there_are_no_credentials(plain: Pulling) -> None:
    login_config(plain, "--podman")
    plain.apply("roles", {"issuer": "jfrog", "name": "pulls", "allowed-audiences": ["other.example"]})
    refused = copied(plain, "refused")
    assert refused.returncode != 0
    assert "audience not allowed" in refused.stderr


@needs_docker
def test_docker_inspects_a_manifest_over_tls(secure: Pulling) -> None:
    login_config(secure)
    assert secure.sandbox.ca_cert is not None
    for rotated in (False, True):
        if rotated:
            secure.rotate()
        done = client(secure, "docker", "manifest", "inspect", secure.image, SSL_CERT_FILE=secure.sandbox.ca_cert)
        assert done.returncode == 0, done.stderr
        named = {layer["digest"] for layer in json.loads(done.stdout)["layers"]}
        assert named <= set(secure.digests)
    other = f"{secure.address}/secret/app:1.0"
    refused = client(secure, "docker", "manifest", "inspect", other, SSL_CERT_FILE=secure.sandbox.ca_cert)
    assert refused.returncode != 0
