"""Bulk revoke against the bare client, both with 8 calls in flight, on a sandbox with 20 ms latency.

Run it by hand: `python -m tests.bench.bulk --tokens 800 --rounds 3`. The two take turns; what counts is the ratio.
"Sending" leaves out what only we do: the two list reads (checking and proving). "Whole" has everything, from the
reviewed plan to the saved report.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from jfconsole.domain.plans import Outcome, Progress
from jfconsole.services.revoke import IN_FLIGHT
from tests.support.revoking import Desk, make_tokens
from tests.support.sandbox import RunningSandbox

LATENCY = 0.02
"""Seconds that the sandbox lets every revocation wait."""


def bare(sandbox: RunningSandbox, ids: Sequence[str]) -> float:
    """Seconds for httpx alone: one client a worker, nothing checked, nothing written down."""
    left = list(ids)

    async def work(client: httpx.AsyncClient) -> None:
        while left:
            response = await client.delete(f"/access/api/v1/tokens/{left.pop()}")
            assert response.status_code == 200

    async def run() -> None:
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused on loopback; loading authorities would cost the floor
        clients = [
            httpx.AsyncClient(base_url=sandbox.url, headers=headers, trust_env=False, verify=trust)
            for _ in range(IN_FLIGHT)
        ]
        await asyncio.gather(*(work(client) for client in clients))
        for client in clients:
            await client.aclose()

    start = time.perf_counter()
    asyncio.run(run())
    return time.perf_counter() - start


def ours(desk: Desk) -> tuple[float, float]:
    """Seconds for the whole run, and for its sending alone."""
    plan = desk.plan()
    phases: dict[str, float] = {}

    def watch(seen: Progress) -> None:
        phases.setdefault(seen.note, time.perf_counter())

    start = time.perf_counter()
    report = desk.runner.run(plan, progress=watch)
    whole = time.perf_counter() - start
    assert report.counts == {Outcome.DONE: len(plan.steps)}
    return whole, phases["Reading back what changed"] - phases["Sending"]


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=800)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    floor, whole, sending = [], [], []
    with RunningSandbox() as sandbox, tempfile.TemporaryDirectory() as home:
        for turn in range(args.rounds):
            desk = Desk(sandbox, Path(home) / str(turn))
            for run in ("bare", "ours"):
                sandbox.reset()
                make_tokens(sandbox, args.tokens)
                sandbox.faults({"kind": "latency", "method": "DELETE", "seconds": LATENCY})
                if run == "bare":
                    floor.append(bare(sandbox, [token.token_id for token in desk.tokens()]))
                    continue
                seconds = ours(desk)
                whole.append(seconds[0])
                sending.append(seconds[1])
    best, all_of_it, sent = (statistics.median(figures) for figures in (floor, whole, sending))
    figures = {
        "tokens": args.tokens,
        "bare client per second": round(args.tokens / best),
        "whole run per second": round(args.tokens / all_of_it),
        "sending / bare client": round(best / sent, 3),
        "whole run / bare client": round(best / all_of_it, 3),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
