"""F2: how long until the console can be used, beside an empty Textual app in the same run.

    python -m tests.bench.startup [ROUNDS]

`first paint` is the first frame of the program; `usable` the first frame in which its main screen shows rows (for the
empty app: its line). The sandbox runs already; `demo` includes starting one. `first frame` counts the bytes up to the
first frame that stands still, RSS is the peak until then.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tests.bench.measure import Series, in_turn, prepare, resident_mb, show, verdict
from tests.bench.terminal import CONSOLE, DEMO, EMPTY, connected, running
from tests.support.pty_console import frames
from tests.support.sandbox import RunningSandbox

SIZES = ((80, 24), (120, 40))
FLOOR, READY, STORY = "empty Textual app", "jfconsole on a running sandbox", "jfconsole demo"
LIMIT = 2.5
RSS_LIMIT = 65.0
FRAME_LIMIT = 70_000


@dataclass(frozen=True)
class Start:
    """One start: ms to the first paint and to the usable screen, bytes of the first frame, peak memory."""

    paint: float
    usable: float
    frame_bytes: int
    memory: float


def start(
    command: Sequence[str], size: tuple[int, int], painted: str, usable: str, environment: dict[str, str]
) -> Start:
    """Start a program, wait for its usable screen, and end it."""
    with running(command, size, environment) as program:
        program.settle(marker=usable.encode())
        memory, pieces, begun = resident_mb(program.pid), program.console.pieces, program.console.started_at
        program.console.send("ctrl+q")
        program.console.exit_code()
    shown = [(when, text) for when, text in frames(pieces, *size) if text.strip()]
    first = next(when for when, text in shown if re.search(painted, text))
    ready = next(when for when, text in shown if re.search(usable, text))
    until_ready = sum(len(piece) for when, piece in pieces if when <= first + 0.02)
    return Start((first - begun) * 1000, (ready - begun) * 1000, until_ready, memory)


def compare(size: tuple[int, int], environment: dict[str, str], rounds: int) -> None:
    """Measure all programs at one size, in turn, and print the table."""
    starts: dict[str, list[Start]] = {}
    programs = {
        FLOOR: (EMPTY, "the floor is up", "the floor is up", {}),
        READY: (CONSOLE, "jfconsole", "ox-scanner", environment),
        STORY: (DEMO, "jfconsole", "ox-scanner", {}),
    }

    def once(name: str) -> float:
        command, painted, usable, extra = programs[name]
        starts.setdefault(name, []).append(start(command, size, painted, usable, extra))
        return starts[name][-1].usable

    series = in_turn({name: partial(once, name) for name in programs}, rounds)
    floor = series[FLOOR].median
    show(
        f"F2 at {size[0]}x{size[1]}, {rounds} rounds",
        ("program", "first paint", "usable", "ratio", "first frame", "peak RSS", f"≤ {LIMIT} ×"),
        [_row(series[name], starts[name][1:], floor) for name in programs],
    )


def _row(series: Series, starts: Sequence[Start], floor: float) -> tuple[str, ...]:
    paint = Series("paint", [one.paint for one in starts])
    size = Series("bytes", [float(one.frame_bytes) for one in starts])
    memory = Series("memory", [one.memory for one in starts])
    ratio = series.median / floor
    promise = verdict(ratio, LIMIT) if series.name == READY else "–"
    return (
        series.name,
        paint.spread(),
        series.spread(),
        f"{ratio:.2f} ×",
        f"{size.median / 1000:.1f} kB",
        f"{memory.median:.0f} MB",
        promise,
    )


def main() -> None:
    """Both sizes, against one sandbox with the demo's data."""
    prepare()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with RunningSandbox("demo") as sandbox:
        for size in SIZES:
            compare(size, connected(sandbox), rounds)


if __name__ == "__main__":
    main()
