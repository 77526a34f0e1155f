"""How a person steers a plan that runs: from any thread, at any time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from jfconsole.domain.errors import Refused
from jfconsole.domain.text import visible


class Control:
    """Pause, resume, cancel or leave a running plan. What was sent is always awaited, whatever is asked here."""

    def __init__(self) -> None:
        self._paused = threading.Event()
        self._cancelled = threading.Event()
        self._left = threading.Event()

    def pause(self) -> None:
        """Start nothing new until `resume`."""
        self._paused.set()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._paused.clear()

    def cancel(self) -> None:
        """Start nothing new, and give up what was not sent: those steps are skipped for good."""
        self._cancelled.set()

    def leave(self) -> None:
        """Start nothing new, and keep what was not sent for later: the plan can be continued. For quitting."""
        self._left.set()

    @property
    def paused(self) -> bool:
        """Whether nothing new is started for now."""
        return self._paused.is_set() and not self.stopping

    @property
    def cancelled(self) -> bool:
        """Whether the rest was given up."""
        return self._cancelled.is_set()

    @property
    def stopping(self) -> bool:
        """Whether nothing new will be started any more."""
        return self._cancelled.is_set() or self._left.is_set()


class SingleFlight:
    """Keeps two plans in this process from changing one object, and one plan from running twice, at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: set[tuple[str, ...]] = set()

    @contextmanager
    def hold(self, targets: Iterable[tuple[str, ...]]) -> Iterator[None]:
        """Hold these targets for the length of the block. Raises Refused when one of them is held."""
        wanted = set(targets)
        with self._lock:
            if taken := wanted & self._held:
                raise Refused(f"{visible(min(taken)[-1])} is being changed already", "Wait until that has ended")
            self._held |= wanted
        try:
            yield
        finally:
            with self._lock:
                self._held -= wanted
