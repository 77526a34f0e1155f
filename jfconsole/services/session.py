"""One connection in use: its senders, its request log, and who we are on that platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, NotAllowed, NotFound
from jfconsole.domain.jwt import DecodedJwt, ReferenceToken, recognise
from jfconsole.domain.request_log import RequestLog
from jfconsole.domain.text import Untrusted
from jfconsole.domain.tokens import Token, lookup_id, username_of
from jfconsole.jfrog import system, tokens
from jfconsole.jfrog.sender import Sender
from jfconsole.jfrog.transport import Transport
from jfconsole.services.io_thread import IoThread, ThreadedSender

T = TypeVar("T")

_ADMIN_SCOPE: Final = "applied-permissions/admin"
_NOT_SAID: Final = "the platform does not say"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that could not be learnt, and why, in words."""

    reason: str


Learnt: TypeAlias = T | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the token in use is, and what it talks to. Each part may be unknown by itself.

    `expires` is in epoch seconds, None for never. `token_id` is what guards against revoking the token in use.
    `local` says that the token's own facts were read from its value because the platform would not give them.
    """

    username: Learnt[Untrusted]
    token_id: Learnt[str]
    scope: Learnt[Untrusted]
    expires: Learnt[int | None]
    admin: Learnt[bool]
    platform_version: Learnt[Untrusted]
    access_version: Learnt[Untrusted]
    service_id: Learnt[Untrusted]
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """What is known about the token in use."""

    username: Learnt[Untrusted]
    token_id: Learnt[str]
    scope: Learnt[Untrusted]
    expires: Learnt[int | None]
    local: bool = False


class Session:
    """A connection with its senders. Made by `open_session`."""

    def __init__(self, connection: Connection, transport: Transport, sender: Sender, log: RequestLog) -> None:
        self.connection = connection
        self.sender = sender
        self.log = log
        self._transport = transport

    @property
    def token_id(self) -> Untrusted | None:
        """The id that the token in use carries in its value, if any; unverified."""
        return lookup_id(recognise(self.connection.token.reveal()))[0]

    def new_transport(self) -> Transport:
        """A transport of its own for a bulk worker, to be entered in the worker's loop.

        It shares log, trust and rate-limit pauses with this session.
        """
        return self._transport.sibling()

    async def identify(self) -> Identity:
        """Who we are here. Parts that cannot be learnt are Unknown, with the reason.

        Raises the ConsoleError of the first part when not a single one can be learnt: an unreachable platform, a
        wrong URL, a token that nothing accepts.
        """
        own, admin, platform, access, service = await asyncio.gather(
            _learn(tokens.fetch_own(self.sender)),
            _learn(system.is_admin(self.sender)),
            _learn(system.artifactory_version(self.sender)),
            _learn(system.access_version(self.sender)),
            _learn(system.service_id(self.sender)),
        )
        if isinstance(own, ConsoleError) and _all_failed(admin, platform, access, service):
            raise own
        known = self._own(own)
        return Identity(
            username=known.username,
            token_id=known.token_id,
            scope=known.scope,
            expires=known.expires,
            local=known.local,
            admin=_admin(admin, service, known.scope),
            platform_version=_or_unknown(platform),
            access_version=_or_unknown(access),
            service_id=_or_unknown(service),
        )

    def _own(self, found: Token | ConsoleError) -> _Own:
        if not isinstance(found, ConsoleError):
            scope = found.scope if found.scope else Unknown(_NOT_SAID)
            return _Own(username=found.username, token_id=found.token_id, scope=scope, expires=found.expiry)
        return _read_locally(self.connection.token.reveal(), Unknown(found.message))


@asynccontextmanager
async def open_session(
    connection: Connection, *, threaded: bool = False, log: RequestLog | None = None
) -> AsyncIterator[Session]:
    """A session for as long as the block lasts. Nothing is sent yet.

    `threaded`: HTTP and decoding run in a thread of their own, as they must where this loop paints a screen.
    Raises UsageError when the connection's token or `ca_cert` is of no use.
    """
    log = log or RequestLog()
    transport = Transport(connection, log=log)
    if not threaded:
        async with transport:
            yield Session(connection, transport, transport, log)
        return
    thread = IoThread()
    thread.start()
    try:
        await thread.run(transport.__aenter__())
        yield Session(connection, transport, ThreadedSender(thread, transport), log)
    finally:
        await thread.run(transport.__aexit__(None, None, None))
        await thread.close()


async def _learn(call: Awaitable[T]) -> T | ConsoleError:
    try:
        return await call
    except ConsoleError as error:
        return error


def _all_failed(*found: object) -> bool:
    """A 403 counts as an answer: the token is good, it may only not do this."""
    return all(isinstance(part, ConsoleError) and not isinstance(part, NotAllowed) for part in found)


def _or_unknown(found: T | ConsoleError) -> Learnt[T]:
    return Unknown(found.message) if isinstance(found, ConsoleError) else found


def _admin(probe: bool | ConsoleError, service: Untrusted | ConsoleError, scope: Learnt[Untrusted]) -> Learnt[bool]:
    """By the probe; where the platform lacks it, by whether an admins-only call works, then by the scope."""
    if not isinstance(probe, ConsoleError):
        return probe
    if not isinstance(probe, NotFound):
        return Unknown(probe.message)
    if not isinstance(service, ConsoleError):
        return True
    if isinstance(service, NotAllowed):
        return False
    if not isinstance(scope, Unknown) and _ADMIN_SCOPE in scope.split():
        return True
    return Unknown(probe.message)


def _read_locally(token: str, why: Unknown) -> _Own:
    """What the token's value tells without asking anyone; unverified, which is enough to recognise oneself."""
    found = recognise(token)
    if isinstance(found, ReferenceToken):
        return _Own(username=why, token_id=why, scope=why, expires=found.expires, local=True)
    if not isinstance(found, DecodedJwt):
        return _Own(username=why, token_id=why, scope=why, expires=why)
    return _Own(
        username=username_of(found.subject) if found.subject else why,
        token_id=found.token_id or why,
        scope=found.scope or why,
        expires=found.expires,
        local=True,
    )
