"""The command line: verbs and options. Building it imports nothing of the product.

No option takes a secret as its value: the command line can be read by every user of the machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, NoReturn, TypeAlias

Verb: TypeAlias = Callable[[argparse.Namespace], int]
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_DESCRIPTION: Final = """\
A terminal console for access administration on the JFrog Platform.
Without a command it opens the console."""

_EPILOG: Final = """\
The platform and its token come as a pair, from --url with --token-file or --token-stdin, else from
JFCONSOLE_URL and JFCONSOLE_TOKEN, JFROG_URL and JFROG_ACCESS_TOKEN, or JF_URL and JF_ACCESS_TOKEN.

`jfconsole demo` needs no platform: it opens the console on a sandbox of its own.

Exit codes: 0 ok, 1 failed, 2 usage, 3 refused, 4 not found, 5 outcome unknown."""


class _Usage(Exception):
    """The command line makes no sense; `hint` says how to get help. Never quotes what stood in its place."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


BadCommandLine = _Usage


class _Parser(argparse.ArgumentParser):
    """Raises instead of exiting, and takes no abbreviations: they would change meaning as options are added."""

    def __init__(self, **options: object) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]  # argparse's own many options

    def error(self, message: str) -> NoReturn:
        raise _Usage(message, f"See `{self.prog} --help`")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. Global options may stand before or after the verb."""
    shared = _shared_options()
    parser: argparse.ArgumentParser = _Parser(
        prog="jfconsole", description=_DESCRIPTION, epilog=_EPILOG, parents=[shared]
    )
    parser.add_argument("--version", action="store_true", help="print versions for a bug report and exit")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", dest="verb", prog="jfconsole")
    _add_tokens(verbs, shared)
    _add_journal(verbs, shared)
    _add_small(verbs, shared)
    return parser


def _shared_options() -> argparse.ArgumentParser:
    """Options of every verb. Without defaults, so that a verb does not reset what stood before it."""
    shared: argparse.ArgumentParser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    where = shared.add_argument_group("platform")
    where.add_argument("--url", metavar="URL", help="the platform, such as https://acme.jfrog.io")
    where.add_argument("--token-file", metavar="FILE", help="a file (mode 0600) with the access token")
    where.add_argument("--token-stdin", action="store_true", help="read the access token from stdin")
    where.add_argument("--ca-cert", metavar="FILE", help="further trusted authorities, as PEM")
    how = shared.add_argument_group("behaviour")
    how.add_argument("--read-only", action="store_true", help="send nothing that changes the platform")
    how.add_argument("--json", action="store_true", help="print one JSON document; errors are JSON on stderr")
    return shared


def _add_tokens(verbs: Subparsers, shared: argparse.ArgumentParser) -> None:
    tokens = verbs.add_parser("tokens", help="list, show, inspect and revoke access tokens")
    actions = _actions(tokens)
    _add_token_list(actions, shared)
    show = _leaf(actions, shared, "show", "everything known about one token", _lazily("tokens", "show"))
    show.add_argument("id", metavar="ID", help="a token id, or `me` for the token in use")
    inspect = _leaf(
        actions, shared, "inspect", "take a token apart, here and unverified", _lazily("inspect", "inspect")
    )
    inspect.add_argument(
        "id",
        metavar="ID",
        nargs="?",
        default="-",
        help="a token id; without one, or with -, a token is read from stdin",
    )
    inspect.add_argument("--ask", action="store_true", help="also ask the platform about the id found in the token")
    _add_token_revoke(actions, shared)


def _add_token_list(actions: Subparsers, shared: argparse.ArgumentParser) -> None:
    listing = _leaf(actions, shared, "list", "the tokens that the platform lists", _lazily("tokens", "list_tokens"))
    listing.add_argument("filter", metavar="FILTER", nargs="*", help="for instance: never, 'expires<7d', scope:groups")
    listing.add_argument("--sort", choices=SORTS, default="expires", help="default: %(default)s")
    listing.add_argument("--reverse", action="store_true", help="the other way round")
    listing.add_argument(
        "--columns", metavar="NAMES", help=f"of {','.join(COLUMNS)}; default: {','.join(COLUMNS[:-2])}"
    )
    listing.add_argument("--check-subjects", action="store_true", help="also read the users and tell their state")


def _add_token_revoke(actions: Subparsers, shared: argparse.ArgumentParser) -> None:
    revoke = _leaf(actions, shared, "revoke", "revoke one token or many", _lazily("revoke", "revoke"))
    revoke.add_argument("ids", metavar="ID", nargs="*", help="token ids")
    revoke.add_argument("--filter", metavar="EXPR", help="every listed token that matches")
    revoke.add_argument("--resume", metavar="PLAN", help="go on with a plan that was interrupted")
    _add_write_options(revoke)


def _add_write_options(parser: argparse.ArgumentParser) -> None:
    writing = parser.add_argument_group("writing")
    writing.add_argument("--plan", action="store_true", help="print what would be done, and do nothing")
    writing.add_argument("--yes", action="store_true", help="do not ask; never covers the token in use")
    writing.add_argument("--max-deletes", type=_count, metavar="N", help="refuse when more than N would be deleted")


def _add_journal(verbs: Subparsers, shared: argparse.ArgumentParser) -> None:
    journal = verbs.add_parser("journal", help="what this console has changed, and what it did not finish")
    actions = _actions(journal)
    _leaf(actions, shared, "list", "the plans that were run, newest first", _lazily("journal", "list_plans"))
    show = _leaf(actions, shared, "show", "one plan, step by step", _lazily("journal", "show"))
    show.add_argument("plan_id", metavar="PLAN", help="a plan id, such as jfc-0123456789")
    resume = _leaf(actions, shared, "resume", "go on with a plan that was interrupted", _lazily("journal", "resume"))
    resume.add_argument("plan_id", metavar="PLAN", help="a plan id")
    _add_write_options(resume)
    _leaf(actions, shared, "verify", "check that the journal is whole", _lazily("journal", "verify"))


def _add_small(verbs: Subparsers, shared: argparse.ArgumentParser) -> None:
    _leaf(verbs, shared, "paths", "where the console keeps its files", _lazily("paths", "show"))
    demo = _leaf(verbs, shared, "demo", "open the console on a sandbox with believable data", _lazily("demo", "demo"))
    demo.add_argument("--seed", choices=("empty", "demo", "large"), default="demo", help="default: %(default)s")
    from jfconsole.cli import sandbox

    sandbox.register(verbs)


def _actions(parser: argparse.ArgumentParser) -> Subparsers:
    """Verbs below a noun. Their `prog` is given, or argparse would format a whole help text to find it."""
    return parser.add_subparsers(title="commands", metavar="COMMAND", dest="action", required=True, prog=parser.prog)


def _leaf(
    verbs: Subparsers, shared: argparse.ArgumentParser, name: str, summary: str, run: Verb
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", parents=[shared])
    parser.set_defaults(run=run)
    return parser


def _lazily(module: str, function: str) -> Verb:
    """A verb whose module is imported when it runs."""

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        verb: Verb = getattr(import_module(f"jfconsole.cli.verbs.{module}"), function)
        return verb(arguments)

    return run


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("takes a whole number, 0 or more")
    return int(text)


SORTS: Final = ("expires", "created", "used", "subject", "scope", "description", "id")
COLUMNS: Final = ("id", "subject", "scope", "expires", "created", "used", "flags", "description", "issuer", "project")
