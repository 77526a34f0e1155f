"""What has the shape of a secret does not leave in a text that was never meant to carry one."""

from __future__ import annotations

import base64
import io
import json
import logging

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.redact import RedactingFilter, redact

JWT = jwt.encode({"sub": "jfac@01/users/admin", "scp": "applied-permissions/admin"}, "k" * 32, algorithm="HS256")
REFERENCE = base64.b64encode(b"reftkn:01:1700000000:AbCdEfGhIjKlMnOpQrStUvWxYz0").decode()
API_KEY = "AKCp8" + "a1B2" * 17
PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    .decode()
)
SHAPED = {"jwt": JWT, "reference": REFERENCE, "api key": API_KEY, "private key": PEM}


@pytest.mark.parametrize("secret", SHAPED.values(), ids=SHAPED)
@pytest.mark.parametrize(
    "around", ["{}", "token {} expired", "b'{}'", '{{"access_token":"{}"}}', "x\n{}\ny", "?t={}&u=1"]
)
def test_a_secret_with_a_shape_of_its_own_is_masked_wherever_it_stands(secret: str, around: str) -> None:
    text = redact(around.format(secret))
    assert secret not in text
    assert secret[12:40] not in text
    assert "••••" in text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-ghi_jkl", "abc.def"),
        ("Illegal header value b'Bearer plain-opaque\\n'", "plain-opaque"),
        ("headers={'authorization': 'Basic YWRtaW46cGFzc3dvcmQ='}", "YWRtaW4"),
        ("(b'X-JFrog-Art-Api', b'hunter2-hunter2')", "hunter2"),
        ("Set-Cookie: SESSION=1234; Path=/", "1234"),
        ("https://admin:hunter2@acme.jfrog.io/access", "hunter2"),
        ('{"password": "hunter2"}', "hunter2"),
        ('{\\"refresh_token\\":\\"3b2f-11\\"}', "3b2f"),
        ("client_secret='hunter2'", "hunter2"),
        (PEM[: len(PEM) // 2], PEM[60:90]),
    ],
    ids=lambda value: f"{len(value)} characters",
)
def test_credentials_are_told_by_what_stands_before_them(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "the token expired 3 days ago",
        "token_id 3f0c4a9e-6f5e-4d2b-9c0a-1e2d3c4b5a69 revoked",
        "basic auth is off, bearer tokens are on",
        'File "jfconsole/domain/secret.py", line 20, in reveal',
        "token = await self.sender.send(request)",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "https://acme.jfrog.io/access/api/v1/tokens?username=admin",
        "",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.lists(st.sampled_from([*SHAPED.values(), "Bearer ", "password=", '"', "'", "\n", ": ", "eyJ", "-----"])))
def test_redacting_twice_changes_nothing(parts: list[str]) -> None:
    once = redact("".join(parts))
    assert redact(once) == once


def test_a_json_dump_stays_json() -> None:
    loaded = json.loads(redact(json.dumps({"access_token": JWT, "password": "hunter2", "expires_in": 3600})))
    assert loaded["expires_in"] == 3600
    assert "hunter2" not in loaded["password"]


def _logged(write: str, secret: str) -> str:
    """What a handler with the filter writes, for a record of a child logger."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(RedactingFilter())
    parent, child = logging.getLogger("redacted"), logging.getLogger("redacted.child")
    parent.propagate = False
    parent.addHandler(handler)
    try:
        if write == "argument":
            child.warning("got %s from %s", secret, {"authorization": f"Bearer {secret}"})
        elif write == "traceback":
            try:
                raise ValueError(f"no good: {secret}")
            except ValueError:
                child.exception("failed with %r", secret)
        else:
            child.warning("plain %s", secret, stack_info=True)
    finally:
        parent.removeHandler(handler)
    return out.getvalue()


@pytest.mark.parametrize("write", ["argument", "traceback", "stack"])
@pytest.mark.parametrize("secret", SHAPED.values(), ids=SHAPED)
def test_log_records_are_redacted_whole(write: str, secret: str) -> None:
    written = _logged(write, secret)
    assert secret not in written
    assert "••••" in written
    assert ("ValueError" in written) == (write == "traceback")
