"""`jfconsole tokens inspect`: what a token says, without asking anyone; its id is looked up on request."""

from __future__ import annotations

import argparse
import time

from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.pasted import read_pasted
from jfconsole.cli.platform import with_tokens
from jfconsole.cli.verbs.tokens import print_token
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.domain.jwt import TokenId, Unrecognised, recognise
from jfconsole.domain.token_facts import TokenView, token_record
from jfconsole.domain.token_words import describe_token
from jfconsole.services.inspect import Inspection, inspect_pasted, inspection_record
from jfconsole.services.tokens import ME


def inspect(arguments: argparse.Namespace) -> int:
    """Inspect what stdin holds, or look up an id: `{"inspection": {…}, "token": {…} or null}`."""
    if arguments.id != "-":
        return _look_up(arguments)
    inspection = inspect_pasted(read_pasted(arguments), time.time())
    view = _ask(arguments, inspection) if arguments.ask else None
    _print(inspection, view, as_json=getattr(arguments, "json", False))
    return ExitCode.OK if inspection.recognised else ExitCode.FAILED


def _look_up(arguments: argparse.Namespace) -> int:
    """The argument must be an id: anything else might be a secret, and is not repeated."""
    given = recognise(arguments.id)
    if not isinstance(given, TokenId) and arguments.id != ME:
        kind = "no token id" if isinstance(given, Unrecognised) else "a secret: every user of this machine can read it"
        raise UsageError(f"The argument is {kind}", "Give a token id, or pipe the token: … | jfconsole tokens inspect")
    view = with_tokens(arguments, lambda service: service.get(arguments.id))
    print_token(view, as_json=getattr(arguments, "json", False))
    return 0


def _ask(arguments: argparse.Namespace, inspection: Inspection) -> TokenView:
    return with_tokens(arguments, lambda service: service.look_up(inspection))


def _print(inspection: Inspection, view: TokenView | None, *, as_json: bool) -> None:
    now = time.time()
    if as_json:
        print_json({"inspection": inspection_record(inspection), "token": token_record(view, now) if view else None})
        return
    print_lines(fact_lines(inspection.facts))
    if view:
        print_lines(["", "On the platform:", *fact_lines(describe_token(view, now))])
