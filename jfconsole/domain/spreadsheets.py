"""Records as a table for a spreadsheet: cells are cleaned, and none is a formula to the program that opens it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible

_FORMULA: Final = ("=", "+", "-", "@", "\t")


def csv_text(columns: Sequence[str], records: Iterable[Mapping[str, Json]]) -> str:
    """A head and a line for each record; what is null, or an empty list, is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(record[name]) for name in columns] for record in records)
    return text.getvalue()


def _cell(value: Json) -> str:
    if value is None:
        return ""
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    shown = visible(words)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
