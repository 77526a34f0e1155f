"""Lists of groups, users, permissions and repositories: filtered, as a table or as one JSON document."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jfconsole.cli.filtering import fields_of, filter_of, filter_words
from jfconsole.cli.output import cell_limit, fact_lines, print_json, print_lines, remark, table
from jfconsole.cli.platform import with_directory
from jfconsole.domain.errors import UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import Filter, Schema
from jfconsole.domain.token_words import Fact
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory

Row = TypeVar("Row")


@dataclass(frozen=True)  # with slots, Shape[...](...) fails on Python 3.11
class Shape(Generic[Row]):
    """How one kind of object is listed. Cells are cleaned text, made of a row and the time in epoch seconds.

    `thin` are the filter fields that the platform's own list can answer, None for all of them; the others, and the
    columns in `details`, are there once every object was read.
    """

    plural: str
    schema: Callable[[], Schema[Row]]
    record: Callable[[Row], JsonObject]
    columns: Mapping[str, Callable[[Row, float], str]]
    details: Mapping[str, Callable[[Row, float], str]] = field(default_factory=dict)
    thin: frozenset[str] | None = None


def list_objects(
    arguments: argparse.Namespace,
    shape: Shape[Row],
    read: Callable[[Directory, bool], Awaitable[Listing[Row]]],
) -> int:
    """Print what matches. `read` is told whether every object is wanted in full."""
    wanted = filter_of(filter_words(arguments, shape.plural), shape.schema)
    detailed = getattr(arguments, "details", False)
    if not detailed:
        _refuse_blind(shape, fields_of(wanted))
    listing = with_directory(arguments, lambda directory: read(directory, detailed))
    now = time.time()
    shown = list(filter(wanted.compile(now), listing.views) if wanted else listing.views)
    if getattr(arguments, "json", False):
        print_json(_document(shape, shown, listing, wanted, detailed=detailed))
    else:
        _print_table(shape, shown, listing, now, detailed=detailed)
    return 0


def print_object(noun: str, record: JsonObject, facts: Sequence[Fact], *, as_json: bool) -> None:
    """One object, in words or as its record under its noun."""
    if as_json:
        print_json({noun: record})
    else:
        print_lines(fact_lines(facts))


def _refuse_blind(shape: Shape[Row], asked: frozenset[str]) -> None:
    """The list says nothing about these fields: an answer without them would look like one."""
    unseen = asked - shape.thin if shape.thin is not None else frozenset()
    if unseen:
        raise UsageError(
            f"The list does not say {', '.join(sorted(unseen))} of {shape.plural}",
            f"Add --details, which reads all {shape.plural} one by one",
        )


def _print_table(shape: Shape[Row], shown: Sequence[Row], listing: Listing[Row], now: float, *, detailed: bool) -> None:
    columns = {**shape.columns, **shape.details} if detailed else shape.columns
    rows = [[cell(row, now) for cell in columns.values()] for row in shown]
    if rows:
        print_lines(table([name.upper() for name in columns], rows, limit=cell_limit()))
    if sys.stderr.isatty() or not rows:
        remark(f"{len(shown):,} of {len(listing.views):,} {shape.plural}")
    if listing.changed:
        remark("Something changed while the list was read: it may miss or repeat one")


def _document(
    shape: Shape[Row], shown: Sequence[Row], listing: Listing[Row], wanted: Filter[Row] | None, *, detailed: bool
) -> JsonObject:
    return {
        shape.plural: [shape.record(row) for row in shown],
        "shown": len(shown),
        "total": len(listing.views),
        "filter": wanted.format() if wanted else "",
        "detailed": detailed,
        "changed_while_read": listing.changed,
    }
