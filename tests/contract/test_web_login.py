"""Signing in with the browser: the client's side against the sandbox's, and a person in between."""

from __future__ import annotations

import asyncio
import base64
import urllib.error
import urllib.request
import uuid

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import DeadlineExceeded, ReadOnly, Refused
from jfconsole.domain.secret import Secret
from jfconsole.services.session import open_session
from jfconsole.services.web_login import EVERY, PATIENCE, Invitation, sign_in
from tests.support import fault_server as fault
from tests.support.fault_server import FaultServer
from tests.support.sandbox import RunningSandbox


def connection(url: str, *, read_only: bool = False) -> Connection:
    return Connection(url=url, token=Secret("nobody"), read_only=read_only)


def visit(page: str, method: str, password: str = "password") -> str:
    """What the browser of an administrator gets."""
    credentials = base64.b64encode(f"admin:{password}".encode()).decode()
    request = urllib.request.Request(page, method=method, headers={"Authorization": f"Basic {credentials}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def test_a_person_confirms_and_the_token_works(sandbox: RunningSandbox) -> None:
    pages: list[str] = []
    waits: list[float] = []

    async def confirm(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            pages.append(await asyncio.to_thread(visit, shown[0].page, "GET"))
            await asyncio.to_thread(visit, shown[0].page, "POST")

    shown: list[Invitation] = []

    async def scenario() -> bool | object:
        token = await sign_in(connection(sandbox.url), shown.append, confirm)
        async with open_session(Connection(url=sandbox.url, token=token)) as session:
            return (await session.identify()).admin

    assert asyncio.run(scenario()) is True
    assert waits == [EVERY, EVERY]
    assert f"<b>{shown[0].code}</b>" in pages[0]
    assert shown[0].page.startswith(f"{sandbox.url}/ui/login?jfClientSession=")


def test_nobody_comes(sandbox: RunningSandbox) -> None:
    waits: list[float] = []

    async def pass_by(seconds: float) -> None:
        waits.append(seconds)

    with pytest.raises(DeadlineExceeded, match="Nobody signed in"):
        asyncio.run(sign_in(connection(sandbox.url), lambda _: None, pass_by))
    assert sum(waits) == PATIENCE


def test_a_platform_without_it_says_so() -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(404, "404 page not found")) as server:
            await sign_in(connection(server.url), lambda _: None)

    with pytest.raises(Refused, match="offers no sign-in"):
        asyncio.run(scenario())


def test_read_only_mode_sends_nothing(sandbox: RunningSandbox) -> None:
    with pytest.raises(ReadOnly):
        asyncio.run(sign_in(connection(sandbox.url, read_only=True), lambda _: None))


def test_strangers_get_nothing(sandbox: RunningSandbox) -> None:
    """No page without a password, no token for a session that nobody began."""
    page = f"{sandbox.url}/ui/login?jfClientSession={uuid.uuid4()}&jfClientName=x&jfClientCode=1"
    for method, password, status in (("GET", "wrong", 401), ("POST", "wrong", 401), ("POST", "password", 404)):
        with pytest.raises(urllib.error.HTTPError) as caught:
            visit(page, method, password)
        assert caught.value.code == status
        caught.value.close()
