"""How the table shares its room and what it looks like: sizes, glyphs, themes, no colour."""

from __future__ import annotations

from typing import get_args

import pytest
from textual.color import Color
from textual.pilot import Pilot

from jfconsole.ui.glyphs import ASCII
from jfconsole.ui.widgets.columns import TONES
from jfconsole.ui.widgets.table_style import LEAST_CONTRAST, Look, Palette, Sign, contrast
from tests.ui.table_app import Ship, TableApp, fleet, run


class TestRoom:
    def test_columns_make_room_by_priority_and_come_back(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            assert app.table.hidden_columns == 0
            await pilot.resize_terminal(38, 12)
            await pilot.pause()
            assert app.table.hidden_columns == 1
            header = app.screen_lines()[0]
            assert "DUE" in header
            assert "KEY" not in header
            await pilot.resize_terminal(20, 12)
            await pilot.pause()
            assert (app.table.hidden_columns, "NAME" in app.screen_lines()[0]) == (3, True)
            await pilot.resize_terminal(200, 60)
            await pilot.pause()
            assert app.table.hidden_columns == 0

        run(scenario, fleet(100))

    @pytest.mark.parametrize("size", [(80, 24), (200, 60), (20, 5), (5, 3), (1, 1)])
    def test_every_line_is_as_wide_as_the_screen(self, size: tuple[int, int]) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("G", "space", "asterisk")
            strips = app.screen._compositor.render_strips(app.size)
            assert [strip.cell_length for strip in strips] == [size[0]] * size[1]

        run(scenario, fleet(100), size=size)

    def test_a_smaller_screen_keeps_the_cursor_in_sight(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("pagedown")
            await pilot.resize_terminal(80, 6)
            await pilot.pause()
            assert app.at_cursor()[1] > 0

        run(scenario, fleet(100), size=(80, 24))


class TestLooks:
    def test_ascii_terminals_get_ascii_signs(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.table.sort_by("name")
            await pilot.press("space", "j")
            app.table.set_rows(app.rows[:-1], gone_reason="sunk")
            await pilot.pause()
            assert all(line.isascii() for line in app.screen_lines())

        run(scenario, [Ship("a", "A" * 90), *fleet(4)], glyphs=ASCII)

    def test_without_colour_the_cursor_is_reversed_and_marks_are_signs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_COLOR", "1")

        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("space")
            await pilot.pause()
            strips = app.screen._compositor.render_strips(app.size)
            reverse = [any(s.style and s.style.reverse for s in strip if s.text.strip()) for strip in strips]
            assert reverse[:4] == [False, False, True, False]
            assert strips[1].text.startswith(" ▪ ")
            assert strips[2].text.startswith("▌")

        run(scenario, fleet(5))

    def test_a_table_without_focus_shows_its_cursor_less_loudly(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            strip = app.screen._compositor.render_strips(app.size)[1]
            app.set_focus(None)
            await pilot.pause()
            after = app.screen._compositor.render_strips(app.size)[1]
            assert strip.text == after.text
            assert strip != after

        run(scenario, fleet(5))

    @pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "nord", "solarized-light"])
    def test_every_segment_has_a_background_in_any_theme(self, theme: str) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.theme = theme
            await pilot.press("space")
            app.table.set_rows([*app.rows[1:], Ship("new", "New")])
            await pilot.pause()
            for y in range(12):
                for segment in app.table.render_line(y):
                    assert segment.style is not None
                    assert segment.style.bgcolor is not None

        run(scenario, fleet(5))

    def test_every_tone_can_be_read_on_every_line_in_every_theme(self) -> None:
        signs: tuple[Sign, ...] = ("sign", "reason")

        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            for theme in app.available_themes:
                app.theme = theme
                await pilot.pause()
                palette = Palette(app.table)
                styles = [palette.style(look, tone) for look in get_args(Look) for tone in (*TONES, *signs)]
                for style in [*styles, palette.header(False), palette.header(True)]:
                    assert style.color is not None
                    assert style.bgcolor is not None
                    if style.color.triplet and style.bgcolor.triplet:
                        text, ground = (Color.from_rich_color(colour) for colour in (style.color, style.bgcolor))
                        assert contrast(text, ground) >= LEAST_CONTRAST - 0.05, (theme, style)

        run(scenario, fleet(5))
