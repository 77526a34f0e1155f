"""Every fault, for each class of call: how often the call arrives, and how it ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from jfconsole.domain.errors import (
    BadResponse,
    Conflict,
    ConsoleError,
    DeadlineExceeded,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Redirected,
    Rejected,
    ServerFailed,
    TooLarge,
    Unreachable,
)
from jfconsole.domain.request_log import RequestLog
from jfconsole.domain.requests import CallClass
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, attempt, connection
from tests.support import fault_server as fault
from tests.support.fake_clock import FakeClock
from tests.support.fault_server import Behaviour, FaultServer

SAFE, IDEMPOTENT, CREATE = CallClass.SAFE, CallClass.IDEMPOTENT, CallClass.CREATE

ACCESS_ERROR = {"errors": [{"code": "X", "message": "no"}]}
ARTIFACTORY_ERROR = {"errors": [{"status": 1, "message": "no"}]}
PAGE = "<html><head><title>502 Bad Gateway</title></head></html>"

DEADLINE = 1.0
CAP = 100_000

Ends = tuple[int, type[ConsoleError]]


def lost(error: type[ConsoleError], tries: int = 4) -> tuple[Ends, Ends, Ends]:
    """The platform may have acted: reads and idempotent calls go on trying, a create stops at once."""
    return (tries, error), (tries, OutcomeUnknown), (1, OutcomeUnknown)


def refused(error: type[ConsoleError], *, create: int = 1, others: int = 1) -> tuple[Ends, Ends, Ends]:
    """The platform said no: every class of call gets to know."""
    return (others, error), (others, error), (create, error)


def final(error: type[ConsoleError]) -> tuple[Ends, Ends, Ends]:
    """An answer came that cannot be used, and would not be better next time."""
    return (1, error), (1, OutcomeUnknown), (1, OutcomeUnknown)


MATRIX: dict[str, tuple[Behaviour, tuple[Ends, Ends, Ends]]] = {
    "reset": (fault.reset, lost(Unreachable)),
    "closed": (fault.close, lost(Unreachable)),
    "truncated": (fault.truncate, lost(Unreachable)),
    "hangs": (fault.hang, lost(DeadlineExceeded)),
    "drips": (fault.drip, lost(DeadlineExceeded)),
    "502 of a proxy": (fault.reply(502, PAGE), lost(ServerFailed)),
    "504 of a proxy": (fault.reply(504, PAGE), lost(ServerFailed)),
    "503 of a proxy": (fault.reply(503, PAGE), lost(ServerFailed)),
    "503 of the platform": (fault.reply(503, ARTIFACTORY_ERROR), refused(ServerFailed, others=4)),
    "500": (fault.reply(500, ARTIFACTORY_ERROR), refused(ServerFailed)),
    "429": (fault.reply(429, ACCESS_ERROR), refused(RateLimited, create=4, others=4)),
    "429 with a wait": (fault.reply(429, PAGE, retry_after="3"), refused(RateLimited, create=4, others=4)),
    "429 with a long wait": (fault.reply(429, PAGE, retry_after="61"), refused(RateLimited)),
    "400": (fault.reply(400, ACCESS_ERROR), refused(Rejected)),
    "401": (fault.reply(401, ACCESS_ERROR), refused(NotAuthenticated)),
    "403": (fault.reply(403, ACCESS_ERROR), refused(NotAllowed)),
    "404": (fault.reply(404, "404 page not found"), refused(NotFound)),
    "409": (fault.reply(409, ACCESS_ERROR), refused(Conflict)),
    "redirect": (fault.reply(302, PAGE, location="https://other.example/"), refused(Redirected)),
    "no HTTP": (fault.garbage, final(BadResponse)),
    "endless headers": (fault.endless_headers, final(BadResponse)),
    "a web page": (fault.reply(200, PAGE), final(BadResponse)),
    "plain text": (fault.reply(200, "all is well"), final(BadResponse)),
    "empty": (fault.reply(200, b""), final(BadResponse)),
    "cut JSON": (fault.reply(200, b'{"tokens":['), final(BadResponse)),
    "huge number": (fault.reply(200, b'{"n":' + b"9" * 5000 + b"}"), final(BadResponse)),
    "NaN": (fault.reply(200, b'{"n":NaN}'), final(BadResponse)),
    "deep JSON": (fault.reply(200, b"[" * 65 + b"]" * 65), final(TooLarge)),
    "very deep JSON": (fault.reply(200, b"[" * 90_000), final(TooLarge)),
    "too large": (fault.reply(200, b" " * (CAP + 1)), final(TooLarge)),
    "gzip bomb": (fault.gzip_bomb(50), final(TooLarge)),
    "no gzip": (fault.reply(200, b"{}", content_encoding="gzip"), lost(BadResponse)),
    "encoding never asked for": (fault.reply(200, b"{}", content_encoding="br"), lost(BadResponse)),
}

CASES = [
    pytest.param(behaviour, kind, *ends, id=f"{name}, {kind.value}")
    for name, (behaviour, row) in MATRIX.items()
    for kind, ends in zip((SAFE, IDEMPOTENT, CREATE), row, strict=True)
]


@pytest.mark.parametrize(("behaviour", "kind", "arrivals", "error"), CASES)
def test_fault(behaviour: Behaviour, kind: CallClass, arrivals: int, error: type[ConsoleError]) -> None:
    async def scenario() -> None:
        async with FaultServer(behaviour) as server, Transport(connection(server.url), clock=FakeClock()) as transport:
            ended = await attempt(transport, replace(CALLS[kind], deadline=DEADLINE, limit=CAP))
        assert type(ended) is error, ended
        assert len(server.arrivals) == arrivals
        assert ended.message
        assert ended.hint

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", list(CallClass))
def test_nothing_listens(kind: CallClass) -> None:
    """It is certain that nothing was sent: even a create is tried again, and its outcome is known."""

    async def scenario() -> None:
        log = RequestLog()
        async with FaultServer(fault.close) as server:
            url = server.url
        async with Transport(connection(url), clock=FakeClock(), log=log) as transport:
            ended = await attempt(transport, CALLS[kind])
        assert type(ended) is Unreachable
        assert log.entries()[0].attempts == 4

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "passing",
    [fault.reset, fault.close, fault.truncate, fault.reply(502, PAGE), fault.reply(429, PAGE, retry_after="1")],
)
@pytest.mark.parametrize("kind", [SAFE, IDEMPOTENT])
def test_three_failures_then_an_answer(passing: Behaviour, kind: CallClass) -> None:
    async def scenario() -> None:
        async with (
            FaultServer(passing, passing, passing, fault.reply(200, {"tokens": []})) as server,
            Transport(connection(server.url), clock=FakeClock()) as transport,
        ):
            assert await attempt(transport, CALLS[kind]) == {"tokens": []}
        assert len(server.arrivals) == 4
        assert len({(arrival.method, arrival.target, arrival.body) for arrival in server.arrivals}) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("refusal", [401, 403, 404, 409, 400, 429, 500])
def test_a_refusal_after_a_lost_answer_leaves_the_outcome_unknown(refusal: int) -> None:
    """The first try may have done it; that the second is refused does not undo it."""

    async def scenario() -> None:
        async with (
            FaultServer(fault.reset, fault.reply(refusal, ACCESS_ERROR)) as server,
            Transport(connection(server.url), clock=FakeClock()) as transport,
        ):
            ended = await attempt(transport, CALLS[IDEMPOTENT])
        assert type(ended) is OutcomeUnknown
        assert ended.detail.status == refusal

    asyncio.run(scenario())


def test_a_create_that_was_turned_away_is_made_once() -> None:
    async def scenario() -> None:
        turned_away = fault.reply(429, PAGE, retry_after="2")
        async with (
            FaultServer(turned_away, fault.reply(200, {"token_id": "a"})) as server,
            Transport(connection(server.url), clock=FakeClock()) as transport,
        ):
            assert await attempt(transport, CALLS[CREATE]) == {"token_id": "a"}
        assert len(server.arrivals) == 2

    asyncio.run(scenario())
