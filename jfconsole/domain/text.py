"""Text that comes from a server, and the one way to make it fit to show.

A name or a description on a JFrog Platform can be chosen by people who are no administrators. It may carry
terminal escapes, markup, direction overrides or invisible characters. The raw value is kept for the wire;
what a person sees has passed `visible`.
"""

from __future__ import annotations

import unicodedata
from typing import Final, NewType

Untrusted = NewType("Untrusted", str)
"""A string from the wire that nobody has cleaned. Show it through `visible`; send it back as it is."""

_NAMED: Final = {0x09: "⇥", 0x0A: "↵", 0x0D: "␍", 0x1B: "␛", 0x7F: "␡", 0x2028: "↵", 0x2029: "↵"}
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS: Final = frozenset({0x00A0, 0x115F, 0x1160, 0x180E, 0x2800, 0x3164, 0xFFA0})
"""Characters that print as nothing or as a space, yet are none."""

_CONFUSABLE_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def visible(text: str) -> str:
    """One line in which every character can be seen: nothing in it moves a cursor or hides.

    Control, format, private and unassigned characters become a symbol or `⟨U+202E⟩`. Plain text comes back
    unchanged, and is recognised fast.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible_character(char) for char in text)


def visible_block(text: str) -> str:
    """As `visible`, with line breaks kept and tabs as four spaces: for panes that show several lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(visible(line.replace("\t", "    ")) for line in lines)


def ascii_form(text: str) -> str:
    """The text with everything beyond printable ASCII as `\\u202e` escapes: what a confirmation compares."""
    return text.encode("ascii", "backslashreplace").decode("ascii") if text.isprintable() else _escaped(text)


def concerns(text: str) -> tuple[str, ...]:
    """Why this name might pass for another one, in words; empty when there is nothing to say."""
    if text.isascii() and text.isprintable():
        return ()
    found: list[str] = []
    hidden = sorted({_code_point(char) for char in text if _is_hidden(char)})
    if hidden:
        found.append(f"hidden characters: {', '.join(hidden)}")
    scripts = sorted({script for char in text if (script := _script(char))})
    if len(scripts) > 1:
        found.append(f"letters of several scripts: {', '.join(scripts)}")
    if unicodedata.normalize("NFKC", text) != unicodedata.normalize("NFC", text):
        found.append("characters that look like others")
    if text != unicodedata.normalize("NFC", text):
        found.append("accents written as separate characters")
    return tuple(found)


def _visible_character(char: str) -> str:
    if not _is_hidden(char):
        return char
    code = ord(char)
    if code in _NAMED:
        return _NAMED[code]
    return chr(0x2400 + code) if code < 0x20 else f"⟨{_code_point(char)}⟩"


def _is_hidden(char: str) -> bool:
    code = ord(char)
    return code in _BLANKS or (unicodedata.category(char) in _HIDDEN_CATEGORIES)


def _code_point(char: str) -> str:
    return f"U+{ord(char):04X}"


def _escaped(text: str) -> str:
    return "".join(char if char.isascii() and char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _script(char: str) -> str | None:
    """The script of a letter, from its Unicode name; only those that are mistaken for each other count."""
    if not char.isalpha():
        return None
    first = unicodedata.name(char, "").split(" ", 1)[0]
    return first.capitalize() if first in {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"} else None
