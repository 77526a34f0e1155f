"""What a person reads when something usual goes wrong: what happened, and what to do now."""

from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.requests import CallClass
from jfconsole.domain.text import visible
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, TOKEN, attempt, connection
from tests.support import fault_server as fault
from tests.support.fake_clock import FakeClock
from tests.support.fault_server import Behaviour, FaultServer


def access(code: str, message: str) -> object:
    return {"errors": [{"code": code, "message": message}]}


SITUATIONS: dict[str, tuple[Behaviour, str, str]] = {
    "wrong URL, a web server": (
        fault.reply(404, "<html><head><title>404 Not Found</title></head></html>"),
        "knows no /access/api/v1/tokens: “404 Not Found”",
        "it must be the platform's base URL",
    ),
    "wrong URL, the router": (fault.reply(404, "404 page not found"), "page not found", "the platform's base URL"),
    "HTML instead of JSON": (
        fault.reply(200, "<!doctype html><title>Acme Login</title>"),
        "The answer is a web page (“Acme Login”), where JSON was expected",
        "Check the URL",
    ),
    "garbage as a token": (
        fault.reply(401, access("UNAUTHORIZED", "Invalid token, parse")),
        "cannot read the token",
        "Copy it again, whole, on one line and without quotes (given by --url and --token-file)",
    ),
    "wrong token": (
        fault.reply(401, {"errors": [{"status": 401, "message": "Bad credentials"}]}),
        "knows no such token",
        "Check that it was copied whole and belongs to this platform",
    ),
    "expired token": (
        fault.reply(401, access("UNAUTHORIZED", "Invalid token, expired")),
        "The token has expired",
        "Make a new token",
    ),
    "not an admin": (
        fault.reply(403, access("FORBIDDEN", "Logged in 'bob' is not an admin.")),
        "This token may not GET /access/api/v1/tokens: “Logged in 'bob' is not an admin.”",
        "admin token",
    ),
    "too many calls": (fault.reply(429, "slow down", retry_after="120"), "wants fewer calls", "Try again in 120 s"),
    "platform starting": (
        fault.reply(503, "<html><title>503 Service Temporarily Unavailable</title></html>"),
        "Something before the platform",
        "may be starting or down; try again",
    ),
    "redirect": (
        fault.reply(301, location="https://acme.jfrog.io/access/api/v1/tokens"),
        "Redirects are never followed, so that the token stays with its server",
        "use https://acme.jfrog.io as the URL",
    ),
    "connection broken": (fault.reset, "broke before the answer was complete", "Try again"),
    "another service": (fault.garbage, "does not answer with proper HTTP", "Check the port"),
}


@pytest.mark.parametrize(("behaviour", "message", "hint"), list(SITUATIONS.values()), ids=list(SITUATIONS))
def test_sentence(behaviour: Behaviour, message: str, hint: str) -> None:
    async def scenario() -> None:
        async with (
            FaultServer(behaviour) as server,
            Transport(connection(server.url), clock=FakeClock()) as transport,
        ):
            told(await attempt(transport, CALLS[CallClass.SAFE]), message, hint)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("https://no-such-host.invalid", "no-such-host.invalid does not resolve", "typo"),
        ("http://127.0.0.1:1", "Nothing listens at 127.0.0.1:1", "whether the platform is running"),
    ],
)
def test_nobody_there(url: str, message: str, hint: str) -> None:
    async def scenario() -> None:
        async with Transport(connection(url), clock=FakeClock()) as transport:
            told(await attempt(transport, CALLS[CallClass.SAFE]), message, hint)

    asyncio.run(scenario())


def told(ended: object, message: str, hint: str) -> None:
    assert isinstance(ended, ConsoleError)
    assert message in ended.message
    assert hint in ended.hint
    assert TOKEN not in f"{ended.message}{ended.hint}{ended.detail}"
    assert visible(ended.message) == ended.message
    assert visible(ended.hint) == ended.hint
