"""Names from people who are no administrators, on the real screen: nothing acts, nothing shifts."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from jfconsole.domain.text import visible
from tests.ui.hostile import HOSTILE_NAMES, carries_no_control
from tests.ui.table_app import Ship, TableApp, run

FLEET = [Ship(f"k{number}-{name}", name) for number, name in enumerate(HOSTILE_NAMES)]


def screen_is_sound(app: TableApp) -> None:
    for strip in app.screen._compositor.render_strips(app.size):
        assert sum(cell_len(segment.text) for segment in strip) == app.size.width
        for segment in strip.crop(0, app.size.width - 1):  # the scroll bar has clicks of its own
            assert segment.control is None
            assert carries_no_control(segment.text)
            assert segment.style is None or not segment.style.meta
            assert segment.style is None or segment.style.link is None


def test_every_name_of_the_corpus_is_shown_and_nothing_of_it_acts() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        screen_is_sound(app)
        svg = unescape(app.export_screenshot())
        assert not any(char in svg for char in ("\x1b", "\x9b", "\x07", "\u202e", "\u2066"))
        lines = app.screen_lines()
        for at, name in enumerate(HOSTILE_NAMES, start=1):
            start = visible(name[:20]).replace("\ufe0f", "")[:12]
            assert start in lines[at]

    run(scenario, FLEET, size=(120, len(FLEET) + 1))


@pytest.mark.deep
def test_reasons_marks_and_narrow_screens_are_as_safe() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        await pilot.press("asterisk", "S")
        app.table.sort_by("name")
        for width in (80, 40, 23, 9):
            await pilot.resize_terminal(width, 24)
            for name in HOSTILE_NAMES:
                app.table.set_rows(FLEET)
                app.table.set_rows(FLEET[5:], gone_reason=name)
                await pilot.pause()
                screen_is_sound(app)

    run(scenario, FLEET, size=(80, 24))


@pytest.mark.deep
def test_any_text_at_all() -> None:
    seen = 0

    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        nonlocal seen

        @settings(max_examples=60, deadline=None, database=None)
        @given(st.lists(st.text(max_size=60), min_size=1, max_size=10))
        def show(names: list[str]) -> None:
            nonlocal seen
            app.table.clear_rows()
            app.table.set_rows([Ship(f"{at}", name) for at, name in enumerate(names)])
            screen_is_sound(app)
            for y in range(12):
                assert app.table.render_line(y).cell_length == 79
                assert carries_no_control(app.table.render_line(y).text)
            seen += any(not carries_no_control(name) for name in names)

        show()

    run(scenario, [])
    assert seen >= 18
