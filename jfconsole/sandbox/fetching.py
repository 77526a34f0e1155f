"""Fetching what somebody else's URL names: bounded in time and size, and never from where it should not."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import h11
import msgspec

_DEADLINE = 5
"""Seconds that one document may take, from the resolution of the name to the last byte."""
_LARGEST = 256 * 1024
"""Bytes of a document."""
_CHUNK = 65_536
_METADATA = ipaddress.ip_address("fd00:ec2::254")
"""The metadata service of EC2, which is not link-local in IPv6."""
_PORTS = {"http": 80, "https": 443}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchFailed(Exception):
    """A document that could not be had; says why in a few words."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Gets JSON documents over https, and over http only from loopback, and only if that is allowed.

    A redirect is a failure. The address that was checked is the one that is connected to.
    """

    tls: ssl.SSLContext
    http_on_loopback: bool = False

    async def json(self, url: str) -> Mapping[str, object]:
        """The JSON object at `url`.

        Raises:
            FetchFailed: for whatever reason.
        """
        try:
            async with asyncio.timeout(_DEADLINE):
                body = await self._body(_parts(url))
            return msgspec.json.decode(body, type=dict[str, object])
        except TimeoutError as error:
            raise FetchFailed("too slow") from error
        except OSError as error:
            raise FetchFailed("unreachable") from error
        except (h11.ProtocolError, ValueError, RecursionError, msgspec.MsgspecError) as error:
            raise FetchFailed("not understood") from error

    async def _body(self, url: SplitResult) -> bytes:
        """What the first address that can be reached sends."""
        unreached: OSError = ConnectionError("no address")
        for address in await self._addresses(url):
            try:
                reader, writer = await self._connect(url, address)
            except OSError as error:
                unreached = error
                continue
            try:
                return await _exchange(url, reader, writer)
            finally:
                writer.transport.abort()
        raise unreached

    async def _connect(self, url: SplitResult, address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        secure = url.scheme == "https"
        return await asyncio.open_connection(
            str(address),
            url.port or _PORTS[url.scheme],
            ssl=self.tls if secure else None,
            server_hostname=url.hostname if secure else None,
        )

    async def _addresses(self, url: SplitResult) -> list[Address]:
        """Where the host is. Private networks are fine: that is where most platforms and their issuers live."""
        found = await asyncio.get_running_loop().getaddrinfo(
            url.hostname, url.port or _PORTS[url.scheme], type=socket.SOCK_STREAM
        )
        addresses = [_plain(ipaddress.ip_address(str(row[4][0]).partition("%")[0])) for row in found]
        for address in addresses:
            if address.is_link_local or address.is_multicast or address.is_unspecified or address == _METADATA:
                raise FetchFailed("an address that no issuer has")
            if url.scheme == "http" and not (self.http_on_loopback and address.is_loopback):
                raise FetchFailed("not https")
        return addresses


def _parts(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or not url.isascii():
        raise FetchFailed("not an https URL")
    return parts


def _plain(address: Address) -> Address:
    """IPv4 in the clothes of IPv6 is IPv4."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


async def _exchange(url: SplitResult, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    connection = h11.Connection(h11.CLIENT)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = [
        ("Host", url.netloc),
        ("Accept", "application/json"),
        ("Accept-Encoding", "identity"),
        ("User-Agent", "JFrog Access"),
        ("Connection", "close"),
    ]
    writer.write(connection.send(h11.Request(method="GET", target=target, headers=headers)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    body = bytearray()
    while True:
        match connection.next_event():
            case h11.NEED_DATA:
                connection.receive_data(await reader.read(_CHUNK))
            case h11.Response(status_code=status) if status != 200:
                raise FetchFailed(f"status {status}")
            case h11.Data(data=data):
                body += data
                if len(body) > _LARGEST:
                    raise FetchFailed("too large")
            case h11.EndOfMessage():
                return bytes(body)
