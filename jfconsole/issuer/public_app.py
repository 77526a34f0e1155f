"""What the public server answers: discovery and keys of the issuers, to GET and HEAD, and nothing else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.issuer.documents import Document, documents

_Scope: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

METHODS: Final = ("GET", "HEAD")

SAFE_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*"}
"""Anyone may read public keys, scripts of web pages too: SPIRE, OpenBao and oidc-provider send the same."""


class PublicApp:
    """An ASGI application over the public state, read anew for each request: a rotation elsewhere shows at once.

    A request must name the host of the issuer it asks for, or one of `own_hosts`, where the server listens itself.
    `hit` is told of every answer: time, method, path, status.
    """

    def __init__(
        self,
        state: Callable[[], IssuerState],
        own_hosts: frozenset[str],
        hit: Callable[[float, str, str, int], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._own_hosts = own_hosts
        self._hit = hit
        self._clock = clock
        self.statuses: Counter[int] = Counter()

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        response = await self._answer(request)
        self.statuses[response.status_code] += 1
        if self._hit is not None:
            self._hit(self._clock(), request.method, request.url.path, response.status_code)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in METHODS:
            return _refusal(405, "Only GET and HEAD", {"Allow": ", ".join(METHODS)})
        if request.headers.get("transfer-encoding") or request.headers.get("content-length", "0") != "0":
            return _refusal(413, "A body is not wanted")
        if len(request.headers.getlist("host")) != 1:
            return _refusal(400, "One Host is needed")
        try:
            state = await run_in_threadpool(self._state)
            found = self._find(state, request)
        except ConsoleError:
            return _refusal(503, "The keys cannot be read at the moment", {"Retry-After": "5"})
        if isinstance(found, int):
            return _refusal(found, "There is nothing here" if found == 404 else "This host is not served here")
        return _document(found, request.headers.get("if-none-match"))

    def _find(self, state: IssuerState, request: Request) -> Document | int:
        """The document that is asked for, or the status of a refusal. The path is taken as it came, undecoded."""
        host = request.headers["host"].lower()
        path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        known = host in self._own_hosts
        for name in state.issuers:
            url = urlsplit(state.url(name))
            known = known or host == url.netloc
            if host != url.netloc and host not in self._own_hosts:
                continue
            for document in documents(state, name, int(self._clock())) if path.startswith(url.path) else ():
                if path == url.path + document.path:
                    return document
        return 404 if known else 421


def _document(document: Document, known: str | None) -> Response:
    etag = f'"{document.digest}"'
    headers = {"ETag": etag, "Cache-Control": document.cache_control, **SAFE_HEADERS}
    if known is not None and (
        known.strip() == "*" or etag in [part.strip().removeprefix("W/") for part in known.split(",")]
    ):
        return Response(status_code=304, headers=headers)
    return Response(document.body, headers={**headers, "Content-Type": document.content_type})


def _refusal(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Connection": "close"}
    return PlainTextResponse(f"{words}\n", status, {**kept, **(headers or {})})
