"""Proxies from the environment: used for the platform, never for loopback, and never handed the token."""

from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import Unreachable
from jfconsole.domain.requests import CallClass
from jfconsole.jfrog.proxies import proxy_for, way_to
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, TOKEN, attempt, connection
from tests.support import fault_server as fault
from tests.support.fault_server import FaultServer

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def set_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in VARIABLES[:3]:
        monkeypatch.setenv(name, url)


@pytest.mark.parametrize("kind", list(CallClass))
def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch, kind: CallClass) -> None:
    """It saw a CONNECT for the platform, without the token; nothing was sent, so nothing is in doubt."""

    async def scenario() -> None:
        async with FaultServer(fault.reply(403, "no")) as proxy:
            set_proxy(monkeypatch, f"http://user:pass@127.0.0.1:{proxy.port}")
            async with Transport(connection("https://platform.example")) as transport:
                ended = await attempt(transport, CALLS[kind])
        assert type(ended) is Unreachable
        assert f"The proxy 127.0.0.1:{proxy.port} did not let the call" in ended.message
        assert "NO_PROXY" in ended.hint
        assert "pass" not in ended.message
        seen = [(arrival.method, arrival.target) for arrival in proxy.arrivals]
        assert seen == [("CONNECT", "platform.example:443")]
        assert TOKEN not in str(proxy.arrivals)

    asyncio.run(scenario())


def test_loopback_goes_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, {})) as proxy, FaultServer(fault.reply(200, {})) as server:
            set_proxy(monkeypatch, proxy.url)
            async with Transport(connection(server.url)) as transport:
                assert await attempt(transport, CALLS[CallClass.SAFE]) == {}
        assert (proxy.connections, len(server.arrivals)) == (0, 1)

    asyncio.run(scenario())


def test_a_proxy_that_hangs_after_connect_was_sent_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CONNECT is not the request: a create behind a stuck proxy has certainly not happened."""

    async def scenario() -> None:
        from dataclasses import replace

        async with FaultServer(fault.hang) as proxy:
            set_proxy(monkeypatch, proxy.url)
            async with Transport(connection("https://platform.example")) as transport:
                ended = await attempt(transport, replace(CALLS[CallClass.CREATE], deadline=0.2))
        assert type(ended) is Unreachable

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("no_proxy_hosts", "expected", "words"),
    [
        ("", "proxy.example:3128", "proxy.example:3128 (HTTPS_PROXY)"),
        ("platform.example", None, "none (NO_PROXY names it)"),
        ("*", None, "none (NO_PROXY names it)"),
    ],
)
def test_which_proxy_and_why(
    monkeypatch: pytest.MonkeyPatch, no_proxy_hosts: str, expected: str | None, words: str
) -> None:
    set_proxy(monkeypatch, "http://user:secret@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy_hosts)
    assert proxy_for("https://platform.example") == expected
    assert way_to("https://platform.example").words == words
    assert way_to("http://127.0.0.1:8082").words == "none (it is this machine)"


def test_the_small_variable_counts_and_the_general_one_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert way_to("https://platform.example").words == "none (nothing sets one)"
    monkeypatch.setenv("ALL_PROXY", "proxy.example:1")
    assert way_to("https://platform.example").words == "proxy.example:1 (ALL_PROXY)"
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:2")
    monkeypatch.setenv("https_proxy", "proxy.example:3")
    assert way_to("https://platform.example").words == "proxy.example:3 (https_proxy)"
    assert way_to("http://platform.example").words == "proxy.example:1 (ALL_PROXY)"
