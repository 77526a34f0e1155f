"""Our sandbox as a child: ready, and gone with its folder however we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from jfconsole.domain.errors import ConsoleError
from jfconsole.services.children import running_sandbox
from tests.support.pty_console import clean_environment

HOLD = """\
import sys
from jfconsole.services.children import running_sandbox
with running_sandbox("empty") as sandbox:
    print(sandbox.url, sandbox.pid, sandbox.folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, so that one that is left behind is seen."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/access/api/v1/system/ping", trust_env=False, timeout=20).is_success
    except httpx.TransportError:
        return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_serves_and_is_gone_afterwards(own_folder: Path) -> None:
    with running_sandbox("empty") as sandbox:
        assert answers(sandbox.url)
        assert sandbox.folder.stat().st_mode & 0o777 == 0o700
        assert sandbox.token.reveal().startswith("eyJ")
    assert not answers(sandbox.url)
    assert not alive(sandbox.pid)
    assert list(own_folder.iterdir()) == []


def test_an_error_inside_ends_it_too(own_folder: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"), running_sandbox("empty") as sandbox:
        raise RuntimeError("inside")
    assert not alive(sandbox.pid)
    assert list(own_folder.iterdir()) == []


def test_one_that_does_not_start_says_why(own_folder: Path) -> None:
    with pytest.raises(ConsoleError, match="invalid choice") as caught, running_sandbox("nonsense"):
        pass
    assert "jfconsole sandbox" in caught.value.hint
    assert list(own_folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_with_a_parent_that_is_killed(own_folder: Path, number: signal.Signals) -> None:
    environment = clean_environment(own_folder, TMPDIR=str(own_folder))
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    url, pid, folder = parent.stdout.readline().split()
    assert answers(url)
    parent.send_signal(number)
    parent.communicate(timeout=30)
    wait_for_end(int(pid))
    assert not answers(url)
    assert not Path(folder).exists()


def wait_for_end(pid: int) -> None:
    """Return when a process that is not ours to wait for has ended; the test's watchdog catches a hang."""
    watch = os.pidfd_open(pid) if alive(pid) else None
    if watch is not None:
        import select

        select.select([watch], [], [], 60)
        os.close(watch)
