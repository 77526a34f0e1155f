from __future__ import annotations

from textual.content import Content

from jfconsole.ui.text import side_by_side


def test_parts_stay_whole() -> None:
    parts = [Content(text) for text in ("one", "two two", "three", "a part that is longer than the line")]
    lines = [line.plain for line in side_by_side(parts, "  ", 14)]
    assert lines == ["one  two two", "three", "a part that is longer than the line"]
    assert side_by_side([], "  ", 14) == []
