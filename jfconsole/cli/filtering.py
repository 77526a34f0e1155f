"""Filters at the command line: the console's own, and nothing that was not fully understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from jfconsole.domain.filters import Filter, Schema

Row = TypeVar("Row")


def filter_of(text: str, schema: Callable[[], Schema[Row]]) -> Filter[Row] | None:
    """The filter of a command line, None for none. Raises UsageError for anything that was not fully understood."""
    if not text.strip():
        return None
    from jfconsole.domain.errors import UsageError
    from jfconsole.domain.filters import parse
    from jfconsole.domain.text import visible

    wanted = parse(text, schema())
    if wanted.problems:
        raise UsageError(
            f"The filter is not clear: {visible(wanted.problems[0].sentence)}",
            f"Fields: {', '.join(spec.name for spec in wanted.schema.fields)}",
        )
    return wanted


def fields_of(wanted: Filter[Row] | None) -> frozenset[str]:
    """The fields that a filter asks about."""
    asked = (getattr(term, "field", "") for term in wanted.terms) if wanted else ()
    return frozenset(name for name in asked if name)
