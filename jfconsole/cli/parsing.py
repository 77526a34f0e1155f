"""What command lines are built of: parsers that raise, verbs imported when they run, options that many verbs share.

No option takes a secret as its value: the command line can be read by every user of the machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeAlias

Verb: TypeAlias = Callable[[argparse.Namespace], int]
Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"
_Group: TypeAlias = argparse._ArgumentGroup

MAX_DELETES: Final = 20
"""As `domain.plans.MAX_DELETES`, which would take its time to import."""


class BadCommandLine(Exception):
    """The command line makes no sense; `hint` says how to get help. Never quotes what stood in its place."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Parser(argparse.ArgumentParser):
    """Raises instead of exiting, and takes no abbreviations: they would change meaning as options are added.

    What stands below a noun is put in when the noun was chosen: building all of it costs more than most verbs.
    """

    def __init__(self, **options: object) -> None:
        self._below: Callable[[], None] | None = None
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]  # argparse's own many options

    def error(self, message: str) -> NoReturn:
        """Raise BadCommandLine."""
        raise BadCommandLine(message, f"See `{self.prog} --help`")

    def fill_later(self, below: Callable[[], None]) -> None:
        """Put in the rest when it is needed."""
        self._below = below

    def fill(self) -> None:
        """Put in the rest now."""
        below, self._below = self._below, None
        if below is not None:
            below()

    def fill_all(self) -> None:
        """Put in everything below, for what looks at the whole of it."""
        self.fill()
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for below in action.choices.values():
                    below.fill_all()

    def parse_known_args(self, *args: Any, **options: Any) -> Any:
        """As argparse does, which calls it on the parser of the chosen noun."""
        self.fill()
        return super().parse_known_args(*args, **options)


def shared_options(stdin: str = "read the access token from stdin") -> Parser:
    """Options of every verb. Without defaults, so that a verb does not reset what stood before it.

    `stdin` is what `--token-stdin` means to the verb: some are about a token, and take that one there.
    """
    shared = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    where = shared.add_argument_group("platform")
    where.add_argument("--profile", metavar="NAME", help="a platform that was added: see `jfconsole profiles`")
    where.add_argument("--url", metavar="URL", help="the platform, such as https://acme.jfrog.io")
    where.add_argument("--token-file", metavar="FILE", help="a file (mode 0600) with the access token")
    where.add_argument("--token-stdin", action="store_true", help=stdin)
    where.add_argument("--ca-cert", metavar="FILE", help="further trusted authorities, as PEM")
    how = shared.add_argument_group("behaviour")
    how.add_argument("--read-only", action="store_true", help="send nothing that changes the platform")
    how.add_argument("--quiet", action="store_true", help="print the data and what went wrong, and nothing else")
    how.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR; in a pipe there are none")
    how.add_argument("--json", action="store_true", help="print one JSON document; errors are JSON on stderr")
    return shared


EXPORTS: Final = ("curl", "jf", "terraform")
"""As `domain.exports.formats.Format`, which would take its time to import."""


def add_filter(listing: argparse.ArgumentParser, words: str = "words that must all occur, field:value, !word") -> None:
    """What every list can be narrowed down by."""
    listing.add_argument("filter", metavar="FILTER", nargs="*", help=words)
    listing.add_argument(
        "--view", metavar="NAME", help="a filter by its name, as `f` offers them in the console: ready, or saved there"
    )


def add_secret_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that can give a secret which is shown once."""
    parser.add_argument(
        "--output", metavar="FILE", help="write the secret to a new file (mode 0600) instead of to stdout"
    )


def add_opening_option(parser: argparse.ArgumentParser) -> None:
    """The option of every verb that may change the local issuer."""
    parser.add_argument(
        "--passphrase-stdin",
        action="store_true",
        help="read the vault's passphrase from stdin; else a key file opens it, or you are asked at a terminal",
    )


def add_write_options(parser: argparse.ArgumentParser) -> None:
    """Options of every verb that changes something."""
    writing = _add_plan_option(parser)
    writing.add_argument(
        "--export",
        choices=EXPORTS,
        help="print the same change as a script of calls or as Terraform, without secrets, and do nothing",
    )
    writing.add_argument(
        "--yes", action="store_true", help="do not ask; never covers the token in use and the last administrator"
    )
    _add_max_deletes(writing)


def add_file_deletion_options(parser: argparse.ArgumentParser) -> None:
    """The same where files of ours are deleted: there is no call to export, nor anybody to protect from a yes."""
    writing = _add_plan_option(parser)
    writing.add_argument("--yes", action="store_true", help="do not ask")
    _add_max_deletes(writing)


def _add_plan_option(parser: argparse.ArgumentParser) -> _Group:
    writing = parser.add_argument_group("writing")
    writing.add_argument("--plan", action="store_true", help="print what would be done, and do nothing")
    return writing


def _add_max_deletes(writing: _Group) -> None:
    writing.add_argument(
        "--max-deletes",
        type=_count,
        metavar="N",
        help=f"refuse when more than N would be deleted; {MAX_DELETES} unless given",
    )


def noun(verbs: Subparsers, name: str, summary: str, fill: Callable[[Subparsers], None]) -> None:
    """A noun, with verbs that `fill` adds. Their `prog` is given, or argparse would format a help text to find it."""
    parser = verbs.add_parser(name, help=summary)
    parser.fill_later(
        lambda: fill(
            parser.add_subparsers(title="commands", metavar="COMMAND", dest="action", required=True, prog=parser.prog)
        )
    )


def leaf(
    verbs: Subparsers, shared: Parser, name: str, summary: str, run: Verb, more: str = ""
) -> argparse.ArgumentParser:
    """A verb. `more` is what its help says below the summary."""
    description = f"{summary[0].upper()}{summary[1:]}."
    parser = verbs.add_parser(
        name, help=summary, description=f"{description}\n\n{more}" if more else description, parents=[shared]
    )
    parser.set_defaults(run=run)
    return parser


def lazily(module: str, function: str) -> Verb:
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
