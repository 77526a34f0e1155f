"""The way to a platform step by step, before anything is asked: its name, its port, its certificate."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.connection import Connection
from jfconsole.domain.text import Untrusted
from jfconsole.jfrog import failures, tls
from jfconsole.jfrog.proxies import proxy_for
from jfconsole.jfrog.site import CallSite

SECONDS: Final = 5.0
"""How long each step may take."""

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the first connection goes: to the platform, or to the `proxy` that the environment sets for it."""

    host: str
    port: int
    proxy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """The certificate that a platform shows, checked. `not_after` is in epoch seconds, `fingerprint` is SHA-256."""

    subject: Untrusted
    issuer: Untrusted
    names: tuple[Untrusted, ...]
    not_after: float
    fingerprint: str
    protocol: str


def target(url: str) -> Target:
    """Where the first connection for this URL goes."""
    proxy = proxy_for(url)
    parts = urlsplit(f"http://{proxy}" if proxy else url)
    return Target(host=parts.hostname or "", port=parts.port or _PORTS[parts.scheme], proxy=proxy)


async def addresses(connection: Connection, host: str) -> tuple[str, ...]:
    """What the name resolves to, without repeats. Raises Unreachable."""
    try:
        async with asyncio.timeout(SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError) as error:
        raise failures.no_connection(_site(connection, host), error).error from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def knock(connection: Connection, where: Target) -> None:
    """Connect, and hang up. Raises Unreachable."""
    site = _site(connection, f"{where.host}:{where.port}")
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(where.host, where.port)
    except TimeoutError as error:
        raise failures.late(site, SECONDS, failures.Stage.CONNECTING).error from error
    except OSError as error:
        raise failures.no_connection(site, error).error from error
    writer.transport.abort()


async def certificate(connection: Connection) -> Presented:
    """Shake hands as every call does, without a proxy, and hang up. Raises TlsUntrusted, Unreachable, UsageError."""
    context = tls.platform_context(connection)
    parts = urlsplit(connection.url)
    host, site = parts.hostname or "", _site(connection, connection.host)
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(host, parts.port or 443, ssl=context, server_hostname=host)
    except TimeoutError as error:
        raise failures.late(site, SECONDS, failures.Stage.HANDSHAKE).error from error
    except OSError as error:
        raise failures.no_connection(site, error).error from error
    try:
        return _presented(writer.get_extra_info("ssl_object"))
    finally:
        writer.transport.abort()


def _presented(shaken: ssl.SSLObject) -> Presented:
    found = shaken.getpeercert() or {}
    der = shaken.getpeercert(binary_form=True) or b""
    names = [str(entry[1]) for entry in found.get("subjectAltName", ()) if isinstance(entry, tuple)]
    return Presented(
        subject=_common_name(found.get("subject")),
        issuer=_common_name(found.get("issuer")),
        names=tuple(map(Untrusted, names)),
        not_after=ssl.cert_time_to_seconds(str(found["notAfter"])),
        fingerprint=hashlib.sha256(der).digest().hex(":").upper(),
        protocol=shaken.version() or "",
    )


def _common_name(name: object) -> Untrusted:
    """The common name, else the last part of the name: `ssl` gives names as tuples of tuples of pairs."""
    parts = [pair for group in name for pair in group] if isinstance(name, tuple) else []
    named = dict(parts)
    return Untrusted(str(named.get("commonName") or next(iter([*named.values()][-1:]), "")))


def _site(connection: Connection, host: str) -> CallSite:
    return CallSite(connection.url, host, "", "", connection.source, True)
