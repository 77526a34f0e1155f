"""A few composed screens, cell by cell. Everything else is asserted by text."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from jfconsole.ui.glyphs import ASCII, UTF8, Glyphs
from tests.snapshots import scenes
from tests.snapshots.scenes import LARGE, MIDDLE, SMALL
from tests.support.console import Hands
from tests.support.sandbox import RunningSandbox
from tests.support.still import StillConsole, still_console, stop_time

Scene = Callable[[Hands], Awaitable[None]]


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same time zone and colours on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


SCENES: list[tuple[Scene, tuple[int, int], Glyphs]] = [
    *((scenes.the_list, size, UTF8) for size in (SMALL, MIDDLE, LARGE)),
    (scenes.the_list, SMALL, ASCII),
    (scenes.views, SMALL, UTF8),
    (scenes.never_marked, MIDDLE, UTF8),
    (scenes.review_many, SMALL, UTF8),
    (scenes.review_many, LARGE, UTF8),
    (scenes.review_admin, MIDDLE, UTF8),
    (scenes.report, MIDDLE, UTF8),
    (scenes.details, SMALL, UTF8),
    (scenes.as_json, MIDDLE, UTF8),
    (scenes.helped, SMALL, UTF8),
    (scenes.filtered_out, SMALL, UTF8),
    (scenes.misspelt, MIDDLE, UTF8),
    (scenes.command, SMALL, UTF8),
    (scenes.palette, MIDDLE, UTF8),
    (scenes.paste, SMALL, UTF8),
    (scenes.journal, SMALL, UTF8),
    (scenes.token_form, SMALL, UTF8),
    (scenes.token_form, LARGE, UTF8),
    (scenes.secret_panel, SMALL, UTF8),
    (scenes.wizard_page, SMALL, UTF8),
    (scenes.wizard_page, MIDDLE, UTF8),
    (scenes.issuer_keys, SMALL, UTF8),
]


def _name(value: object) -> str:
    if callable(value):
        return str(getattr(value, "__name__", value))
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return "ascii" if value is ASCII else "utf8"


@pytest.mark.parametrize(("scene", "size", "glyphs"), SCENES, ids=_name)
def test_screen(
    scene: Scene,
    size: tuple[int, int],
    glyphs: Glyphs,
    demo_sandbox: RunningSandbox,
    tmp_path: Path,
    snap_compare: Callable[..., bool],
) -> None:
    stop_time(demo_sandbox)
    app = still_console(demo_sandbox, tmp_path, glyphs=glyphs)

    async def act(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, StillConsole)
        hands = Hands(pilot.app, pilot)
        await scenes.at_rest(hands)
        await scene(hands)
        await pilot.pause(0.1)

    assert snap_compare(app, run_before=act, terminal_size=size)
