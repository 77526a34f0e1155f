from __future__ import annotations

import httpx
import pytest

from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.secret import Secret
from jfconsole.jfrog.auth import OriginAuth


@pytest.mark.parametrize(
    "url", ["https://acme.example/x", "https://acme.example:443/", "https://ACME.example/access/api/v1/tokens?a=b"]
)
def test_the_token_goes_to_its_origin(url: str) -> None:
    request = httpx.Request("GET", url)
    OriginAuth("https://acme.example", Secret("abc")).sign(request)
    assert request.headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.example/",
        "https://acme.example:8443/",
        "https://acme.example.evil.example/",
        "https://evil.example/acme.example",
        "https://acme.example@evil.example/",
        "https://sub.acme.example/",
    ],
)
def test_it_goes_nowhere_else(url: str) -> None:
    request = httpx.Request("GET", url)
    with pytest.raises(Refused, match="was not sent"):
        OriginAuth("https://acme.example", Secret("abc")).sign(request)
    assert "abc" not in str(request.headers.raw)


@pytest.mark.parametrize("token", ["a b", "a\nb", "a\r\nX-Evil: 1", "tökén", "a\x00", "abc "])
def test_what_no_header_can_carry_is_refused_before_anything_is_sent(token: str) -> None:
    with pytest.raises(UsageError) as raised:
        OriginAuth("https://acme.example", Secret(token))
    assert token not in raised.value.message
