"""Names of certificates, and why a token cannot cross."""

from __future__ import annotations

import pytest

from jfconsole.domain.jwt import ApiKey, DecodedJwt, ReferenceToken
from jfconsole.domain.text import Untrusted
from jfconsole.domain.trust import certificate_name, explain_refusal, obstacles


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("us-east.acme.com", "us-east.crt"),
        ("acme.jfrog.io", "acme.crt"),
        ("127.0.0.1:8082", "127.0.0.1.crt"),
        ("[::1]:8082", "platform.crt"),
        ("localhost:8082", "localhost.crt"),
        ("a/../b", "a.crt"),
    ],
)
def test_a_certificate_is_named_after_its_platform(host: str, name: str) -> None:
    assert certificate_name(host) == name
    assert "/" not in name


def test_a_crossing_token_has_nothing_against_it() -> None:
    jwt = DecodedJwt(header={}, claims={"exp": 200}, expires=200, audience=(Untrusted("*@*"),))
    assert obstacles(jwt, "jfrt@b", 100) == ()
    assert obstacles(jwt, "jfrt@b", 200) == ("It has expired",)
    assert obstacles(ReferenceToken(version="01", expires=None), "", 0)[0].startswith("It is a reference token")
    assert obstacles(ApiKey(), "", 0) == ("It is no access token",)


def test_one_service_of_the_first_platform_is_not_the_second() -> None:
    own = DecodedJwt(header={}, claims={"exp": 2}, expires=2, audience=(Untrusted("jfrt@a"),))
    assert "audience" in obstacles(own, "jfrt@b", 1)[0]
    assert obstacles(own, "jfrt@a", 1) == ()


def test_the_surest_reason_comes_first() -> None:
    assert explain_refusal("Invalid token, signature", ("It has expired",)) == "It has expired"
    assert "root certificate" in explain_refusal("Token failed verification: signature", ())
    assert explain_refusal("no\x1b[31m", ()) != "The other platform says: no\x1b[31m"
    assert "without a reason" in explain_refusal("", ())
