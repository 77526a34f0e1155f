"""The card that is handed to whoever fills in a vendor's form: what each field is called there, and what goes into it.

Secrets stand on it as `{{name}}` and are filled in when it is copied or saved, never before.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.text import visible, visible_block

WIDTH: Final = 78
"""Columns to which notes are wrapped. Values are never wrapped: they are copied."""

_OPENING: Final = "{{"


@dataclass(frozen=True, slots=True)
class CardLine:
    """One field of the form. `value` is a text of `plain` parts and place holders; `help` is a hint about it."""

    label: str
    value: str
    help: str = ""


def place_holder(name: str) -> str:
    """What stands on a card for a secret of that name."""
    return f"{_OPENING}{name}}}}}"


def plain(text: str) -> str:
    """A text that may stand on a card: cleaned, and in which nothing passes for a place holder."""
    shown = visible(text)
    while _OPENING in shown:
        shown = shown.replace(_OPENING, "{ {")
    return shown


def card_text(title: str, lines: Sequence[CardLine], notes: Iterable[str] = ()) -> str:
    """The card: a title, then a line `label: value` for each field with its hint below, then notes.

    The title, labels, hints and notes are made plain here; values are taken as they are.
    """
    blocks = [_titled(plain(title)), "".join(map(_line_text, lines)), "".join(_wrapped(notes))]
    return "\n".join(block for block in blocks if block)


def _titled(title: str) -> str:
    return f"{title}\n{'=' * len(title)}\n"


def _line_text(line: CardLine) -> str:
    hint = "".join(f"    {wrapped}\n" for wrapped in textwrap.wrap(plain(line.help), WIDTH - 4))
    return f"{plain(line.label)}: {line.value}\n{hint}"


def _wrapped(notes: Iterable[str]) -> Iterator[str]:
    for note in notes:
        for paragraph in visible_block(note).splitlines():
            yield from (f"{wrapped}\n" for wrapped in textwrap.wrap(plain(paragraph), WIDTH))
