"""An HTTP server on loopback that misbehaves as told, on real sockets, and remembers what arrived."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, TypeAlias

END_OF_HEAD: Final = b"\r\n\r\n"


@dataclass(frozen=True)
class Arrival:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """The server's end of a connection, and when the server closes."""

    writer: asyncio.StreamWriter
    closing: asyncio.Event
    arrival: Arrival

    async def put(self, data: bytes) -> None:
        """Send it now."""
        self.writer.write(data)
        await self.writer.drain()


Behaviour: TypeAlias = Callable[[Wire], Awaitable[bool]]
"""Answers one request; True keeps the connection."""


class FaultServer:
    """Each request gets the next behaviour; the last one repeats. Use as an async context manager."""

    def __init__(
        self,
        *behaviours: Behaviour,
        tls: ssl.SSLContext | None = None,
        on_arrival: Callable[[Arrival], None] | None = None,
    ) -> None:
        self.behaviours = behaviours
        self.tls = tls
        self.on_arrival = on_arrival
        self.arrivals: list[Arrival] = []
        self.connections = 0
        self.open: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._closing = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self.tls, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open.discard(writer)
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        arrival = await _read(reader)
        self.arrivals.append(arrival)
        if self.on_arrival:
            self.on_arrival(arrival)
        behave = self.behaviours[min(len(self.arrivals), len(self.behaviours)) - 1]
        return await behave(Wire(writer, self._closing, arrival))


async def _read(reader: asyncio.StreamReader) -> Arrival:
    head = (await reader.readuntil(END_OF_HEAD)).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Arrival(method, target, headers, body)


def reply(status: int = 200, body: bytes | str | object = b"", **headers: str) -> Behaviour:
    """A whole answer. A body that is no text is sent as JSON; header names are given with underscores."""
    if isinstance(body, bytes):
        raw, kind = body, "application/octet-stream"
    elif isinstance(body, str):
        raw, kind = body.encode(), "text/html" if body.startswith("<") else "text/plain"
    else:
        raw, kind = json.dumps(body).encode(), "application/json"
    named = {"content-type": kind, "content-length": str(len(raw))}
    named |= {name.replace("_", "-").lower(): value for name, value in headers.items()}

    async def behave(wire: Wire) -> bool:
        await wire.put(head(status, named) + (b"" if wire.arrival.method == "HEAD" else raw))
        return True

    return behave


def head(status: int, headers: dict[str, str]) -> bytes:
    """Status line and headers as bytes."""
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD


async def reset(wire: Wire) -> bool:
    """Take the request, then reset the connection."""
    sock = wire.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.writer.transport.abort()
    return False


async def close(wire: Wire) -> bool:
    """Take the request, then close without an answer."""
    return False


async def hang(wire: Wire) -> bool:
    """Never answer."""
    await wire.closing.wait()
    return False


async def drip(wire: Wire) -> bool:
    """Begin an answer and send a byte of it each time the loop comes round, without an end."""
    await wire.put(head(200, {"content-type": "application/json", "content-length": "1000"}))
    while not wire.closing.is_set():
        await wire.put(b" ")
        await asyncio.sleep(0.01)
    return False


def flood(status: int) -> Behaviour:
    """An answer without an end, as fast as it is taken."""

    async def behave(wire: Wire) -> bool:
        await wire.put(head(status, {"content-type": "text/html"}) + b"<html><head><title>Flood</title></head>")
        while not wire.closing.is_set():
            await wire.put(b" " * 65_536)
        return False

    return behave


async def truncate(wire: Wire) -> bool:
    """Announce more than is sent."""
    await wire.put(head(200, {"content-type": "application/json", "content-length": "1000"}) + b'{"tokens":')
    return False


async def garbage(wire: Wire) -> bool:
    """Answer with what is no HTTP."""
    await wire.put(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    return False


async def endless_headers(wire: Wire) -> bool:
    """Headers without an end."""
    await wire.put(b"HTTP/1.1 200 OK\r\n" + b"x-padding: " + b"a" * 300_000)
    return False


def gzipped(body: bytes, **headers: str) -> Behaviour:
    """A gzip answer."""
    return reply(200, gzip.compress(body, mtime=0), content_encoding="gzip", content_type="application/json", **headers)


def gzip_bomb(megabytes: int) -> Behaviour:
    """A gzip answer that inflates to that many MB of blanks, sent at once."""
    return gzipped(b" " * (megabytes * 1_000_000))
