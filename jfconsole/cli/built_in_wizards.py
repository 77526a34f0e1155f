"""Wizards that are no recipes at the command line: listed, shown, and run from a file of answers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from jfconsole.cli.files import read_text
from jfconsole.cli.output import fact_lines, print_json, print_lines, remark
from jfconsole.cli.plan_output import print_nothing, print_report, report_record
from jfconsole.cli.plans import Finish, carry_out, open_journal
from jfconsole.cli.platform import with_session
from jfconsole.cli.take_away import check_lines, check_records
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, ExitCode, NothingToChange, Refused, UsageError
from jfconsole.domain.forms import Answer
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.directory import Directory
from jfconsole.services.journal import Journal
from jfconsole.services.session import Session
from jfconsole.services.wizard_runs import WizardTools, read_runs
from jfconsole.wizards.answers import read_answers, write_answers
from jfconsole.wizards.catalog import BUILT_IN, BuiltIn
from jfconsole.wizards.engine import Wizard

if TYPE_CHECKING:
    from jfconsole.services.issuer import IssuerService

T = TypeVar("T")


def built_in_rows() -> list[list[str]]:
    """For the table of `wizard list`."""
    return [[wizard.id, wizard.title, "jfconsole", wizard.summary] for wizard in BUILT_IN]


def built_in_records() -> list[Json]:
    """For `wizard list --json`; keys are stable."""
    return [{"id": wizard.id, "title": wizard.title, "summary": wizard.summary} for wizard in BUILT_IN]


def show_built_in(arguments: argparse.Namespace, wizard: BuiltIn, questions: Iterable[str]) -> int:
    """Print what it does and asks, or a file of answers to start from."""
    if arguments.answers:
        sys.stdout.write(write_answers(wizard.id, wizard.pages, {}))
    elif getattr(arguments, "json", False):
        print_json({"wizard": {"id": wizard.id, "title": wizard.title, "summary": wizard.summary}})
    else:
        print_lines([*fact_lines([Fact("wizard", wizard.id), Fact("for", wizard.summary)]), "", *questions])
    return 0


def run_built_in(arguments: argparse.Namespace, connection: Connection, entry: BuiltIn) -> int:
    """Carry it out, prove it, and print the proof: `{"report": {…}, "proof": […]}`."""
    if entry.instead:
        raise UsageError(
            "It asks for secrets, which stand in no file of answers", f"Run it in the console, or {entry.instead}"
        )
    name = "stdin" if arguments.file == "-" else str(arguments.file)
    answers = read_answers(read_text(arguments), name, entry.id, entry.pages)
    looking = bool(arguments.plan or arguments.export)
    try:
        plan = _with(connection, entry, lambda wizard: _planned(wizard, answers, looking=looking))
    except NothingToChange as nothing:
        print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
        return 0
    return carry_out(arguments, plan, connection, _finishing(arguments, connection, entry, answers))


async def _planned(wizard: Wizard, answers: dict[str, Answer], *, looking: bool) -> Plan:
    for check in () if looking else await wizard.preflight():
        if check.verdict is Verdict.BAD:
            raise Refused(f"{check.what}: no. {check.detail}", "Use another token, or look with --plan")
    return await wizard.plan(answers)


def _finishing(
    arguments: argparse.Namespace, connection: Connection, entry: BuiltIn, answers: dict[str, Answer]
) -> Finish:
    as_json = getattr(arguments, "json", False)

    def finish(journal: Journal, report: Report) -> int:
        proof = _proof(connection, entry, answers)
        if as_json:
            print_json({"report": report_record(report), "proof": check_records(proof)})
        else:
            print_report(report, as_json=False)
            for line in check_lines(proof):
                remark(line)
        failed = any(check.verdict is Verdict.BAD for check in proof)
        return int(report.exit_code or (ExitCode.FAILED if failed else ExitCode.OK))

    return finish


def _proof(connection: Connection, entry: BuiltIn, answers: dict[str, Answer]) -> Sequence[Check]:
    try:
        return _with(connection, entry, lambda wizard: wizard.prove(answers, ()))
    except ConsoleError as error:
        return (Check("What was done was looked at again", Verdict.UNKNOWN, visible(error.message)),)


def _with(connection: Connection, entry: BuiltIn, work: Callable[[Wizard], Awaitable[T]]) -> T:
    with open_journal() as journal, ExitStack() as stack:
        earlier = read_runs(journal, connection.url)

        @cache
        def issuer() -> IssuerService:
            from jfconsole.cli.issuing import issuer_service  # here, since its ciphers take long to load

            return stack.enter_context(issuer_service())

        async def opened(session: Session) -> T:
            return await work(entry.open(WizardTools(session, Directory(session), journal, earlier, issuer)))

        return with_session(connection, opened)
