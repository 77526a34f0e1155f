"""F1: how long the command line takes to start, against `python -c pass`. Run by hand: `python -m tests.bench.cli`."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from tests.bench.measure import Series, in_turn, prepare, show, verdict
from tests.support.command import Command
from tests.support.sandbox import RunningSandbox

FLOOR: Final = "python -c pass"
LIMITS: Final = {"--version": 6.0, "--help": 6.0, "tokens list": 25.0}
"""The promise, as a multiple of the floor."""


def main() -> None:
    """The installed command, against a sandbox with the demo's data."""
    prepare()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with RunningSandbox("demo") as sandbox, tempfile.TemporaryDirectory() as home:
        command = Command(Path(home), sandbox.url, sandbox.token)
        script = str(Path(sysconfig.get_path("scripts")) / "jfconsole")
        candidates: dict[str, Callable[[], float]] = {FLOOR: partial(elapsed, command, [sys.executable, "-c", "pass"])}
        for words in LIMITS:
            candidates[words] = partial(elapsed, command, [script, *words.split()])
        series = in_turn(candidates, rounds)
    show(
        "Command line", ("command", "time", "× floor", "promise"), [_row(one, series[FLOOR]) for one in series.values()]
    )


def elapsed(command: Command, argv: Sequence[str]) -> float:
    """Milliseconds from start to end of a process."""
    started = time.perf_counter()
    subprocess.run(argv, env=command.environ, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


def _row(series: Series, floor: Series) -> tuple[str, ...]:
    ratio = series.median / floor.median
    promise = verdict(ratio, LIMITS[series.name]) if series.name in LIMITS else "–"
    return series.name, series.spread(), f"{ratio:.1f} ×", promise


if __name__ == "__main__":
    main()
