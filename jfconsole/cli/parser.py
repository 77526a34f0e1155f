"""The command line: verbs and options. Building it imports nothing of the product."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.parser_directory import add_directory
from jfconsole.cli.parsing import Parser, Subparsers, add_write_options, lazily, leaf, noun, shared_options

_DESCRIPTION: Final = """\
A terminal console for access administration on the JFrog Platform.
Without a command it opens the console."""

_EPILOG: Final = """\
The platform and its token come as a pair, from --url with --token-file or --token-stdin, else from
JFCONSOLE_URL and JFCONSOLE_TOKEN, JFROG_URL and JFROG_ACCESS_TOKEN, or JF_URL and JF_ACCESS_TOKEN.

`jfconsole demo` needs no platform: it opens the console on a sandbox of its own.

Exit codes: 0 ok, 1 failed, 2 usage, 3 refused, 4 not found, 5 outcome unknown."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. Global options may stand before or after the verb."""
    shared = shared_options()
    parser = Parser(prog="jfconsole", description=_DESCRIPTION, epilog=_EPILOG, parents=[shared])
    parser.add_argument("--version", action="store_true", help="print versions for a bug report and exit")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", dest="verb", prog="jfconsole")
    noun(verbs, "tokens", "list, show, inspect and revoke access tokens", lambda below: _add_tokens(below, shared))
    add_directory(verbs, shared)
    summary = "what this console has changed, and what it did not finish"
    noun(verbs, "journal", summary, lambda below: _add_journal(below, shared))
    _add_small(verbs, shared)
    return parser


def _add_tokens(below: Subparsers, shared: Parser) -> None:
    _add_token_list(below, shared)
    show = leaf(below, shared, "show", "everything known about one token", lazily("tokens", "show"))
    show.add_argument("id", metavar="ID", help="a token id, or `me` for the token in use")
    inspect = leaf(below, shared, "inspect", "take a token apart, here and unverified", lazily("inspect", "inspect"))
    inspect.add_argument(
        "id",
        metavar="ID",
        nargs="?",
        default="-",
        help="a token id; without one, or with -, a token is read from stdin",
    )
    inspect.add_argument("--ask", action="store_true", help="also ask the platform about the id found in the token")
    _add_token_revoke(below, shared)


def _add_token_list(below: Subparsers, shared: Parser) -> None:
    listing = leaf(below, shared, "list", "the tokens that the platform lists", lazily("tokens", "list_tokens"))
    listing.add_argument("filter", metavar="FILTER", nargs="*", help="for instance: never, 'expires<7d', scope:groups")
    listing.add_argument("--sort", choices=SORTS, default="expires", help="default: %(default)s")
    listing.add_argument("--reverse", action="store_true", help="the other way round")
    listing.add_argument(
        "--columns", metavar="NAMES", help=f"of {','.join(COLUMNS)}; default: {','.join(COLUMNS[:-2])}"
    )
    listing.add_argument("--check-subjects", action="store_true", help="also read the users and tell their state")


def _add_token_revoke(below: Subparsers, shared: Parser) -> None:
    revoke = leaf(below, shared, "revoke", "revoke one token or many", lazily("revoke", "revoke"))
    revoke.add_argument("ids", metavar="ID", nargs="*", help="token ids")
    revoke.add_argument("--filter", metavar="EXPR", help="every listed token that matches")
    revoke.add_argument("--resume", metavar="PLAN", help="go on with a plan that was interrupted")
    add_write_options(revoke)


def _add_journal(below: Subparsers, shared: Parser) -> None:
    leaf(below, shared, "list", "the plans that were run, newest first", lazily("journal", "list_plans"))
    show = leaf(below, shared, "show", "one plan, step by step", lazily("journal", "show"))
    show.add_argument("plan_id", metavar="PLAN", help="a plan id, such as jfc-0123456789")
    resume = leaf(below, shared, "resume", "go on with a plan that was interrupted", lazily("journal", "resume"))
    resume.add_argument("plan_id", metavar="PLAN", help="a plan id")
    add_write_options(resume)
    undo = leaf(
        below,
        shared,
        "undo",
        "take back what a plan did, as far as that is possible now",
        lazily("journal", "undo"),
        "It is a plan of its own: it is reviewed, and says what it cannot take back and why.",
    )
    undo.add_argument("plan_id", metavar="PLAN", help="a plan id")
    add_write_options(undo)
    leaf(below, shared, "verify", "check that the journal is whole", lazily("journal", "verify"))


def _add_small(verbs: Subparsers, shared: Parser) -> None:
    leaf(verbs, shared, "paths", "where the console keeps its files", lazily("paths", "show"))
    demo = leaf(verbs, shared, "demo", "open the console on a sandbox with believable data", lazily("demo", "demo"))
    demo.add_argument("--seed", choices=("empty", "demo", "large"), default="demo", help="default: %(default)s")
    from jfconsole.cli import sandbox

    sandbox.register(verbs)


SORTS: Final = ("expires", "created", "used", "subject", "scope", "description", "id")
COLUMNS: Final = ("id", "subject", "scope", "expires", "created", "used", "flags", "description", "issuer", "project")
