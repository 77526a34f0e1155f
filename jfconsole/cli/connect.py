"""Which platform a verb talks to: from flags, else from the environment, else from the default profile.

URL and token are taken as a pair from one place, so that a token is never sent to a platform that it was not meant
for. `--profile` is a flag like `--url`; `JFCONSOLE_PROFILE` comes after our own pair of variables and before those that
other programs share.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, TypeAlias

from jfconsole.cli.environment import OWN, PROFILE, Pair
from jfconsole.domain.connection import NOBODY, TOKEN_LIMIT, Connection, given_token, platform_url
from jfconsole.domain.errors import UsageError
from jfconsole.domain.secret import Secret

_HOW: Final = (
    "Give --url with --token-file or --token-stdin, set JFROG_URL and JFROG_ACCESS_TOKEN, "
    "or add a profile: jfconsole profiles add"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the command line says about the connection."""

    url: str | None = None
    token_file: Path | None = None
    token_stdin: bool = False
    ca_cert: Path | None = None
    read_only: bool = False
    profile: str | None = None
    """Named with `--profile`."""
    own_profile: str | None = None
    """Named in the environment."""


FromProfile: TypeAlias = Callable[["str | None", Where, str], "Connection | None"]
"""The connection of a profile, the default one for None, which may be missing; told how it came to be named."""


class NothingConfigured(UsageError):
    """Neither flags nor environment name a platform."""


def _no_profile(name: str | None, where: Where, how: str) -> Connection | None:
    return None


def find_connection(
    where: Where, pairs: Sequence[Pair], stdin: TextIO, from_profile: FromProfile = _no_profile
) -> Connection:
    """The connection to use. Raises NothingConfigured when none is named, UsageError when it cannot be used."""
    if where.url or where.token_file or where.token_stdin:
        return _from_flags(where, stdin)
    found = from_profile(where.profile, where, "--profile") if where.profile else None
    found = found or _from_environment(where, pairs, from_profile) or from_profile(None, where, "the default")
    if found is None:
        raise NothingConfigured("no platform is configured", _HOW)
    return found


def _from_flags(where: Where, stdin: TextIO) -> Connection:
    if where.profile:
        raise UsageError("--profile names a platform and its token already", "Leave --url and its token out, or it")
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


def _from_environment(where: Where, pairs: Sequence[Pair], from_profile: FromProfile) -> Connection | None:
    own = [pair for pair in pairs if pair.url_name in OWN]
    if where.own_profile and not own:
        return from_profile(where.own_profile, where, PROFILE)
    for pair in own or pairs:  # with half of the pair that is meant for us, another platform would be a surprise
        if pair.url and pair.token:
            return _connection(where, pair.url, pair.token, f"{pair.url_name} and {pair.token_name}")
    missing = [name for pair in pairs for name in pair.present]
    if missing:
        raise UsageError(f"{' and '.join(missing)} set, the other half of a pair is missing", _HOW)
    return None


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
    from jfconsole.cli.typed import typed_token

    return typed_token("Access token")


def _read_token(file: TextIO, name: str) -> Secret:
    return given_token(file.read(TOKEN_LIMIT + 2), name)


def _path(name: str | None) -> Path | None:
    return Path(name).expanduser() if name else None


def connection_of(arguments: argparse.Namespace) -> Connection:
    """The connection that a command line asks for, with the pairs of `environment` that `main` has taken."""
    connection = find_connection(_where(arguments), arguments.environment, sys.stdin, _profile_of)
    if connection.source.startswith(OWN[0]):
        sys.stderr.write(
            "jfconsole: the token comes from the environment, which other programs of yours can read; "
            "--token-file keeps it to itself\n"
        )
    return connection


def ca_cert_of(arguments: argparse.Namespace) -> Path | None:
    """The file of further authorities that a command line names."""
    return _path(getattr(arguments, "ca_cert", None))


def exchanging_connection(arguments: argparse.Namespace) -> Connection:
    """The platform that a command line names, for an exchange: it goes without an access token, and so may this.

    Only the URL is wanted, from the first place that has one; any token is left where it is.
    """
    where = _where(arguments)
    named = [pair.url for pair in arguments.environment if pair.url]
    if not where.url and (where.profile or not named):
        from jfconsole.cli.profiles import without_token

        found = without_token(where.profile or where.own_profile, where)
        if found is not None:
            return found
    url = where.url or (named[0] if named else None)
    if not url:
        raise NothingConfigured("no platform is configured", "Give --url or --profile, or set JFROG_URL")
    return _connection(where, url, NOBODY, "--url" if where.url else "the environment")


def _where(arguments: argparse.Namespace) -> Where:
    return Where(
        url=getattr(arguments, "url", None),
        token_file=_path(getattr(arguments, "token_file", None)),
        token_stdin=getattr(arguments, "token_stdin", False),
        ca_cert=ca_cert_of(arguments),
        read_only=getattr(arguments, "read_only", False),
        profile=getattr(arguments, "profile", None),
        own_profile=os.environ.get(PROFILE),
    )


def _profile_of(name: str | None, where: Where, how: str) -> Connection | None:
    from jfconsole.cli.profiles import connection_of_profile  # here, since most runs name their platform

    return connection_of_profile(name, where, how)
