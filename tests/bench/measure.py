"""How everything here is measured: in turn, in one run, as medians, and as ratios to a floor.

The machine is whatever it is and does other things too. So candidates are run one after the other in every round, the
order turns from round to round, the load is written beside each result, and a figure counts only as its ratio to the
floor measured in the same run.
"""

from __future__ import annotations

import compileall
import os
import platform
import statistics
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Series:
    """What one candidate measured, round by round."""

    name: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of the values."""
        return statistics.median(self.values)

    def percentile(self, share: float) -> float:
        """The value below which `share` (0 to 1) of the values lie."""
        ordered = sorted(self.values)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def spread(self, unit: str = "ms", digits: int = 0) -> str:
        """`223 (216-313) ms`."""
        low, high = min(self.values), max(self.values)
        return f"{self.median:,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f}) {unit}"


def prepare() -> None:
    """Make sure that compiled modules exist and are used; without them start-up measures the compiler."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    for folder in (ROOT / "jfconsole", ROOT / "tests" / "bench", Path(sysconfig.get_path("purelib"))):
        compileall.compile_dir(folder, quiet=2, workers=0)


def in_turn(candidates: Mapping[str, Callable[[], float]], rounds: int, warm_up: int = 1) -> dict[str, Series]:
    """Run every candidate once per round, in an order that turns; the first `warm_up` rounds do not count."""
    series = {name: Series(name) for name in candidates}
    names = list(candidates)
    for number in range(warm_up + rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            value = candidates[name]()
            if number >= warm_up:
                series[name].values.append(value)
    return series


def machine() -> str:
    """What this was measured on, with the load of the last minute."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f}"
    )


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table as markdown, ready for the README of this folder."""
    print(f"\n### {title}\n\n{machine()}\n")
    print(f"| {' | '.join(header)} |")
    print(f"|{'---|' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def verdict(value: float, limit: float) -> str:
    """Whether a figure holds its promise."""
    return "holds" if value <= limit else "**misses**"


def resident_mb(pid: int) -> float:
    """Peak resident memory of a process in MB (Linux; 0 elsewhere)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def main_thread_ms(pid: int) -> float:
    """CPU time that the main thread of a process has used, in ms (Linux; 0 elsewhere)."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return 0.0
