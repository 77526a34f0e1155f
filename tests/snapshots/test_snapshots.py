"""A few composed screens, cell by cell. Everything else is asserted by text."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from jfconsole.ui.glyphs import ASCII, UTF8, Glyphs
from tests.support.console import Hands
from tests.support.sandbox import RunningSandbox
from tests.support.still import StillConsole, still_console, stop_time

Scene = Callable[[Hands], Awaitable[None]]
SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same time zone and colours on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def at_rest(hands: Hands) -> None:
    """The list is there, we know who we are, and nothing is fetched any more."""
    await hands.see(r"of 6\d")
    await hands.until(lambda: hands.app.workbench.identity is not None)
    await hands.press("R")
    await hands.see("not live")


async def the_list(hands: Hands) -> None:
    pass


async def views(hands: Hands) -> None:
    await hands.press("f", "j")
    await hands.see("A token without an end")


async def never_marked(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("never !admin")
    await hands.press("enter", "space", "space", "space")
    await hands.see("3 marked")


async def review_many(hands: Hands) -> None:
    await never_marked(hands)
    await hands.press("ctrl+d")
    await hands.see("Type revoke 3")


async def review_admin(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("never admin old-jenkins")
    await hands.press("enter", "ctrl+d")
    await hands.see("to confirm")


async def report(hands: Hands) -> None:
    await review_many(hands)
    await hands.type("revoke 3")
    await hands.press("enter")
    await hands.see("3 done")
    await hands.see("revoked or lapsed")
    hands.app.screen.query_one("#keys").display = False  # the path of the report differs


async def details(hands: Hands) -> None:
    await hands.press("d")


async def as_json(hands: Hands) -> None:
    await hands.press("y")


async def helped(hands: Hands) -> None:
    await hands.press("question_mark")


async def filtered_out(hands: Hands) -> None:
    await hands.press("slash", *"nosuch")
    await hands.see("0 of")


async def misspelt(hands: Hands) -> None:
    await hands.press("slash")
    await hands.type("expirs<7d ")
    await hands.see("did you mean")


async def command(hands: Hands) -> None:
    await hands.press("colon", *"tok")


async def palette(hands: Hands) -> None:
    await hands.press("ctrl+p", *"revo")
    await hands.see("Revoke the marked")


async def paste(hands: Hands) -> None:
    await hands.press("i")


async def journal(hands: Hands) -> None:
    await hands.press("0", "R")
    await hands.see("Nothing was changed")


SCENES: list[tuple[Scene, tuple[int, int], Glyphs]] = [
    *((the_list, size, UTF8) for size in (SMALL, MIDDLE, LARGE)),
    (the_list, SMALL, ASCII),
    (views, SMALL, UTF8),
    (never_marked, MIDDLE, UTF8),
    (review_many, SMALL, UTF8),
    (review_many, LARGE, UTF8),
    (review_admin, MIDDLE, UTF8),
    (report, MIDDLE, UTF8),
    (details, SMALL, UTF8),
    (as_json, MIDDLE, UTF8),
    (helped, SMALL, UTF8),
    (filtered_out, SMALL, UTF8),
    (misspelt, MIDDLE, UTF8),
    (command, SMALL, UTF8),
    (palette, MIDDLE, UTF8),
    (paste, SMALL, UTF8),
    (journal, SMALL, UTF8),
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
        await at_rest(hands)
        await scene(hands)
        await pilot.pause(0.1)

    assert snap_compare(app, run_before=act, terminal_size=size)
