"""Connections that outlive their owner leave no socket open."""

from __future__ import annotations

import asyncio
import gc
import ssl

import httpx

from jfconsole.jfrog.client import Lanes
from tests.support.sandbox import RunningSandbox


def test_one_that_is_in_use_when_all_are_closed_is_closed_when_it_comes_back(sandbox: RunningSandbox) -> None:
    async def scenario() -> None:
        lanes = Lanes(sandbox.url, ssl.create_default_context())
        lane = await lanes.take()
        response = await lane.handle_async_request(httpx.Request("GET", f"{sandbox.url}/artifactory/api/system/ping"))
        await response.aread()
        await response.aclose()
        await lanes.aclose()
        await lanes.give(lane)

    asyncio.run(scenario())
    gc.collect()  # an open socket would be told now, and fail the test
