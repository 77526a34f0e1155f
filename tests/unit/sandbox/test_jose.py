"""Signatures and keys of other issuers, checked against PyJWT in both directions."""

import json

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.sandbox import jose
from jfconsole.sandbox.jose import ALGORITHMS, BadJwt, Jwt

CLAIMS = {"sub": "x", "n": 1, "deep": {"a": ["ü"]}}
KEYS = {name: jose.generate(name) for name in ALGORITHMS}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_pyjwt_believes_ours(algorithm: str) -> None:
    token = jose.sign(KEYS[algorithm], {"alg": algorithm, "kid": "k"}, CLAIMS)
    key = jwt.PyJWK(jose.public_jwk(KEYS[algorithm], algorithm))
    assert jwt.decode(token, key.key, algorithms=[algorithm]) == CLAIMS


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_we_believe_pyjwt_s(algorithm: str) -> None:
    token = Jwt.of(jwt.encode(CLAIMS, KEYS[algorithm], algorithm, headers={"kid": "k"}))
    assert (token.claims, token.header["kid"]) == (CLAIMS, "k")
    document = jwt.get_algorithm_by_name(algorithm).to_jwk(KEYS[algorithm].public_key(), as_dict=True)
    token.verify(jose.public_key(document))
    with pytest.raises(BadJwt):
        token.verify(jose.generate(algorithm).public_key())


@pytest.mark.parametrize("claimed", [*ALGORITHMS, "none", "HS256", "PS256", None, 5, ["RS256"]])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_signs_with_its_own_algorithm_alone(algorithm: str, claimed: object) -> None:
    token = Jwt.of(jose.sign(KEYS[algorithm], {"alg": algorithm}, CLAIMS))
    lying = Jwt({"alg": claimed}, token.claims, token.signed, token.signature)
    if claimed == algorithm:
        lying.verify(KEYS[algorithm].public_key())
    else:
        with pytest.raises(BadJwt):
            lying.verify(KEYS[algorithm].public_key())


def test_a_curve_goes_with_its_algorithm_alone() -> None:
    """The hash would fit, the curve does not."""
    token = Jwt.of(jose.sign(KEYS["ES384"], {"alg": "ES256"}, CLAIMS))
    with pytest.raises(BadJwt):
        token.verify(KEYS["ES384"].public_key())


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
@settings(max_examples=40)
def test_one_bit_is_enough(algorithm: str, position: int, flip: int) -> None:
    token = Jwt.of(jose.sign(KEYS[algorithm], {"alg": algorithm}, CLAIMS))
    for part in ("signed", "signature"):
        data = bytearray(getattr(token, part))
        data[position % len(data)] ^= flip
        changed = {"signed": token.signed, "signature": token.signature, part: bytes(data)}
        with pytest.raises(BadJwt):
            Jwt(token.header, token.claims, **changed).verify(KEYS[algorithm].public_key())


@given(st.text(max_size=60) | st.text("eyJhbGciOi._-=", max_size=60))
def test_any_text_is_a_token_or_a_bad_one(text: str) -> None:
    with pytest.raises(BadJwt):
        Jwt.of(text)


def test_published_keys_have_no_private_half() -> None:
    for algorithm, key in KEYS.items():
        members = jose.public_jwk(key, algorithm)
        assert set(members) <= {"kty", "crv", "x", "y", "n", "e", "kid", "use", "alg"}
        assert json.loads(json.dumps(members)) == members
