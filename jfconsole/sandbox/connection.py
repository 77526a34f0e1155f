"""HTTP connections that can be broken on purpose."""

import asyncio
import socket
import struct
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

_KEY = "connection"
_LINGER_ZERO = struct.pack("ii", 1, 0)


class Connection(H11Protocol):
    """A connection that hands itself to the application, through the scope's state."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, _KEY: self}, _loop)

    @property
    def gone(self) -> bool:
        """Whether the client has left, so that nothing sent would arrive."""
        return self.cycle.disconnected

    def reset(self) -> None:
        """Break off with a TCP reset."""
        raw = self.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._abandon()
        self.transport.abort()

    def hang_up(self) -> None:
        """Send what is written already, then close."""
        self._abandon()
        self.transport.close()

    def _abandon(self) -> None:
        """No answer is owed any more."""
        self.cycle.disconnected = True


def connection_of(state: dict[str, Any]) -> Connection:
    """The connection that a request came in on."""
    connection = state[_KEY]
    assert isinstance(connection, Connection)
    return connection
