"""The signs that stand next to words, in two sets: for UTF-8 terminals and for all others.

State is always a glyph and a word, never a colour alone. Every glyph fills one cell.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs, named by what they say."""

    cursor: str
    marked: str
    new: str
    gone: str
    ellipsis: str
    sort_up: str
    sort_down: str
    live: str
    warn: str
    ok: str
    fail: str
    partial: str
    bullet: str
    crumb: str


UTF8: Final = Glyphs(
    cursor="▌",
    marked="▪",
    new="+",
    gone="−",
    ellipsis="…",
    sort_up="↑",
    sort_down="↓",
    live="●",
    warn="!",
    ok="✓",
    fail="✗",
    partial="◐",
    bullet="·",
    crumb="▸",
)

ASCII: Final = Glyphs(
    cursor=">",
    marked="*",
    new="+",
    gone="-",
    ellipsis="~",
    sort_up="^",
    sort_down="v",
    live="o",
    warn="!",
    ok="y",
    fail="x",
    partial="%",
    bullet="-",
    crumb=">",
)


def glyphs_for(encoding: str | None) -> Glyphs:
    """The set that an output encoding, such as `sys.stdout.encoding`, can carry."""
    try:
        return UTF8 if encoding and codecs.lookup(encoding).name == "utf-8" else ASCII
    except LookupError:
        return ASCII
