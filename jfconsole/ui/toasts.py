"""Notifications that are about to expire cannot stop the console.

A toast that is mounted a moment too late gets a timer of negative length, and such a timer never lets the loop go.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from time import time
from typing import Final

from textual.notifications import Notification, Notify

_LEAST: Final = 0.05
"""Seconds that a toast is shown at least."""


@dataclass
class LastingNotification(Notification):
    """One whose toast always has some time left."""

    @property
    def time_left(self) -> float:
        """Seconds until it expires, and a few more for a toast that comes late."""
        return max(_LEAST, super().time_left)

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return self.raised_at + self.timeout <= time()


def make_lasting(event: Notify) -> None:
    """Replace the notification of an event, before it is shown."""
    if not isinstance(event.notification, LastingNotification):
        event.notification = LastingNotification(**asdict(event.notification))
