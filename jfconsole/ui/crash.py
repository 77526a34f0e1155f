"""How the console ends: by an error, by a signal, or because its terminal has gone. The terminal is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Final

from rich.console import RenderableType
from textual.app import App, SystemCommand
from textual.css.query import NoMatches
from textual.notifications import Notify
from textual.screen import Screen
from textual.worker import WorkerFailed, get_current_worker

from jfconsole.domain.errors import Refused
from jfconsole.domain.redact import redact
from jfconsole.domain.text import visible, visible_block
from jfconsole.ui.crash_report import CrashReport, CrashReports
from jfconsole.ui.terminal import TerminalModes, let_go, when_gone
from jfconsole.ui.toasts import make_lasting

CONFIDENTIAL: Final = "confidential"
"""Style class of every widget that may show a clear secret: no picture is taken while one is on the screen."""

GRACE: Final = 5.0
"""Seconds between a signal and the end of the process, however busy or stuck the console is."""

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CrashSafe(App[None]):
    """An app that shows no local variables when it breaks, and that a background error does not end.

    Textual's own handler prints locals, where tokens live. Here the person sees a few redacted lines and the
    place of the crash file; the exit code is 1.
    """

    def __init__(self, crashes: CrashReports) -> None:
        super().__init__()
        self.crashes = crashes
        self.console_loop: asyncio.AbstractEventLoop | None = None
        self._last_words = ""

    def on_load(self) -> None:
        """Take over the errors of the loop that the app runs on."""
        self.console_loop = asyncio.get_running_loop()
        self.console_loop.set_exception_handler(self._on_loop_error)

    def _on_notify(self, event: Notify) -> None:
        """Textual's own handler shows it afterwards."""
        make_lasting(event)

    def show_trouble(self, report: CrashReport) -> None:
        """Tell the person that something in the background broke; the console goes on."""
        self.notify(
            f"{visible(report.summary)}\n{visible(report.whereabouts)}",
            title="Something failed inside jfconsole",
            severity="error",
            markup=False,
        )

    def keep_going(self, error: BaseException) -> None:
        """Report an error that need not end the console. Tests that run the app see it as their own."""
        if self._exception is None and isinstance(error, Exception):
            self._exception = error
            self._exception_event.set()
        self.show_trouble(self.crashes.write(error))

    def leave(self, return_code: int) -> None:
        """End the console in good order; may be called from a signal handler or another thread."""
        loop = self.console_loop
        if loop is None:
            raise SystemExit(return_code)
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: self.exit(return_code=return_code))

    def panic(self, *renderables: RenderableType) -> None:
        """End with a message. Textual calls this with tracebacks of its own threads."""
        plain = "".join(segment.text for item in renderables for segment in self.console.render(item))
        self._end_with(visible_block(redact(plain)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Textual's palette entries without its screenshot, which writes whatever is visible to a file."""
        return (command for command in super().get_system_commands(screen) if command.title != "Screenshot")

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG. Raises Refused while a secret may be visible."""
        if any(widget.display for screen in self.screen_stack for widget in screen.query(f".{CONFIDENTIAL}")):
            raise Refused("A secret is on the screen", "Hide it, then take the picture")
        return super().export_screenshot(title=title, simplify=simplify)

    def _handle_exception(self, error: Exception) -> None:
        """Textual's one way out for every exception that nobody caught."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, NoMatches) and self._is_leaving(error):
            return  # what is on its way out loses its widgets while its own handlers and workers still run
        if isinstance(error, WorkerFailed):
            self.keep_going(cause)
            return
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._end_with("\n".join(farewell(self.crashes.write(error))))

    def _is_leaving(self, error: Exception) -> bool:
        """Whether the app, or the screen whose worker failed, is being taken down."""
        node = get_current_worker().node if isinstance(error, WorkerFailed) else self
        return self._exit or not self.is_running or node._pruning

    def _end_with(self, message: str) -> None:
        self._return_code = self._return_code or 1
        self._last_words = self._last_words or message
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Called when the screen is given back. Written as it is: a folded path cannot be clicked or copied."""
        if self._last_words:
            sys.stderr.write(f"{self._last_words}\n")
        super()._print_error_renderables()

    def _on_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.keep_going(context.get("exception") or RuntimeError(str(context.get("message"))))


def farewell(report: CrashReport) -> tuple[str, ...]:
    """What a person reads after the console had to stop."""
    return (
        "jfconsole had to stop: something went wrong that it was not prepared for.",
        f"  {report.summary}",
        f"  {report.whereabouts}",
        "  Start it again: a change that was under way can be continued.",
    )


def install_hooks(crashes: CrashReports) -> None:
    """Keep locals and secrets out of the tracebacks of the process, in its main thread and in all others."""

    def of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            sys.stderr.write("\n".join(farewell(crashes.write(error))) + "\n")

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            crashes.write(args.exc_value)

    sys.excepthook = of_process
    threading.excepthook = of_thread


def run(app: CrashSafe) -> int:
    """Run the app and return the exit code: 0, 1 after a crash, 128 + n after signal n."""
    ending = _Ending(app)
    with ending.watch():
        app.run()
    ending.restored = True
    return app.return_code or 0


class _Ending:
    """Ends the console on a signal, or when its terminal has gone; after `GRACE` seconds without its consent."""

    def __init__(self, app: CrashSafe) -> None:
        self._app = app
        self._terminal = TerminalModes.capture()
        self._begun = False
        self.restored = False

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Within, the ending signals and the errors of threads are ours."""
        signals = {number: signal.signal(number, self._on_signal) for number in _ENDING}
        thread_hook, threading.excepthook = threading.excepthook, self._on_thread_error
        when_gone(lambda: self._end(signal.SIGHUP))
        try:
            yield
        finally:
            threading.excepthook = thread_hook
            for number, handler in signals.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._end(signal.Signals(number))

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        """Textual's output thread dies when the terminal does, and the app would wait for it for ever."""
        if isinstance(args.exc_value, OSError) and args.thread and args.thread.name == "textual-output":
            self._end(signal.SIGHUP)
        elif args.exc_value is not None and self._app.console_loop is not None:
            self._app.console_loop.call_soon_threadsafe(self._app.keep_going, args.exc_value)

    def _end(self, number: signal.Signals) -> None:
        if self._begun:
            return
        self._begun = True
        code = 128 + number
        timer = threading.Timer(GRACE, self._end_now, (code,))
        timer.daemon = True
        timer.start()
        if number == signal.SIGHUP:
            let_go()
        self._app.leave(code)

    def _end_now(self, code: int) -> None:
        if not self.restored:
            self._terminal.give_back()
        os._exit(code)
