"""Where requests enter and answers leave: the log, the faults, the headers, and the moment of durability."""

import asyncio
import logging
import time
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jfconsole.sandbox import future
from jfconsole.sandbox.connection import Connection, connection_of
from jfconsole.sandbox.errors import Message as Words
from jfconsole.sandbox.faults import Fault, FaultBook, Reply, reply_of
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.request_log import Arrival, RequestLog

CONTROL = "/_sandbox"
_BODY_CAP = 8 << 20
_TRUNCATED_BY = 1000
_TOO_LARGE = Reply(
    413, [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")], Words.BODY_TOO_LARGE.encode()
)

logger = logging.getLogger("jfconsole.sandbox")


class Edge:
    """Outermost application. Answers are complete before they leave, so that any of them can be spoilt."""

    def __init__(self, app: ASGIApp, platform: Platform, log: RequestLog, faults: FaultBook) -> None:
        self._app = app
        self._platform = platform
        self._log = log
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is not None and scope["path"].startswith(CONTROL):
            self._platform.state.changes.answer(None)
            await _send(await self._handle(scope, body), send)
            return
        arrival = self._note(scope, body or b"")
        if body is None:
            arrival.status = _TOO_LARGE.status
            await _send(_TOO_LARGE, send)
        else:
            await self._exchange(scope, body, arrival, send)

    def _note(self, scope: Scope, body: bytes) -> Arrival:
        return self._log.arrived(
            time=self._platform.clock.precise(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=scope["headers"],
            body=body,
        )

    async def _exchange(self, scope: Scope, body: bytes, arrival: Arrival, send: Send) -> None:
        faults = self._faults.strike(arrival.method, arrival.path)
        arrival.fault = "+".join(fault.kind for fault in faults) or None
        await _wait(faults, "before")
        last = faults[-1] if faults and faults[-1].kind != "latency" else None
        reply = None
        if last is None or last.acts:
            reply = await self._act(scope, body, arrival)
        await _wait(faults, "after")
        await self._deliver(reply, last, arrival, scope, send)

    async def _act(self, scope: Scope, body: bytes, arrival: Arrival) -> Reply:
        self._platform.state.changes.answer(arrival.seq)
        reply = await self._handle(scope, body)
        arrival.acted = True
        arrival.token_id = scope["state"].get("token_id")
        if self._platform.future:
            reply.body = future.age(reply.body)
        if scope["path"].startswith(("/artifactory", "/v2")):
            reply.headers += self._artifactory_headers()
        return reply

    async def _deliver(
        self, reply: Reply | None, fault: Fault | None, arrival: Arrival, scope: Scope, send: Send
    ) -> None:
        connection = connection_of(scope["state"]) if fault else None
        if connection and fault and fault.kind == "drop":
            connection.reset() if fault.how == "reset" else connection.hang_up()
            return
        if fault and (reply is None or fault.kind not in ("drip", "truncate")):
            reply = reply_of(fault, time.time())
        assert reply is not None
        arrival.status = reply.status
        if connection and fault and fault.kind == "truncate":
            await _send(reply, send, missing=_TRUNCATED_BY)
            connection.hang_up()
        elif connection and fault and fault.kind == "drip":
            await _drip(reply, fault, connection, send)
        else:
            await _send(reply, send)

    async def _handle(self, scope: Scope, body: bytes) -> Reply:
        """Run the application on a body already read; what it changed is durable when this returns."""
        reply = Reply(500, [], b"")

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status, reply.headers = message["status"], list(message["headers"])
            else:
                reply.body += message.get("body", b"")

        scope.setdefault("state", {})
        try:
            await self._app(scope, receive, send)
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
        self._platform.state.commit()
        return reply

    def _artifactory_headers(self) -> list[tuple[bytes, bytes]]:
        """What Artifactory puts on every reply (recordings in JupiterOne/graph-artifactory)."""
        version, identity = self._platform.emulation.artifactory, self._platform.identity
        return [
            (b"x-jfrog-version", f"Artifactory/{version} {version.revision}".encode()),
            (b"x-artifactory-id", identity.instance.encode()),
            (b"x-artifactory-node-id", identity.node.encode()),
            (b"x-request-id", uuid.uuid4().hex.encode()),
        ]


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None if it is too large or the client gave up."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > _BODY_CAP:
            return None
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _wait(faults: list[Fault], when: str) -> None:
    for fault in faults:
        if fault.kind == "latency" and fault.when == when:
            await asyncio.sleep(fault.seconds)


def _head(reply: Reply, length: int) -> Message:
    """Status and headers, with the length that is announced."""
    headers = [(name, value) for name, value in reply.headers if name != b"content-length"]
    if reply.status >= 200 and reply.status not in (204, 304):
        headers.append((b"content-length", str(length).encode()))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _send(reply: Reply, send: Send, missing: int = 0) -> None:
    """Send an answer; with `missing`, announce that many bytes more than come, and leave it unfinished."""
    await send(_head(reply, len(reply.body) + missing))
    await send({"type": "http.response.body", "body": reply.body, "more_body": missing > 0})


async def _drip(reply: Reply, fault: Fault, connection: Connection, send: Send) -> None:
    await send(_head(reply, len(reply.body)))
    for start in range(0, len(reply.body), fault.chunk):
        if connection.gone:
            return
        await send({"type": "http.response.body", "body": reply.body[start : start + fault.chunk], "more_body": True})
        await asyncio.sleep(fault.seconds)
    await send({"type": "http.response.body", "body": b"", "more_body": False})
