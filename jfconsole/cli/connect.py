"""Which platform a verb talks to: from flags, else from a pair of environment variables.

URL and token are taken as a pair from one place, so that a token is never sent to a platform that it was not meant
for.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from jfconsole.cli.environment import OWN, Pair
from jfconsole.domain.connection import Connection, platform_url
from jfconsole.domain.errors import UsageError
from jfconsole.domain.secret import Secret

_TOKEN_LIMIT: Final = 65_536
_NOBODY: Final = Secret("nobody")
"""In the place of a token, where nothing is sent that would carry it."""

_HOW: Final = "Give --url with --token-file or --token-stdin, or set JFROG_URL and JFROG_ACCESS_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the command line says about the connection."""

    url: str | None = None
    token_file: Path | None = None
    token_stdin: bool = False
    ca_cert: Path | None = None
    read_only: bool = False


class NothingConfigured(UsageError):
    """Neither flags nor environment name a platform."""


def find_connection(where: Where, pairs: Sequence[Pair], stdin: TextIO) -> Connection:
    """The connection to use. Raises NothingConfigured when none is named, UsageError when it cannot be used."""
    if where.url or where.token_file or where.token_stdin:
        return _from_flags(where, stdin)
    return _from_environment(where, pairs)


def _from_flags(where: Where, stdin: TextIO) -> Connection:
    if where.token_file and where.token_stdin:
        raise UsageError("--token-file and --token-stdin exclude each other", "Give one of them")
    if not where.url:
        raise UsageError("a token is given, but no platform", "Add --url https://acme.jfrog.io")
    if where.token_file:
        return _connection(where, where.url, read_token_file(where.token_file), "--url and --token-file")
    if where.token_stdin:
        return _connection(where, where.url, _typed_or_piped(stdin), "--url and --token-stdin")
    raise UsageError(
        "--url is given without a token",
        "Add --token-file FILE or --token-stdin; a token from the environment goes only to the URL set beside it",
    )


def _from_environment(where: Where, pairs: Sequence[Pair]) -> Connection:
    for pair in pairs:
        if pair.url and pair.token:
            return _connection(where, pair.url, pair.token, f"{pair.url_name} and {pair.token_name}")
        if pair.url_name in OWN:
            break  # half of the pair that is meant for us: going on to another platform would be a surprise
    halves = [name for pair in pairs for name in pair.present]
    if halves:
        raise UsageError(f"{' and '.join(halves)} set, the other half of a pair is missing", _HOW)
    raise NothingConfigured("no platform is configured", _HOW)


def _connection(where: Where, url: str, token: Secret, source: str) -> Connection:
    if where.ca_cert and not where.ca_cert.is_file():
        raise UsageError(f"{where.ca_cert} is no file", "--ca-cert takes a PEM file with trusted authorities")
    return Connection(
        url=platform_url(url), token=token, ca_cert=where.ca_cert, read_only=where.read_only, source=source
    )


def read_token_file(path: Path) -> Secret:
    """The token in a file that nobody else may read. Raises UsageError otherwise, with the command that helps."""
    return read_private_file(path, _read_token)


def read_private_file(path: Path, take: Callable[[TextIO, str], Secret]) -> Secret:
    """What `take` finds in a file that nobody else may read; raises as `read_token_file` does."""
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise UsageError(
                    f"{path} can be read by others (mode {mode:04o}): its token must count as known",
                    f"Run: chmod 600 {path}",
                )
            return take(file, str(path))
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not text"
        raise UsageError(f"{path} cannot be read: {reason}", "--token-file takes a file with one token") from problem


def _typed_or_piped(stdin: TextIO) -> Secret:
    """The token from stdin; where that is a terminal it is asked for, and not echoed."""
    if not stdin.isatty():
        return _read_token(stdin, "stdin")
    import getpass
    from io import StringIO

    return _read_token(StringIO(getpass.getpass("Access token (not shown): ")), "what was typed")


def _read_token(file: TextIO, name: str) -> Secret:
    text = file.read(_TOKEN_LIMIT).strip()
    if not text:
        raise UsageError(f"there is no token in {name}", "It takes the token alone, on one line")
    if any(char.isspace() or not char.isprintable() for char in text):
        raise UsageError(f"{name} holds more than a token", "It takes the token alone, on one line")
    return Secret(text)


def _path(name: str | None) -> Path | None:
    return Path(name).expanduser() if name else None


def connection_of(arguments: argparse.Namespace) -> Connection:
    """The connection that a command line asks for, with the pairs of `environment` that `main` has taken."""
    where = Where(
        url=getattr(arguments, "url", None),
        token_file=_path(getattr(arguments, "token_file", None)),
        token_stdin=getattr(arguments, "token_stdin", False),
        ca_cert=_path(getattr(arguments, "ca_cert", None)),
        read_only=getattr(arguments, "read_only", False),
    )
    connection = find_connection(where, arguments.environment, sys.stdin)
    if connection.source.startswith(OWN[0]):
        sys.stderr.write(
            "jfconsole: the token comes from the environment, which other programs of yours can read; "
            "--token-file keeps it to itself\n"
        )
    return connection


def exchanging_connection(arguments: argparse.Namespace) -> Connection:
    """The platform that a command line names, for an exchange: it goes without an access token, and so may this.

    Only the URL is wanted, from `--url` or from the first variable that has one; any token is left where it is.
    """
    named = [pair.url for pair in arguments.environment if pair.url]
    url = getattr(arguments, "url", None) or (named[0] if named else None)
    if not url:
        raise NothingConfigured("no platform is configured", "Give --url, or set JFROG_URL")
    where = Where(ca_cert=_path(getattr(arguments, "ca_cert", None)), read_only=getattr(arguments, "read_only", False))
    return _connection(where, url, _NOBODY, "--url" if getattr(arguments, "url", None) else "the environment")
