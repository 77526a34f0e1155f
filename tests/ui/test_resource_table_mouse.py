"""The table under the mouse."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from jfconsole.ui.widgets.resource_table import ResourceTable
from tests.ui.table_app import Ship, TableApp, fleet, run

Opened = ResourceTable.Opened


async def click(app: TableApp, pilot: Pilot[None], x: int, y: int) -> None:
    await pilot.click("#ships", offset=(x, y))
    await pilot.pause()


def test_a_click_moves_the_cursor_and_a_click_on_the_cursor_opens() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        await click(app, pilot, 10, 4)
        assert app.at_cursor() == ("s00003", 4)
        assert not app.heard(Opened)
        await click(app, pilot, 30, 4)
        assert [m.key for m in app.heard(Opened) if isinstance(m, Opened)] == ["s00003"]

    run(scenario, fleet(50))


def test_a_click_hits_the_row_that_is_scrolled_there() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        app.table.scroll_to(y=20, animate=False)
        await pilot.pause()
        await click(app, pilot, 10, 2)
        assert app.at_cursor() == ("s00021", 2)

    run(scenario, fleet(50))


def test_the_wheel_scrolls_and_leaves_the_cursor_alone() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        top = app.screen_lines()[1]
        await pilot._post_mouse_events([events.MouseScrollDown], "#ships", offset=(5, 5))
        await pilot.pause()
        assert app.screen_lines()[1] != top
        assert app.table.cursor_key == "s00000"
        await pilot.press("j")
        await pilot.pause()
        assert app.at_cursor() == ("s00001", 1)

    run(scenario, fleet(50))


def test_a_click_on_a_label_sorts_and_another_reverses() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        x = app.screen_lines()[0].index("SAILS")
        for arrow in "↑↓↑":
            await click(app, pilot, x, 0)
            assert f"SAILS {arrow}" in app.screen_lines()[0]
        x = app.screen_lines()[0].index("NAME")
        await click(app, pilot, x, 0)
        assert "NAME ↑" in app.screen_lines()[0]

    run(scenario, fleet(20))


def test_a_label_that_cannot_be_sorted_by_does_nothing() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        await click(app, pilot, app.screen_lines()[0].index("KEY"), 0)
        assert app.table.sort is None
        await click(app, pilot, 0, 0)
        assert app.table.sort is None

    run(scenario, fleet(20))


def test_gone_rows_and_empty_lines_take_no_click() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        app.table.set_rows([app.rows[0], app.rows[2]])
        await pilot.pause()
        assert "Ship 00001" in app.screen_lines()[2]
        for line in (2, 9):
            await click(app, pilot, 10, line)
            assert app.table.cursor_key == "s00000"
        assert not app.heard(Opened)

    run(scenario, fleet(3))


def test_no_name_can_carry_a_click_of_its_own() -> None:
    async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
        await click(app, pilot, 30, 5)
        app.told.clear()
        await click(app, pilot, 5, 1)
        assert app.table.cursor_key == "a"
        strips = app.screen._compositor.render_strips(app.size)
        assert all(not (segment.style and segment.style.meta) for segment in strips[1])

    run(scenario, [Ship("a", "[@click=app.quit]boom[/]"), *fleet(9)])
