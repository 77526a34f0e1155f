"""The one place where connections are made: through which proxy, how many, how long they are kept."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

from jfconsole import __version__
from jfconsole.jfrog.clock import Clock, SystemClock
from jfconsole.jfrog.proxies import proxy_url

CONNECT_SECONDS: Final = 5.0
MAX_CONNECTIONS: Final = 16

_CONNECT_SHARE: Final = 0.45

_IDLE_SECONDS: Final = 5.0
"""How long a connection that nobody uses is kept."""

_LIMITS: Final = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)

HEADERS: Final = {
    "User-Agent": f"jfconsole/{__version__}",
    "Accept": "application/json, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
}


for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Lanes:
    """Connections to one platform. Each carries one call at a time; the one used last is used next.

    They know no redirects and no cookies. Each has a pool of its own, for a pool of many looks at every connection
    before and after every call. Proxies come from the environment, except for loopback.
    """

    def __init__(self, url: str, context: ssl.SSLContext, *, direct: bool = False, clock: Clock | None = None) -> None:
        """Raises ValueError for a proxy in the environment that is none.

        `direct` leaves proxies out: for connections to an address that was chosen already.
        """
        self._context = context
        self._proxy = None if direct else proxy_url(url)
        self._clock = clock or SystemClock()
        self._free = asyncio.Semaphore(MAX_CONNECTIONS)
        self._idle: deque[tuple[float, httpx.AsyncHTTPTransport]] = deque()
        self._idle.append((self._clock.monotonic(), self._new()))
        self._closed = False

    @asynccontextmanager
    async def lane(self) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        """One that nobody else uses; waits while all are in use.

        It is left to the next call, except after a cancelled one: a cancellation may strike while the connection is
        tidied up, and it would then count as busy for ever.
        """
        async with self._free:
            lane = self._idle.pop()[1] if self._idle else self._new()
            try:
                yield lane
            except asyncio.CancelledError:
                await lane.aclose()
                raise
            except BaseException:
                await self._keep(lane)
                raise
            await self._keep(lane)

    async def _keep(self, lane: httpx.AsyncHTTPTransport) -> None:
        """For the next call; those that were not used for a while are closed."""
        if self._closed:
            await lane.aclose()
            return
        now = self._clock.monotonic()
        self._idle.append((now, lane))
        while self._idle and now - self._idle[0][0] > _IDLE_SECONDS:
            await self._idle.popleft()[1].aclose()

    async def aclose(self) -> None:
        """Close all that nobody uses; one that is in use is closed after its call."""
        self._closed = True
        while self._idle:
            await self._idle.pop()[1].aclose()

    def _new(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(verify=self._context, trust_env=False, limits=_LIMITS, proxy=self._proxy)


def connect_seconds(deadline: float) -> float:
    """What connecting and, again, the TLS handshake may take of a call's deadline.

    Together they end before it: a deadline that struck in the middle of a handshake would leave a socket open.
    """
    return min(CONNECT_SECONDS, deadline * _CONNECT_SHARE)
