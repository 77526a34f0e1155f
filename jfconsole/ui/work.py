"""Work under way: plans that run in their own thread while the screens go on answering."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from textual.dom import DOMNode
from textual.signal import Signal

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import FINISHED, Outcome, Progress, Report
from jfconsole.services.control import Control

Then: TypeAlias = Callable[[], None]

Give: TypeAlias = Callable[[Report, Then], None]
"""Receives the report of a plan with the secrets that came of it, and what to call once a person has them."""


class Work:
    """One plan that runs or ran in this console. `changed` tells followers about progress and the end.

    `give` receives the report when it ended well; without it, secrets are shown in a panel of their own.
    """

    def __init__(self, owner: DOMNode, plan_id: str, title: str, total: int, give: Give | None = None) -> None:
        self.plan_id = plan_id
        self.title = title
        self.total = total
        self.give = give
        self.control = Control()
        self.progress: Progress | None = None
        self.report: Report | None = None
        self.error: ConsoleError | None = None
        self.handed_over = False
        self.ended = asyncio.Event()
        self.changed: Signal[Work] = Signal(owner, "changed")

    @property
    def over(self) -> bool:
        """Whether it ended, well or not."""
        return self.report is not None or self.error is not None

    @property
    def finished_steps(self) -> int:
        """Steps that came to an end, or to an unknown one."""
        if self.progress is None:
            return 0
        return sum(self.progress.counts[outcome] for outcome in (*FINISHED, Outcome.UNKNOWN))

    def label(self) -> str:
        """`212/500` for the status line."""
        return f"{self.finished_steps:,}/{self.total:,}"

    def advance(self, progress: Progress) -> None:
        """Take progress in, on the app's loop."""
        self.progress = progress
        self.changed.publish(self)

    def end(self, report: Report | None = None, error: ConsoleError | None = None) -> None:
        """Take the end in."""
        self.report, self.error = report, error
        self.ended.set()
        self.changed.publish(self)

    def note_handed_over(self) -> None:
        """A person has the secrets that came of it, or left them."""
        self.handed_over = True
        self.changed.publish(self)

    def toggle_pause(self) -> None:
        """Start nothing new, or go on."""
        if self.progress is not None and self.progress.paused:
            self.control.resume()
        else:
            self.control.pause()

    def cancel(self) -> None:
        """Start nothing new any more."""
        self.control.cancel()
