"""The real console in a real terminal, as the tests of this folder start it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jfconsole.services.first_run import FILE as TOUR
from jfconsole.services.first_run import remember_tour
from tests.support.pty_console import PtyConsole, clean_environment
from tests.support.sandbox import RunningSandbox

ROOT = Path(__file__).parents[2]
CONSOLE = (sys.executable, "-m", "jfconsole")
LISTED = "ox-scanner"
"""A token of the demo's story: when it stands on the screen, the list is up."""


@dataclass
class Session:
    """A console, and the folder that is home, state and temporary folder to it."""

    console: PtyConsole
    home: Path

    @property
    def crash_files(self) -> list[Path]:
        return sorted(self.home.rglob("crash-*.txt"))

    def files(self) -> list[Path]:
        """What was written, but for the mark that the tour was shown, which stood there before."""
        return [path for path in self.home.rglob("*") if path.is_file() and path.name != TOUR]

    def filter_by(self, text: str, counts: str) -> None:
        """Type a filter, wait for `counts` (`8 of 61`), and go to the rows."""
        self.console.send("/")
        self.console.wait_for(lambda: self.console.caret[0] == 1)
        self.console.send(text)
        self.console.wait_for(counts)
        self.console.send("enter")
        self.console.wait_for(lambda: self.console.bold(3, 3))  # the first row is the cursor's, and has the focus

    def quit(self) -> None:
        self.console.send("ctrl+q")
        assert self.console.exit_code() == 0, self.console.text
        self.console.assert_restored()


@contextmanager
def opened(
    home: Path,
    arguments: Sequence[str],
    *,
    command: Sequence[str] = CONSOLE,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] | None = None,
    ready: str = LISTED,
    new_here: bool = False,
) -> Iterator[Session]:
    """Start a console and wait until `ready` stands on its screen. `new_here`: nobody has seen its tour yet."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    if not new_here:
        remember_tour(home / "jfconsole" / "state")
    env = clean_environment(home, JFCONSOLE_HOME=str(home / "jfconsole"), TMPDIR=str(home / "tmp"), **environment or {})
    with PtyConsole([*command, *arguments], env=env, columns=size[0], lines=size[1], cwd=ROOT) as console:
        console.wait_for(ready)
        yield Session(console, home)


def on(sandbox: RunningSandbox, folder: Path, token: str | None = None) -> list[str]:
    """The arguments that connect to a sandbox, by a token file."""
    file = folder / "token"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as out:
        out.write(token or sandbox.token)
    return ["--url", sandbox.url, "--token-file", str(file)]


def descendants(pid: int) -> list[int]:
    """The processes that descend from one, itself included (Linux)."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found
