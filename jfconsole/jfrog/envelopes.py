"""Answers that say no: every form in which a JFrog Platform, or what stands before it, puts an error.

Access: `{"errors":[{"code","message","detail"?}]}` (jfrog/vault-plugin-secrets-artifactory:artifactory.go).
Artifactory: `{"errors":[{"status","message"}]}` (jfrog/vault-plugin-secrets-artifactory#245). A bare
`{"code","message"}` (idcmp/artifactory-secrets-plugin#3), Xray's `{"error"}` (jfrog/frogbot#604), OAuth's
`error_description` (legacy token API), the router's plain text and proxies' HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from jfconsole.domain.errors import (
    Conflict,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
    Redirected,
    Rejected,
    ServerFailed,
)
from jfconsole.domain.text import visible
from jfconsole.jfrog.site import CallSite

START: Final = 64 * 1024
"""Bytes of an error answer that are read."""

_SHOWN: Final = 300
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_HTML: Final = re.compile(r"^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What an error answer says. `text` is the server's own words as they came; `spoken` when it is the platform
    that speaks (a JSON envelope) and not something in between."""

    text: str
    code: str = ""
    spoken: bool = False


def parse(body: bytes) -> ErrorBody:
    """Never fails: in the end the words are the body's first characters."""
    try:
        found = _from_json(msgspec.json.decode(body))
    except (ValueError, RecursionError):
        found = None
    return found or ErrorBody(plain_words(body.decode("utf-8", "replace")))


def plain_words(text: str) -> str:
    """The gist of an answer that is no JSON: an HTML page's title, else its first words."""
    if is_html(text):
        title = _TITLE.search(text)
        return " ".join(html.unescape(title[1]).split())[:_SHOWN] if title else "a web page without a title"
    return " ".join(text.split())[:_SHOWN]


def is_html(text: str) -> bool:
    """Whether this is a web page."""
    return _HTML.match(text[:2000]) is not None


def _from_json(found: object) -> ErrorBody | None:
    if not isinstance(found, dict):
        return None
    errors = found.get("errors")
    if isinstance(errors, list) and errors:
        bodies = [_one(error) for error in errors[:10] if isinstance(error, dict)]
        return ErrorBody("; ".join(body.text for body in bodies), next(iter(bodies)).code, True) if bodies else None
    if any(isinstance(found.get(key), str) for key in ("message", "error", "error_description")):
        return _one(found)
    return None


def _one(error: dict[object, object]) -> ErrorBody:
    """Message, then detail; the OAuth and Xray spellings where these are missing."""
    message = error.get("message") or error.get("error_description") or error.get("error") or ""
    parts = [str(part) for part in (message, error.get("detail")) if isinstance(part, str) and part]
    code = error.get("code") or error.get("status") or ""
    return ErrorBody(": ".join(parts), str(code) if isinstance(code, str | int) else "", True)


def rejection(
    site: CallSite, status: int, headers: Mapping[str, str], said: ErrorBody, retry_after: float | None
) -> Rejected:
    """The error for a 4xx or 5xx answer."""
    detail = site.detail(status, headers, said.code, said.text)
    words = quoted(said.text)
    if status == 401:
        return NotAuthenticated(*_not_authenticated(site, said.text), detail)
    if status == 403:
        return NotAllowed(
            f"This token may not {site.method} {site.path}{words}",
            "Use a token with more rights; most of the administration needs an admin token",
            detail,
        )
    if status == 404:
        return _not_found(site, said, detail_words=words, status=status, headers=headers)
    if status == 409:
        return Conflict(f"Something of that name exists already{words}", "Choose another name, or edit it", detail)
    if status == 429:
        return RateLimited(
            f"{site.host} wants fewer calls (429){words}", _when_again(retry_after), detail, retry_after=retry_after
        )
    if status >= 500:
        return ServerFailed(*_server_failed(site, status, said), detail)
    return Rejected(
        f"{site.host} refused {site.method} {site.path} ({status}){words}", "Change what it objects to", detail
    )


def quoted(words: str) -> str:
    """`: “the server's words”`, fit to show; nothing when it said nothing."""
    shown = visible(words[:_SHOWN]).strip()
    return f": “{shown}”" if shown else ""


def _not_found(site: CallSite, said: ErrorBody, detail_words: str, status: int, headers: Mapping[str, str]) -> NotFound:
    detail = site.detail(status, headers, said.code, said.text)
    if said.spoken:
        return NotFound(
            f"There is no {site.path}, or this token may not see it{detail_words}", "Check the name or id", detail
        )
    return NotFound(
        f"{site.host} knows no {site.path}{detail_words}",
        f"Check the URL {site.url}: it must be the platform's base URL. An older platform may lack this function",
        detail,
    )


def _not_authenticated(site: CallSite, said: str) -> tuple[str, str]:
    """The texts after the comma are Access's (`Invalid token, expired`), those after a colon Artifactory's
    (`Token failed verification: expired`). Source: jfrog/vault-plugin-secrets-artifactory:artifactory.go,
    jfrog/terraform-provider-platform#44. Inferred: the suffix `revoked`."""
    if site.anonymous:
        return f"{site.host} answers this call only with credentials{quoted(said)}", "Check the platform's settings"
    for word, message, hint in _REFUSED_TOKENS:
        if word in said.lower():
            return f"{message.format(host=site.host)}{quoted(said)}", hint.format(source=_given(site))
    return (
        f"{site.host} does not accept this token{quoted(said)}",
        f"Check that URL and token belong together{_given(site)}, or make a new token",
    )


def _given(site: CallSite) -> str:
    return f" (given by {site.source})" if site.source else ""


_REFUSED_TOKENS: Final = (
    ("expired", "The token has expired, says {host}", "Make a new token and use it instead{source}"),
    ("revoked", "The token was revoked, says {host}", "Make a new token and use it instead{source}"),
    (
        "signature",
        "The token was signed by another platform than {host}",
        "Use a token of this platform, or the URL of the one that made it{source}",
    ),
    ("audience", "The token is not meant for this service of {host}", "Use a token whose audience covers it{source}"),
    (
        "parse",
        "{host} cannot read the token",
        "Copy it again, whole, on one line and without quotes{source}",
    ),
    (
        "bad credentials",
        "{host} knows no such token",
        "Check that it was copied whole and belongs to this platform; it may have been revoked{source}",
    ),
)
"""What the platform's text holds, what we say, what to do; the first that fits counts."""


def _when_again(retry_after: float | None) -> str:
    return f"Try again in {retry_after:.0f} s" if retry_after else "Try again in a minute, with fewer calls at a time"


def _server_failed(site: CallSite, status: int, said: ErrorBody) -> tuple[str, str]:
    words = quoted(said.text)
    if said.spoken:
        return (
            f"{site.host} failed at {site.method} {site.path} ({status}){words}",
            "Try again; if it stays, look the request id up in the platform's logs",
        )
    return (
        f"Something before the platform at {site.host} answered {status}{words}",
        "The platform may be starting or down; try again, then ask whoever runs the proxy or load balancer",
    )


def redirection(site: CallSite, status: int, headers: Mapping[str, str]) -> Redirected:
    """The error for a 3xx answer: says where it points, and what that most likely means."""
    location = headers.get("location", "")
    detail = site.detail(status, headers, server_text=location)
    where = quoted(location) or " elsewhere"
    return Redirected(
        f"{site.host} redirects instead of answering ({status}){where}. Redirects are never followed, "
        "so that the token stays with its server",
        _redirect_advice(site, location),
        detail,
    )


def _redirect_advice(site: CallSite, location: str) -> str:
    """Suspended cloud instances point to `landing.jfrog.com/reactivate-server/<name>`, pings included
    (recorded traffic in JupiterOne/graph-artifactory)."""
    if location.startswith("https://landing.jfrog.com/") and "reactivate" in location:
        return f"The instance is asleep: open {visible(location[:_SHOWN])} in a browser to wake it up, then try again"
    base, found, _ = location.partition(site.path)
    if found and base.startswith("https://") and base != site.url:
        return f"If you trust that address, use {visible(base[:_SHOWN])} as the URL"
    return f"Check the URL {site.url}: a login page or a moved platform answers there"
