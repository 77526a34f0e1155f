"""The table as its users meet it: keys, refreshes, filter, order and marks on the real widget."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from jfconsole.domain.durations import DAY
from jfconsole.ui.widgets.resource_table import ResourceTable
from tests.ui.table_app import NOW, Ship, TableApp, fleet, renamed, run

CursorMoved, CursorLost = ResourceTable.CursorMoved, ResourceTable.CursorLost
MarksChanged, Opened, SortChanged = ResourceTable.MarksChanged, ResourceTable.Opened, ResourceTable.SortChanged


class TestMoving:
    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ("j j k", "s00001"),
            ("down down up", "s00001"),
            ("k", "s00000"),
            ("G", "s00099"),
            ("G j", "s00099"),
            ("G g", "s00000"),
            ("end home", "s00000"),
            ("pagedown", "s00011"),
            ("pagedown pagedown pageup", "s00011"),
            ("pageup", "s00000"),
        ],
    )
    def test_keys_move_the_cursor_and_keep_it_in_sight(self, keys: str, expected: str) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press(*keys.split())
            key, line = app.at_cursor()
            assert key == expected
            assert line >= 1
            assert f"Ship {expected[1:]}" in app.screen_lines()[line]

        run(scenario, fleet(100))

    def test_each_move_is_told_once_with_the_key(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("j", "j", "k", "k", "k")
            assert [m.key for m in app.heard(CursorMoved) if isinstance(m, CursorMoved)] == [
                "s00001",
                "s00002",
                "s00001",
                "s00000",
            ]

        run(scenario, fleet(5))

    def test_a_move_paints_two_lines_and_draws_the_one_not_seen_before(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("j")
            await pilot.pause()
            strips, lines = app.table.strips_rendered, app.table.lines_painted
            await pilot.press("j")
            await pilot.pause()
            assert app.table.strips_rendered - strips == 1
            assert app.table.lines_painted - lines == 2

        run(scenario, fleet(100), size=(120, 40))

    def test_enter_opens(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("j", "enter")
            assert [m.key for m in app.heard(Opened) if isinstance(m, Opened)] == ["s00001"]

        run(scenario, fleet(5))

    def test_an_empty_table_takes_every_key(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press(*"jkgGVu*S", "pagedown", "pageup", "space", "enter")
            assert app.table.cursor_key is None
            assert app.table.targets == ()
            assert not app.heard(Opened)

        run(scenario, [])

    def test_keys_can_be_rebound_by_id(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.set_keymap({"table.cursor-down": "n"})
            await pilot.press("n", "j")
            assert app.table.cursor_key == "s00001"

        run(scenario, fleet(5))

    def test_a_key_can_be_gone_to(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            assert app.table.move_to_key("s00050")
            assert not app.table.move_to_key("nowhere")
            await pilot.pause()
            key, line = app.at_cursor()
            assert (key, line > 0) == ("s00050", True)

        run(scenario, fleet(100))


class TestRefresh:
    def test_an_unchanged_list_draws_and_paints_nothing(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            before = (app.table.strips_rendered, app.table.lines_painted)
            app.table.set_rows(app.rows)
            await pilot.pause()
            app.table.set_rows(list(app.rows))
            await pilot.pause()
            assert (app.table.strips_rendered, app.table.lines_painted) == before

        run(scenario, fleet(10_000))

    def test_one_changed_row_is_one_drawn_line(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            strips, lines = app.table.strips_rendered, app.table.lines_painted
            rows = [renamed(ship, "Renamed") if ship.key == "s00003" else ship for ship in app.rows]
            app.table.set_rows(rows)
            await pilot.pause()
            assert "Renamed" in app.screen_lines()[4]
            assert app.table.strips_rendered - strips == 1
            assert app.table.lines_painted - lines == 1

        run(scenario, fleet(100))

    def test_new_rows_are_flagged_and_gone_rows_tell_the_reason_for_one_cycle(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            rows = [app.rows[0], Ship("new", "Newcomer"), *app.rows[2:]]
            app.table.set_rows(rows, gone_reason="sunk")
            await pilot.pause()
            lines = app.screen_lines()
            gone = next(line for line in lines if "Ship 00001" in line)
            assert gone.startswith(" − ")
            assert gone.rstrip().endswith("· sunk")
            assert next(line for line in lines if "Newcomer" in line).startswith(" + ")
            assert (app.table.new_keys, app.table.total_count) == (frozenset({"new"}), 5)
            app.table.set_rows(rows)
            await pilot.pause()
            text = "\n".join(app.screen_lines())
            assert "Ship 00001" not in text
            assert " + " not in text

        run(scenario, fleet(5))

    def test_the_cursor_keeps_its_row_and_its_line_on_the_screen(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.table.move_to_key("s00050")
            await pilot.press("k", "k", "k")
            before = app.at_cursor()
            fresh = [Ship(f"n{number}", "new") for number in range(200)]
            app.table.set_rows([*fresh, *app.rows])
            await pilot.pause()
            assert app.at_cursor() == before
            assert not app.heard(CursorLost)

        run(scenario, fleet(100))

    def test_scrolled_away_from_the_cursor_the_topmost_row_stays(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.table.scroll_to(y=40, animate=False)
            await pilot.pause()
            top = app.screen_lines()[1]
            app.table.set_rows([*(Ship(f"n{number}", "new") for number in range(30)), *app.rows])
            await pilot.pause()
            assert app.screen_lines()[1] == top

        run(scenario, fleet(100))

    def test_a_lost_cursor_goes_to_the_row_that_followed_and_says_so(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("j", "j")
            app.told.clear()
            app.table.set_rows([ship for ship in app.rows if ship.key not in ("s00002", "s00003")])
            await pilot.pause()
            assert app.table.cursor_key == "s00004"
            (lost,), (moved,) = app.heard(CursorLost), app.heard(CursorMoved)
            assert isinstance(lost, CursorLost)
            assert isinstance(moved, CursorMoved)
            assert (lost.old_key, lost.new_key, moved.key) == ("s00002", "s00004", "s00004")
            assert lost.control is app.table

        run(scenario, fleet(6))

    def test_marks_of_gone_rows_are_dropped_and_told(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("asterisk")
            app.told.clear()
            app.table.set_rows(app.rows[1:])
            await pilot.pause()
            (changed,) = app.heard(MarksChanged)
            assert isinstance(changed, MarksChanged)
            assert (changed.count, changed.dropped) == (4, ("s00000",))

        run(scenario, fleet(5))

    def test_another_server_leaves_nothing_behind(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("G", "space")
            app.table.clear_rows()
            await pilot.pause()
            assert app.heard(MarksChanged)
            assert all(not line.strip() for line in app.screen_lines()[1:])
            app.table.set_rows([Ship("other", "Other")])
            await pilot.pause()
            assert (app.table.cursor_key, app.table.marks) == ("other", frozenset())
            assert app.table.new_keys == frozenset()

        run(scenario, fleet(50))

    def test_fewer_rows_than_before_never_leave_the_screen_empty(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("G")
            app.table.set_rows(app.rows[:20])
            await pilot.pause()
            key, line = app.at_cursor()
            assert key == "s00019"
            assert line == 11

        run(scenario, fleet(100))


class TestTime:
    def test_only_lines_whose_words_changed_are_painted(self) -> None:
        far = [Ship(f"far{number}", "Far away", due=NOW + 9.5 * DAY) for number in range(8)]

        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            strips, lines = app.table.strips_rendered, app.table.lines_painted
            app.table.set_now(NOW + 30)
            await pilot.pause()
            assert "in 30 s" in app.screen_lines()[9]
            assert (app.table.strips_rendered - strips, app.table.lines_painted - lines) == (1, 1)
            app.table.set_now(NOW + 30.01)
            await pilot.pause()
            assert (app.table.strips_rendered - strips, app.table.lines_painted - lines) == (2, 2)
            app.table.set_now(NOW + 30.02)
            await pilot.pause()
            assert (app.table.strips_rendered - strips, app.table.lines_painted - lines) == (2, 2)

        run(scenario, [*far, Ship("soon", "Soon", due=NOW + 60)])


class TestFilterAndOrder:
    def test_the_cursor_goes_with_its_row(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.table.move_to_key("s00040")
            app.table.set_filter(lambda ship: ship.key.endswith("0"))
            await pilot.pause()
            assert app.at_cursor()[0] == "s00040"
            assert (app.table.shown_count, app.table.total_count) == (10, 100)
            app.table.sort_by("name", reverse=True)
            await pilot.pause()
            key, line = app.at_cursor()
            assert key == "s00040"
            assert "Ship 00040" in app.screen_lines()[line]
            assert not app.heard(CursorLost)

        run(scenario, fleet(100))

    def test_a_cursor_that_the_filter_hides_is_told_and_comes_back(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.table.move_to_key("s00041")
            app.table.set_filter(lambda ship: ship.key.endswith("0"))
            await pilot.pause()
            (lost,) = app.heard(CursorLost)
            assert isinstance(lost, CursorLost)
            assert (lost.old_key, lost.new_key) == ("s00041", "s00050")
            app.table.set_filter(None)
            await pilot.pause()
            assert app.at_cursor()[0] == "s00041"

        run(scenario, fleet(100))

    def test_the_order_is_shown_in_the_header_and_told(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            app.table.sort_by("sails")
            await pilot.pause()
            assert "SAILS ↑" in app.screen_lines()[0]
            await pilot.press("S")
            await pilot.pause()
            assert "SAILS ↓" in app.screen_lines()[0]
            told = [(m.column_id, m.reverse) for m in app.heard(SortChanged) if isinstance(m, SortChanged)]
            assert told == [("sails", False), ("sails", True)]
            app.table.sort_by(None)
            await pilot.pause()
            assert "↓" not in app.screen_lines()[0]
            assert app.table.sort is None

        run(scenario, fleet(5))

    @pytest.mark.parametrize("column", ["key", "nowhere"])
    def test_a_column_without_an_order_is_refused(self, column: str) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            with pytest.raises(ValueError, match=f"cannot sort by '{column}'"):
                app.table.sort_by(column)

        run(scenario, fleet(2))


class TestMarks:
    def test_space_marks_and_goes_on(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("space", "space", "k", "space")
            assert app.table.marks == {"s00000"}
            assert app.table.cursor_key == "s00002"
            counts = [m.count for m in app.heard(MarksChanged) if isinstance(m, MarksChanged)]
            assert counts == [1, 2, 1]
            assert app.screen_lines()[1].startswith(" ▪ ")

        run(scenario, fleet(5))

    def test_a_range_all_and_none(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            await pilot.press("j", "space", "j", "j", "V")
            assert app.table.marks == {"s00001", "s00002", "s00003", "s00004"}
            await pilot.press("asterisk")
            assert len(app.table.marks) == 9
            await pilot.press("u")
            assert app.table.marks == frozenset()

        run(scenario, fleet(9))

    def test_actions_are_about_the_marks_else_about_the_cursor(self) -> None:
        async def scenario(app: TableApp, pilot: Pilot[None]) -> None:
            assert list(app.table.targets) == [app.rows[0]]
            await pilot.press("G", "space", "g", "space")
            app.table.set_filter(lambda ship: ship.key == "s00003")
            assert list(app.table.targets) == [app.rows[0], app.rows[4]]
            assert app.table.hidden_marks == 2

        run(scenario, fleet(5))


def test_typing_elsewhere_does_not_reach_the_table() -> None:
    class Form(TableApp):
        def on_mount(self) -> None:
            super().on_mount()
            self.mount(Input())

    async def play() -> None:
        app: App[None] = Form(fleet(5))
        async with app.run_test() as pilot:
            app.query_one(Input).focus()
            await pilot.press("j", "space", "asterisk", "G")
            assert isinstance(app, TableApp)
            assert (app.table.cursor_key, app.table.marks) == ("s00000", frozenset())
            assert app.query_one(Input).value == "j *G"

    asyncio.run(play())
