from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from jfconsole import __version__
from jfconsole.domain.curl import as_curl
from jfconsole.domain.errors import BadResponse, NotFound, ReadOnly, UsageError
from jfconsole.domain.request_log import LogEntry, RequestLog
from jfconsole.domain.requests import CallClass, Request
from jfconsole.domain.secret import Secret
from jfconsole.jfrog import system
from jfconsole.jfrog.answers import nothing, typed
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, TOKEN, attempt, connection
from tests.support import fault_server as fault
from tests.support.fake_clock import FakeClock
from tests.support.fault_server import Arrival, Behaviour, FaultServer

OK = fault.reply(200, {})
PASSWORD = 'p\u00e4ss"w\u00f6rd\\{{x}}'

CREATE_USER = Request(
    method="POST",
    path="/access/api/v2/users",
    call_class=CallClass.CREATE,
    body={"name": "ox", "password": "{{password}}", "tags": ["{{password}}", "{{other}}", "a {{password}}"]},
    secrets={"password": Secret(PASSWORD)},
)


def sent(request: Request, *behaviours: Behaviour, log: RequestLog | None = None) -> list[Arrival]:
    """What arrives when the request is sent."""

    async def scenario() -> list[Arrival]:
        async with (
            FaultServer(*behaviours or (OK,)) as server,
            Transport(connection(server.url), clock=FakeClock(), log=log) as transport,
        ):
            await attempt(transport, request)
            return server.arrivals

    return asyncio.run(scenario())


def test_who_is_asking() -> None:
    (arrival,) = sent(CALLS[CallClass.SAFE])
    assert arrival.headers["user-agent"] == f"jfconsole/{__version__}"
    assert arrival.headers["authorization"] == f"Bearer {TOKEN}"
    assert "content-type" not in arrival.headers


def test_pings_carry_no_credentials() -> None:
    async def scenario() -> None:
        async with FaultServer(fault.reply(200, "OK")) as server, Transport(connection(server.url)) as transport:
            await system.ping(transport)
        assert "authorization" not in server.arrivals[0].headers

    asyncio.run(scenario())


def test_secrets_are_filled_in_when_the_call_leaves_and_not_before() -> None:
    log = RequestLog()
    (arrival,) = sent(CREATE_USER, log=log)
    assert arrival.headers["content-type"] == "application/json"
    assert arrival.body.isascii()
    assert b": " not in arrival.body
    assert json.loads(arrival.body) == {
        "name": "ox",
        "password": PASSWORD,
        "tags": [PASSWORD, "{{other}}", "a {{password}}"],
    }
    assert PASSWORD not in repr(CREATE_USER)
    logged = log.entries()[0].request
    assert replace(logged, secrets={}) == replace(CREATE_USER, secrets={})
    assert [(name, bool(value)) for name, value in logged.secrets.items()] == [("password", False)]
    assert "PASSWORD" in as_curl(logged, "https://acme.test"), "a copied call asks for what it lacks"


def test_lone_surrogates_in_a_body_can_be_sent() -> None:
    (arrival,) = sent(replace(CALLS[CallClass.CREATE], body={"name": "a\ud800"}))
    assert arrival.body == b'{"name":"a\\ud800"}'


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "BREW"])
@pytest.mark.parametrize("kind", list(CallClass))
def test_read_only_sends_nothing(method: str, kind: CallClass) -> None:
    async def scenario() -> None:
        async with FaultServer(OK) as server, Transport(connection(server.url, read_only=True)) as transport:
            ended = await attempt(transport, Request(method=method, path="/x", call_class=kind))
        assert type(ended) is ReadOnly
        assert f"{method} /x was not sent" in ended.message
        assert "without read-only mode" in ended.hint
        assert server.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_read_only_reads(method: str) -> None:
    async def scenario() -> None:
        async with FaultServer(OK) as server, Transport(connection(server.url, read_only=True)) as transport:
            await transport.send(Request(method=method, path="/x", call_class=CallClass.SAFE), nothing)
        assert [arrival.method for arrival in server.arrivals] == [method]

    asyncio.run(scenario())


def test_cookies_are_not_kept() -> None:
    async def scenario() -> None:
        async with (
            FaultServer(fault.reply(200, {}, set_cookie="session=evil; Path=/")) as server,
            Transport(connection(server.url)) as transport,
        ):
            for _ in range(2):
                await attempt(transport, CALLS[CallClass.SAFE])
        assert all("cookie" not in arrival.headers for arrival in server.arrivals)

    asyncio.run(scenario())


def test_a_base_url_with_a_path() -> None:
    async def scenario() -> None:
        async with FaultServer(OK) as server, Transport(connection(f"{server.url}/jfrog")) as transport:
            await attempt(transport, replace(CALLS[CallClass.SAFE], query=(("username", "a/b c&d"),)))
        assert server.arrivals[0].target == "/jfrog/access/api/v1/tokens?username=a%2Fb%20c%26d"

    asyncio.run(scenario())


def test_libraries_log_neither_addresses_nor_headers(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sent(CALLS[CallClass.SAFE])
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))]


def test_the_log_tells_each_call_once() -> None:
    log = RequestLog()
    heard: list[LogEntry] = []
    log.follow(heard.append)
    sent(CALLS[CallClass.SAFE], fault.reset, fault.reply(404, {"errors": []}, x_request_id="4711"), log=log)
    (entry,) = log.entries()
    assert heard == [entry]
    assert (entry.number, entry.attempts, entry.status, entry.error) == (1, 2, 404, "NotFound")
    assert (entry.request, entry.request_id, entry.at) == (CALLS[CallClass.SAFE], "4711", 1_800_000_000)
    assert entry.ms == 125


def test_the_log_tells_success_and_cancellation() -> None:
    async def scenario() -> None:
        log = RequestLog()
        async with (
            FaultServer(fault.reply(200, {}, x_request_id="a"), fault.hang) as server,
            Transport(connection(server.url), log=log) as transport,
        ):
            await attempt(transport, CALLS[CallClass.SAFE])
            arrived = asyncio.Event()
            server.on_arrival = lambda arrival: arrived.set()
            hanging = asyncio.ensure_future(attempt(transport, CALLS[CallClass.SAFE]))
            await arrived.wait()
            hanging.cancel()
            await asyncio.wait([hanging])
        assert [(entry.status, entry.error) for entry in log.entries()] == [(200, ""), (None, "CancelledError")]

    asyncio.run(scenario())


def test_a_shape_that_does_not_fit_names_the_call() -> None:
    async def scenario() -> None:
        async with (
            FaultServer(fault.reply(200, {}, x_request_id="r1")) as server,
            Transport(connection(server.url)) as transport,
        ):
            with pytest.raises(BadResponse) as raised:
                await transport.send(CALLS[CallClass.SAFE], lambda answer: typed(answer, int))
        detail = raised.value.detail
        assert (detail.method, detail.path, detail.status, detail.request_id) == (
            "GET",
            "/access/api/v1/tokens",
            200,
            "r1",
        )

    asyncio.run(scenario())


def test_a_token_that_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="line breaks"):
        Transport(replace(connection("https://acme.example"), token=Secret("a\nb")))


def test_an_error_of_a_decoder_that_means_something_else_passes() -> None:
    """A decoder may turn an answer into any error of the family; only BadResponse puts a change in doubt."""

    async def scenario() -> None:
        def missing(answer: object) -> None:
            raise NotFound("no")

        async with FaultServer(OK) as server, Transport(connection(server.url)) as transport:
            with pytest.raises(NotFound):
                await transport.send(CALLS[CallClass.IDEMPOTENT], missing)

    asyncio.run(scenario())
