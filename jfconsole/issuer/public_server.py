"""The public server: loopback only, capped in bytes and time, ended by a signal though clients hang.

Plain http, so that nothing but this machine reaches it: a reverse proxy with TLS, or a static export, stands before
the world.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from jfconsole.domain.errors import Refused
from jfconsole.issuer.public_app import PublicApp

RECEIVE_SECONDS: Final = 5.0
"""How long a request may take to come in, and a connection may be without one."""

HEADER_LIMIT: Final = 16_384
CONNECTION_LIMIT: Final = 128
SEND_LIMIT: Final = 65_536
"""Bytes that wait in the system for a client that does not read; documents have a few thousand."""

_PATIENCE: Final = 2
_BACKLOG: Final = 128


class _Connection(H11Protocol):
    """A connection that is closed when its request does not come in time."""

    receive_seconds = RECEIVE_SECONDS

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time begins."""
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """No time to keep any more."""
        self._end()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The time for the next request begins."""
        super().on_response_complete()
        self._begin()

    def _begin(self) -> None:
        self._end()
        self._deadline = self.loop.call_later(self.receive_seconds, self._too_late)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self.transport.abort()


class PublicServer(uvicorn.Server):
    """Says when it accepts connections, and ends quietly on SIGTERM or SIGINT."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let the signals end the server, once; where there is no main thread, `should_exit` does."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        try:
            for number in numbers:
                loop.add_signal_handler(number, self._stop)
        except (RuntimeError, ValueError):
            yield
            return
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address. Raises Refused for any other address, OSError when it is taken."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    if not ipaddress.ip_address(address[0]).is_loopback:
        raise Refused(
            f"{host} is no loopback address: the keys would be served without TLS",
            "Listen on 127.0.0.1 behind a reverse proxy with TLS, or publish a static export",
        )
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_LIMIT)  # taken over by what is accepted
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def own_hosts(listener: socket.socket) -> frozenset[str]:
    """What a Host may say for the listener's own address."""
    address, port = listener.getsockname()[:2]
    name = f"[{address}]" if ":" in address else address
    return frozenset({f"{name}:{port}", f"localhost:{port}"})


def server(app: PublicApp, ready: Callable[[], None]) -> PublicServer:
    """The server; `run(sockets=[listener])` serves until it is told to stop."""
    config = uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        loop="asyncio",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=_BACKLOG,
        limit_concurrency=CONNECTION_LIMIT,
        timeout_keep_alive=int(RECEIVE_SECONDS),
        timeout_graceful_shutdown=_PATIENCE,
        h11_max_incomplete_event_size=HEADER_LIMIT,
    )
    return PublicServer(config, ready)
