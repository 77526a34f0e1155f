"""Signing: what is signed can be checked, survives any base64, and nothing else is believed."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.sandbox.signing import BadToken, Claims, RootKey, payload_json

ROOT = RootKey.create("jfac@01hsandbox0000000000000000")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
nasty = st.text(st.sampled_from(list('>?~\x7f"\\/üé😀 a')), max_size=40)


@st.composite
def claims(draw: st.DrawFn) -> Claims:
    text = st.one_of(texts, nasty)
    return Claims(
        ext=draw(st.one_of(st.none(), st.just('{"revocable":"true"}'))),
        sub=draw(text),
        scp=draw(text),
        aud=draw(st.one_of(text, st.lists(text, max_size=3))),
        iss=draw(text),
        exp=draw(st.one_of(st.none(), st.integers(0, 2**40))),
        iat=draw(st.integers(0, 2**40)),
        jti=draw(text),
    )


@given(claims())
def test_the_payload_is_the_same_in_both_alphabets_and_means_what_it_says(given_claims: Claims) -> None:
    payload = payload_json(given_claims)
    assert payload.isascii()
    assert base64.b64encode(payload) == base64.urlsafe_b64encode(payload)
    decoded = json.loads(payload)
    assert decoded["sub"] == given_claims.sub
    assert decoded.get("exp") == given_claims.exp


@settings(max_examples=25)
@given(claims())
def test_what_is_signed_is_believed_and_always_the_same(given_claims: Claims) -> None:
    token = ROOT.sign(given_claims)
    assert ROOT.sign(given_claims) == token
    assert ROOT.verify(token) == given_claims


@given(st.integers(0, 2), st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_token_is_not_believed(part: int, position: int, char: str) -> None:
    original = ROOT.sign(Claims(sub="s", scp="p", aud="*@*", iss="i", iat=1, jti="j"))
    parts = original.split(".")
    at = position % (len(parts[part]) - 1)  # the last digit may carry bits that mean nothing
    parts[part] = parts[part][:at] + char + parts[part][at + 1 :]
    changed = ".".join(parts)
    if changed != original:
        with pytest.raises(BadToken):
            ROOT.verify(changed)


@given(st.text())
def test_text_is_no_token(text: str) -> None:
    with pytest.raises(BadToken, match="parse"):
        ROOT.verify(text)


def test_other_algorithms_are_no_tokens_of_ours() -> None:
    _, payload, signature = ROOT.sign(Claims(sub="s", scp="p", aud="a", iss="i", iat=1, jti="j")).split(".")
    headers: list[object] = [{"alg": "none"}, {"alg": "HS256"}, {}, [], "RS256"]
    for header in headers:
        encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        with pytest.raises(BadToken, match="parse"):
            ROOT.verify(f"{encoded}.{payload}.{signature}")


def test_a_key_comes_back_from_disk_the_same() -> None:
    again = RootKey.load(ROOT.private_pem(), ROOT.certificate_pem())
    assert again.kid == ROOT.kid
    assert again.derive("x") == ROOT.derive("x")
    assert again.derive("x") != ROOT.derive("y")
    token = ROOT.sign(Claims(sub="s", scp="p", aud="a", iss="i", iat=1, jti="j"))
    assert again.verify(token).sub == "s"
