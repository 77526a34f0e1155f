"""Recognising what was pasted: real forms, copied along with their surroundings, and hostile ones."""

from __future__ import annotations

import base64
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.jwt import (
    DEPTH_LIMIT,
    TEXT_LIMIT,
    ApiKey,
    DecodedJwt,
    ReferenceToken,
    TokenId,
    Unrecognised,
    decode,
    recognise,
)

HEADER = {"ver": "2", "typ": "JWT", "alg": "RS256", "kid": "k" * 43}
CLAIMS = {
    "ext": '{"revocable":"true"}',
    "sub": "jfac@01hsandbox0000000000000000/users/scan-bot",
    "scp": "applied-permissions/user",
    "aud": "jfrt@* jfac@*",
    "iss": "jfac@01hsandbox0000000000000000",
    "exp": 1_800_000_000,
    "iat": 1_768_464_000,
    "jti": "0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10",
}


def segment(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwt(claims: object = CLAIMS, header: object = HEADER, signature: str = "c2ln") -> str:
    return f"{segment(header)}.{segment(claims)}.{signature}"


def decoded(text: str) -> DecodedJwt:
    found = decode(text)
    assert isinstance(found, DecodedJwt), found
    return found


def test_reads_every_claim_of_an_access_token() -> None:
    token = decoded(jwt())
    assert token.is_jfrog
    assert (token.algorithm, token.key_id) == ("RS256", "k" * 43)
    assert token.subject == CLAIMS["sub"]
    assert token.scope == "applied-permissions/user"
    assert token.audience == ("jfrt@*", "jfac@*")
    assert (token.expires, token.issued_at) == (1_800_000_000, 1_768_464_000)
    assert token.token_id == CLAIMS["jti"]
    assert token.revocable is True
    assert token.problems == ()


def test_audience_may_be_an_array_and_expiry_may_be_missing() -> None:
    claims = {key: value for key, value in CLAIMS.items() if key not in {"exp", "ext"}} | {"aud": ["a@*", "b@*"]}
    token = decoded(jwt(claims))
    assert token.audience == ("a@*", "b@*")
    assert token.expires is None
    assert token.revocable is None


def test_slashes_may_be_escaped() -> None:
    raw = json.dumps(CLAIMS).replace("/", "\\/").encode()
    assert decoded(f"{segment(HEADER)}.{segment(raw)}.c2ln").subject == CLAIMS["sub"]


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "  {}\n",
        '"{}"',
        "'{}'",
        "`{}`",
        "Bearer {}",
        "bearer   {}",
        "Authorization: Bearer {}",
        '"Bearer {}"',
    ],
)
def test_what_is_copied_along_does_not_matter(around: str) -> None:
    assert decoded(around.format(jwt())).token_id == CLAIMS["jti"]


def test_a_token_broken_over_lines_is_put_together() -> None:
    text = jwt()
    wrapped = "\n".join(text[at : at + 60] for at in range(0, len(text), 60))
    assert decoded(wrapped).token_id == CLAIMS["jti"]


def reference(expiry: int) -> str:
    return base64.b64encode(f"reftkn:01:{expiry:010d}:{'aB3' * 9}".encode()).decode()


@pytest.mark.parametrize(("expiry", "expected"), [(1_800_000_000, 1_800_000_000), (0, None)])
def test_reference_tokens_carry_their_expiry(expiry: int, expected: int | None) -> None:
    text = reference(expiry)
    assert len(text) == 64
    assert recognise(f" {text}\n") == ReferenceToken(version="01", expires=expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AKCp8" + "x" * 68, ApiKey()),
        ("0F0C7A52-1f1d-4b53-8a55-6b8f8a6f2d10", TokenId),
        ("", Unrecognised("nothing was given")),
        ("hello", Unrecognised),
        ("a.b", Unrecognised),
        ("a" * (TEXT_LIMIT + 1), Unrecognised),
        ("a.b.c.d.e", Unrecognised),
        ("é.é.é", Unrecognised),
        (f"{segment(b'[' * 100_00)}.{segment(CLAIMS)}.x", Unrecognised),
        (f"{segment(HEADER)}.{segment([1])}.x", Unrecognised),
        (jwt(b"{"), Unrecognised),
        (f"{segment(HEADER)}.{segment(bytes([0xFF]))}.x", Unrecognised),
        (jwt(b'{"exp":NaN}'), Unrecognised),
        (jwt(b'{"exp":' + b"9" * 5000 + b"}"), Unrecognised),
        (f"{segment(HEADER)}.A.x", Unrecognised),
    ],
)
def test_everything_else_is_named(text: str, expected: object) -> None:
    found = recognise(text)
    assert found == expected or (isinstance(expected, type) and isinstance(found, expected))


def test_problems_never_quote_what_was_pasted() -> None:
    found = recognise("s3cr3t-password.with.dots")
    assert isinstance(found, Unrecognised)
    assert "s3cr3t" not in found.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (jwt(header={"alg": "none"}), "anyone could have written"),
        (jwt(header={"alg": "NoNe"}), "anyone could have written"),
        (jwt(header={}), "names no algorithm"),
        (jwt(signature=""), "signature is missing"),
        (jwt(signature="?"), "not base64url"),
        (jwt(CLAIMS | {"exp": "tomorrow"}), "exp is no time"),
        (jwt(CLAIMS | {"iat": True}), "iat is no time"),
        (jwt(CLAIMS | {"aud": [1]}), "aud holds something other"),
        (jwt(CLAIMS | {"ext": "[" * 900}), "ext is no JSON object"),
        (jwt(b'{"sub":"a","sub":"b"}'), "one name twice"),
    ],
)
def test_odd_tokens_are_read_and_called_odd(text: str, problem: str) -> None:
    assert any(problem in found for found in decoded(text).problems)


def test_a_time_beyond_all_numbers_is_no_time() -> None:
    token = decoded(jwt(b'{"exp":1e999}'))
    assert token.expires is None
    assert token.problems == ("The claim exp is no time in seconds",)


def test_a_decimal_time_is_cut() -> None:
    assert decoded(jwt({"exp": 1.9})).expires == 1


def nested(levels: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def test_nesting_has_a_limit() -> None:
    assert decoded(jwt(nested(DEPTH_LIMIT)))
    found = decode(jwt(nested(DEPTH_LIMIT + 1)))
    assert isinstance(found, Unrecognised)
    assert "nest deeper" in found.problem


def test_brackets_in_strings_do_not_count_as_depth() -> None:
    assert decoded(jwt({"sub": "[" * 500 + '"\\' + "{" * 500})).subject is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HOSTILE_CLAIMS = st.dictionaries(st.sampled_from([*CLAIMS, "nbf", "other"]), JSON, max_size=6)
PARTS = st.one_of(st.binary(max_size=40), HOSTILE_CLAIMS).map(segment)
PASTED = st.one_of(
    st.text(max_size=80),
    st.builds(lambda *parts: ".".join(parts), PARTS, PARTS, st.text(max_size=5)),
    st.builds(lambda claims: jwt(claims), HOSTILE_CLAIMS),
    st.binary(max_size=48).map(lambda raw: base64.b64encode(raw).decode()),
)


def test_nothing_pasted_raises() -> None:
    kinds: Counter[type] = Counter()

    @settings(max_examples=250)
    @given(PASTED)
    def never_raises(text: str) -> None:
        found = recognise(text)
        kinds[type(found)] += 1
        if isinstance(found, DecodedJwt):
            texts = (found.subject, found.scope, found.issuer, found.token_id, found.key_id)
            assert all(text is None or isinstance(text, str) for text in texts)

    never_raises()
    assert kinds[DecodedJwt] >= 50, f"hardly any JWT was read: {kinds}"
    assert kinds[Unrecognised] >= 50, f"hardly anything was refused: {kinds}"
