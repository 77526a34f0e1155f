"""What was sent to the platform, call by call: for the request log and for support cases. Never a secret."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final, TypeAlias

from jfconsole.domain.requests import Request
from jfconsole.domain.text import Untrusted

CAPACITY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One call, all its tries together.

    `request` is the call with its secrets emptied (their names and place holders stay). `at` is in epoch seconds, `ms`
    covers all tries and waits. `status` is that of the last answer; `error` names what went wrong.
    """

    number: int = 0
    at: float
    request: Request
    status: int | None
    error: str = ""
    ms: float
    attempts: int
    request_id: Untrusted | None = None


Listener: TypeAlias = Callable[[LogEntry], None]


class RequestLog:
    """The last calls, oldest first. Safe to use from several threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=capacity)
        self._listeners: list[Listener] = []
        self._count = 0
        self._lock = Lock()

    def add(self, entry: LogEntry) -> None:
        """Number the entry, keep it, tell the listeners."""
        with self._lock:
            self._count += 1
            numbered = replace(entry, number=self._count)
            self._entries.append(numbered)
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(numbered)

    def entries(self) -> tuple[LogEntry, ...]:
        """A snapshot."""
        with self._lock:
            return tuple(self._entries)

    @property
    def count(self) -> int:
        """How many calls there were since the start, those that have dropped out of the log included."""
        return self._count

    def follow(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each new entry, in the thread that made the call. Returns how to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop
