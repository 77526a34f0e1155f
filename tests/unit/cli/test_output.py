"""What is printed: aligned by terminal cells, JSON without a raw control character, errors in full."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jfconsole.cli.errors import error_record, error_text
from jfconsole.cli.output import cell_width, fact_lines, json_text, table
from jfconsole.domain.errors import ErrorDetail, NotAllowed, UsageError
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.token_words import Fact


def test_columns_align_by_cells() -> None:
    lines = table(("NAME", "X"), [("東京", "1"), ("abc", "2"), ("e\u0301", "3")])
    assert lines == ["NAME  X", "東京  1", "abc   2", "e\u0301     3"]


def test_cells_are_cut_on_request_only() -> None:
    long = "x" * 50
    assert table(("A",), [(long,)])[1] == long
    assert table(("A",), [(long,)], limit=10)[1] == "x" * 9 + "…"
    assert table(("A",), [("東" * 50,)], limit=10)[1] == "東" * 4 + "…"


@given(st.text(max_size=60).map(visible), st.integers(1, 40))
def test_a_cut_cell_fits(text: str, limit: int) -> None:
    assert cell_width(table(("A",), [(text,)], limit=limit)[1]) <= limit


def test_facts_stand_in_two_columns() -> None:
    assert fact_lines([Fact("id", "1"), Fact("last used", "never")]) == ["id         1", "last used  never"]
    assert fact_lines([]) == []


@given(st.text(alphabet=st.characters(), max_size=40))
@example("\x00\x1b\x7f\x9b\u202e\ud800")
def test_json_holds_any_text_and_no_control_character(text: str) -> None:
    shown = json_text({"name": text})
    assert all(char == "\n" or (" " <= char <= "~") for char in shown)
    assert json.loads(shown) == {"name": text}


def test_an_error_shows_message_server_and_hint() -> None:
    error = NotAllowed(
        "This token may not do that", "Use an admin's", ErrorDetail(status=403, server_text=Untrusted("a\x1b"))
    )
    assert error_text(error).splitlines() == [
        "jfconsole: This token may not do that",
        "  the server says (403): a␛",
        "  Use an admin's",
    ]


@pytest.mark.parametrize("error", [UsageError("a"), NotAllowed("a", "b", ErrorDetail("GET", "/x", 403))])
def test_the_error_record_is_stable(error: UsageError) -> None:
    assert list(error_record(error)) == [
        "kind",
        "message",
        "hint",
        "method",
        "path",
        "status",
        "code",
        "server_text",
        "request_id",
        "exit_code",
    ]
