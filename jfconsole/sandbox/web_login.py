"""Signing a client in through the browser: the client names a session, a person confirms it, the client gets a token.

Source: jfrog/jfrog-client-go:access/services/login.go (the two calls, 400 while nobody has confirmed); the page's
address is that of jfrog/jfrog-skills (jfrog-login-flow.md). The page itself is our own.
"""

import html
import uuid
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import scopes
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.issuing import Issuer, TokenRequest
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import TokenRecord

_BASE = "/api/v2/authentication/jfrog_client_login"
_SESSIONS = 100
_SECONDS = 300
"""How long a session waits for a person: as long as the client asks (defaultMaxWait)."""


@dataclass(slots=True)
class _Session:
    """A client that waits. `token` is there once a person has confirmed."""

    since: float
    token: TokenRecord | None = None


class WebLoginArea:
    """The sessions, in memory alone: a restart forgets them, and a token is handed over once."""

    def __init__(self, platform: Platform, gate: Gate, issuer: Issuer) -> None:
        self._platform = platform
        self._gate = gate
        self._issuer = issuer
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def access_routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [
            Route(f"{_BASE}/request", self.ask, methods=["POST"]),
            Route(f"{_BASE}/token/{{session}}", self.token, methods=["GET"]),
        ]

    def page_routes(self) -> list[Route]:
        """Routes under `/ui`."""
        return [Route("/login", self.page, methods=["GET"]), Route("/login", self.confirm, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """Begin a session; needs no credentials."""
        session = f.text(await f.read_fields(request), "session", 100) or ""
        if not _is_uuid(session):
            raise bad_request(Message.INVALID_FIELD.format(field="session"))
        while len(self._sessions) >= _SESSIONS:
            self._sessions.popitem(last=False)
        self._sessions[session] = _Session(self._platform.clock.now())
        return Response(status_code=200)

    async def token(self, request: Request) -> Response:
        """The token, once; 400 until a person has confirmed. Inferred: 400 for a session that nobody began, too."""
        name = request.path_params["session"]
        found = self._live(name)
        if found is None or found.token is None:
            raise bad_request(Message.INVALID_FIELD.format(field="session"))
        del self._sessions[name]
        return JSONResponse(self._issuer.answer(found.token, reference=False))

    async def page(self, request: Request) -> Response:
        """What a person sees, once signed in."""
        caller = self._gate.artifactory(request)
        session = request.query_params.get("jfClientSession", "")
        if self._live(session) is None:
            return HTMLResponse("<p>No client waits with this session. Begin again in the client.</p>", 404)
        client, code = request.query_params.get("jfClientName", ""), html.escape(session[-4:])
        words = f"Let {html.escape(client)} in as {html.escape(caller.username)}? It shows the code <b>{code}</b>."
        return HTMLResponse(f'<form method="post"><p>{words}</p><button>Let it in</button></form>')

    async def confirm(self, request: Request) -> Response:
        """Let the client in as whoever is signed in. Inferred: with all of the user's rights, for a year."""
        caller = self._gate.artifactory(request)
        found = self._live(request.query_params.get("jfClientSession", ""))
        if found is None:
            return HTMLResponse("<p>No client waits with this session. Begin again in the client.</p>", 404)
        scope = scopes.ADMIN if caller.admin else scopes.USER
        found.token = self._issuer.create(caller, TokenRequest.of({"scope": scope, "refreshable": True}))
        return HTMLResponse("<p>The client is let in. You can close this page.</p>")

    def _live(self, session: str) -> _Session | None:
        found = self._sessions.get(session)
        return found if found and self._platform.clock.now() - found.since <= _SECONDS else None


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
