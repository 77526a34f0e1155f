"""The first line on a narrow terminal: which server it is stays as long as there is room for anything."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from jfconsole.ui.glyphs import ASCII, UTF8, Glyphs
from jfconsole.ui.widgets.status_line import Status, StatusLine

STATUS = Status(
    crumbs=("tokens",),
    host="artifacts.example.com:8443",
    user="admin",
    version="7.146.10",
    token="5a4d~ admin never",
    live="! stale 9 s, retry in 3 s",
)


class Host(App[None]):
    def __init__(self, status: Status, glyphs: Glyphs) -> None:
        super().__init__()
        self.line = StatusLine(glyphs)
        self.line.status = status

    def compose(self) -> ComposeResult:
        yield self.line


def drawn(width: int, status: Status = STATUS, glyphs: Glyphs = UTF8) -> str:
    app = Host(status, glyphs)

    async def run() -> str:
        async with app.run_test(size=(width, 24)) as pilot:
            await pilot.pause()
            return app.line.render().plain

    line = asyncio.run(run())
    assert len(line) <= width - 2
    return " ".join(line.split())


TAIL = "5a4d~ admin never · ! stale 9 s, retry in 3 s"


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (
            130,
            "jfconsole ▸ tokens artifacts.example.com:8443 · admin · 5a4d~ admin never · 7.146.10"
            " · ! stale 9 s, retry in 3 s",
        ),
        (108, f"jfconsole ▸ tokens artifacts.example.com:8443 · admin · {TAIL}"),
        (98, f"jfconsole ▸ tokens artifacts.example.com:8443 · {TAIL}"),
        (86, f"tokens artifacts.example.com:8443 · {TAIL}"),
        (80, f"tokens artifacts.example.com… · {TAIL}"),
        (66, f"tokens {TAIL}"),
        (50, "tokens 5a4d~ admin never"),
    ],
)
def test_what_gives_way(width: int, line: str) -> None:
    assert drawn(width) == line


def test_a_server_that_has_a_name_is_known_by_it() -> None:
    named = replace(STATUS, profile="lab")
    assert drawn(100, named) == f"jfconsole ▸ tokens lab · {TAIL}"
    assert drawn(66, named) == f"tokens lab · {TAIL}"


def test_it_is_cut_in_ascii_and_says_nothing_of_what_is_not_known() -> None:
    assert "artifacts.example.com~" in drawn(80, glyphs=ASCII)
    assert drawn(80, Status(crumbs=("tokens",), live="not live")) == "jfconsole ▸ tokens not live"
