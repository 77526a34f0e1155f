"""What recipes of every kind have in common, as it is read from their tables."""

from __future__ import annotations

import re
from typing import Final

from jfconsole.domain.repositories import RepositoryKind
from jfconsole.wizards.recipe import SCOPED_KINDS, RepositoriesPart
from jfconsole.wizards.table_reader import TableReader

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def id_problem(text: str) -> str | None:
    """Why this is no id of a recipe, as a sentence; None when it is one."""
    return None if _ID.fullmatch(text) else f"{text!r} must be of lower-case letters and digits, joined by single -"


def read_repositories(table: TableReader) -> RepositoriesPart:
    """The table `[repositories]`."""
    kinds = table.words("kinds", SCOPED_KINDS)
    part = RepositoriesPart(
        kinds=tuple(RepositoryKind(kind) for kind in kinds), package_types=table.texts("package_types", ())
    )
    table.close()
    return part
