"""No secret is shown by the request log, wherever it was put."""

import json

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.request_log import Arrival, RequestLog, fingerprint

SECRET = "Sentinel#1 & more=x"
SECRET_FIELDS = ["password", "newPassword1", "token", "access_token", "refresh_token", "client_secret", "subject_token"]


def shown(**parts: object) -> str:
    fields = {"seq": 1, "time": 0.0, "method": "PUT", "path": "/", "query": "", "headers": [], "body": b"", **parts}
    return json.dumps(Arrival(**fields).shown())  # type: ignore[arg-type]


@given(st.sampled_from(SECRET_FIELDS), st.integers(0, 3))
def test_secret_fields_are_masked_at_any_depth(name: str, depth: int) -> None:
    body: object = {name: SECRET}
    for _ in range(depth):
        body = {"inner": [body]}
    text = shown(body=json.dumps(body).encode())
    assert "Sentinel" not in text
    assert fingerprint(SECRET) in text


def test_names_of_tokens_are_no_secrets() -> None:
    assert "0f0c7a52" in shown(body=json.dumps({"token_id": "0f0c7a52", "token_type": "Bearer"}).encode())


@given(st.binary(max_size=200))
def test_any_body_can_be_shown(body: bytes) -> None:
    json.loads(shown(body=body))


def test_only_the_last_are_kept_and_numbering_goes_on() -> None:
    log = RequestLog()
    kept = log.arrivals.maxlen or 0
    for _ in range(kept + 5):
        log.arrived(0.0, "GET", "/", "", [], b"")
    assert (log.arrivals[0].seq, log.arrivals[-1].seq) == (6, kept + 5)
    log.clear()
    assert log.arrived(0.0, "GET", "/", "", [], b"").seq == 1
