"""The command line of the circle of trust."""

from __future__ import annotations

from typing import Final

from jfconsole.cli.parsing import Parser, Subparsers, add_write_options, lazily, leaf

_SHOW: Final = """\
Administrators only. --json prints {"trust": {"host", "artifactory_id", "access_id", "certificate", "file", "steps",
"rules"}}."""
_CHECK: Final = """\
A token of this platform is made for the trial (10 minutes, shown to nobody), or given with --try, and sent to the
peer. Ends with 1 when the peer refuses it, and says why. For the other direction connect to the peer and name this
platform. --json prints {"checks": [{"what", "verdict", "detail"}]}."""


def add_trust_circle(below: Subparsers, shared: Parser) -> None:
    """Add its verbs."""
    summary = "what a peer needs to believe this platform's tokens"
    leaf(below, shared, "show", summary, lazily("trust_circle", "show_own"), _SHOW)
    save = leaf(
        below, shared, "save-cert", "write the root certificate for a peer to a file", lazily("trust_circle", "save")
    )
    save.add_argument("file", metavar="FILE", nargs="?", help="a new file; named after the platform unless given")
    save.add_argument("--der", action="store_true", help="in binary form instead of PEM")
    check = leaf(
        below,
        shared,
        "check",
        "whether a peer believes this platform's tokens",
        lazily("trust_circle", "check"),
        _CHECK,
    )
    check.add_argument("--peer-url", metavar="URL", required=True, help="the other platform")
    check.add_argument(
        "--peer-token-file", metavar="FILE", required=True, help="a file (0600) with a token of the peer"
    )
    check.add_argument(
        "--peer-ca-cert", metavar="FILE", help="further authorities that are trusted for the peer, as PEM"
    )
    check.add_argument(
        "--try", dest="trial", metavar="FILE", help="a file with a token of this platform to try; - for stdin"
    )
    add_write_options(check)
