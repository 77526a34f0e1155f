"""Our own servers as child processes: started, waited for, and ended whatever happens to us.

Between us and the server stands a guardian, which ends the server even when we are killed.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.child_environment import child_environment

START_SECONDS: Final = 60.0
"""How long a sandbox may take until it says that it is ready."""

STOP_SECONDS: Final = 10.0
"""How long its guardian may take to end it; longer than the guardian's own patience."""

_LINE_LIMIT: Final = 65_536


@dataclass(frozen=True, slots=True)
class SandboxChild:
    """A sandbox that runs for us. `folder` holds its state and log, and goes with it.

    `pid` is its guardian's: when that has ended, so has the sandbox, and the folder is gone.
    """

    url: str
    token: Secret
    pid: int
    folder: Path


@dataclass(frozen=True, slots=True)
class StartingSandbox:
    """A sandbox that is coming up: time for something else. `folder` goes with it."""

    folder: Path
    _process: subprocess.Popen[bytes]

    def ready(self) -> SandboxChild:
        """Wait until it serves. Raises ConsoleError when it does not start."""
        return _ready(self._process, self.folder)


@contextmanager
def running_sandbox(seed: str) -> Iterator[SandboxChild]:
    """A sandbox on a free loopback port with its own temporary folder; both are gone when the block is left.

    Raises ConsoleError when it does not start.
    """
    with starting_sandbox(seed) as starting:
        yield starting.ready()


@contextmanager
def starting_sandbox(seed: str, *options: str) -> Iterator[StartingSandbox]:
    """As `running_sandbox`, without waiting for it. `options` are further ones of `jfconsole sandbox`."""
    folder = Path(tempfile.mkdtemp(prefix="jfconsole-"))
    try:
        with _child(_command(seed, folder, options), folder / "sandbox.log") as process:
            yield StartingSandbox(folder, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _command(seed: str, folder: Path, options: Sequence[str]) -> list[str]:
    python = [sys.executable, "-m"]
    state = ["--state", str(folder / "sandbox")]
    sandbox = [*python, "jfconsole", "sandbox", "--port", "0", "--seed", seed, *state, *options]
    return [*python, "jfconsole.services.guardian", str(folder), *sandbox]


@contextmanager
def _child(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The guarded child in a process group of its own, so that the terminal's Ctrl+C reaches us alone."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            process_group=0,
            env=child_environment(),
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close what the guardian watches; it ends the child and itself."""
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ready(process: subprocess.Popen[bytes], folder: Path) -> SandboxChild:
    assert process.stdout is not None
    line = _first_line(process.stdout, time.monotonic() + START_SECONDS)
    try:
        ready = json.loads(line)
        return SandboxChild(ready["url"], Secret(ready["access_token"]), process.pid, folder)
    except (ValueError, KeyError, TypeError) as problem:
        raise _not_started(folder) from problem


def _first_line(stream: IO[bytes], deadline: float) -> bytes:
    """What the child writes until the first line break, its end or the deadline."""
    received = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while b"\n" not in received and len(received) < _LINE_LIMIT:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                break
            chunk = os.read(stream.fileno(), 4096)
            if not chunk:
                break
            received += chunk
    return received.partition(b"\n")[0]


def _not_started(folder: Path) -> ConsoleError:
    words = (folder / "sandbox.log").read_text("utf-8", "replace").strip().splitlines()[-2:]
    said = f": {visible(' · '.join(line.strip() for line in words))}" if words else ""
    return ConsoleError(f"The sandbox did not start{said}", "Run `jfconsole sandbox` to see what it says")
