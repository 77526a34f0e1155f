"""`jfconsole paths`: where the console keeps its files."""

from __future__ import annotations

import argparse

from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.paths import find_paths


def show(arguments: argparse.Namespace) -> int:
    """Print every place, whether it exists yet or not."""
    paths = find_paths()
    places = {
        "config": paths.config,
        "state": paths.state,
        "cache": paths.cache,
        "journal": paths.journal,
        "reports": paths.reports,
        "crashes": paths.crashes,
    }
    if getattr(arguments, "json", False):
        document: dict[str, Json] = {name: str(place) for name, place in places.items()}
        print_json({"paths": document})
    else:
        print_lines(fact_lines([Fact(name, visible(str(place))) for name, place in places.items()]))
    return 0
