"""`jfconsole demo`: the console on a sandbox of its own, which is gone afterwards."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jfconsole.cli.verbs.console import open_console
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.services.children import SandboxChild, starting_sandbox
from jfconsole.services.demo_names import issuer_url
from jfconsole.services.first_run import Welcome
from jfconsole.services.paths import HOME_VARIABLE, Paths, find_paths

if TYPE_CHECKING:
    from jfconsole.services.issuer import IssuerService

_STORY: Final = "demo"
"""The seed that has a story, of which the local issuer is a part."""

_AFTER_THE_FIRST_SCREEN: Final = 2.0
"""Seconds after which the issuer's documents are served: until then the console needs the machine for itself."""

_PLACES: Final = {HOME_VARIABLE: "home", "DOCKER_CONFIG": "docker", "REGISTRY_AUTH_FILE": "auth.json"}
"""Where the console and container clients keep their files: in the demo's folder, and not in those of its user."""


def demo(arguments: argparse.Namespace) -> int:
    """Start the sandbox, open the console on it, and leave nothing behind."""
    if not sys.stdout.isatty():
        raise UsageError("The demo needs a terminal", "For scripts start `jfconsole sandbox --port 0`")
    with _running(arguments.seed) as (sandbox, paths, issuer):
        connection = Connection(
            url=sandbox.url,
            token=sandbox.token,
            read_only=getattr(arguments, "read_only", False),
            source="the demo's own sandbox",
        )
        return open_console(connection, paths, None, Welcome.HINT, issuer)


@contextmanager
def _running(seed: str) -> Iterator[tuple[SandboxChild, Paths, IssuerService | None]]:
    """The sandbox and, where there is a story, the local issuer that it tells of."""
    if seed != _STORY:
        with starting_sandbox(seed, "--allow-http-issuers") as starting:
            yield starting.ready(), _settled(starting.folder), None
        return
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    with starting_sandbox(seed, "--strongbox", issuer_url(base)) as starting:
        # Here, while the sandbox starts: the issuer's ciphers take long to load.
        from jfconsole.services.demo_issuer import DemoIssuer
        from jfconsole.services.issuer import IssuerService

        paths = _settled(starting.folder)
        story = DemoIssuer(paths.state)
        story.begin(base)
        sandbox = starting.ready()
        story.finish(urlsplit(sandbox.url).netloc, sandbox.url)
        issuer = IssuerService(paths.state)
        issuer.local.vault.unlock_unattended()
        serving = threading.Timer(_AFTER_THE_FIRST_SCREEN, _serve, (issuer, port))
        serving.daemon = True
        serving.start()
        try:
            yield sandbox, paths, issuer
        finally:
            serving.cancel()
            issuer.close()


def _settled(folder: Path) -> Paths:
    """Everything that this process and what it starts write goes into the demo's folder."""
    os.environ.update({variable: str(folder / name) for variable, name in _PLACES.items()})
    return find_paths()


def _serve(issuer: IssuerService, port: int) -> None:
    """Let the platform reach the issuer's keys. Where that fails, `P` in the console says why."""
    with suppress(ConsoleError):
        issuer.public_server.start(port)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
