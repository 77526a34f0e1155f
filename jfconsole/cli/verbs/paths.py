"""`jfconsole paths`: where the console keeps its files."""

from __future__ import annotations

import argparse
from typing import Final

from jfconsole.cli.output import print_json, print_lines
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.services.paths import find_paths
from jfconsole.services.places import Place, places

_INDENT: Final = 11


def show(arguments: argparse.Namespace) -> int:
    """Print every place, whether it exists yet or not, and what it holds; or `{"paths": {"settings": "…", …}}`."""
    found = places(find_paths())
    if getattr(arguments, "json", False):
        document: dict[str, Json] = {place.id: str(place.path) for place in found}
        print_json({"paths": document})
    else:
        print_lines(line for place in found for line in _lines(place))
    return 0


def _lines(place: Place) -> tuple[str, str]:
    return f"{place.id:<{_INDENT}}{visible(str(place.path))}", f"{'':<{_INDENT}}{place.holds}"
