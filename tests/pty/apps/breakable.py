"""A small app that breaks on request: the ways in which a console can end, without the console."""

import os
import sys
import threading
from pathlib import Path
from typing import ClassVar

from jfconsole.ui.terminal import prepare_environment

prepare_environment()

from textual.app import ComposeResult  # noqa: E402
from textual.widgets import Input, Static  # noqa: E402

from jfconsole.ui.crash import CrashSafe, install_hooks, run  # noqa: E402
from jfconsole.ui.crash_report import CrashReports  # noqa: E402


class Breakable(CrashSafe):
    BINDINGS: ClassVar = [
        ("h", "break_handler", "handler"),
        ("w", "break_worker", "worker"),
        ("t", "break_thread", "thread"),
        ("l", "break_task", "loop task"),
        ("s", "get_stuck", "stuck"),
    ]

    def compose(self) -> ComposeResult:
        yield Static("ready to break", id="state")
        yield Input(disabled=True)

    def action_break_handler(self) -> None:
        local_sentinel = os.environ["SENTINEL"]
        raise ValueError(f"handler: Bearer {local_sentinel} \x1b]52;c;QQ==\x07")

    def action_break_worker(self) -> None:
        self.run_worker(self._broken(), group="breaking")

    def action_break_thread(self) -> None:
        threading.Thread(target=_broken_thread).start()

    async def action_break_task(self) -> None:
        self.console_loop.call_soon(_broken_thread)  # type: ignore[union-attr]

    def action_get_stuck(self) -> None:
        """A handler that never comes back: only the deadline ends this process."""
        self.query_one("#state", Static).update("stuck")
        self.call_after_refresh(threading.Event().wait)

    def on_unmount(self) -> None:
        if marker := os.environ.get("UNMOUNTED"):
            Path(marker).write_text("unmounted")

    async def _broken(self) -> None:
        local_sentinel = os.environ["SENTINEL"]
        raise RuntimeError(f"worker {len(local_sentinel)}")


def _broken_thread() -> None:
    local_sentinel = os.environ["SENTINEL"]
    raise RuntimeError(f"thread {len(local_sentinel)}")


def main() -> None:
    crashes = CrashReports(Path(sys.argv[1]))
    install_hooks(crashes)
    if "early" in sys.argv:
        _broken_thread()
    sys.exit(run(Breakable(crashes)))


if __name__ == "__main__":
    main()
