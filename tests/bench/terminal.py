"""The console and its floor in a pseudo-terminal, as the benches start and press them."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jfconsole.services.first_run import remember_tour
from tests.bench.measure import ROOT
from tests.support.pty_console import PtyConsole, clean_environment
from tests.support.sandbox import RunningSandbox

EMPTY = (sys.executable, "-m", "tests.bench.apps.empty")
STOCK = (sys.executable, "-m", "tests.bench.apps.data_table")
CONSOLE = (sys.executable, "-m", "jfconsole")
DEMO = (*CONSOLE, "demo")

SETTLED = 0.2
"""Seconds without output after which a frame counts as complete."""


@dataclass
class Program:
    """A program in a terminal whose output is kept, not drawn, while it is being measured."""

    console: PtyConsole

    @property
    def pid(self) -> int:
        """The process that is measured."""
        return self.console.process.pid

    def settle(self, seconds: float = SETTLED, marker: bytes = b"", at_most: float = 5.0) -> None:
        """Wait until `marker` was written, and then nothing for a while."""
        if marker:
            self.console.wait_for(lambda: marker in self.console.raw, watchdog=120)
        count, end = -1, time.perf_counter() + at_most
        while count != len(self.console.pieces) and time.perf_counter() < end:
            count = len(self.console.pieces)
            time.sleep(seconds)

    def press(self, key: str, settled: float = 0.05, at_most: float = 1.0) -> tuple[float, float, int]:
        """Press a key: ms to the first and to the last byte it caused, and how many; 0 ms when it caused none.

        The frame is whole when nothing was written for `settled` seconds.
        """
        before = len(self.console.pieces)
        pressed = time.perf_counter()
        self.console.send(key)
        while len(self.console.pieces) == before and time.perf_counter() < pressed + at_most:
            time.sleep(0.001)
        self.settle(settled, at_most=at_most)
        caused = self._until_gap(before, settled)
        if not caused:
            return 0.0, 0.0, 0
        first, last = ((when - pressed) * 1000 for when in (caused[0][0], caused[-1][0]))
        return first, last, sum(len(piece) for _, piece in caused)

    def _until_gap(self, start: int, gap: float) -> list[tuple[float, bytes]]:
        """The output from one piece on, up to the first pause."""
        taken: list[tuple[float, bytes]] = []
        for piece in self.console.pieces[start:]:
            if taken and piece[0] - taken[-1][0] > gap:
                break
            taken.append(piece)
        return taken


@contextmanager
def running(command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]) -> Iterator[Program]:
    """A program in a terminal of this size, with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        env = clean_environment(Path(home), JFCONSOLE_HOME=home, **environment)
        remember_tour(Path(home) / "state")  # what is measured is every start but the first
        with PtyConsole(command, env=env, columns=size[0], lines=size[1], emulate=False, cwd=ROOT) as console:
            yield Program(console)


def connected(sandbox: RunningSandbox) -> dict[str, str]:
    """The environment that points the console at a sandbox."""
    return {"JFROG_URL": sandbox.url, "JFROG_ACCESS_TOKEN": sandbox.token}
