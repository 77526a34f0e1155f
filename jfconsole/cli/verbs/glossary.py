"""`jfconsole glossary`: what the words of the platform mean."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from jfconsole.cli.output import print_json, print_lines
from jfconsole.domain.errors import NotFound
from jfconsole.domain.glossary import Term, find_terms
from jfconsole.domain.text import visible
from jfconsole.services.glossary import glossary

_WIDEST: Final = 100
"""Columns that a paragraph takes at most; in a pipe it is one line."""


def show(arguments: argparse.Namespace) -> int:
    """Print the terms that were asked for, all without any, or `{"terms": [{"name", "text", "also", "see"}]}`."""
    wanted = " ".join(arguments.term)
    found = find_terms(glossary(), wanted) if wanted else glossary()
    if not found:
        raise NotFound(f"The glossary has nothing on {visible(wanted)}", "`jfconsole glossary` prints all of it")
    if getattr(arguments, "json", False):
        print_json({"terms": [term.record() for term in found]})
    else:
        print_lines(_lines(found))
    return 0


def _lines(terms: Sequence[Term]) -> Iterator[str]:
    width = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else sys.maxsize
    for number, term in enumerate(terms):
        if number:
            yield ""
        yield f"{term.name} ({', '.join(term.also)})" if term.also else term.name
        yield from textwrap.wrap(term.text, width - 2, initial_indent="  ", subsequent_indent="  ")
        if term.see:
            yield f"  See: {', '.join(term.see)}"
