"""The command line as a script uses it: no terminal, every byte in hand.

Calling a `Command` runs it in this process, which is ten times faster than starting Python; `process` and `start` run
it as its own process, for what only a process has: signals, pipes that break, an encoding.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

from jfconsole.cli.main import run

WATCHDOG: Final = 60.0
"""Seconds after which a command hangs."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error that `--json` put on stderr."""
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found


class Command:
    """`jfconsole` with a home of its own, connected by environment variables unless told otherwise."""

    def __init__(self, home: Path, url: str = "", token: str = "", **environ: str) -> None:
        self.home = home
        self.environ: Mapping[str, str] = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "JFCONSOLE_HOME": str(home / "jfconsole"),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            **({"JFROG_URL": url, "JFROG_ACCESS_TOKEN": token} if url else {}),
            **environ,
        }

    def argv(self, *words: str) -> Sequence[str]:
        """The whole command."""
        return [sys.executable, "-m", "jfconsole", *words]

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start it, with pipes; for tests that meet it half-way."""
        return subprocess.Popen(
            self.argv(*words),
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def finish(started: subprocess.Popen[str]) -> Ended:
        """Wait for the end of what `start` started."""
        out, err = started.communicate(timeout=WATCHDOG)
        return Ended(started.returncode, out, err)

    def process(self, *words: str, stdin: str = "") -> Ended:
        """Run it to its end as a process."""
        done = subprocess.run(
            self.argv(*words), env=self.environ, input=stdin, capture_output=True, text=True, timeout=WATCHDOG
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def __call__(self, *words: str, stdin: str = "") -> Ended:
        """Run it to its end in this process, with this environment alone."""
        out, err = _Stream(), _Stream()
        given = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
        with (
            mock.patch.dict(os.environ, self.environ, clear=True),
            mock.patch.object(sys, "stdin", given),
            redirect_stdout(out),
            redirect_stderr(err),
            _signals_kept(),
        ):
            try:
                code = run(words)
            except SystemExit as end:
                code = int(end.code or 0)
        return Ended(code, out.text, err.text)


class _Stream(io.TextIOWrapper):
    """A text stream like a pipe's."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)

    @property
    def text(self) -> str:
        """What was written."""
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode("utf-8")


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Within, signal handlers may be changed."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
