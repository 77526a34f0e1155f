"""F3 and F6: from key to paint with 100,000 tokens, beside a stock table of 1,000 rows in the same run.

    python -m tests.bench.latency [KEYS]

Each key is written when the screen has come to rest; `first` is the time to its first byte, `whole` to its last.
The limits are those of a quiet machine: where the stock table is far above 30 ms, read the others beside it.
A held key comes 30 times a second for two seconds; `drain` is the time from the last press to the last byte.
F6 presses `r` (fetch now) on an unchanged list and counts the CPU time of the thread that paints, and the bytes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.measure import Series, main_thread_ms, prepare, resident_mb, show, verdict
from tests.bench.terminal import CONSOLE, STOCK, Program, connected, running
from tests.support.sandbox import RunningSandbox

SIZE = (120, 40)
HELD_RATE = 30
HELD_SECONDS = 2.0


@dataclass(frozen=True)
class Probe:
    """One kind of key press: which keys in turn, and the limit on the 95th percentile in ms."""

    name: str
    keys: Sequence[str]
    limit: float
    presses: int
    whole: bool = False
    """Whether the limit is on the whole frame and not on its first byte."""
    settled: float = 0.05


def probe(program: Program, one: Probe) -> tuple[str, ...]:
    """Press the keys of one probe in turn, and say how long it took."""
    first, whole, sizes = Series("first"), Series("whole"), Series("bytes")
    for number in range(one.presses):
        start, end, size = program.press(one.keys[number % len(one.keys)], one.settled)
        if size:
            first.values.append(start)
            whole.values.append(end)
            sizes.values.append(size)
    counted = whole if one.whole else first
    return (
        one.name,
        f"{first.median:.1f} / {first.percentile(0.95):.1f}",
        f"{whole.median:.1f} / {whole.percentile(0.95):.1f}",
        f"{sizes.median / 1000:.1f} kB",
        f"{len(first.values)} of {one.presses}",
        f"p95 ≤ {one.limit:.0f} ms {verdict(counted.percentile(0.95), one.limit)}",
    )


def held(program: Program, key: str, limit: float) -> tuple[str, ...]:
    """Hold a key down and let go: how long until the screen stands still."""
    pressed = 0.0
    for _ in range(int(HELD_RATE * HELD_SECONDS)):
        pressed = time.perf_counter()
        program.console.send(key)
        time.sleep(1 / HELD_RATE)
    program.settle()
    drain = max((program.console.pieces[-1][0] - pressed) * 1000, 0.0)
    return (
        f"{key} held at {HELD_RATE}/s",
        "",
        f"drain {drain:.0f}",
        "",
        "",
        f"≤ {limit:.0f} ms {verdict(drain, limit)}",
    )


def refreshed(program: Program, rounds: int, limit: float) -> tuple[str, ...]:
    """Fetch an unchanged list again and again: CPU time of the painting thread and bytes written, each time."""
    before, cpu, pieces = len(program.console.pieces), main_thread_ms(program.pid), program.console.pieces
    for _ in range(rounds):
        program.console.send("r")
        program.settle(1.5)
    spent = (main_thread_ms(program.pid) - cpu) / rounds
    written = sum(len(piece) for _, piece in pieces[before:]) / rounds
    return (
        "refresh, unchanged",
        "",
        f"{spent:.1f} ms CPU",
        f"{written / 1000:.1f} kB",
        f"{rounds}",
        f"≤ {limit:.0f} ms {verdict(spent, limit)}",
    )


def stock_rows(presses: int) -> list[tuple[str, ...]]:
    """The same moves in Textual's own table."""
    with running(STOCK, SIZE, {}) as program:
        program.settle(0.5, marker=b"subject 0")
        return [
            probe(program, Probe("DataTable, 1,000 rows: down", ["down"], 40, presses)),
            probe(program, Probe("DataTable: page down and up", ["pagedown", "pageup"], 40, presses)),
        ]


def console_rows(sandbox: RunningSandbox, presses: int) -> list[tuple[str, ...]]:
    """The console on the large sandbox."""
    rows: list[tuple[str, ...]] = []
    with running(CONSOLE, SIZE, connected(sandbox)) as program:
        program.settle(1.0, marker=b" of 100,0")
        program.press("R", 0.5)  # live refresh off: nothing else shall paint
        for one in (
            Probe("down", ["down"], 40, presses),
            Probe("page down", ["pagedown"], 40, presses),
            Probe("end and home", ["G", "g"], 40, presses),
            Probe("screen switch", ["0", "1"], 150, presses // 2, whole=True, settled=0.3),
            Probe("reverse the order", ["S"], 150, presses // 4, whole=True, settled=0.5),
        ):
            rows.append(probe(program, one))
        program.press("/", 0.3)
        rows.append(probe(program, Probe("typing in the filter", list("never"), 20, 5, settled=0.3)))
        rows.append(probe(program, Probe("filter applied", ["\x7f"], 150, 5, whole=True, settled=0.3)))
        program.press("escape", 0.5)
        rows.append(held(program, "down", 150))
        rows.append(held(program, "pagedown", 150))
        rows.append(refreshed(program, 5, 30))
        rows.append(("peak RSS", "", f"{resident_mb(program.pid):.0f} MB", "", "", f"≤ 250 {_memory(program)}"))
    return rows


def _memory(program: Program) -> str:
    return verdict(resident_mb(program.pid), 250)


def main() -> None:
    """The stock table first, then the console, on one machine in one run."""
    prepare()
    presses = int(sys.argv[1]) if len(sys.argv) > 1 else 80
    with RunningSandbox("large") as sandbox:
        rows = [*stock_rows(presses), *console_rows(sandbox, presses)]
    show(
        f"F3, F6 with 100,000 tokens at {SIZE[0]}x{SIZE[1]}",
        ("key", "first p50 / p95 ms", "whole p50 / p95 ms", "a press", "painted", "promise"),
        rows,
    )


if __name__ == "__main__":
    main()
