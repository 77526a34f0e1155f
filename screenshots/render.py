"""Render the pictures of the README from the demo: `python -m screenshots.render` in a checkout with the test extra."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

from jfconsole.ui.app import ConsoleApp
from tests.snapshots import scenes
from tests.support.console import Hands
from tests.support.ox_walk import open_ox
from tests.support.sandbox import RunningSandbox
from tests.support.still import still_console, still_start, stop_time

HERE = Path(__file__).parent

PICTURES: tuple[tuple[str, Callable[[Hands], Awaitable[None]], tuple[int, int]], ...] = (
    ("01-tokens", scenes.the_list, scenes.MIDDLE),
    ("02-views", scenes.views, scenes.MIDDLE),
    ("03-marked", scenes.never_marked, scenes.MIDDLE),
    ("04-review", scenes.review_many, scenes.MIDDLE),
    ("05-report", scenes.report, scenes.MIDDLE),
    ("06-details", scenes.details, scenes.SMALL),
    ("07-help", scenes.helped, scenes.SMALL),
    ("08-users", scenes.users, scenes.MIDDLE),
    ("09-permission-editor", scenes.permission_editor, scenes.MIDDLE),
    ("10-large", scenes.the_list, scenes.LARGE),
    ("11-new-token", scenes.token_form, scenes.MIDDLE),
    ("12-shown-once", scenes.secret_panel, scenes.SMALL),
    ("13-scanner-account", open_ox, scenes.SMALL),
    ("14-scanner-access", scenes.ox_access, scenes.SMALL),
    ("15-scanner-user", scenes.ox_user, scenes.SMALL),
    ("16-scanner-token", scenes.ox_token, scenes.SMALL),
    ("17-scanner-review", scenes.ox_review, scenes.SMALL),
    ("18-scanner-proof", scenes.ox_proof, scenes.SMALL),
    ("19-mappings", scenes.mappings, scenes.MIDDLE),
    ("20-simulator", scenes.simulator, scenes.MIDDLE),
    ("21-doctor", scenes.doctor, scenes.SMALL),
    ("22-own-token", scenes.own_token, scenes.SMALL),
    ("23-rotated", scenes.rotation, scenes.SMALL),
    ("24-issuer-keys", scenes.issuer_keys, scenes.MIDDLE),
    ("25-mint-log", scenes.mint_log, scenes.MIDDLE),
    ("26-registry-explain", scenes.registry_explain, scenes.SMALL),
    ("27-pulls-proof", scenes.pulls_proof, scenes.MIDDLE),
    ("28-snapshot-compared", scenes.snapshot_compared, scenes.SMALL),
)
"""File name, what to do before the picture is taken, size."""


FIRST_RUN = "29-first-run"
"""The one picture of what stands before the console."""


def main() -> None:
    """Take every picture, each on the demo as it is at its start."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    with RunningSandbox("demo") as sandbox:
        for name, scene, size in PICTURES:
            svg = asyncio.run(_take(sandbox, scene, size))
            (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")
        (HERE / f"{FIRST_RUN}.svg").write_text(asyncio.run(_take_first_run(sandbox)), encoding="utf-8")


async def _take(sandbox: RunningSandbox, scene: Callable[[Hands], Awaitable[None]], size: tuple[int, int]) -> str:
    sandbox.reset()
    stop_time(sandbox)
    with tempfile.TemporaryDirectory() as home:
        os.environ["DOCKER_CONFIG"] = home  # where a wizard may write
        app = still_console(sandbox, Path(home))
        async with app.run_test(size=size) as pilot:
            hands = Hands(app, pilot)
            await scenes.at_rest(hands)
            await scene(hands)
            app.screen.refresh()  # to read a screen leaves its background blank
            await pilot.pause(0.2)
            return app.export_screenshot()


async def _take_first_run(sandbox: RunningSandbox) -> str:
    with tempfile.TemporaryDirectory() as home:
        app = still_start(Path(home))
        async with app.run_test(size=scenes.SMALL) as pilot:
            await scenes.connect_form(Hands(cast("ConsoleApp", app), pilot), sandbox.url, sandbox.token)
            await pilot.pause(0.2)
            return app.export_screenshot()


if __name__ == "__main__":
    main()
