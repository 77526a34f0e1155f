"""`jfconsole tokens refresh` and `rotate`: another token in the place of one that is there."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import remark
from jfconsole.cli.pasted import read_pair
from jfconsole.cli.plans import carry_out, change
from jfconsole.cli.platform import with_session
from jfconsole.cli.rotating import proving
from jfconsole.cli.saving import save_text
from jfconsole.cli.verbs.create import read_audience, read_lifetime, read_scope
from jfconsole.cli.verbs.ledger import known_tokens
from jfconsole.domain.calendar import calendar_text
from jfconsole.domain.errors import UsageError
from jfconsole.domain.jwt import TokenId, recognise
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.domain.tokens import Token
from jfconsole.services.session import Session
from jfconsole.services.token_refresh import plan_refresh
from jfconsole.services.token_rotate import Twin, plan_rotate, reminders
from jfconsole.services.tokens import ME, TokenService


def refresh(arguments: argparse.Namespace) -> int:
    """A new pair for an old one, as a plan; it is handed over once."""
    pair = read_pair(arguments, arguments.file)
    return change(arguments, lambda session: plan_refresh(session, pair))


def rotate(arguments: argparse.Namespace) -> int:
    """A twin, its trial, its hand-over, and then the end of the old one, or a reminder."""
    _check(arguments)
    connection = connection_of(arguments)
    plan, old = with_session(connection, lambda session: _plan(session, arguments))
    with proving(arguments, plan, connection) as finish:
        code = carry_out(arguments, plan, connection, finish)
    if arguments.ics and code == 0 and not (arguments.plan or arguments.export):
        save_calendar(Path(arguments.ics), calendar_text(reminders(plan, old)))
    return code


def save_calendar(path: Path, text: str) -> None:
    """Write reminders to a file, and say so. Raises UsageError when it cannot be written."""
    save_text(path, text)
    if sys.stderr.isatty():
        remark(f"Reminders: {visible(str(path))}")


def _check(arguments: argparse.Namespace) -> None:
    if arguments.id != ME and not isinstance(recognise(arguments.id), TokenId):
        raise UsageError(
            "The argument is no token id (it is not repeated here: it might be a token)",
            "Give an id as `jfconsole tokens list` shows it",
        )
    aloud = getattr(arguments, "json", False) and not arguments.output and not (arguments.plan or arguments.export)
    if arguments.revoke_old and aloud:
        raise UsageError(
            "With --json the new token stands in the document, and the old one would be revoked before it is read",
            "Add --output FILE, or leave --revoke-old out",
        )


async def _plan(session: Session, arguments: argparse.Namespace) -> tuple[Plan, Token]:
    old = (await TokenService(session).get(arguments.id)).token
    return await plan_rotate(session, old.token_id, _twin(arguments), known_tokens().get(old.token_id)), old


def _twin(arguments: argparse.Namespace) -> Twin:
    return Twin(
        audience=read_audience(arguments),
        scope=read_scope(arguments),
        expires_in=None if arguments.expires is None else read_lifetime(arguments.expires),
        reference=True if arguments.reference else None,
        revoke_old=arguments.revoke_old,
    )
