"""The one way from server text to a widget: plain content, nothing in it interpreted."""

from __future__ import annotations

import json
from collections.abc import Sequence

from textual.content import Content

from jfconsole.domain.requests import Json
from jfconsole.domain.text import concerns, visible, visible_block


def show(text: str, style: str = "") -> Content:
    """One line of possibly hostile text as content: no markup, no control characters."""
    return Content.styled(visible(text), style) if style else Content(visible(text))


def show_block(text: str) -> Content:
    """Several lines of possibly hostile text as content."""
    return Content(visible_block(text))


def show_name(text: str) -> Content:
    """A name, followed by a warning when it might pass for another one."""
    reasons = concerns(text)
    if not reasons:
        return show(text)
    return show(text) + show(f"  ! {'; '.join(reasons)}", "$text-warning")


def side_by_side(parts: Sequence[Content], gap: str, width: int) -> list[Content]:
    """Lines of that many cells, each with as many parts as it holds whole."""
    lines: list[Content] = []
    for part in parts:
        longer = lines[-1] + Content(gap) + part if lines else part
        if lines and longer.cell_length > width:
            lines.append(part)
        else:
            lines[-1:] = [longer]
    return lines


def json_page(value: Json) -> tuple[str, Content]:
    """JSON as text to copy, and as content to show: two spaces a level, everything beyond ASCII escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=True)
    return text, show_block(text)
