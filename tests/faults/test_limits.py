"""What a call may cost: bytes in memory, and seconds."""

from __future__ import annotations

import asyncio
import tracemalloc
from dataclasses import replace

from jfconsole.domain.errors import NotFound, TooLarge
from jfconsole.domain.requests import CallClass
from jfconsole.jfrog import bodies
from jfconsole.jfrog.sender import Answer
from jfconsole.jfrog.transport import Transport
from tests.faults.calls import CALLS, attempt, connection
from tests.support import fault_server as fault
from tests.support.fault_server import Behaviour, FaultServer

MB = 1_000_000
SAFE = CALLS[CallClass.SAFE]


def peak(behaviour: Behaviour, limit: int) -> tuple[object, int]:
    """How a call ended, and how many bytes were held at most while it ran."""

    async def scenario() -> tuple[object, int]:
        async with FaultServer(behaviour) as server, Transport(connection(server.url)) as transport:
            tracemalloc.start()
            try:
                ended = await attempt(transport, replace(SAFE, limit=limit))
                return ended, tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    return asyncio.run(scenario())


def test_a_gzip_bomb_is_not_inflated() -> None:
    ended, held = peak(fault.gzip_bomb(200), limit=2 * MB)
    assert type(ended) is TooLarge
    assert "larger than" in ended.message
    assert held < 2 * MB + 4 * bodies.PIECE + 2 * MB


def test_an_error_page_is_read_only_at_its_start() -> None:
    ended, held = peak(fault.flood(404), limit=8 * MB)
    assert type(ended) is NotFound
    assert "Flood" in ended.message
    assert held < 4 * MB


def test_an_answer_without_an_end_is_cut_off() -> None:
    ended, held = peak(fault.flood(200), limit=2 * MB)
    assert type(ended) is TooLarge
    assert held < 8 * MB


def test_an_announced_length_over_the_cap_is_not_read_at_all() -> None:
    async def announce(wire: fault.Wire) -> bool:
        await wire.put(fault.head(200, {"content-length": "999999999"}))
        await wire.closing.wait()
        return False

    ended, _ = peak(announce, limit=MB)
    assert type(ended) is TooLarge


def test_a_body_of_exactly_the_cap_passes() -> None:
    async def scenario(body: bytes, behaviour: Behaviour) -> bytes:
        async with FaultServer(behaviour) as server, Transport(connection(server.url)) as transport:

            def whole(answer: Answer) -> bytes:
                return answer.body

            return await transport.send(replace(SAFE, limit=len(body)), whole)

    for size in (1, bodies.PIECE - 1, bodies.PIECE, bodies.PIECE + 1, 5 * bodies.PIECE):
        body = b"x" * size
        assert asyncio.run(scenario(body, fault.reply(200, body))) == body
        assert asyncio.run(scenario(body, fault.gzipped(body))) == body
