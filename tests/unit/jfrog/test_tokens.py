from __future__ import annotations

import asyncio
import json

import pytest

from jfconsole.domain.errors import BadResponse, ErrorDetail, NotFound, Rejected, UsageError
from jfconsole.domain.requests import TOKEN_LIST_LIMIT, CallClass
from jfconsole.domain.text import Untrusted
from jfconsole.domain.tokens import Token
from jfconsole.jfrog import tokens
from jfconsole.jfrog.tokens import Revocation, TokenOrder, TokenQuery
from tests.unit.jfrog.recording_sender import RecordingSender, answer

FULL = {
    "token_id": "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10",
    "subject": "jfac@01h0/users/scan-bot",
    "expiry": 1_800_000_000,
    "issued_at": 1_768_464_000,
    "issuer": "jfac@01h0",
    "description": "scanner onboarding",
    "refreshable": True,
    "scope": "applied-permissions/user",
    "last_used": 1_768_550_000,
    "project": "acme",
}
THIN = {"token_id": "a", "subject": "b", "issued_at": 1, "issuer": "c", "refreshable": False}


def rejected(status: int, text: str, code: str = "") -> Rejected:
    kind = NotFound if status == 404 else Rejected
    return kind("no", "", ErrorDetail(status=status, server_text=Untrusted(text), code=Untrusted(code)))


def test_the_list_with_and_without_what_is_optional() -> None:
    full, thin = tokens.decode_list(answer({"tokens": [FULL, THIN | {"future_field": [1]}]}))
    assert full == Token(**FULL)  # type: ignore[arg-type]
    assert full.username == "scan-bot"
    assert (thin.expiry, thin.description, thin.scope, thin.last_used, thin.project) == (None,) * 5


def test_nulls_are_as_good_as_nothing() -> None:
    names = ("expiry", "description", "scope", "last_used", "project", "refreshable", "issuer")
    with_nulls = THIN | dict.fromkeys(names)
    (token,) = tokens.decode_list(answer({"tokens": [with_nulls]}))
    assert token == Token(token_id="a", subject=Untrusted("b"), issued_at=1)


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (THIN | {"expiry": "1800000000"}, "$.tokens[1].expiry"),
        (THIN | {"token_id": 7}, "$.tokens[1].token_id"),
        (THIN | {"refreshable": "yes"}, "$.tokens[1].refreshable"),
        ({"subject": "b", "issued_at": 1}, "token_id"),
        ("a", "$.tokens[1]"),
    ],
)
def test_wrong_types_are_named_with_their_place(row: object, place: str) -> None:
    with pytest.raises(BadResponse) as raised:
        tokens.decode_list(answer({"tokens": [THIN, row]}))
    assert place in raised.value.message


def test_the_query_has_the_documented_names() -> None:
    query = TokenQuery(
        username="a b",
        description="ci*",
        token_id="x",
        scope="*team*",
        refreshable=True,
        order_by=TokenOrder.EXPIRY,
        descending=False,
    )
    request = tokens.list_request(query)
    assert request.target == (
        "/access/api/v1/tokens?username=a%20b&description=ci*&token_id=x&scope=*team*&refreshable=true"
        "&order_by=expiry&descending_order=false"
    )
    assert request.limit == TOKEN_LIST_LIMIT
    assert tokens.list_request().target == "/access/api/v1/tokens"


def test_an_unchanged_list_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        sender = RecordingSender([answer({"tokens": rows}) for rows in ([THIN], [THIN], [THIN, FULL])])
        first = await tokens.fetch_list(sender)
        with monkeypatch.context() as patch:
            patch.setattr(tokens, "decode_list", lambda answer: pytest.fail("decoded"))
            assert await tokens.fetch_list(sender, previous=first) is first
        changed = await tokens.fetch_list(sender, previous=first)
        assert len(changed.tokens) == 2

    asyncio.run(scenario())


def test_one_token() -> None:
    async def scenario() -> None:
        sender = RecordingSender([answer(FULL), answer(FULL), rejected(404, "x")])
        assert (await tokens.fetch(sender, "a/b")).description == "scanner onboarding"
        await tokens.fetch_own(sender)
        with pytest.raises(NotFound) as raised:
            await tokens.fetch(sender, "gone")
        assert "3 h" in raised.value.hint
        assert [request.path for request in sender.asked] == [
            "/access/api/v1/tokens/a%2Fb",
            "/access/api/v1/tokens/me",
            "/access/api/v1/tokens/gone",
        ]

    asyncio.run(scenario())


def test_the_revoke_request() -> None:
    request = tokens.revoke_request("a/../b")
    assert (request.method, request.path) == ("DELETE", "/access/api/v1/tokens/a%2F..%2Fb")
    assert request.call_class is CallClass.IDEMPOTENT
    with pytest.raises(UsageError):
        tokens.revoke_request("..")


@pytest.mark.parametrize(
    ("prepared", "outcome"),
    [
        (answer(b"", 200), Revocation.REVOKED),
        (answer(b"<html>", 200), Revocation.REVOKED),
        (answer(b"", 204), Revocation.ALREADY_GONE),
        (rejected(404, "Token not found", "NOT_FOUND"), Revocation.ALREADY_GONE),
        (rejected(400, "Token not revocable", "BAD_REQUEST"), Revocation.NOT_REVOCABLE),
    ],
)
def test_what_a_revoke_answer_means(prepared: object, outcome: Revocation) -> None:
    assert asyncio.run(tokens.revoke(RecordingSender([prepared]), "a")) is outcome  # type: ignore[list-item]


@pytest.mark.parametrize(
    "error", [rejected(400, "made by another instance"), rejected(404, "Not Found", "404"), rejected(403, "not yours")]
)
def test_what_is_no_outcome_stays_an_error(error: Rejected) -> None:
    with pytest.raises(Rejected) as raised:
        asyncio.run(tokens.revoke(RecordingSender([error]), "a"))
    assert raised.value is error


def test_one_odd_name_among_many_rows() -> None:
    rows = [FULL | {"token_id": str(number)} for number in range(2_000)]
    body = json.dumps({"tokens": rows}).replace("scanner onboarding", "\\ud800", 1).encode()
    decoded = tokens.decode_list(answer(body))
    assert len(decoded) == 2_000
    assert decoded[0].description == "\ufffd"
