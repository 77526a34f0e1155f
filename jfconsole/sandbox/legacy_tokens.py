"""`/artifactory/api/security/token`: the deprecated endpoint, over the same tokens."""

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import scopes
from jfconsole.sandbox.auth import Caller, Gate, bearer_of
from jfconsole.sandbox.errors import Message, Refusal, forbidden
from jfconsole.sandbox.issuing import Issuer, TokenRequest
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import USER_INTERFACE, TokenRecord
from jfconsole.sandbox.signing import BadToken
from jfconsole.sandbox.token_values import TokenValues

_PATH = "/api/security/token"
_MEMBER = "member-of-groups:"
_API = "api:*"
_DEFAULT_EXPIRY = 3600
"""Seconds; the newer endpoint has its own default (help page "Create Token (deprecated)")."""
_DEFAULT_SCOPE = f"{_API} {_MEMBER}*"


class LegacyTokensArea:
    """Create, refresh, list and revoke as jfrog/jfrog-client-go artifactory/services/security.go calls them."""

    def __init__(self, platform: Platform, gate: Gate, values: TokenValues, issuer: Issuer) -> None:
        self._platform = platform
        self._gate = gate
        self._values = values
        self._issuer = issuer

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(_PATH, self.list_tokens, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(f"{_PATH}/revoke", self.revoke, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        """Make or refresh a token; refusals of what was asked come in the words of OAuth."""
        try:
            fields = await f.read_fields(request)
            if f.text(fields, "grant_type", 100) == "refresh_token":
                return self._refresh(request, fields)
            return self._create(self._gate.artifactory(request), fields)
        except Refusal as refusal:
            if refusal.status == 401:
                raise
            return _oauth_error(refusal)

    def _create(self, caller: Caller, fields: f.Fields) -> Response:
        asked = f.text(fields, "scope", 500) or _DEFAULT_SCOPE
        expires_in = f.seconds(fields, "expires_in")
        changed = {"scope": modern_scope(asked), "expires_in": _DEFAULT_EXPIRY if expires_in is None else expires_in}
        record = self._issuer.create(caller, TokenRequest.of({**fields, **changed}))
        return self._answer(record, asked)

    def _refresh(self, request: Request, fields: f.Fields) -> Response:
        record = self._issuer.refresh(
            lambda: self._gate.artifactory(request),
            f.text(fields, "refresh_token", 1024),
            f.text(fields, "access_token", 10_000) or bearer_of(request),
        )
        return self._answer(record, record.scope)

    def _answer(self, record: TokenRecord, scope: str) -> Response:
        full = self._issuer.answer(record)
        full.pop("token_id")
        return _json(full | {"scope": scope, "expires_in": record.expires_in})

    async def list_tokens(self, request: Request) -> Response:
        """All tokens for an administrator, one's own for others, with the fields of old."""
        caller = self._gate.artifactory(request)
        rows = (row for row in self._platform.state.tokens if caller.admin or row.username == caller.username)
        return _json({"tokens": [_row(row) for row in rows]})

    async def revoke(self, request: Request) -> Response:
        """Revoke by value or by id; 200 also when there is nothing to revoke. Inferred: the texts."""
        caller = self._gate.artifactory(request)
        record = self._find(await f.read_fields(request))
        if record is None:
            return PlainTextResponse("Token not found")
        if not caller.admin and record.username != caller.username:
            raise forbidden(Message.FORBIDDEN)
        if record.item.issuer not in (self._platform.identity.access_id, USER_INTERFACE):
            return _oauth_error(Refusal(400, Message.TOKEN_OTHER_INSTANCE))
        if not record.revocable:
            return _oauth_error(Refusal(400, Message.TOKEN_NOT_REVOCABLE))
        self._platform.state.tokens.delete(record.key)
        self._platform.state.refreshes.delete(record.key)
        return PlainTextResponse("Token revoked")

    def _find(self, fields: f.Fields) -> TokenRecord | None:
        token_id, value = f.text(fields, "token_id", 255), f.text(fields, "token", 100_000)
        if value is not None:
            try:
                token_id = self._values.identify(value).jti
            except BadToken:
                return None
        return self._platform.state.tokens.get(token_id or "")


def modern_scope(text: str) -> str:
    """`api:*` and `member-of-groups:` entries in the words of today; anything else stays as it is."""
    kept = []
    for piece in text.split():
        if piece == f"{_MEMBER}*":
            kept.append(scopes.USER)
        elif piece.startswith(_MEMBER):
            kept.append("applied-permissions/groups:" + piece.removeprefix(_MEMBER))
        elif piece != _API:
            kept.append(piece)
    return " ".join(kept) or scopes.USER


def _row(record: TokenRecord) -> dict[str, object]:
    item = record.item
    row: dict[str, object] = {
        "token_id": item.token_id,
        "issuer": item.issuer,
        "subject": item.subject,
        "issued_at": item.issued_at,
        "refreshable": item.refreshable,
    }
    return row if item.expiry is None else row | {"expiry": item.expiry}


def _oauth_error(refusal: Refusal) -> Response:
    """`error` and `error_description`, which clients of this endpoint read (anancarv/python-artifactory)."""
    error = "access_denied" if refusal.status == 403 else "invalid_request"
    body = {"error": error, "error_description": refusal.message}
    return Response(msgspec.json.encode(body), refusal.status, media_type="application/json")


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
