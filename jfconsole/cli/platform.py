"""Verbs that read from the platform: one session, opened for the length of one piece of work."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from jfconsole.cli.connect import connection_of
from jfconsole.domain.connection import Connection
from jfconsole.services.session import Session, open_session

if TYPE_CHECKING:
    from jfconsole.services.directory import Directory
    from jfconsole.services.tokens import TokenService

T = TypeVar("T")


def with_tokens(arguments: argparse.Namespace, work: Callable[[TokenService], Awaitable[T]]) -> T:
    """Run work on the tokens of the platform that the command line names."""
    from jfconsole.services.tokens import TokenService

    return with_session(connection_of(arguments), lambda session: work(TokenService(session)))


def with_directory(arguments: argparse.Namespace, work: Callable[[Directory], Awaitable[T]]) -> T:
    """Run work on the groups, users, permissions and repositories of that platform."""
    from jfconsole.services.directory import Directory

    return with_session(connection_of(arguments), lambda session: work(Directory(session)))


def with_session(connection: Connection, work: Callable[[Session], Awaitable[T]]) -> T:
    """Run work with a session in a loop of its own. Raises the ConsoleError family."""

    async def opened() -> T:
        async with open_session(connection) as session:
            return await work(session)

    return asyncio.run(opened())
