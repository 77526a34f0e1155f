"""Calls that got no whole answer: what went wrong, in words, and whether the platform may have acted."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import httpx

from jfconsole.domain.errors import BadResponse, ConsoleError, DeadlineExceeded, TlsUntrusted, TooLarge, Unreachable
from jfconsole.jfrog import tls
from jfconsole.jfrog.client import connect_seconds
from jfconsole.jfrog.proxies import proxy_for
from jfconsole.jfrog.site import CallSite

_NO_SUCH_NAME: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_BROKEN_MARKS: Final = ("disconnected", "closed connection", "connection closed")
"""What httpcore and h11 say when the other side went away, as against speaking no HTTP."""


@dataclass
class Failed(Exception):
    """One try that brought no usable answer.

    `passing`: it may go away by itself. `may_have_acted`: the request left, and no answer says that nothing
    happened. `retry_after`: what the server asked for, in seconds.
    """

    error: ConsoleError
    passing: bool
    may_have_acted: bool
    retry_after: float | None = None

    def __post_init__(self) -> None:
        super().__init__(self.error.message)


class Stage(IntEnum):
    """How far a try got."""

    CONNECTING = 0
    HANDSHAKE = 1
    SENT = 2
    """The request itself, not a proxy's CONNECT, has begun to leave: from here on the platform may act."""


def no_answer(site: CallSite, error: httpx.HTTPError, stage: Stage, deadline: float) -> Failed:
    """From what httpx raised at that stage of a call with that deadline (seconds)."""
    sent = stage is Stage.SENT
    if isinstance(error, httpx.ProxyError):
        return Failed(_proxy(site, error), passing=False, may_have_acted=False)
    if isinstance(error, httpx.ConnectTimeout):
        return Failed(_not_connected(site, connect_seconds(deadline), stage), passing=True, may_have_acted=False)
    if isinstance(error, httpx.ConnectError):
        return no_connection(site, error)
    if isinstance(error, httpx.RemoteProtocolError) and not any(mark in str(error) for mark in _BROKEN_MARKS):
        return Failed(_no_http(site, error), passing=False, may_have_acted=sent)
    return Failed(_broken(site, error), passing=True, may_have_acted=sent)


def late(site: CallSite, seconds: float, stage: Stage) -> Failed:
    """The call's total deadline passed at that stage."""
    if stage is not Stage.SENT:
        return Failed(_not_connected(site, seconds, stage), passing=True, may_have_acted=False)
    error = DeadlineExceeded(
        f"{site.host} did not answer {site.method} {site.path} within {seconds:g} s",
        "The platform may be busy or hanging: try again, then look at its health page",
        site.detail(),
    )
    return Failed(error, passing=True, may_have_acted=True)


def too_large(site: CallSite, limit: int, status: int) -> Failed:
    """The answer passed its size cap."""
    error = TooLarge(
        f"The answer of {site.host} to {site.method} {site.path} is larger than {limit / 2**20:.4g} MiB",
        "It was not read to the end. Ask for less (a filter), or check that the URL is a JFrog Platform",
        site.detail(status),
    )
    return Failed(error, passing=False, may_have_acted=True)


def unreadable(site: CallSite, what: str, status: int) -> Failed:
    """The answer's transfer form is broken."""
    error = BadResponse(
        f"{site.host} answered {site.method} {site.path} with {what}",
        "A proxy in between may damage answers: try again, or go round it",
        site.detail(status),
    )
    return Failed(error, passing=True, may_have_acted=True)


def no_connection(site: CallSite, error: Exception) -> Failed:
    """Nothing was connected; why, is in the error or in what caused it."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failed(TlsUntrusted(*tls.distrust(cause, site.host), site.detail()), False, False)
        if isinstance(cause, ssl.SSLError):
            return Failed(_no_tls(site, cause), passing=False, may_have_acted=False)
        if isinstance(cause, socket.gaierror):
            return Failed(_no_name(site), passing=cause.errno not in _NO_SUCH_NAME, may_have_acted=False)
        if isinstance(cause, ConnectionRefusedError):
            return Failed(_refused(site), passing=True, may_have_acted=False)
    return Failed(_no_way(site, error), passing=True, may_have_acted=False)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and so on; the members of groups too."""
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        found = pending.pop(0)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        pending += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            pending += found.exceptions


def _no_name(site: CallSite) -> Unreachable:
    return Unreachable(
        f"The name {site.host} does not resolve",
        f"Check the URL {site.url} for a typo, then the network or VPN",
        site.detail(),
    )


def _refused(site: CallSite) -> Unreachable:
    return Unreachable(
        f"Nothing listens at {site.host}: the connection was refused",
        f"Check the port in {site.url}, and whether the platform is running",
        site.detail(),
    )


def _not_connected(site: CallSite, seconds: float, stage: Stage) -> Unreachable:
    if stage is Stage.HANDSHAKE:
        return Unreachable(
            f"{site.host} accepted the connection and did not finish the TLS handshake within {seconds:g} s",
            f"Check that the port in {site.url} speaks https",
            site.detail(),
        )
    return Unreachable(
        f"{site.host} did not accept a connection within {seconds:g} s",
        "Check the network, VPN and firewall: packets seem to get lost",
        site.detail(),
    )


def _no_way(site: CallSite, error: Exception) -> Unreachable:
    return Unreachable(
        f"There is no connection to {site.host}: {str(error) or 'it was closed at once'}",
        "Check the network, and whether something in between closes connections",
        site.detail(),
    )


def _no_tls(site: CallSite, cause: ssl.SSLError) -> TlsUntrusted:
    reason = (cause.reason or "no reason given").replace("_", " ").lower()
    return TlsUntrusted(
        f"No TLS connection to {site.host} came about: {reason}",
        "Check that this port speaks https with TLS 1.2 or newer",
        site.detail(),
    )


def _proxy(site: CallSite, error: httpx.ProxyError) -> Unreachable:
    return Unreachable(
        f"The proxy {proxy_for(site.url) or ''} did not let the call to {site.host} through: {error}",
        "Check HTTPS_PROXY, or add the host to NO_PROXY",
        site.detail(),
    )


def _no_http(site: CallSite, error: httpx.RemoteProtocolError) -> BadResponse:
    return BadResponse(
        f"{site.host} does not answer with proper HTTP: {error}",
        f"Check the port in {site.url}: another service may listen there",
        site.detail(),
    )


def _broken(site: CallSite, error: httpx.HTTPError) -> Unreachable:
    return Unreachable(
        f"The connection to {site.host} broke before the answer was complete ({str(error) or type(error).__name__})",
        "Try again; if it stays, look at the proxy or load balancer in between",
        site.detail(),
    )
