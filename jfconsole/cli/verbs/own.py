"""`jfconsole tokens own`: the token that the console works with."""

from __future__ import annotations

import argparse
import time

from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.platform import with_session
from jfconsole.services.own_token import own_token


def own(arguments: argparse.Namespace) -> int:
    """Print what it is and what is wrong with it, or `{"own": {…}}`."""
    found = with_session(connection_of(arguments), own_token)
    if getattr(arguments, "json", False):
        print_json({"own": found.record()})
    else:
        print_lines(fact_lines(found.facts(time.time())))
    return 0
