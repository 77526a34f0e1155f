"""The `jfconsole` command: reads the command line, runs one verb, ends with its exit code."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from jfconsole import __version__
from jfconsole.cli.environment import take_environment
from jfconsole.cli.output import keep_quiet
from jfconsole.cli.parser import build_parser
from jfconsole.cli.parsing import BadCommandLine

if TYPE_CHECKING:
    from jfconsole.domain.errors import ConsoleError

_NO_COLOR: Final = "--no-color"

_COMPLETING: Final = "_ARGCOMPLETE"
"""Is in the environment when a shell asks what may come next."""

_COLLECT_SELDOM: Final = 100_000
"""New objects before a search for garbage: Python's 700 would have it searched a hundred times in what is imported."""

_BROKEN_PIPE: Final = 128 + signal.SIGPIPE
_INTERRUPTED: Final = 128 + signal.SIGINT
_USAGE: Final = 2
_SECRET_OPTIONS: Final = ("--token", "--access-token", "--password", "--api-key")


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process."""
    gc.set_threshold(_COLLECT_SELDOM)
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one verb and return its exit code: see `ExitCode`, 128 + n after signal n, 141 when nobody reads on."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _dispatch(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains while it ends
        return _BROKEN_PIPE
    except KeyboardInterrupt:
        sys.stderr.write("jfconsole: interrupted\n")
        return _INTERRUPTED
    except BadCommandLine as error:
        return _bad_command_line(error, argv)
    except Exception as error:
        return _failed(error, as_json="--json" in argv)
    return code


def _dispatch(argv: Sequence[str]) -> int:
    environment = take_environment()
    if _NO_COLOR in argv:
        os.environ["NO_COLOR"] = "1"  # before anything is parsed: from Python 3.14 on, help has colours of its own
    parser = build_parser()
    if _COMPLETING in os.environ:
        from jfconsole.cli.completing import complete

        complete(parser)
    arguments = parser.parse_args(argv)
    arguments.environment = environment
    keep_quiet(getattr(arguments, "quiet", False))
    if arguments.version:
        return _print_version()
    run_verb = getattr(arguments, "run", None) or _console
    return int(run_verb(arguments))


def _console(arguments: argparse.Namespace) -> int:
    from jfconsole.cli.verbs.console import console

    return console(arguments)


def _print_version() -> int:
    """The product and what it runs on, as a bug report needs it; nothing is imported for it."""
    python = ".".join(map(str, sys.version_info[:3]))
    system = os.uname()
    sys.stdout.write(
        f"jfconsole {__version__}\nPython {python} on {system.sysname} {system.release} {system.machine}\n"
    )
    return 0


def _bad_command_line(error: BadCommandLine, argv: Sequence[str]) -> int:
    """Argparse quotes what it did not understand; a secret must not be repeated, nor look as if it were wanted."""
    from jfconsole.cli.errors import print_error
    from jfconsole.domain.errors import UsageError
    from jfconsole.domain.redact import redact

    if any(word.partition("=")[0] in _SECRET_OPTIONS for word in argv):
        shown = UsageError(
            "A secret on the command line can be read by every user of this machine, so there is no option for one",
            "Use --token-file or --token-stdin; a token that was typed here should be revoked",
        )
    else:
        shown = UsageError(redact(str(error)), error.hint)
    print_error(shown, as_json="--json" in argv)
    return _USAGE


def _failed(error: Exception, *, as_json: bool) -> int:
    from jfconsole.cli.errors import print_error
    from jfconsole.domain.errors import ConsoleError

    shown = error if isinstance(error, ConsoleError) else unexpected(error)
    print_error(shown, as_json=as_json)
    return int(shown.exit_code)


def unexpected(error: Exception) -> ConsoleError:
    """An error that nobody expected: kept in a file without locals and secrets, told in one sentence."""
    from jfconsole.domain.errors import ConsoleError
    from jfconsole.services.paths import find_paths
    from jfconsole.ui.crash_report import CrashReports

    report = CrashReports(find_paths().crashes).write(error)
    return ConsoleError(
        f"Something went wrong that jfconsole was not prepared for: {report.summary}", report.whereabouts
    )


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End in good order: what is open is closed, children are ended."""
    raise SystemExit(128 + number)
