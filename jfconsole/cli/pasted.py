"""Tokens that a verb is about, from a file or from stdin; never from the command line, which every user can read."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final, TextIO

from jfconsole.cli.connect import read_private_file, read_token_file
from jfconsole.cli.typed import typed_secret
from jfconsole.domain.errors import UsageError
from jfconsole.domain.jwt import TEXT_LIMIT
from jfconsole.domain.secret import Secret
from jfconsole.services.inspect import Pair, pair_in

STDIN: Final = "-"


def read_id_token(arguments: argparse.Namespace) -> Secret | None:
    """The workload's token that `--token-stdin` announces, for verbs that are about one; None without it.

    It is taken out of the arguments, so that it is never sent as the token of the connection.
    """
    if not getattr(arguments, "token_stdin", False):
        return None
    arguments.token_stdin = False
    return read_pasted(arguments)


def read_pasted(arguments: argparse.Namespace, source: str = STDIN) -> Secret:
    """What a file of one's own, a pipe, or whoever sits at the terminal gives; there it is not echoed.

    Raises UsageError for a file that others may read, and when stdin holds the connection's token already.
    """
    if source != STDIN:
        return read_token_file(Path(source).expanduser())
    if getattr(arguments, "token_stdin", False):
        raise UsageError("stdin cannot hold both tokens", "Use --token-file for the one that connects")
    if not sys.stdin.isatty():
        return Secret(sys.stdin.buffer.read(TEXT_LIMIT + 1).decode("utf-8", "replace"))
    return typed_secret("Token")


def read_pair(arguments: argparse.Namespace, source: str = STDIN) -> Pair:
    """A refresh token, alone or among the NAME=VALUE lines that a new token is printed as.

    Raises UsageError as `read_pasted`, and when there is none.
    """
    text = read_pasted(arguments) if source == STDIN else read_private_file(Path(source).expanduser(), _whole)
    return pair_in(text)


def _whole(file: TextIO, name: str) -> Secret:
    return Secret(file.read(TEXT_LIMIT))
