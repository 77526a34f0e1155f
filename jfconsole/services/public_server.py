"""The issuer's public server as a child process: started, watched, and ended whatever happens to us.

Run as `python -m jfconsole.services.public_server STATE-FOLDER PORT [PUBLIC-URL]` it is that child. What it has to say
it says on stdout, a line of JSON each: first where it is, then each answer.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.text import Untrusted, visible
from jfconsole.services.child_environment import child_environment
from jfconsole.services.children import START_SECONDS, STOP_SECONDS

KEPT: Final = 500
"""Answers that are kept to be looked at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of the server; `at` in epoch seconds. What was asked for is text of a stranger."""

    at: float
    method: Untrusted
    path: Untrusted
    status: int


class PublicServer:
    """The server of one console. Calls block; `hits` grow while it runs."""

    def __init__(self, state_folder: Path) -> None:
        self._state = state_folder
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._folder: Path | None = None
        self._ready = threading.Event()
        self.url = ""
        self.hits: deque[Hit] = deque(maxlen=KEPT)
        self.count = 0

    @property
    def running(self) -> bool:
        """Whether it serves."""
        return self._reader is not None and self._reader.is_alive() and bool(self.url)

    def start(self, port: int = 0, public_url: str = "") -> None:
        """Start it on loopback; port 0 is a free one. Raises ConsoleError when it does not come up."""
        self.stop()
        folder = self._folder = Path(tempfile.mkdtemp(prefix="jfconsole-"))
        child = [sys.executable, "-m", __name__, str(self._state), str(port), *([public_url] if public_url else [])]
        command = [sys.executable, "-m", "jfconsole.services.guardian", str(folder), *child]
        with (folder / "server.log").open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,
                env=child_environment(),
            )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        if not self._ready.wait(START_SECONDS) or not self.url:
            words = (folder / "server.log").read_text("utf-8", "replace").strip().splitlines()[-1:]
            self.stop()
            raise ConsoleError(f"The server did not start: {visible(words[0]) if words else 'it said nothing'}")

    def stop(self) -> None:
        """End it: nothing when it does not run."""
        process, reader, folder = self._process, self._reader, self._folder
        if process is None or reader is None or folder is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        reader.join()
        process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)
        self._process = self._reader = self._folder = None
        self._ready.clear()
        self.url = ""

    def _read(self, stream: IO[bytes]) -> None:
        """In a thread of its own, until the server ends."""
        for line in stream:
            with suppress(ValueError, KeyError, TypeError):
                self._take(as_object(json.loads(line)))
        self.url = ""
        self._ready.set()

    def _take(self, said: JsonObject) -> None:
        if "listening" in said:
            self.url = str(said["listening"])
            self._ready.set()
            return
        at, status = said["at"], said["status"]
        if isinstance(at, int | float) and isinstance(status, int):
            self.count += 1
            self.hits.appendleft(Hit(float(at), Untrusted(str(said["method"])), Untrusted(str(said["path"])), status))


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells on stdout what the server does, a line of JSON each: the first is what a parent process waits for."""

    hits: bool

    def ready(self, url: str, listening: str, issuers: Sequence[str]) -> None:
        """Where it is."""
        self._say({"url": url, "listening": listening, "issuers": list(issuers)})

    def hit(self, at: float, method: str, path: str, status: int) -> None:
        """What it answered, where that is wanted."""
        if self.hits:
            self._say({"at": at, "method": method, "path": path, "status": status})

    def _say(self, line: JsonObject) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _serve(state_folder: str, port: str, public_url: str = "") -> int:
    """Be the child. Returns its exit code."""
    from jfconsole.services.issuer import IssuerService

    service = IssuerService(Path(state_folder))
    try:
        service.serve("127.0.0.1", int(port), Telling(hits=True), public_url)
    except (ConsoleError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    finally:
        service.close()
    return 0


if __name__ == "__main__":
    sys.exit(_serve(*sys.argv[1:]))
