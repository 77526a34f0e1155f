"""Credentials that leave for one origin only."""

from __future__ import annotations

import base64
from typing import Final

import httpx

from jfconsole.domain.errors import Refused, UsageError
from jfconsole.domain.secret import Secret

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class OriginAuth:
    """A bearer token bound to one scheme, host and port.

    Whatever asks for it with another URL gets `Refused`, before anything leaves.
    """

    def __init__(self, url: str, token: Secret) -> None:
        """Raises UsageError when the token holds what no header can carry."""
        refuse_unsendable(token)
        self._origin = origin(httpx.URL(url))
        self._token = token

    def sign(self, request: httpx.Request, token: Secret | None = None, username: str = "") -> None:
        """Add the header, if the request goes where the token belongs.

        Another `token` is held to the same origin. With a `username` it is sent as that user's password.
        """
        if origin(request.url) != self._origin:
            raise Refused("The token belongs to another server: it was not sent", "Check the URL of the connection")
        if token is not None:
            refuse_unsendable(token)
        value = (self._token if token is None else token).reveal()
        if not username:
            request.headers["Authorization"] = f"Bearer {value}"
            return
        pair = base64.b64encode(f"{username}:{value}".encode()).decode("ascii")
        request.headers["Authorization"] = f"Basic {pair}"


def refuse_unsendable(token: Secret) -> None:
    """Raise UsageError when the token is empty, or holds what no header can carry."""
    text = token.reveal()
    if not (text and text.isascii() and text.isprintable()) or " " in text:
        raise UsageError(
            "The token holds spaces, line breaks or characters that no token has",
            "Copy it again, whole, on one line and without quotes",
        )


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port, the default port written out."""
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)
