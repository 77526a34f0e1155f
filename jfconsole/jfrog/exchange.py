"""Exchanging an ID token for an access token: `POST /access/api/v1/oidc/token`, without credentials.

Source: JFrog REST API "OIDC Token Exchange"; jfrog-client-go (CreateOidcTokenParams, OidcTokenResponseData);
jfrog-credentials-provider internal/handlers/jfrog.go. An exchanged token cannot be refreshed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from jfconsole.domain.errors import ErrorDetail, NotAuthenticated, NotFound, OutcomeUnknown, Rejected
from jfconsole.domain.fields import JsonObject, said
from jfconsole.domain.requests import WRITE_DEADLINE, CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted, visible
from jfconsole.jfrog.answers import typed
from jfconsole.jfrog.sender import Answer, Sender

PATH: Final = "/access/api/v1/oidc/token"

_GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 (a name of RFC 8693)
_PLACE_HOLDER: Final = "subject_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeOrder:
    """What to ask for. `provider` is the integration's name, `token` the workload's ID token.

    `mapping` asks for one mapping by name, `project` for those of a project first. `audience` and `provider_type`
    are sent when given: clients do, and the platform is not known to need them.
    """

    provider: str
    token: Secret
    mapping: str | None = None
    project: str | None = None
    audience: str | None = None
    provider_type: str | None = None
    reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """An access token that an exchange gave. `expires_in` is in seconds.

    `username` is what clients that want a user name must send. Inferred: `reference_token` is called as where tokens
    are created.
    """

    access_token: Secret
    token_type: Untrusted | None = None
    expires_in: int | None = None
    scope: Untrusted | None = None
    issued_token_type: Untrusted | None = None
    username: Untrusted | None = None
    reference_token: Secret | None = None


class Reason(StrEnum):
    """Why a platform refused an exchange. The values are stable: reports and scripts name them."""

    AUDIENCE = "audience"
    KEYS = "keys"
    CREDENTIALS = "credentials"
    NO_PROVIDER = "no-provider"
    NO_MAPPING = "no-mapping"
    INPUT = "input"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal means. `causes` are what it can be, most likely first; all texts are cleaned."""

    reason: Reason
    sentence: str
    causes: tuple[str, ...]


class _Body(msgspec.Struct, frozen=True):
    access_token: str
    token_type: str | None = None
    expires_in: int | None = None
    scope: str | None = None
    issued_token_type: str | None = None
    username: str | None = None
    reference_token: str | None = None


_MEANINGS: Final[Sequence[tuple[str, Reason, str, tuple[str, ...]]]] = (
    (
        "invalid audience",
        Reason.AUDIENCE,
        "The token is meant for another audience than the integration wants",
        (
            "The workload asked for another audience, or for none: compare the token's aud with the integration's",
            "The integration's audience was changed",
        ),
    ),
    (
        "failed to get public key",
        Reason.KEYS,
        "The platform could not get the key that the token was signed with",
        (
            "The platform cannot reach the issuer's discovery document or its keys",
            "The provider URL is not the issuer's, for a slash at the end or another spelling",
            "The issuer no longer publishes the key (kid) that signed the token",
        ),
    ),
    (
        "provider not found",
        Reason.NO_PROVIDER,
        "There is no integration of that name",
        ("The name that is sent is not the integration's",),
    ),
    (
        "mapping matched",
        Reason.NO_MAPPING,
        "No identity mapping admits the token",
        ("A claim differs: simulate the token", "The mapping belongs to a project that was not named"),
    ),
)
"""What the platform's text holds, and what it means. Sources: setup-jfrog-cli#270, #155; JFrog's own agent skills."""

_CREDENTIALS: Final = (
    "No identity mapping admits the token: a claim differs",
    "The integration's name is another than the one that was sent",
    "The token has expired, or was signed by somebody else",
)
"""What `401 Bad Credentials` can mean. Inferred: which of them it is, the platform does not say."""


def exchange_request(order: ExchangeOrder) -> Request:
    """The exchange. The ID token is a place holder in the body, so that it gets into no log."""
    body: JsonObject = {
        "grant_type": _GRANT,
        "subject_token_type": _ID_TOKEN,
        "subject_token": f"{{{{{_PLACE_HOLDER}}}}}",
        "provider_name": order.provider,
        **said(
            identity_mapping_name=order.mapping,
            project_key=order.project,
            audience=order.audience,
            provider_type=order.provider_type,
            include_reference_token=True if order.reference else None,
        ),
    }
    return Request(
        method="POST",
        path=PATH,
        call_class=CallClass.CREATE,
        body=body,
        secrets={_PLACE_HOLDER: order.token},
        deadline=WRITE_DEADLINE,
        anonymous=True,
    )


async def exchange(sender: Sender, order: ExchangeOrder) -> Exchanged:
    """Exchange an ID token. Raises Rejected with what the refusal means, or another of the ConsoleError family.

    It is not repeated when the answer is lost: a token may have been made, which nobody has and which lapses.
    """
    try:
        return await sender.send(exchange_request(order), _decode)
    except Rejected as error:
        raise _explained(error) from error
    except OutcomeUnknown as error:
        raise OutcomeUnknown(
            "The answer to the exchange is lost: the platform may have made a token, which nobody has",
            "Exchange again; a token that was made lapses by itself",
            error.detail,
        ) from error


def refusal(detail: ErrorDetail) -> Refusal:
    """What the platform's answer to an exchange means."""
    text = (detail.server_text or "").lower()
    for words, reason, sentence, causes in _MEANINGS:
        if words in text:
            return Refusal(reason, sentence, causes)
    if detail.status == 401:
        return Refusal(Reason.CREDENTIALS, "The platform does not accept the token for any identity", _CREDENTIALS)
    if detail.status == 404:
        return Refusal(Reason.NO_PROVIDER, "There is no integration of that name, or no exchange", ())
    if detail.status == 400:
        return Refusal(Reason.INPUT, "The platform cannot use what was sent", ("The token is cut short or no JWT",))
    return Refusal(Reason.OTHER, "The platform refused the exchange", ())


def _decode(answer: Answer) -> Exchanged:
    body = typed(answer, _Body)
    return Exchanged(
        access_token=Secret(body.access_token),
        token_type=_untrusted(body.token_type),
        expires_in=body.expires_in,
        scope=_untrusted(body.scope),
        issued_token_type=_untrusted(body.issued_token_type),
        username=_untrusted(body.username),
        reference_token=Secret(body.reference_token) if body.reference_token else None,
    )


def _explained(error: Rejected) -> Rejected:
    """The same error in the words of an exchange; rate limits and failures of the platform stay as they are."""
    if not isinstance(error, NotAuthenticated | NotFound) and error.detail.status != 400:
        return error
    meaning = refusal(error.detail)
    said_words = visible((error.detail.server_text or "")[:300])
    message = f"{meaning.sentence}: “{said_words}”" if said_words else meaning.sentence
    return type(error)(message, "; or: ".join(meaning.causes), error.detail)


def _untrusted(text: str | None) -> Untrusted | None:
    return None if text is None else Untrusted(text)
