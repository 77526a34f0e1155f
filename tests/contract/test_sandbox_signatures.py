"""Tokens as those who check them see them: signature, key id, claims."""

import base64
import hashlib
import json
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.support.sandbox import RunningSandbox


def root_certificate(sandbox: RunningSandbox) -> bytes:
    """The DER of the certificate, as jfrog/vault-plugin-secrets-artifactory fetches it."""
    with sandbox.http() as client:
        return base64.b64decode(client.get("/access/api/v1/cert/root").text, validate=True)


def verified(sandbox: RunningSandbox, token: str) -> dict[str, Any]:
    """The claims of a token whose signature PyJWT has checked against the certificate."""
    key = x509.load_der_x509_certificate(root_certificate(sandbox)).public_key()
    assert isinstance(key, RSAPublicKey)
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})
    return claims


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_in": 0},
        {"expires_in": 60},
        {"expires_in": 15_000},
        {"expires_in": 90_000},
        {"expires_in": 60, "force_revocable": True},
        {"username": "zoë.brontë~?>", "audience": "what? ever> ~", "description": "no part of it"},
        {"scope": 'applied-permissions/groups:"a ? b","c > d","~~~","üñí"'},
    ],
)
def test_signature_key_id_and_claims(sandbox: RunningSandbox, fields: dict[str, Any]) -> None:
    created = sandbox.create_token(**fields)
    token = created["access_token"]
    claims = verified(sandbox, token)
    expires_in = fields.get("expires_in", 31_536_000)
    revocable = expires_in >= 21_600 or "force_revocable" in fields
    assert list(claims) == [
        *(["ext"] if revocable and expires_in else []),
        *("sub", "scp", "aud", "iss"),
        *(["exp"] if expires_in else []),
        *("iat", "jti"),
    ]
    assert claims.get("ext", '{"revocable":"true"}') == '{"revocable":"true"}'
    assert claims["sub"] == f"{claims['iss']}/users/{fields.get('username', 'admin')}"
    assert claims["scp"] == created["scope"]
    assert claims["aud"] == fields.get("audience", "*@*")
    assert claims["jti"] == created["token_id"]
    assert claims.get("exp", claims["iat"]) - claims["iat"] == expires_in

    kid = base64.urlsafe_b64encode(hashlib.sha256(root_certificate(sandbox)).digest()).rstrip(b"=").decode()
    assert jwt.get_unverified_header(token) == {"ver": "2", "typ": "JWT", "alg": "RS256", "kid": kid}
    assert list(jwt.get_unverified_header(token)) == ["ver", "typ", "alg", "kid"]
    _, payload, signature = token.split(".")
    assert len(signature) == 342
    standard = base64.b64decode(payload + "=" * (-len(payload) % 4), validate=True)
    assert standard.isascii()
    assert json.loads(standard) == claims


def test_the_announced_token_verifies(sandbox: RunningSandbox) -> None:
    assert verified(sandbox, sandbox.token)["scp"] == "applied-permissions/admin"


def test_a_token_of_another_installation_does_not_verify(sandbox: RunningSandbox, demo_sandbox: RunningSandbox) -> None:
    with pytest.raises(jwt.InvalidSignatureError):
        verified(sandbox, demo_sandbox.token)
    with sandbox.http(token=demo_sandbox.token) as client:
        assert client.get("/access/api/v1/tokens").json()["errors"][0]["message"] == "Invalid token, signature"


def test_the_values_of_seeded_tokens_can_be_had_and_work(demo_sandbox: RunningSandbox) -> None:
    with demo_sandbox.http() as client:
        (row,) = client.get("/access/api/v1/tokens", params={"username": "ox-scanner"}).json()["tokens"]
    secrets = demo_sandbox.control("GET", f"/tokens/{row['token_id']}")
    assert verified(demo_sandbox, secrets["access_token"])["exp"] == row["expiry"]
    for name in ("access_token", "reference_token"):
        with demo_sandbox.http(token=secrets[name]) as client:
            assert client.get("/access/api/v1/tokens/me").json()["token_id"] == row["token_id"]
