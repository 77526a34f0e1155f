"""A redirect is never followed: the second server sees nothing at all, the person sees where it points."""

from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import Redirected
from jfconsole.domain.requests import CallClass
from jfconsole.jfrog import system
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, attempt, connection
from tests.support import fault_server as fault
from tests.support.fault_server import FaultServer


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
@pytest.mark.parametrize("kind", list(CallClass))
def test_another_origin_sees_nothing(status: int, kind: CallClass) -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, {})) as other:
            redirect = fault.reply(status, "<html></html>", location=f"{other.url}{CALLS[kind].path}")
            async with FaultServer(redirect) as server, Transport(connection(server.url)) as transport:
                ended = await attempt(transport, CALLS[kind])
        assert type(ended) is Redirected
        assert len(server.arrivals) == 1
        assert (other.connections, other.arrivals) == (0, [])
        assert other.url in ended.message
        assert "never followed" in ended.message

    asyncio.run(scenario())


def test_the_same_origin_is_not_asked_again() -> None:
    async def scenario() -> None:
        redirect = fault.reply(302, location="/ui/login")
        async with FaultServer(redirect) as server, Transport(connection(server.url)) as transport:
            ended = await attempt(transport, CALLS[CallClass.SAFE])
        assert isinstance(ended, Redirected)
        assert len(server.arrivals) == 1
        assert server.url in ended.hint

    asyncio.run(scenario())


def test_a_moved_platform_is_named() -> None:
    async def scenario() -> None:
        redirect = fault.reply(301, location="https://new.example/jfrog/access/api/v1/tokens")
        async with FaultServer(redirect) as server, Transport(connection(server.url)) as transport:
            ended = await attempt(transport, CALLS[CallClass.SAFE])
        assert isinstance(ended, Redirected)
        assert "use https://new.example/jfrog as the URL" in ended.hint

    asyncio.run(scenario())


def test_a_sleeping_instance_is_told_how_to_wake_up() -> None:
    async def scenario() -> None:
        redirect = fault.reply(302, "<html></html>", location="https://landing.jfrog.com/reactivate-server/acme")
        async with FaultServer(redirect) as server, Transport(connection(server.url)) as transport:
            with pytest.raises(Redirected) as raised:
                await system.ping(transport)
        assert "https://landing.jfrog.com/reactivate-server/acme in a browser" in raised.value.hint

    asyncio.run(scenario())


def test_a_hostile_location_is_shown_harmless() -> None:
    async def scenario() -> None:
        redirect = fault.reply(302, location="https://evil.example/\x1b]0;owned\x07" + "a" * 5000)
        async with FaultServer(redirect) as server, Transport(connection(server.url)) as transport:
            ended = await attempt(transport, CALLS[CallClass.SAFE])
        assert "\x1b" not in str(ended)
        assert len(str(ended)) < 1000

    asyncio.run(scenario())
