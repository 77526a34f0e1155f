"""Names that people who are no administrators could give to things, to see what they do to a terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

HOSTILE_NAMES: Final = (
    "[/]",
    "a[/]b",
    "[@click=app.bell]click me[/]",
    "[link=https://evil.example]x[/link]",
    "groups:[admin]",
    "[$error]",
    "trailing\\",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]0;title\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "\x90q\x9c",
    "bell\x07 back\x08 tab\t line\n return\r feed\x0c",
    "nul\x00del\x7f",
    "user\u202egnp.exe",
    "\u2066isolate\u2069\u200e\u200f\u061c",
    "zero\u200bwidth\ufeff",
    "soft\u00adhyphen",
    "\u2028line\u2029paragraph",
    "木村さん",
    "ｆｕｌｌｗｉｄｔｈ",
    "👩‍👩‍👧‍👦 family",
    "🇩🇪🇫🇷 flags",
    "❤️ heart 1️⃣",
    "👍🏽 thumbs",
    "e\u0301clair",
    "\u0301leading mark",
    "z" + "\u0335\u0321\u0334" * 200,
    "\ud800 lone \udfff",
    "\U000e0041\U000e0042 tags",
    "นามสกุล",
    "עברית العربية",
    "क्षत्रिय",
    "한글 \u1112\u1161\u11ab",
    "x" * 10_000,
    "木" * 10_000,
    "",
    " ",
)


def carries_no_control(text: str) -> bool:
    """Whether nothing in the text is a control, format, surrogate or private character."""
    return not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in text)
