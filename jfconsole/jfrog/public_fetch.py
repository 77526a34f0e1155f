"""Fetching a small public document from a server that is not the platform: an issuer's discovery, its keys.

No credentials, no redirects, https (http on loopback only), five seconds in all, 256 kB. The host's addresses are
looked at first, and the connection goes to one that was looked at: a name that resolves to something else a moment
later leads nowhere. Behind a proxy it is the proxy that resolves names; what the URL itself says is checked all the
same.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

import httpx

from jfconsole.domain.errors import BadResponse, ConsoleError, Redirected, Refused, Unreachable
from jfconsole.domain.issuers import is_public_address, why_not_address, why_not_fetch
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.jfrog import bodies, envelopes, failures, tls
from jfconsole.jfrog.answers import json_object
from jfconsole.jfrog.client import HEADERS, Lanes, connect_seconds
from jfconsole.jfrog.failures import Failed, Stage
from jfconsole.jfrog.proxies import proxy_for
from jfconsole.jfrog.sender import Answer
from jfconsole.jfrog.site import CallSite

LIMIT: Final = 256 * 1024
"""Decoded bytes of one document."""

SECONDS: Final = 5.0
"""What one document may take."""

_REACH: Final = "The platform has to reach it as well: check it from both networks"

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host at a port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A fetched JSON object. `address` is where it came from, empty behind a proxy; `seconds` is how long it took.

    Names of `headers` are in small letters.
    """

    url: str
    content: dict[str, Json]
    address: str
    size: int
    seconds: float
    headers: Mapping[str, str]


def public_fetcher(ca_cert: Path | None) -> PublicFetcher:
    """A fetcher that trusts what connections trust. Raises UsageError when `ca_cert` is of no use."""
    return PublicFetcher(tls.trusting_context(ca_cert))


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class PublicFetcher:
    """Fetches documents. `context` says which authorities are trusted, `resolver` which addresses a name has.

    `seconds` is the total time for one document, from looking up the name to the last byte.
    """

    def __init__(self, context: ssl.SSLContext, resolver: Resolve = resolve, seconds: float = SECONDS) -> None:
        self._context = context
        self._resolve = resolver
        self._seconds = seconds

    async def fetch(self, url: str, *, public_only: bool = False) -> Document:
        """The JSON object at a URL. Raises Refused before anything is sent, Unreachable, BadResponse or TooLarge.

        `public_only` refuses private and loopback addresses: for URLs that a document from the network names.
        """
        if reason := why_not_fetch(url):
            raise Refused(f"{visible(url)[:200]} was not fetched. {reason}", "Check the URL")
        site = _site(url)
        started, stage = time.monotonic(), _Stage()
        try:
            async with asyncio.timeout(self._seconds):
                address = await self._address(urlsplit(url), public_only)
                answer = await self._answer(url, address, site, stage)
        except TimeoutError as error:
            raise _told(failures.late(site, self._seconds, stage.reached)) from error
        except httpx.InvalidURL as error:
            raise Refused(f"{visible(url)[:200]} was not fetched: {error}", "Check the URL") from error
        except httpx.HTTPError as error:
            raise _told(failures.no_answer(site, error, stage.reached, self._seconds)) from error
        except Failed as failed:
            raise _told(failed) from failed
        return Document(
            url=url,
            content=_content(answer, site),
            address=address,
            size=len(answer.body),
            seconds=time.monotonic() - started,
            headers=answer.headers,
        )

    async def _address(self, parts: SplitResult, public_only: bool) -> str:
        """An address of the host that may be connected to; empty where a proxy connects."""
        host = parts.hostname or ""
        if proxy_for(parts.geturl()) is not None:
            return ""
        try:
            found = await self._resolve(host, parts.port or (443 if parts.scheme == "https" else 80))
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"The name {visible(host)} does not resolve", f"Check it for a typo. {_REACH}") from error
        for address in found:
            if reason := why_not_address(address, host):
                raise Refused(f"{visible(host)} was not asked. {reason}", "Check the URL, and who answers for the name")
            if public_only and not is_public_address(address):
                raise Refused(
                    f"{visible(host)} was not asked. A document from the network leads to {address}, which is private",
                    "Look at what the discovery document says about where the keys are",
                )
        if not found:
            raise Unreachable(f"The name {visible(host)} has no address", _REACH)
        return found[0]

    async def _answer(self, url: str, address: str, site: CallSite, stage: _Stage) -> Answer:
        parts = urlsplit(url)
        lanes = Lanes(url, self._context, direct=bool(address))
        request = httpx.Request(
            "GET",
            _at(parts, address) if address else url,
            headers={**HEADERS, "Host": parts.netloc},
            extensions={
                "trace": stage,
                "sni_hostname": parts.hostname or "",
                "timeout": {"connect": connect_seconds(self._seconds)},
            },
        )
        try:
            async with lanes.lane() as lane:
                response = await lane.handle_async_request(request)
                try:
                    return await _read(response, site)
                finally:
                    await response.aclose()
        finally:
            await lanes.aclose()


class _Stage:
    """Hears from httpcore how far the call has got."""

    def __init__(self) -> None:
        self.reached = Stage.CONNECTING

    async def __call__(self, event: str, info: object) -> None:
        if event.endswith("start_tls.started"):
            self.reached = Stage.HANDSHAKE
        elif event == "http11.send_request_headers.started":
            self.reached = Stage.SENT


async def _read(response: httpx.Response, site: CallSite) -> Answer:
    status, headers = response.status_code, response.headers
    if 300 <= status < 400:
        raise Redirected(
            f"{site.host} redirects instead of answering ({status}){envelopes.quoted(headers.get('location', ''))}",
            "Redirects are not followed: write the URL that it leads to, if you trust it",
            site.detail(status, headers),
        )
    if status != 200:
        said = envelopes.parse(await bodies.read_start(response, envelopes.START))
        raise BadResponse(
            f"{site.host} has no {site.path}: it answers {status}{envelopes.quoted(said.text)}",
            "Check the URL: the discovery document stands below the issuer's own URL",
            site.detail(status, headers, said.code, said.text),
        )
    try:
        return Answer(status, headers, await bodies.read(response, LIMIT))
    except bodies.OverCap as error:
        raise failures.too_large(site, LIMIT, status) from error
    except bodies.BadEncoding as error:
        raise failures.unreadable(site, str(error), status) from error


def _content(answer: Answer, site: CallSite) -> dict[str, Json]:
    try:
        return json_object(answer)
    except BadResponse as error:
        error.detail = site.detail(answer.status, answer.headers, server_text=error.detail.server_text)
        error.hint = "Check the URL: an issuer answers with JSON there"
        raise


def _told(failed: Failed) -> ConsoleError:
    """The failure, with a hint that is about issuers and not about the platform."""
    failed.error.hint = _REACH
    return failed.error


def _at(parts: SplitResult, address: str) -> str:
    """The URL with the address in the host's place."""
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{host}{port}").geturl()


def _site(url: str) -> CallSite:
    parts = urlsplit(url)
    return CallSite(url, visible(parts.netloc), "GET", visible(parts.path) or "/", "", True)
