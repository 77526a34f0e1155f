from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.ui.widgets.columns import COLUMN_GAP, GUTTER_WIDTH, Cell, Column, place


def column(name: str, min_width: int = 8, weight: int = 1, max_width: int = 60, priority: int = 0) -> Column[str]:
    return Column(
        name,
        name.upper(),
        lambda row, context: Cell(row),
        min_width=min_width,
        weight=weight,
        max_width=max_width,
        priority=priority,
    )


def widths(columns: list[Column[str]], width: int) -> dict[str, int]:
    return {placed.column.id: placed.width for placed in place(columns, width)}


def test_the_lowest_priority_goes_first_and_the_rightmost_of_equals() -> None:
    columns = [column("a", 10, 0, priority=1), column("b", 10, 0, priority=2), column("c", 10, 0, priority=1)]
    room = GUTTER_WIDTH + 30 + 2 * COLUMN_GAP
    assert list(widths(columns, room)) == ["a", "b", "c"]
    assert list(widths(columns, room - 1)) == ["a", "b"]
    assert list(widths(columns, GUTTER_WIDTH + 12)) == ["b"]


def test_the_last_column_takes_what_room_there_is() -> None:
    assert widths([column("a", 20)], GUTTER_WIDTH + 7) == {"a": 7}
    assert widths([column("a", 20)], 0) == {"a": 1}


def test_spare_room_goes_by_weight_up_to_the_maximum() -> None:
    columns = [column("a", 10, 3, 100), column("b", 10, 1, 100), column("c", 10, 0, 100)]
    room = GUTTER_WIDTH + 30 + 2 * COLUMN_GAP
    assert widths(columns, room + 40) == {"a": 40, "b": 20, "c": 10}
    columns[0] = column("a", 10, 3, 15)
    assert widths(columns, room + 40) == {"a": 15, "b": 45, "c": 10}


@given(
    st.lists(
        st.builds(
            column,
            st.uuids().map(str),
            min_width=st.integers(1, 30),
            weight=st.integers(0, 5),
            max_width=st.integers(1, 60),
            priority=st.integers(0, 3),
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(10, 250),
)
def test_columns_fit_in_line_and_waste_no_room(columns: list[Column[str]], width: int) -> None:
    placed = place(columns, width)
    assert placed
    assert all(a.start + a.width + COLUMN_GAP == b.start for a, b in pairwise(placed))
    end = placed[-1].start + placed[-1].width
    if len(placed) > 1:
        assert end <= width
        assert all(one.width >= one.column.min_width for one in placed)
        assert all(one.width <= max(one.column.max_width, one.column.min_width) for one in placed)
        growing = [one for one in placed if one.column.weight and one.width < one.column.max_width]
        assert end == width or not growing
