"""`jfconsole demo`: the console on a sandbox of its own, which is gone afterwards."""

from __future__ import annotations

import argparse
import sys

from jfconsole.cli.verbs.console import open_console
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import UsageError
from jfconsole.services.children import running_sandbox
from jfconsole.services.first_run import Welcome
from jfconsole.services.paths import HOME_VARIABLE, find_paths


def demo(arguments: argparse.Namespace) -> int:
    """Start the sandbox, open the console on it, and leave nothing behind."""
    if not sys.stdout.isatty():
        raise UsageError("The demo needs a terminal", "For scripts start `jfconsole sandbox --port 0`")
    with running_sandbox(arguments.seed) as sandbox:
        connection = Connection(
            url=sandbox.url,
            token=sandbox.token,
            read_only=getattr(arguments, "read_only", False),
            source="the demo's own sandbox",
        )
        paths = find_paths({HOME_VARIABLE: str(sandbox.folder / "home")})
        return open_console(connection, paths, None, Welcome.HINT)
