"""`jfconsole exchange`: a workload's ID token for an access token, which is handed over once."""

from __future__ import annotations

import argparse
import sys
import time

from jfconsole.cli.connect import exchanging_connection
from jfconsole.cli.handing import Outlet, open_outlet, product_facts, product_record, secret_text
from jfconsole.cli.output import fact_lines, print_json, print_lines, remark
from jfconsole.cli.pasted import read_id_token
from jfconsole.cli.plans import open_journal
from jfconsole.cli.platform import with_session
from jfconsole.domain.errors import ConsoleError, ExitCode, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.text import visible
from jfconsole.services.exchanges import Exchange, ExchangeOrder, exchange_record, exchange_report, exchange_token
from jfconsole.services.simulate import decoded


def exchange(arguments: argparse.Namespace) -> int:
    """Exchange the token in stdin, and hand over what comes of it."""
    token = read_id_token(arguments)
    if token is None:
        raise UsageError("There is no token to exchange", "Pipe it in, and say --token-stdin")
    decoded(token, time.time())
    order = ExchangeOrder(
        provider=arguments.provider,
        token=token,
        mapping=arguments.mapping,
        project=arguments.project,
        reference=arguments.reference,
    )
    connection = exchanging_connection(arguments)
    with open_outlet(arguments.output) as outlet, open_journal() as journal:
        given = with_session(connection, lambda session: exchange_token(session.sender, connection.url, journal, order))
        _hand_over(given, outlet, as_json=getattr(arguments, "json", False))
    return ExitCode.OK


def _hand_over(given: Exchange, outlet: Outlet, *, as_json: bool) -> None:
    """Secrets first, alone on stdout or in their file; raises ConsoleError when they did not get out."""
    product = exchange_report(given, "").products[0]
    try:
        if outlet.path is not None:
            outlet.save(secret_text((product,)))
        elif not as_json:
            for line in fact_lines(product_facts(product)):
                remark(line)
            sys.stdout.write(secret_text((product,)))
        if as_json:
            print_json({"exchange": _record(given, outlet)})
        elif outlet.path is not None:
            lines = fact_lines(product_facts(product))
            print_lines([*lines, f"Written to {visible(str(outlet.path))}, for you alone"])
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise ConsoleError(
            f"The token could not be written out: {problem.strerror}",
            "Nobody has it, and it lapses by itself. Exchange again",
        ) from problem


def _record(given: Exchange, outlet: Outlet) -> JsonObject:
    shown = product_record(exchange_report(given, "").products[0], outlet.path)
    return {**exchange_record(given), "secrets": shown["secrets"], "output": shown["output"]}
