from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.errors import (
    Conflict,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
    Rejected,
    ServerFailed,
)
from jfconsole.jfrog.envelopes import ErrorBody, parse, plain_words, rejection
from jfconsole.jfrog.site import CallSite

SITE = CallSite(
    "https://acme.example", "acme.example", "GET", "/access/api/v1/tokens", "--url and --token-file", anonymous=False
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"errors": [{"code": "BAD_REQUEST", "message": "Invalid audience"}]}, ("Invalid audience", "BAD_REQUEST")),
        (
            {"errors": [{"code": "UNAUTHORIZED", "detail": "Bad credentials", "message": "HTTP 401 Unauthorized"}]},
            ("HTTP 401 Unauthorized: Bad credentials", "UNAUTHORIZED"),
        ),
        ({"errors": [{"status": 404, "message": "Not Found"}]}, ("Not Found", "404")),
        ({"errors": [{"message": "one"}, {"message": "two"}]}, ("one; two", "")),
        ({"code": "BAD_REQUEST", "message": "Token not revocable"}, ("Token not revocable", "BAD_REQUEST")),
        ({"error": "Found invalid token"}, ("Found invalid token", "")),
        ({"error": "invalid_grant", "error_description": "The token is gone"}, ("The token is gone", "")),
    ],
)
def test_every_envelope(body: object, expected: tuple[str, str]) -> None:
    spaced = json.dumps(body, indent=2, separators=(",", " : ")).encode()
    assert parse(spaced) == ErrorBody(*expected, spoken=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"404 page not found\n", "404 page not found"),
        (b"<html><head><title>502 Bad\nGateway</title></head><body>x", "502 Bad Gateway"),
        (b"<!-- x --><!DOCTYPE HTML>", "a web page without a title"),
        (b'{"errors":[]}', '{"errors":[]}'),
        (b'{"errors":"x"}', '{"errors":"x"}'),
        (b'{"errors":[1]}', '{"errors":[1]}'),
        (b'{"message":7}', '{"message":7}'),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 300),
    ],
)
def test_everything_else_is_quoted(body: bytes, words: str) -> None:
    assert parse(body) == ErrorBody(words)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(str).map(str.encode))
def test_parsing_never_fails(body: bytes) -> None:
    assert len(parse(body).text) <= 300


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, NotAuthenticated),
        (403, NotAllowed),
        (404, NotFound),
        (409, Conflict),
        (415, Rejected),
        (429, RateLimited),
        (500, ServerFailed),
        (503, ServerFailed),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[Rejected]) -> None:
    said = ErrorBody("the server's words", "CODE", spoken=True)
    error = rejection(SITE, status, {"x-request-id": "abc123"}, said, None)
    assert type(error) is kind
    assert "the server's words" in error.message
    assert error.hint
    detail = error.detail
    assert (detail.method, detail.path, detail.status) == ("GET", "/access/api/v1/tokens", status)
    assert (detail.code, detail.server_text, detail.request_id) == ("CODE", "the server's words", "abc123")


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ("Invalid token, expired", "has expired", "Make a new token"),
        ("Token failed verification: expired", "has expired", "Make a new token"),
        ("Invalid token, revoked", "was revoked", "Make a new token"),
        ("Invalid token, signature", "signed by another platform", "Use a token of this platform"),
        ("Invalid token, parse", "cannot read the token", "Copy it again, whole"),
        ("HTTP 401 Unauthorized: Bad credentials", "knows no such token", "belongs to this platform"),
        ("Bad Credentials", "knows no such token", "copied whole"),
        ("Invalid token, audience", "not meant for this service", "audience covers it"),
        ("", "does not accept this token", "URL and token belong together"),
        ("something new", "something new", "URL and token belong together"),
    ],
)
def test_why_a_token_is_refused(said: str, message: str, hint: str) -> None:
    error = rejection(SITE, 401, {}, ErrorBody(said, spoken=True), None)
    assert message in error.message
    assert hint in error.hint
    assert "(given by --url and --token-file)" in error.hint


def test_a_wrong_path_is_told_from_a_missing_object() -> None:
    object_missing = rejection(SITE, 404, {}, ErrorBody("no token x", "NOT_FOUND", spoken=True), None)
    assert "Check the name" in object_missing.hint
    path_missing = rejection(SITE, 404, {}, ErrorBody("404 page not found"), None)
    assert "Check the URL https://acme.example" in path_missing.hint


def test_a_gateway_is_told_from_the_platform() -> None:
    platform = rejection(SITE, 503, {}, ErrorBody("offline", spoken=True), None)
    assert "acme.example failed" in platform.message
    gateway = rejection(SITE, 503, {}, ErrorBody("503 Service Unavailable"), None)
    assert "Something before the platform" in gateway.message


def test_hostile_words_are_shown_harmless_and_kept_raw() -> None:
    words = "\x1b]0;owned\x07\u202e[/]" + "x" * 1000
    error = rejection(SITE, 400, {}, ErrorBody(words, spoken=True), None)
    assert "\x1b" not in error.message
    assert "\u202e" not in error.message
    assert len(error.message) < 1500
    assert error.detail.server_text == words


def test_titles_are_unescaped_and_cut() -> None:
    assert plain_words(f"<html><title>a &lt; b {'x' * 1000}</title>").startswith("a < b x")
    assert len(plain_words(f"<html><title>{'x' * 1000}</title>")) == 300
