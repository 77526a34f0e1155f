"""Secrets that are typed at a terminal: never echoed, nor is what is typed between one question and the next."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from jfconsole.domain.connection import given_token
from jfconsole.domain.errors import UsageError
from jfconsole.domain.secret import Secret

_ELSEWHERE: Final = "Run it at a terminal, or let it read that from stdin: --help names the option"


def typed_secret(question: str) -> Secret:
    """What is typed at a terminal and not echoed. Raises UsageError where there is none."""
    return Secret(_typed(question))


def typed_token(question: str) -> Secret:
    """A token that is typed or pasted at a terminal. Raises UsageError where there is none, and for no token."""
    return given_token(_typed(question), "what was typed")


def typed_twice(question: str) -> Secret:
    """A new secret, typed twice. Raises UsageError where there is no terminal, for nothing, and for two that differ."""
    with unechoed():
        first = _typed(question)
        if not first:
            raise UsageError("Nothing was typed")
        if first != _typed("Once more"):
            raise UsageError("The two are not the same", "Nothing was done; try again")
    return Secret(first)


def _typed(question: str) -> str:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"{question} is needed, and nobody can be asked here", _ELSEWHERE)
    import getpass

    return getpass.getpass(f"{question} (not shown): ", sys.stderr)


@contextmanager
def unechoed() -> Iterator[None]:
    """The terminal echoes nothing within: getpass alone would echo what is typed while an answer is tried."""
    import termios

    try:
        before = termios.tcgetattr(sys.stdin)
    except (OSError, ValueError, termios.error):  # no terminal: nothing echoes
        yield
        return
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
