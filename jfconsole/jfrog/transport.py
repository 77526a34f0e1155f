"""The transport: every call to a platform goes through here, and nothing else sends anything."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import BadResponse, ConsoleError, OutcomeUnknown, ReadOnly, TlsUntrusted
from jfconsole.domain.request_log import LogEntry, RequestLog
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.secret import Secret
from jfconsole.jfrog import bodies, envelopes, failures, retry, tls
from jfconsole.jfrog.auth import OriginAuth
from jfconsole.jfrog.client import HEADERS, Lanes, connect_seconds
from jfconsole.jfrog.clock import Clock, SystemClock
from jfconsole.jfrog.failures import Failed, Stage
from jfconsole.jfrog.proxies import proxy_for
from jfconsole.jfrog.sender import Answer
from jfconsole.jfrog.site import CallSite, request_id

T = TypeVar("T")

_READING: Final = frozenset({"GET", "HEAD"})
_PASSING: Final = frozenset({429, 502, 503, 504})
_LOST: Final = frozenset({502, 504})
"""A gateway had the request and no answer: the platform may have acted."""


class Transport:
    """Sends requests to one platform, under the rules that hold everywhere.

    Credentials go to the connection's origin only; no redirect is followed; a read-only connection sends nothing but
    GET and HEAD; each try has a total deadline and the answer a cap on its decoded size; calls are repeated by
    their class; what goes wrong becomes one family of errors. Lives in the loop in which it was entered.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        log: RequestLog | None = None,
        clock: Clock | None = None,
        pause: retry.Pause | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.connection = connection
        self._auth = OriginAuth(connection.url, connection.token)
        self._log = log or RequestLog()
        self._clock = clock or SystemClock()
        self._pause = pause or retry.Pause()
        self._context = context
        self._lanes: Lanes | None = None

    async def __aenter__(self) -> Self:
        """Raises UsageError when the connection's certificates are of no use."""
        self._lanes = Lanes(self.connection.url, self._trust(), clock=self._clock)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lanes is not None:
            await self._lanes.aclose()

    def sibling(self) -> Transport:
        """Another transport to the same platform, for another loop. Log, clock, trust and pauses are shared."""
        return Transport(self.connection, log=self._log, clock=self._clock, pause=self._pause, context=self._trust())

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Send the request, repeat it as its class allows, decode the answer.

        Raises the ConsoleError family. OutcomeUnknown stands for every failure of a change that may have happened.
        """
        self._refuse_writes(request)
        return self._decoded(request, await self._logged(request), decode)

    def _trust(self) -> ssl.SSLContext:
        if self._context is None:
            secure = self.connection.url.startswith("https:")
            self._context = tls.platform_context(self.connection) if secure else tls.trusting_nobody()
        return self._context

    def _refuse_writes(self, request: Request) -> None:
        if self.connection.read_only and request.method not in _READING:
            raise ReadOnly(
                f"Read-only: {request.method} {request.path} was not sent",
                "Start without read-only mode to make changes",
                self._site(request).detail(),
            )

    async def _logged(self, request: Request) -> Answer:
        at, tries = self._clock.time(), retry.Tries(self._clock)
        error = "CancelledError"
        try:
            answer = await self._answered(request, tries)
            tries.status, tries.request_id, error = answer.status, request_id(answer.headers), ""
            return answer
        except ConsoleError as raised:
            tries.status, tries.request_id = raised.detail.status, raised.detail.request_id
            error = type(raised).__name__
            raise
        finally:
            self._log.add(_entry(request, tries, at, error))

    async def _answered(self, request: Request, tries: retry.Tries) -> Answer:
        while True:
            await tries.waiting(self._pause.over(self._clock))
            tries.made += 1
            try:
                return await self._try(request)
            except Failed as failed:
                tries.may_have_acted |= failed.may_have_acted
                wait = retry.next_wait(request, failed, tries)
                self._hold_back(failed)
                if wait is None:
                    raise await self._final(request, failed, tries) from failed
                await tries.waiting(self._clock.sleep(wait), asked=failed.retry_after is not None)

    def _hold_back(self, failed: Failed) -> None:
        """After a 429 the whole pool waits, not this call alone."""
        seconds = failed.retry_after or retry.FIRST_WAIT
        if retry.is_rate_limit(failed) and seconds <= retry.LONGEST_ASKED:
            self._pause.hold(self._clock, seconds)

    async def _try(self, request: Request) -> Answer:
        trail = _Trail()
        try:
            async with asyncio.timeout(request.deadline):
                return await self._exchange(request, trail)
        except TimeoutError as error:
            raise failures.late(self._site(request), request.deadline, trail.stage) from error
        except httpx.HTTPError as error:
            raise failures.no_answer(self._site(request), error, trail.stage, request.deadline) from error

    async def _exchange(self, request: Request, trail: _Trail) -> Answer:
        assert self._lanes is not None, "the transport was not entered"
        built = self._built(request, trail)
        async with self._lanes.lane() as lane:
            response = await lane.handle_async_request(built)
            try:
                return await self._read(request, response)
            finally:
                await response.aclose()

    def _built(self, request: Request, trail: _Trail) -> httpx.Request:
        built = httpx.Request(
            request.method,
            f"{self.connection.url}{request.target}",
            content=_content(request),
            headers=_headers(request),
            extensions={"trace": trail, "timeout": {"connect": connect_seconds(request.deadline)}},
        )
        if not request.anonymous:
            other = request.secrets[request.as_token] if request.as_token else None
            self._auth.sign(built, other, request.as_user)
        return built

    async def _read(self, request: Request, response: httpx.Response) -> Answer:
        if not response.is_success:
            raise await self._refusal(request, response)
        try:
            return Answer(response.status_code, response.headers, await bodies.read(response, request.limit))
        except bodies.OverCap as error:
            raise failures.too_large(self._site(request), request.limit, response.status_code) from error
        except bodies.BadEncoding as error:
            raise failures.unreadable(self._site(request), str(error), response.status_code) from error

    async def _refusal(self, request: Request, response: httpx.Response) -> Failed:
        site, status, headers = self._site(request), response.status_code, response.headers
        if status < 400:
            return Failed(envelopes.redirection(site, status, headers), passing=False, may_have_acted=False)
        said = envelopes.parse(await bodies.read_start(response, envelopes.START))
        wait = retry.retry_after(headers.get("retry-after"), self._clock.time())
        return Failed(
            envelopes.rejection(site, status, headers, said, wait),
            passing=status in _PASSING,
            may_have_acted=status in _LOST or (status == 503 and not said.spoken),
            retry_after=wait,
        )

    async def _final(self, request: Request, failed: Failed, tries: retry.Tries) -> ConsoleError:
        if tries.may_have_acted and request.call_class is not CallClass.SAFE:
            return _outcome_unknown(request, failed.error)
        if isinstance(failed.error, TlsUntrusted):
            await self._add_fingerprint(failed.error)
        return failed.error

    async def _add_fingerprint(self, error: TlsUntrusted) -> None:
        parts = urlsplit(self.connection.url)
        if parts.hostname and proxy_for(self.connection.url) is None:
            fingerprint = await tls.presented_fingerprint(parts.hostname, parts.port or 443)
            error.hint += f". The server presented the certificate with SHA-256 {fingerprint}" if fingerprint else ""

    def _decoded(self, request: Request, answer: Answer, decode: Callable[[Answer], T]) -> T:
        try:
            return decode(answer)
        except BadResponse as error:
            text = error.detail.server_text
            error.detail = self._site(request).detail(answer.status, answer.headers, server_text=text)
            if request.call_class is CallClass.SAFE:
                raise
            raise _outcome_unknown(request, error) from error

    def _site(self, request: Request) -> CallSite:
        connection = self.connection
        return CallSite(
            connection.url, connection.host, request.method, request.path, connection.source, request.anonymous
        )


_WITH_BODY: Final = {**HEADERS, "Content-Type": "application/json"}
_WITH_TEXT: Final = {**HEADERS, "Content-Type": "text/plain"}


class _Trail:
    """Hears from httpcore how far a try has got."""

    def __init__(self) -> None:
        self.stage = Stage.CONNECTING

    async def __call__(self, event: str, info: Mapping[str, object]) -> None:
        if event.endswith("start_tls.started"):
            self.stage = Stage.HANDSHAKE
        elif event == _LEAVES and getattr(info["request"], "method", b"") != b"CONNECT":
            self.stage = Stage.SENT


_LEAVES: Final = "http11.send_request_headers.started"


def _headers(request: Request) -> Mapping[str, str]:
    kind = _WITH_BODY if request.body is not None else _WITH_TEXT if request.text else HEADERS
    return {**kind, **dict(request.headers)} if request.headers else kind


def _content(request: Request) -> bytes | None:
    """Compact ASCII JSON with the secrets filled in, or the plain text."""
    if request.body is None:
        return request.text.encode() or None
    return json.dumps(_filled(request.body, request.secrets), separators=(",", ":")).encode("ascii")


def _filled(body: Json, secrets: Mapping[str, Secret]) -> Json:
    if not secrets:
        return body
    if isinstance(body, dict):
        return {key: _filled(value, secrets) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, secrets) for value in body]
    if isinstance(body, str) and body.startswith("{{") and body.endswith("}}") and body[2:-2] in secrets:
        return secrets[body[2:-2]].reveal()
    return body


def _outcome_unknown(request: Request, error: ConsoleError) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{request.method} {request.path} was sent and its answer is lost: it may have happened. {error.message}",
        "Look whether it happened before you repeat it",
        error.detail,
    )


def _entry(request: Request, tries: retry.Tries, at: float, error: str) -> LogEntry:
    return LogEntry(
        at=at,
        request=replace(request, secrets={name: Secret("") for name in request.secrets}),
        status=tries.status,
        error=error,
        ms=tries.seconds * 1000,
        attempts=tries.made,
        request_id=tries.request_id,
    )
