"""Access tokens on the wire: `/access/api/v1/tokens`. Source of each call: JFrog REST API, "Access Tokens"."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import msgspec

from jfconsole.domain.errors import NotFound, Rejected
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.jwt import DecodedJwt, decode
from jfconsole.domain.requests import LIST_DEADLINE, TOKEN_LIST_LIMIT, WRITE_DEADLINE, CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.tokens import PERSISTENCY_THRESHOLD, Token
from jfconsole.jfrog.answers import nothing, typed
from jfconsole.jfrog.paths import segment
from jfconsole.jfrog.sender import Answer, Sender

_PATH: Final = "/access/api/v1/tokens"
_VALUE: Final = "token"


class TokenOrder(StrEnum):
    """What the platform can sort its token list by."""

    CREATED = "created"
    TOKEN_ID = "token_id"  # noqa: S105 (a name)
    OWNER = "owner"
    SUBJECT = "subject"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenQuery:
    """The documented filters of the token list; None leaves one out.

    `description` may end in `*`, `scope` (a group or project; newer platforms only) may start and end with it.
    Source: JFrog REST API "Get Tokens".
    """

    username: str | None = None
    description: str | None = None
    token_id: str | None = None
    scope: str | None = None
    refreshable: bool | None = None
    order_by: TokenOrder | None = None
    descending: bool | None = None

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """As query parameters, in a fixed order."""
        named = (
            ("username", self.username),
            ("description", self.description),
            ("token_id", self.token_id),
            ("scope", self.scope),
            ("refreshable", self.refreshable),
            ("order_by", self.order_by),
            ("descending_order", self.descending),
        )
        return tuple((name, _parameter(value)) for name, value in named if value is not None)


EVERYTHING: Final = TokenQuery()


@dataclass(frozen=True, slots=True, eq=False)
class TokenList:
    """One answer of the list call. `digest` is of its bytes: equal digests mean that nothing changed."""

    tokens: tuple[Token, ...]
    digest: bytes


class Revocation(StrEnum):
    """What came of asking for a revocation."""

    REVOKED = "revoked"
    ALREADY_GONE = "already gone"
    NOT_REVOCABLE = "not revocable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedToken:
    """What the platform answers once, and never tells again. `expires_in` is in seconds, None for never.

    Source: JFrog administration reference "createToken"; a missing `expires_in` means never (jfrog-cli
    access_test.go).
    """

    token_id: str
    access_token: Secret
    refresh_token: Secret
    reference_token: Secret
    expires_in: int | None
    scope: Untrusted
    """Empty secrets and texts were not in the answer."""


class _Created(msgspec.Struct, frozen=True):
    access_token: str
    token_id: str = ""
    refresh_token: str = ""
    reference_token: str = ""
    expires_in: int | None = None
    scope: Untrusted = Untrusted("")


class _TokenPage(msgspec.Struct, frozen=True):
    tokens: tuple[Token, ...]


def list_request(query: TokenQuery = EVERYTHING) -> Request:
    """All tokens for an admin, one's own for everybody else. The platform does not page this list."""
    return Request(
        method="GET",
        path=_PATH,
        query=query.parameters(),
        call_class=CallClass.SAFE,
        limit=TOKEN_LIST_LIMIT,
        deadline=LIST_DEADLINE,
    )


async def fetch_list(sender: Sender, query: TokenQuery = EVERYTHING, previous: TokenList | None = None) -> TokenList:
    """The token list. With `previous`, that very object comes back when the platform's answer has not changed."""

    def decode(answer: Answer) -> TokenList:
        digest = hashlib.sha256(answer.body).digest()
        if previous is not None and previous.digest == digest:
            return previous
        return TokenList(decode_list(answer), digest)

    return await sender.send(list_request(query), decode)


def decode_list(answer: Answer) -> tuple[Token, ...]:
    """The tokens of a list answer."""
    return typed(answer, _TokenPage).tokens


def token_request(token_id: str) -> Request:
    """The call that reads one token."""
    return Request(method="GET", path=f"{_PATH}/{segment(token_id)}", call_class=CallClass.SAFE)


async def fetch(sender: Sender, token_id: str) -> Token:
    """One token. Raises NotFound also for tokens that were too short-lived to be stored."""
    try:
        return await sender.send(token_request(token_id), lambda answer: typed(answer, Token))
    except NotFound as error:
        raise NotFound(
            error.message,
            f"It was revoked, or lives less than {PERSISTENCY_THRESHOLD // 3600} h: such are not stored by default",
            error.detail,
        ) from error


async def fetch_own(sender: Sender) -> Token:
    """The token that the sender itself uses."""
    return await fetch(sender, "me")


def create_request(wanted: JsonObject) -> Request:
    """Make a token from the fields of a `TokenRequest`. The platform keeps no key by which a second one is refused."""
    return Request(method="POST", path=_PATH, call_class=CallClass.CREATE, body={**wanted}, deadline=WRITE_DEADLINE)


def created(answer: Answer) -> CreatedToken:
    """The token that was made. An answer without its id still has it inside the token."""
    found = typed(answer, _Created)
    return CreatedToken(
        token_id=found.token_id or _id_in(found.access_token),
        access_token=Secret(found.access_token),
        refresh_token=Secret(found.refresh_token),
        reference_token=Secret(found.reference_token),
        expires_in=found.expires_in or None,
        scope=found.scope,
    )


def revoke_request(token_id: str) -> Request:
    """Revoke one token by its id; repeating it changes nothing."""
    return Request(
        method="DELETE",
        path=f"{_PATH}/{segment(token_id)}",
        call_class=CallClass.IDEMPOTENT,
        deadline=WRITE_DEADLINE,
    )


async def revoke(sender: Sender, token_id: str) -> Revocation:
    """Ask for a revocation. Raises the ConsoleError family for everything that is no outcome of its own."""
    try:
        return await sender.send(revoke_request(token_id), revocation)
    except Rejected as error:
        outcome = refused_revocation(error)
        if outcome is None:
            raise
        return outcome


def revocation(answer: Answer) -> Revocation:
    """200 means revoked, 204 that there is no such token (any more). Source: JFrog REST API "Revoke Token by ID"."""
    nothing(answer)
    return Revocation.ALREADY_GONE if answer.status == 204 else Revocation.REVOKED


def refused_revocation(error: Rejected) -> Revocation | None:
    """The outcome that a refusal stands for; None when it is an error.

    Short-lived tokens answer 400 `Token not revocable` (idcmp/artifactory-secrets-plugin#3). Inferred: a 404 of
    Access itself (its envelope, code NOT_FOUND) means gone, as the documented 204 does.
    """
    said = (error.detail.server_text or "").lower()
    if error.detail.status == 400 and "not revocable" in said:
        return Revocation.NOT_REVOCABLE
    if error.detail.status == 404 and error.detail.code == "NOT_FOUND":
        return Revocation.ALREADY_GONE
    return None


def own_request(value: Secret) -> Request:
    """The call that reads a token, made with that very token: a proof that it is accepted, and whose it is."""
    return replace(token_request("me"), secrets={_VALUE: value}, as_token=_VALUE)


async def fetch_by_value(sender: Sender, value: Secret) -> Token:
    """What the platform says of a token to its bearer.

    Raises NotAuthenticated when it does not accept it, NotFound also when it accepts and did not store it.
    """
    return await sender.send(own_request(value), lambda answer: typed(answer, Token))


def revoke_value_request(value: Secret) -> Request:
    """Revoke a token by its value, a JWT or a reference token; administrators only. Repeating it changes nothing.

    Source: JFrog REST API "Revoke Token by Value" (a DELETE with a body, Artifactory 7.68 and newer).
    """
    return Request(
        method="DELETE",
        path=f"{_PATH}/revoke",
        call_class=CallClass.IDEMPOTENT,
        body={"token": "{{token}}"},
        secrets={_VALUE: value},
        deadline=WRITE_DEADLINE,
    )


def refresh_request(refresh_token: Secret, access_token: Secret | None) -> Request:
    """A new pair for an old one, which is dead from then on. Both are shown once.

    The caller must be the user of the token. With the old access token it is made by that very token, which is good
    enough even when it expired a short while ago; else by the connection's.
    Source: jfrog-client-go access/services/accesstoken.go (RefreshToken, handleUnauthenticated).
    """
    proof = {} if access_token is None else {"access_token": access_token}
    return Request(
        method="POST",
        path=_PATH,
        call_class=CallClass.CREATE,
        body={
            "grant_type": "refresh_token",
            "refresh_token": "{{refresh_token}}",
            **{name: f"{{{{{name}}}}}" for name in proof},
        },
        secrets={"refresh_token": refresh_token, **proof},
        as_token=next(iter(proof), ""),
        deadline=WRITE_DEADLINE,
    )


def _id_in(value: str) -> str:
    """The token's id is the `jti` of its value."""
    found = decode(value)
    return (found.token_id or "") if isinstance(found, DecodedJwt) else ""


def _parameter(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
