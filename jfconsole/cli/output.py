"""What verbs print: aligned plain text or one JSON document on stdout, remarks on stderr."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jfconsole.domain.requests import Json
    from jfconsole.domain.token_words import Fact

CELL_LIMIT: Final = 40
"""Columns that one cell may take on a terminal. In a pipe nothing is cut."""


def print_json(document: dict[str, Json]) -> None:
    """One document. Everything beyond ASCII is escaped, so that hostile text cannot reach a terminal raw."""
    sys.stdout.write(f"{json_text(document)}\n")


def json_text(document: Json) -> str:
    """JSON in which everything but printable ASCII and line breaks is escaped."""
    return json.dumps(document, indent=2, ensure_ascii=True)


def print_lines(lines: Iterable[str]) -> None:
    """Cleaned text to stdout."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


_quiet = False


def keep_quiet(quiet: bool) -> None:
    """Whether remarks and progress are left out from now on."""
    global _quiet
    _quiet = quiet


def remark(text: str) -> None:
    """A sentence beside the data, on stderr; `--quiet` leaves it out."""
    if not _quiet:
        warn(text)


def warn(text: str) -> None:
    """A sentence that somebody has to read, on stderr."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def progress_line() -> Iterator[Callable[[str], None] | None]:
    """One line on stderr that is written anew and gone afterwards; None where that is no terminal, or not wanted."""
    if _quiet or not sys.stderr.isatty():
        yield None
        return

    def show(text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, limit: int | None = None) -> list[str]:
    """Lines of an aligned table; cells are cleaned text. With a `limit` longer cells are cut with an ellipsis."""
    body = [[_cut(cell, limit) if limit else cell for cell in row] for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(head, *body, strict=True)]
    return [_aligned(row, widths) for row in (head, *body)]


def cell_limit() -> int | None:
    """How wide a cell may be here: bounded on a terminal, unbounded in a pipe or a file."""
    return CELL_LIMIT if sys.stdout.isatty() else None


def fact_lines(facts: Sequence[Fact]) -> list[str]:
    """Labels in one column, texts in the other."""
    width = max((len(fact.label) for fact in facts), default=0)
    return [f"{fact.label:<{width}}  {fact.text}".rstrip() for fact in facts]


def cell_width(text: str) -> int:
    """Terminal columns that cleaned text takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cut(text: str, limit: int) -> str:
    if cell_width(text) <= limit:
        return text
    kept = text[:limit]
    while cell_width(kept) >= limit:
        kept = kept[:-1]
    return f"{kept}…"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - cell_width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
