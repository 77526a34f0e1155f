"""A sandbox as a real process, with its strings in hand."""

import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]
_STOP_PATIENCE = 20
_CONTROL_TIMEOUT = 60


class SandboxFailed(Exception):
    """The process ended before it was ready; carries what it wrote to stderr."""


class RunningSandbox:
    """`python -m jfconsole.sandbox --port 0` as a child process.

    A context manager; leaving it stops the process. `control` and its shorthands speak to `/_sandbox`; for the platform
    itself, `http()` gives a plain client.
    """

    def __init__(
        self,
        seed: str = "empty",
        *,
        tls: bool = False,
        state: Path | None = None,
        port: int = 0,
        arguments: Sequence[str] = (),
    ) -> None:
        command = [sys.executable, "-m", "jfconsole.sandbox", "--port", str(port), "--seed", seed, *arguments]
        command += ["--tls"] if tls else []
        command += ["--state", str(state)] if state else []
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._stderr)
        try:
            self._read_announcement()
        except BaseException:
            self.stop()
            raise

    def _read_announcement(self) -> None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SandboxFailed(f"exit code {self.process.wait()}: {self.stderr()}")
        self.announcement: dict[str, str] = json.loads(line)
        self.url = self.announcement["url"]
        self.token = self.announcement["access_token"]
        self.username = self.announcement["username"]
        self.password = self.announcement["password"]
        self.ca_cert = self.announcement.get("ca_cert")
        self._control = self.http(timeout=_CONTROL_TIMEOUT)

    def http(self, *, token: str | None = None, timeout: float = 30) -> httpx.Client:
        """A plain HTTP client for this sandbox, as `token` (the administrator's unless given; "" for nobody)."""
        bearer = self.token if token is None else token
        verify: ssl.SSLContext | bool = ssl.create_default_context(cafile=self.ca_cert) if self.ca_cert else False
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {bearer}"} if bearer else {},
            trust_env=False,
            timeout=timeout,
            verify=verify,
        )

    def control(self, method: str, path: str, body: object = None) -> Json:
        """Call `/_sandbox<path>` and return its JSON; any refusal raises `httpx.HTTPStatusError`."""
        response = self._control.request(method, f"/_sandbox{path}", json=body)
        response.raise_for_status()
        answer: Json = response.json()
        return answer

    def requests(self, since: int = 0) -> list[Json]:
        """What arrived, oldest first: seq, time, method, path, query, status, acted, fault, token_id, headers, body."""
        arrivals: list[Json] = self.control("GET", f"/requests?since={since}")["requests"]
        return arrivals

    def changes(self, since: int = 0) -> list[Json]:
        """What changed, oldest first: seq, kind, action, key, and the seq of the request that did it."""
        changes: list[Json] = self.control("GET", f"/changes?since={since}")["changes"]
        return changes

    def state(self) -> Json:
        """Every object without its secrets, by kind, sorted by key."""
        return self.control("GET", "/state")

    def faults(self, *rules: Json) -> None:
        """Put these rules in the place of all earlier ones; none at all means no faults."""
        self.control("POST", "/faults", list(rules))

    def settings(self, **changed: object) -> Json:
        """Change settings; returns all of them."""
        return self.control("POST", "/settings", changed)

    def clock(self, **moved: object) -> float:
        """Move in time (`now=`, `frozen=`, `offset=`, `advance=`, in epoch seconds); returns the sandbox's now."""
        now: float = self.control("POST", "/clock", moved)["now"]
        return now

    def future(self, enabled: bool = True) -> None:
        """Answer as a later release, with fields and values nobody knows."""
        self.control("POST", "/future", {"enabled": enabled})

    def reset(self) -> None:
        """Everything as just started: seed, faults, clock, settings, logs. The administrator's token stays good."""
        self.control("DELETE", "/")

    def create_token(self, **fields: object) -> Json:
        """Create an access token as the administrator; returns the whole answer."""
        response = self._control.post("/access/api/v1/tokens", json=fields)
        response.raise_for_status()
        created: Json = response.json()
        return created

    def stderr(self) -> str:
        """What the process wrote to stderr so far."""
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace")

    def stop(self) -> int:
        """Stop with SIGTERM (at last with SIGKILL) and return the exit code."""
        if hasattr(self, "_control"):
            self._control.close()
        self.process.terminate()
        return self._reap()

    def kill(self) -> int:
        """End with SIGKILL, as a crash would, and return the exit code."""
        self._control.close()
        self.process.kill()
        return self._reap()

    def _reap(self) -> int:
        try:
            code = self.process.wait(_STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._stderr.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()
