"""The command line of living with tokens: what is done with a token that is there."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parsing import Parser, Subparsers, lazily, leaf

_CHECK: Final = """\
The token is read from stdin or from a file (mode 0600). It is taken apart here first; then it is tried on the platform
of the connection, as bearer and as a password, and nowhere else. A token that is plainly of another issuer is not sent.
Ends with 1 when the platform does not accept it. --json prints {"check": {"standing", "accepted", "explanation",
"origin", "username", "scope", "inspection", "tried", "token", "what_can", …}}."""


def add_living(below: Subparsers, shared: Parser) -> None:
    """Add its verbs."""
    check = leaf(
        below,
        shared,
        "check",
        "whether the platform accepts a token, and what it can do",
        lazily("check", "check"),
        _CHECK,
    )
    check.add_argument("file", metavar="FILE", nargs="?", default="-", help="a file with the token; default: stdin")
    check.add_argument("--send", action="store_true", help="also send a token that is plainly of another issuer")
    check.add_argument(
        "--no-access", action="store_true", help="leave out what it can do, which reads every permission"
    )
