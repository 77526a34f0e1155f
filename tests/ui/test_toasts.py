"""A toast that comes too late is shown for a moment, and stops nothing."""

from __future__ import annotations

import time
from pathlib import Path

from textual.widgets._toast import Toast

from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox


def test_one_whose_time_is_over_before_it_is_mounted(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await hands.see("1 of 1")
        hands.app.notify("late", timeout=1000)
        await hands.see("late")
        (notification,) = hands.app._notifications
        assert notification.time_left > 900
        notification.raised_at = time.time() - 2000
        assert notification.has_expired
        hands.app.screen.query_one("ToastRack").mount(Toast(notification))
        await hands.press("question_mark")
        await hands.until(lambda: hands.top(Viewer), "the help")

    drive(console(connection(sandbox), tmp_path), scenario)
