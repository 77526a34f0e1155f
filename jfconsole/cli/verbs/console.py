"""No verb: the console itself, on the configured platform; where none is, the way to one."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jfconsole.cli.connect import NothingConfigured, connection_of
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.services.first_run import Welcome, tour_seen
from jfconsole.services.paths import Paths, find_paths

if TYPE_CHECKING:
    from jfconsole.services.issuer import IssuerService

_WELCOME: Final = """\
jfconsole: access administration for the JFrog Platform, in the terminal.

No platform is configured yet. Look around without one, on a sandbox of its own:

  jfconsole demo

Or connect to yours, with an access token of an administrator:

  jfconsole --url https://acme.jfrog.io --token-file ~/.acme-token

where the file has mode 0600. The variables JFROG_URL and JFROG_ACCESS_TOKEN, or JF_URL and JF_ACCESS_TOKEN, do as well.
`jfconsole profiles add` gives a platform a name; in a terminal, `jfconsole` alone asks for one.

`jfconsole --help` lists the commands.
"""


def console(arguments: argparse.Namespace) -> int:
    """Open the console; where nothing is configured, ask which platform."""
    try:
        connection = connection_of(arguments)
    except NothingConfigured:
        if getattr(arguments, "json", False):
            raise
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            sys.stderr.write(_WELCOME)
            return ExitCode.USAGE
        return _choose(arguments)
    return open_console(connection, find_paths(), arguments)


def _choose(arguments: argparse.Namespace, wanted: str = "") -> int:
    """Ask where to go, unless that is known, and go there."""
    from jfconsole.ui.terminal import prepare_environment

    prepare_environment()
    from jfconsole.ui.start import Sandbox, run_start

    code, outcome = run_start(find_paths(), wanted)
    if isinstance(outcome, Sandbox):
        from jfconsole.cli.verbs.demo import demo

        arguments.seed = "demo"
        return demo(arguments)
    return code if outcome is None else open_console(_restricted(outcome, arguments), find_paths(), arguments)


def _restricted(connection: Connection, arguments: argparse.Namespace) -> Connection:
    """What the command line says of restrictions holds for every server that is chosen."""
    return replace(connection, read_only=connection.read_only or getattr(arguments, "read_only", False))


def open_console(
    connection: Connection,
    paths: Paths,
    arguments: argparse.Namespace | None = None,
    otherwise: Welcome = Welcome.TOUR,
    issuer: IssuerService | None = None,
) -> int:
    """The console on this platform. Raises UsageError where there is no terminal.

    With `arguments`, the command line of the start, people may go on to other servers. Whoever has not seen the tour
    is welcomed, by the tour unless `otherwise` says how. `issuer`: see `Workbench`.
    """
    _take_terminal()
    from jfconsole.ui.terminal import prepare_environment

    prepare_environment()
    from jfconsole.services.workbench import Workbench
    from jfconsole.ui.app import run_console

    welcome = Welcome.NONE if tour_seen(find_paths().state) else otherwise
    bench = Workbench(connection, paths, issuer)
    code, wanted = run_console(bench, switching=arguments is not None, welcome=welcome)
    return code if code or wanted is None or arguments is None else _choose(arguments, wanted)


def _take_terminal() -> None:
    """Make stdin the terminal again where it was a pipe that gave the token."""
    if not sys.stdin.isatty():
        try:
            os.dup2(os.open("/dev/tty", os.O_RDWR), 0)
        except OSError:
            raise _no_terminal() from None
    if not sys.stdout.isatty():
        raise _no_terminal()


def _no_terminal() -> UsageError:
    return UsageError("The console needs a terminal", "In scripts use the commands: jfconsole tokens list --json")
