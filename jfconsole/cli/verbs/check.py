"""`jfconsole tokens check`: what a token is, whether this platform accepts it now, and what it can do."""

from __future__ import annotations

import argparse
import time

from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.pasted import read_pasted
from jfconsole.cli.platform import with_session
from jfconsole.cli.surroundings import loading
from jfconsole.cli.verbs.access import what_facts
from jfconsole.domain.access_words import what_can_record
from jfconsole.domain.checks import Check
from jfconsole.domain.errors import ExitCode
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.token_facts import token_record, view_token
from jfconsole.domain.token_words import Fact
from jfconsole.services.directory import Directory
from jfconsole.services.inspect import inspection_record
from jfconsole.services.session import Session
from jfconsole.services.token_check import TokenCheck, check_token, with_access


def check(arguments: argparse.Namespace) -> int:
    """Print it, or `{"check": {…}}`. FAILED when the platform does not accept the token, or it was not sent."""
    pasted = read_pasted(arguments, arguments.file)
    found = with_session(connection_of(arguments), lambda session: _check(session, pasted, arguments))
    if getattr(arguments, "json", False):
        print_json({"check": check_record(found)})
    else:
        print_lines(fact_lines(_facts(found)))
    return ExitCode.OK if found.accepted else ExitCode.FAILED


async def _check(session: Session, pasted: Secret, arguments: argparse.Namespace) -> TokenCheck:
    found = await check_token(session, pasted, send=arguments.send)
    if arguments.no_access:
        return found
    with loading() as watch:
        return await with_access(found, Directory(session).access, watch)


def check_record(found: TokenCheck) -> JsonObject:
    """A check for `--json`; keys are stable. Nothing in it is secret."""
    tried: list[Json] = [check_line(one) for one in found.checks]
    return {
        "standing": found.standing.value,
        "accepted": found.accepted,
        "explanation": found.explanation,
        "origin": found.origin.value,
        "username": found.username,
        "scope": found.scope,
        "inspection": inspection_record(found.inspection),
        "tried": tried,
        "token": token_record(view_token(found.row), time.time()) if found.row else None,
        "what_can": what_can_record(found.can) if found.can else None,
        "what_can_not_known": found.can_not_known or None,
    }


def check_line(one: Check) -> JsonObject:
    """One trial for `--json`."""
    return {"what": one.what, "verdict": one.verdict.value, "detail": one.detail or None}


def check_facts(checks: tuple[Check, ...]) -> list[Fact]:
    """Trials in words."""
    return [Fact(one.verdict.value, f"{one.what}{f': {one.detail}' if one.detail else ''}") for one in checks]


def _facts(found: TokenCheck) -> list[Fact]:
    return [
        *found.inspection.facts,
        Fact("issued by", found.origin.value),
        *check_facts(found.checks),
        Fact("here", f"{found.standing.value}. {found.explanation}"),
        *([Fact("whose", visible(found.username))] if found.username else []),
        *(what_facts(found.can, None) if found.can else []),
        *([Fact("can do", f"not known: {found.can_not_known}")] if found.can_not_known else []),
    ]
