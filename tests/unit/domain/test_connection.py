"""From what an administrator pastes to the platform's base URL, and what is refused."""

from __future__ import annotations

import pytest

from jfconsole.domain.connection import Connection, is_loopback, platform_url
from jfconsole.domain.errors import UsageError
from jfconsole.domain.secret import Secret


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://acme.jfrog.io", "https://acme.jfrog.io"),
        ("https://acme.jfrog.io/", "https://acme.jfrog.io"),
        ("  acme.jfrog.io \n", "https://acme.jfrog.io"),
        ("https://acme.jfrog.io/artifactory", "https://acme.jfrog.io"),
        ("https://acme.jfrog.io/artifactory/", "https://acme.jfrog.io"),
        ("https://acme.jfrog.io/ui/admin/security/tokens", "https://acme.jfrog.io"),
        ("https://acme.jfrog.io/access", "https://acme.jfrog.io"),
        ("https://tools.example.test/jfrog", "https://tools.example.test/jfrog"),
        ("https://tools.example.test/jfrog/artifactory", "https://tools.example.test/jfrog"),
        ("https://artifactory.acme.test/artifactory", "https://artifactory.acme.test"),
        ("https://tools.example.test:8443/artifactory", "https://tools.example.test:8443"),
        ("http://localhost:8082", "http://localhost:8082"),
        ("http://127.0.0.1:8082/artifactory", "http://127.0.0.1:8082"),
        ("http://[::1]:8082", "http://[::1]:8082"),
    ],
)
def test_platform_url(typed: str, url: str) -> None:
    assert platform_url(typed) == url
    assert platform_url(url) == url


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "is no platform URL"),
        ("ftp://acme.jfrog.io", "is no platform URL"),
        ("https://", "is no platform URL"),
        ("https://admin:pw@acme.jfrog.io", "carries credentials"),
        ("https://admin@acme.jfrog.io", "carries credentials"),
        ("http://acme.jfrog.io", "in clear text"),
        ("http://127.0.0.1.evil.test", "in clear text"),
        ("http://localhost.evil.test", "in clear text"),
        ("https://acme.jfrog.io:99999", "is no platform URL"),
        ("https://[::1", "is no platform URL"),
        ("https://acme jfrog.io", "is no platform URL"),
        ("https://acme.jfrog.io\x00", "is no platform URL"),
        ("https://admin:pw@acme.jfrog.io:99999", "is no platform URL"),
    ],
)
def test_refused(typed: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        platform_url(typed)
    assert caught.value.hint
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("127.0.0.1.evil.test", False),
        ("127.evil", False),
        ("0.0.0.0", False),
        ("acme.jfrog.io", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_connection_shows_no_token() -> None:
    connection = Connection(url="https://acme.jfrog.io:8443/x", token=Secret("s3cr3t"))
    assert "s3cr3t" not in repr(connection)
    assert connection.host == "acme.jfrog.io:8443"
