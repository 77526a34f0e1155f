"""What children find in their environment, read from outside of them: nothing secret of ours."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jfconsole.domain.secret import Secret
from jfconsole.services.child_environment import child_environment
from jfconsole.services.children import running_sandbox
from jfconsole.services.issuer import IssuerService
from jfconsole.ui import clipboard

SECRET_VARIABLES = (
    "JFCONSOLE_TOKEN",
    "JFROG_ACCESS_TOKEN",
    "JF_ACCESS_TOKEN",
    "JF_PASSWORD",
    "JFROG_CLI_ENCRYPTION_KEY",
    "JF_ENV_1",
    "ARTIFACTORY_API_KEY",
)
SENTINEL = "sentinel-of-an-environment"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRET_VARIABLES:
        monkeypatch.setenv(name, SENTINEL)


@pytest.mark.parametrize(
    "name", ["PATH", "HTTPS_PROXY", "JFROG_URL", "JFCONSOLE_HOME", "JFROG_CLI_HOME_DIR", "OP_SESSION_TOKEN", "TOKEN"]
)
def test_what_is_no_secret_of_ours_stays(name: str) -> None:
    assert child_environment({name: "x", "JF_ACCESS_TOKEN": "y"}) == {name: "x"}


def test_a_file_with_a_key_is_no_key() -> None:
    assert child_environment({"JFROG_CLI_ENCRYPTION_KEY": "~/cli.key"}) == {"JFROG_CLI_ENCRYPTION_KEY": "~/cli.key"}
    assert child_environment({"JFROG_CLI_ENCRYPTION_KEY": "0123456789abcdef"}) == {}


def environments_below(pid: int) -> list[bytes]:
    """Of a process and of everything that it started."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return [Path(f"/proc/{one}/environ").read_bytes() for one in found]


@contextmanager
def serving(state: Path) -> Iterator[int]:
    """The issuer's public server; the process that guards it."""
    service = IssuerService(state)
    service.local.vault.create(Secret("correct horse"), "http://127.0.0.1")
    try:
        service.public_server.start()
        assert service.public_server._process is not None
        yield service.public_server._process.pid
    finally:
        service.close()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="environments of processes are read from /proc")
def test_our_servers_get_none(tmp_path: Path) -> None:
    with running_sandbox("empty") as sandbox, serving(tmp_path) as guardian:
        read = [environments_below(pid) for pid in (sandbox.pid, guardian)]
    assert [len(those) for those in read] == [2, 2]
    for environment in (one for those in read for one in those):
        assert b"PATH=" in environment
        assert SENTINEL.encode() not in environment


def test_tmux_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tmux that writes down what it finds, in the place of the real one."""
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\nenv > {tmp_path}/found\ncat > {tmp_path}/copied\n")
    tmux.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    assert "tmux's buffer" in asyncio.run(clipboard.copy("text", lambda _: None))
    assert (tmp_path / "copied").read_text() == "text"
    found = (tmp_path / "found").read_text()
    assert "TMUX=" in found
    assert SENTINEL not in found
