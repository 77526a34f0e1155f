"""Filters at the command line: the console's own, and nothing that was not fully understood."""

from __future__ import annotations

import argparse
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


def filter_words(arguments: argparse.Namespace, kind: str) -> str:
    """The filter that a command line asks for: its view and its words together. Raises NotFound for no such view."""
    words = " ".join(arguments.filter)
    if arguments.view is None:
        return words
    return f"{_view_filter(kind, arguments.view)} {words}".rstrip()


def _view_filter(kind: str, name: str) -> str:
    from jfconsole.domain.errors import NotFound
    from jfconsole.domain.text import visible
    from jfconsole.domain.views import READY, ready
    from jfconsole.services.paths import find_paths
    from jfconsole.services.settings import SettingStore

    saved = SettingStore(find_paths().config).load().filters.get(kind, {})
    found = ready(kind, name)
    if found is not None:
        return found.filter
    if name not in saved:
        names = [*(view.id for view in READY.get(kind, ())), *saved]
        raise NotFound(f"There is no view {visible(name)} of {kind}", f"There are: {', '.join(names)}")
    return saved[name]


def fields_of(wanted: Filter[Row] | None) -> frozenset[str]:
    """The fields that a filter asks about."""
    asked = (getattr(term, "field", "") for term in wanted.terms) if wanted else ()
    return frozenset(name for name in asked if name)
