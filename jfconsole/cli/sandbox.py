"""`jfconsole sandbox`: an embedded JFrog Platform, to try things on and to test against."""

import argparse

from jfconsole.cli.parsing import Subparsers
from jfconsole.sandbox.options import add_arguments


def register(subparsers: Subparsers) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "sandbox",
        help="run a JFrog Platform in one process",
        description="Run a JFrog Platform in one process, on loopback. When it is ready, one line of JSON says where"
        " it is and how to log in.",
    )
    add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    from jfconsole.sandbox import server

    return server.run(args)
