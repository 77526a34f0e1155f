"""The glossary that comes with the console: a file of data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from jfconsole.domain.glossary import Term

_FILE: Final = Path(__file__).parents[1] / "docs" / "glossary.toml"


@cache
def glossary() -> tuple[Term, ...]:
    """All terms, in the order of the alphabet."""
    tables = tomllib.loads(_FILE.read_text("utf-8"))["term"]
    terms = (
        Term(
            name=table["name"],
            text=table["text"],
            also=tuple(table.get("also", ())),
            see=tuple(table.get("see", ())),
            source=table.get("source", ""),
        )
        for table in tables
    )
    return tuple(sorted(terms, key=lambda term: term.names))
