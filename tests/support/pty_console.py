"""A program in a real pseudo-terminal, with a terminal emulator on the other side of it.

Everything waits for conditions: a reader thread feeds the output to the emulator and wakes the waiters. The watchdog
only catches hangs.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

WATCHDOG = 60.0
"""Seconds after which a wait is a hang."""

KEYS: Mapping[str, str] = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
} | {f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"}

_RESTORED = {
    "alternate screen": re.compile(rb"\x1b\[\?1049([hl])"),
    "mouse": re.compile(rb"\x1b\[\?1000([hl])"),
    "mouse motion": re.compile(rb"\x1b\[\?1003([hl])"),
    "bracketed paste": re.compile(rb"\x1b\[\?2004([hl])"),
    "focus reports": re.compile(rb"\x1b\[\?1004([hl])"),
}
_CURSOR = re.compile(rb"\x1b\[\?25([hl])")
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p")
"""Keyboard-protocol and mode-report sequences, which pyte would print as text."""
_ASKS_FOR_WHOLE_FRAMES = b"\x1b[?2026$p"
_WHOLE_FRAMES = b"\x1b[?2026;2$y"
_FRAME_BEGINS, _FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
"""Synchronised output, as current terminals have it: a frame is drawn when it is whole, so no test sees half of one."""
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;]*\$?)?\Z")
"""The beginning of a sequence whose rest comes with the next read."""


def clean_environment(home: Path, **extra: str) -> dict[str, str]:
    """An environment with nothing of the caller's but the path: the program under test has `home` to itself."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **extra,
    }


class PtyConsole:
    """A running program and the screen it draws. Use it as a context manager: leaving it ends the program."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        columns: int = 80,
        lines: int = 24,
        controlling: bool = True,
        emulate: bool = True,
        cwd: Path | None = None,
    ) -> None:
        """Start `command`. Without `controlling`, closing the terminal sends the program no SIGHUP.

        Without `emulate` the output is only kept, with the time of each piece: for measuring.
        """
        self.master, slave = pty.openpty()
        self._size(slave, columns, lines)
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._emulate = emulate
        self._raw = bytearray()
        self.pieces: list[tuple[float, bytes]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._stop_reading, self._stop = os.pipe()
        self.started_at = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *command] if controlling else list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="pty reader", daemon=True)
        self._reader.start()

    def __enter__(self) -> PtyConsole:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WATCHDOG)
        self.hang_up()

    @property
    def raw(self) -> bytes:
        """Every byte that the program wrote."""
        with self._changed:
            return bytes(self._raw)

    @property
    def display(self) -> tuple[str, ...]:
        """The lines of the screen as a person sees them."""
        with self._changed:
            return tuple(line.rstrip() for line in self._screen.display)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.display)

    @property
    def caret(self) -> tuple[int, int]:
        """Where the cursor stands: line and column, from 0. A focused input has it, also while it is hidden."""
        with self._changed:
            return self._screen.cursor.y, self._screen.cursor.x

    def bold(self, line: int, column: int) -> bool:
        """Whether a cell (from 0) is bold."""
        with self._changed:
            return bool(self._screen.buffer[line][column].bold)

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows by itself what is typed now."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def send(self, *keys: str) -> None:
        """Press keys: names (`enter`, `ctrl+d`, `pagedown`) or text to type. Each is written at once."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; the kernel tells the program."""
        with self._changed:
            self._screen.resize(lines, columns)
        self._size(self.master, columns, lines)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program, and to nothing else."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped connection does."""
        if not self._closed:
            self._closed = True
            os.close(self._stop)
            self._reader.join(WATCHDOG)  # a master that is being read from does not close
            os.close(self._stop_reading)
            os.close(self.master)

    def wait_for(self, what: str | re.Pattern[str] | Callable[[], bool], watchdog: float = WATCHDOG) -> None:
        """Wait until a text or pattern stands on the screen, or a predicate holds after some output.

        Fails with the screen when the program ends before, or after `watchdog` seconds.
        """
        met = self._condition(what)
        deadline = time.monotonic() + watchdog
        with self._changed:
            while not met():
                left = deadline - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    if met():
                        return
                    raise AssertionError(f"never saw {what!r} on\n{self._frame()}")
                self._changed.wait(min(left, 0.25))

    def wait_gone(self, text: str, watchdog: float = WATCHDOG) -> None:
        """Wait until a text no longer stands on the screen: after esc, so that the next key is one of its own."""
        self.wait_for(lambda: text not in self._frame(), watchdog)

    @staticmethod
    def wait_until(holds: Callable[[], bool], watchdog: float = WATCHDOG) -> None:
        """Wait for something that writes nothing to the terminal, such as the end of another process."""
        deadline = time.monotonic() + watchdog
        while not holds():
            assert time.monotonic() < deadline, "it never came to hold"
            threading.Event().wait(0.02)

    def exit_code(self, watchdog: float = WATCHDOG) -> int:
        """Wait for the end of the program: its exit code, negative for a signal it did not handle."""
        code = self.process.wait(watchdog)
        if not self._closed:
            self._reader.join(watchdog)
        return code

    def assert_restored(self) -> None:
        """The program gave back screen, cursor, mouse, paste and focus modes, and the line settings."""
        raw = self.raw
        for mode, pattern in _RESTORED.items():
            found = pattern.findall(raw)
            assert not found or found[-1] == b"l", f"{mode} left on"
        cursor = _CURSOR.findall(raw)
        assert not cursor or cursor[-1] == b"h", "the cursor stays hidden"
        assert raw.count(b"\x1b[<u") == len(re.findall(rb"\x1b\[>[0-9]+u", raw)), "keyboard protocol left on"
        lines = termios.tcgetattr(self.master)[3]
        assert lines & termios.ICANON, "the terminal stays in raw mode"
        assert self.echoes, "the terminal does not echo"

    def _condition(self, what: str | re.Pattern[str] | Callable[[], bool]) -> Callable[[], bool]:
        if isinstance(what, str):
            return lambda: what in self._frame()
        if isinstance(what, re.Pattern):
            return lambda: what.search(self._frame()) is not None
        return what

    def _frame(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def _read(self) -> None:
        unfinished = b""
        for chunk in self._chunks():
            arrived = time.perf_counter()
            if _ASKS_FOR_WHOLE_FRAMES in chunk:
                os.write(self.master, _WHOLE_FRAMES)
            drawable, unfinished = _drawable(unfinished + chunk) if self._emulate else (b"", b"")
            with self._changed:
                self._raw += chunk
                self.pieces.append((arrived, chunk))
                self._stream.feed(drawable)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def _chunks(self) -> Iterator[bytes]:
        while True:
            ready, _, _ = select.select((self.master, self._stop_reading), (), ())
            if self._stop_reading in ready:
                return
            try:
                chunk = os.read(self.master, 1 << 16)
            except OSError:  # the program has closed its side
                return
            if not chunk:
                return
            yield chunk

    @staticmethod
    def _size(descriptor: int, columns: int, lines: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def frames(pieces: Sequence[tuple[float, bytes]], columns: int, lines: int) -> Iterator[tuple[float, str]]:
    """Replay kept output: the screen after each piece, with its time."""
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    unfinished = b""
    for arrived, piece in pieces:
        drawable, unfinished = _drawable(unfinished + piece)
        stream.feed(drawable)
        yield arrived, "\n".join(line.rstrip() for line in screen.display)


def _drawable(output: bytes) -> tuple[bytes, bytes]:
    """What pyte can draw of some output, and the unfinished sequence or frame at its end."""
    known = _UNKNOWN_TO_PYTE.sub(b"", output)
    cut = _UNFINISHED.search(known)
    end = cut.start() if cut else len(known)
    begun = known.rfind(_FRAME_BEGINS)
    if begun > known.rfind(_FRAME_ENDS):
        end = min(end, begun)
    return known[:end], known[end:]


_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
