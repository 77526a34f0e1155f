"""`jfconsole users password`: a password that is typed or piped, and never stands on a command line."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from jfconsole.cli.plans import change
from jfconsole.cli.typed import typed_twice
from jfconsole.domain.errors import UsageError
from jfconsole.domain.secret import Secret
from jfconsole.services.directory import Directory

_LIMIT: Final = 1024
"""Characters that a password may have."""


def set_password(arguments: argparse.Namespace) -> int:
    """Set the password of a user."""
    password = read_password(arguments)
    return change(arguments, lambda session: Directory(session).users.plan_password(arguments.name, password))


def read_password(arguments: argparse.Namespace) -> Secret:
    """A new password, typed at a terminal or else in stdin. Raises UsageError for one that cannot be."""
    if getattr(arguments, "token_stdin", False):
        raise UsageError("stdin cannot hold both the token and the password", "Use --token-file for the token")
    return typed_twice("New password") if sys.stdin.isatty() else _piped()


def _piped() -> Secret:
    """The password in stdin, without the line break that ends it."""
    text = sys.stdin.read(_LIMIT + 2).removesuffix("\n").removesuffix("\r")
    if not text or len(text) > _LIMIT or not text.isprintable():
        raise UsageError("There is no password in stdin", "It takes the password alone, on one line")
    return Secret(text)
