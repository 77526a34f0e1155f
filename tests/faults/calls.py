"""The calls that the fault tests make: one real request of each class, and how they are sent."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.secret import Secret
from jfconsole.jfrog import tokens
from jfconsole.jfrog.answers import json_value
from jfconsole.jfrog.transport import Transport

TOKEN: Final = "eyJsecret.token.value"

CALLS: Final = {
    CallClass.SAFE: tokens.list_request(),
    CallClass.IDEMPOTENT: tokens.revoke_request("0f0c7a52-1f1d-4b53-8a55-6b8f8a6f2d10"),
    CallClass.CREATE: Request(
        method="POST",
        path="/access/api/v1/tokens",
        call_class=CallClass.CREATE,
        body={"description": "jfc-0123456789"},
    ),
}


def connection(url: str, **more: object) -> Connection:
    """To a server of the test, as an administrator would have given it."""
    return Connection(url=url, token=Secret(TOKEN), source="--url and --token-file", **more)  # type: ignore[arg-type]


async def attempt(transport: Transport, request: Request) -> Json | ConsoleError:
    """The JSON that came back, or the error."""
    try:
        return await transport.send(request, json_value)
    except ConsoleError as error:
        return error
