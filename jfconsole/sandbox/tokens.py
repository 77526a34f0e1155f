"""`/access/api/v1/tokens`: access tokens, as administrators and their owners see them."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.auth import Caller, Gate, bearer_of
from jfconsole.sandbox.errors import Message, bad_request, forbidden, not_found
from jfconsole.sandbox.issuing import Issuer, TokenRequest
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import USER_INTERFACE, RevokedToken, TokenItem, TokenRecord
from jfconsole.sandbox.signing import BadToken
from jfconsole.sandbox.token_query import TokenQuery
from jfconsole.sandbox.token_values import TokenValues

_PATH = "/api/v1/tokens"
_REFRESH = "refresh_token"
_CREATE = "client_credentials"


class TokensArea:
    """The endpoints of scoped tokens (help pages "Create Token", "Get Tokens", "Revoke Token by ID" and others)."""

    def __init__(self, platform: Platform, gate: Gate, values: TokenValues, issuer: Issuer) -> None:
        self._platform = platform
        self._gate = gate
        self._values = values
        self._issuer = issuer
        self._encoder = msgspec.json.Encoder()
        self._whole_list: tuple[tuple[int, bool], bytes] | None = None

    def routes(self) -> list[Route]:
        """Routes under `/access`. `revoke` comes before the ids: it is no id."""
        return [
            Route(_PATH, self.list_tokens, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(f"{_PATH}/revoke", self.revoke_by_value, methods=["DELETE"]),
            Route(f"{_PATH}/{{token_id}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{token_id}}", self.revoke, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        """Make a token, or refresh one; 200 either way (jfrog/jfrog-client-go demands it)."""
        fields = await f.read_fields(request)
        grant = f.text(fields, "grant_type", 100) or _CREATE
        if grant == _REFRESH:
            return self._answer(self._refresh(request, fields))
        caller = self._gate.access(request, password=self._platform.settings.basic_token_creation)
        if grant != _CREATE:
            raise bad_request(Message.UNSUPPORTED_GRANT.format(grant=grant))
        wanted = TokenRequest.of(fields)
        return self._answer(self._issuer.create(caller, wanted), reference=wanted.include_reference_token)

    def _refresh(self, request: Request, fields: f.Fields) -> TokenRecord:
        return self._issuer.refresh(
            lambda: self._gate.access(request, any_audience=True),
            f.text(fields, "refresh_token", 1024),
            f.text(fields, "access_token", 10_000) or bearer_of(request),
        )

    def _answer(self, record: TokenRecord, *, reference: bool = False) -> Response:
        return self._json(self._issuer.answer(record, reference=reference))

    async def list_tokens(self, request: Request) -> Response:
        """All tokens for an administrator, one's own for anyone else, without pages."""
        caller = self._gate.access(request)
        if not (caller.admin or caller.scope.user):
            raise forbidden(Message.NOT_USER_OR_ADMIN)
        query = TokenQuery.of(request.query_params)
        if caller.admin and query.is_everything:
            return Response(self._everything(), media_type="application/json")
        rows = (row for row in self._platform.state.tokens if caller.admin or row.username == caller.username)
        return Response(self._list_body(query.apply(rows)), media_type="application/json")

    def _everything(self) -> bytes:
        """The whole list, encoded again only when a token changed."""
        made_from = (self._platform.state.tokens.version, self._platform.settings.scope_in_list)
        if self._whole_list is None or self._whole_list[0] != made_from:
            self._whole_list = made_from, self._list_body(list(self._platform.state.tokens))
        return self._whole_list[1]

    def _list_body(self, rows: list[TokenRecord]) -> bytes:
        return b'{"tokens":' + self._encoder.encode([self._shown(row) for row in rows]) + b"}"

    def _shown(self, row: TokenRecord) -> TokenItem:
        if self._platform.settings.scope_in_list:
            return row.item
        return msgspec.structs.replace(row.item, scope=None)

    async def get(self, request: Request) -> Response:
        """One token by id, or the caller's own as `me`; short ones were never stored and are 404."""
        caller = self._gate.access(request, any_audience=True)
        token_id = self._token_id(request, caller)
        record = self._platform.state.tokens.get(token_id)
        if record is None:
            raise not_found(Message.TOKEN_NOT_FOUND.format(token_id=token_id))
        self._require_own(caller, record)
        return self._json(self._shown(record))

    async def revoke(self, request: Request) -> Response:
        """Revoke by id, or one's own as `me`: 200, or 204 when there is nothing (left) to revoke."""
        caller = self._gate.access(request, any_audience=True)
        token_id = self._token_id(request, caller)
        if caller.token_id == token_id and token_id in self._platform.state.self_revocable:
            self._give_up(token_id)
            return Response(status_code=200)
        record = self._platform.state.tokens.get(token_id)
        if record is None:
            return Response(status_code=204)
        self._require_own(caller, record)
        self._revoke(record)
        return Response(status_code=200)

    def _give_up(self, token_id: str) -> None:
        """Revoke a token that its own bearer may, stored or not (jfrog/terraform-provider-platform#328)."""
        state = self._platform.state
        state.self_revocable.delete(token_id)
        record = state.tokens.delete(token_id)
        state.revoked.put(RevokedToken(token_id, record.item.expiry if record else None))

    async def revoke_by_value(self, request: Request) -> Response:
        """Revoke the JWT or reference token in the body of the DELETE, as JSON or form; administrators only.

        Inferred: a token that is already gone is answered like one just revoked, or with 204 if a reference token
        no longer tells its id.
        """
        self._gate.access(request).require_admin()
        value = f.text(await f.read_fields(request), "token", 100_000)
        if value is None:
            raise bad_request(Message.INVALID_FIELD.format(field="token"))
        try:
            claims = self._values.identify(value)
        except BadToken as bad:
            if bad.reason == "revoked":
                return Response(status_code=204)
            raise bad_request(self._why_unknown(bad)) from bad
        if claims.iss not in (self._platform.identity.access_id, USER_INTERFACE):
            raise bad_request(Message.TOKEN_OTHER_INSTANCE)
        token_id = claims.jti
        record = self._platform.state.tokens.get(token_id)
        if record is not None:
            self._revoke(record)
        return self._json({self._platform.emulation.revoked_id_key: token_id})

    def _why_unknown(self, bad: BadToken) -> str:
        """A foreign signature means another instance; the documentation gives that a 400."""
        if bad.reason == "signature":
            return Message.TOKEN_OTHER_INSTANCE
        return Message.ACCESS_BAD_TOKEN.format(reason=bad.reason)

    def _revoke(self, record: TokenRecord) -> None:
        if record.item.issuer not in (self._platform.identity.access_id, USER_INTERFACE):
            raise bad_request(Message.TOKEN_OTHER_INSTANCE)
        if not record.revocable:
            raise bad_request(Message.TOKEN_NOT_REVOCABLE)
        self._platform.state.tokens.delete(record.key)
        self._platform.state.refreshes.delete(record.key)

    def _token_id(self, request: Request, caller: Caller) -> str:
        named = str(request.path_params["token_id"])
        return caller.token_id or "" if named == "me" else named

    def _require_own(self, caller: Caller, record: TokenRecord) -> None:
        if not caller.admin and record.username != caller.username:
            raise forbidden(Message.TOKEN_NOT_YOURS.format(user=caller.username))

    def _json(self, value: object) -> Response:
        return Response(self._encoder.encode(value), media_type="application/json")
