from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from jfconsole.ui.glyphs import ASCII, UTF8
from jfconsole.ui.widgets.columns import Cell, Column, place
from jfconsole.ui.widgets.table_render import fit, header_strip, row_strip, with_remark
from tests.ui.hostile import HOSTILE_NAMES, carries_no_control

PLAIN = Style(color="white", bgcolor="black")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 5, "abcd…"),
        ("abcde", 5, "abcde"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("木村さん", 8, "木村さん"),
        ("木村さん", 7, "木村さ…"),
        ("木村さん", 6, "木村 …"),
        ("e\u0301clair", 6, "e\u0301clair"),
        ("a" + "\u0301" * 500, 2, "a" + "\u0301" * 7 + "…"),
        ("❤\ufe0f x", 4, "❤ x "),
        ("a\nb", 3, "a↵b"),
    ],
)
def test_text_is_cut_and_padded_by_terminal_cells(text: str, width: int, expected: str) -> None:
    assert fit(text, width, "…") == expected


def test_numbers_stand_to_the_right() -> None:
    assert fit("42", 5, "…", "right") == "   42"
    assert fit("123456", 5, "…", "right") == "1234…"


@given(st.text() | st.sampled_from(HOSTILE_NAMES), st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_any_text_fills_its_width_exactly_and_carries_nothing_that_acts(text: str, width: int, align: str) -> None:
    shown = fit(text, width, "…", "left" if align == "left" else "right")
    assert cell_len(shown) == width
    assert carries_no_control(shown)
    assert len(shown) <= 40 * max(1, width)


@given(st.lists(st.text() | st.sampled_from(HOSTILE_NAMES), min_size=3, max_size=3), st.integers(1, 120))
def test_any_row_fills_its_line_exactly_and_styles_every_cell(texts: list[str], width: int) -> None:
    columns: list[Column[int]] = [Column(str(at), "X", lambda row, context: Cell("")) for at in range(3)]
    placed = place(columns, width)
    cells = [Cell(texts[0]), Cell(texts[1], "muted"), Cell(texts[2], "danger")]
    bold = PLAIN + Style(bold=True)
    strip = row_strip(
        cells[: len(placed)],
        placed,
        width,
        ("   ", bold),
        lambda tone: PLAIN if tone == "normal" else bold,
        "…",
    )
    assert strip.cell_length == sum(cell_len(segment.text) for segment in strip) == width
    assert all(segment.style is not None and segment.style.bgcolor is not None for segment in strip)
    assert all(segment.control is None and segment.text for segment in strip)
    remarked = with_remark(strip, (f" · {texts[0]} ", PLAIN), width, "…")
    assert sum(cell_len(segment.text) for segment in remarked) == width
    assert carries_no_control(remarked.text)


def test_neighbours_of_one_style_are_one_segment() -> None:
    columns: list[Column[int]] = [Column(str(at), "X", lambda row, context: Cell("")) for at in range(3)]
    placed = place(columns, 80)
    strip = row_strip([Cell("a")] * 3, placed, 80, ("   ", PLAIN), lambda tone: PLAIN, "…")
    assert len(list(strip)) == 1


def test_a_short_label_keeps_its_arrow() -> None:
    columns: list[Column[int]] = [Column("id", "IDENTIFIER", lambda row, context: Cell(""), min_width=6, weight=0)]
    strip = header_strip(place(columns, 9), 9, lambda column_id: "↑", lambda is_sorted: PLAIN, "…")
    assert strip.text == "   IDE… ↑"


@pytest.mark.parametrize("glyphs", [UTF8, ASCII])
def test_every_glyph_fills_one_cell(glyphs: object) -> None:
    for name in UTF8.__slots__:
        assert cell_len(getattr(glyphs, name)) == 1
