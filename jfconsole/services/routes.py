"""Where the calls of a plan go: to the platform, to the local issuer in this process, or to files of this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar

from jfconsole.domain.errors import Refused
from jfconsole.domain.requests import Request
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.issuer_calls import is_local
from jfconsole.services.login_steps import LoginFiles, is_login
from jfconsole.services.runner import Connect

T = TypeVar("T")

OpenIssuer: TypeAlias = Callable[[], Sender]
"""Gives what sends to the local issuer; it is opened when a call needs it, for most need none."""


def no_issuer() -> Sender:
    """In the place of the local issuer, where nothing is sent to it."""
    raise Refused("This needs the local issuer, and it was not opened")


class Routed:
    """Sends what is for the local issuer or for the files of clients there, and the rest to the platform, if any.

    `read_only` is for the files: the platform's and the issuer's senders know it themselves.
    """

    def __init__(self, platform: Sender | None, issuer: OpenIssuer, *, read_only: bool = False) -> None:
        self._platform = platform
        self._issuer = issuer
        self._files = LoginFiles(read_only)

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Raises the ConsoleError family."""
        if is_local(request):
            return await self._issuer().send(request, decode)
        if is_login(request):
            return await self._files.send(request, decode)
        if self._platform is None:
            raise Refused("This needs a platform, and no connection was given")
        return await self._platform.send(request, decode)


def routed(platform: Connect | None, issuer: OpenIssuer, *, read_only: bool = False) -> Connect:
    """Opens what a runner sends to."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[Sender]:
        if platform is None:
            yield Routed(None, issuer, read_only=read_only)
            return
        async with platform() as sender:
            yield Routed(sender, issuer, read_only=read_only)

    return connect
