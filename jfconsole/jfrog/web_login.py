"""Signing in through the browser: a session is named, a person confirms it there, its token is fetched once.

Source: jfrog/jfrog-client-go:access/services/login.go; platforms have it since 7.64.0.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import msgspec

from jfconsole.domain.errors import Rejected
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.jfrog.answers import nothing, typed
from jfconsole.jfrog.sender import Answer, Sender

_BASE: Final = "/access/api/v2/authentication/jfrog_client_login"
_CLIENT: Final = "jfconsole"


class _Token(msgspec.Struct, frozen=True):
    access_token: str


def page_url(url: str, session: str) -> str:
    """Where a person confirms. Source: jfrog/jfrog-skills (jfrog-login-flow.md)."""
    return f"{url}/ui/login?" + urlencode({"jfClientSession": session, "jfClientName": _CLIENT, "jfClientCode": "1"})


async def begin(sender: Sender, session: str) -> None:
    """Name a session, a UUID. Raises NotFound where the platform has no such login."""
    request = Request(
        method="POST",
        path=f"{_BASE}/request",
        call_class=CallClass.IDEMPOTENT,
        body={"session": session},
        anonymous=True,
    )
    await sender.send(request, nothing)


async def fetch(sender: Sender, session: str) -> Secret | None:
    """The token; None as long as nobody has confirmed, which is a 400. It is given once."""
    request = Request(method="GET", path=f"{_BASE}/token/{session}", call_class=CallClass.SAFE, anonymous=True)
    try:
        return await sender.send(request, _token)
    except Rejected as error:
        if error.detail.status == 400:
            return None
        raise


def _token(answer: Answer) -> Secret:
    return Secret(typed(answer, _Token).access_token)
