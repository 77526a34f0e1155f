"""Wizards that are no recipes at the command line: listed, shown, and run from a file of answers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from jfconsole.cli.answer_files import answers_from, save_answers
from jfconsole.cli.handing import handed
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.plan_output import print_nothing
from jfconsole.cli.plans import Finish, carry_out, open_journal, tell_orphans
from jfconsole.cli.platform import with_session
from jfconsole.cli.take_away import check_lines, open_folder, print_document, print_out, say
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, ExitCode, NothingToChange, Refused
from jfconsole.domain.forms import Answer
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services.directory import Directory
from jfconsole.services.journal import Journal
from jfconsole.services.session import Session
from jfconsole.services.wizard_runs import WizardTools, read_runs
from jfconsole.wizards.answers import write_answers
from jfconsole.wizards.catalog import BUILT_IN, BuiltIn
from jfconsole.wizards.engine import Artefact, Wizard

if TYPE_CHECKING:
    from jfconsole.services.issuer import IssuerService

T = TypeVar("T")


def built_in_rows() -> list[list[str]]:
    """For the table of `wizard list`."""
    return [[wizard.id, wizard.title, "jfconsole", wizard.summary] for wizard in BUILT_IN]


def built_in_records() -> list[Json]:
    """For `wizard list --json`; keys are stable."""
    return [{"id": wizard.id, "title": wizard.title, "summary": wizard.summary} for wizard in BUILT_IN]


def show_built_in(
    arguments: argparse.Namespace, wizard: BuiltIn, questions: Iterable[str], pages: Sequence[Json]
) -> int:
    """Print what it does and asks, or a file of answers to start from."""
    if arguments.answers:
        sys.stdout.write(write_answers(wizard.id, wizard.pages, {}))
    elif getattr(arguments, "json", False):
        about: Json = {"id": wizard.id, "title": wizard.title, "summary": wizard.summary}
        print_json({"wizard": about, "pages": [*pages]})
    else:
        print_lines([*fact_lines([Fact("wizard", wizard.id), Fact("for", wizard.summary)]), "", *questions])
    return 0


def run_built_in(arguments: argparse.Namespace, connection: Connection, entry: BuiltIn) -> int:
    """Carry it out, prove it, and print the proof and what there is to take away, as a recipe's run does.

    What its plan makes is made to be tried, and shown to nobody.
    """
    answers = answers_from(arguments, entry.id, entry.pages)
    looking = bool(arguments.plan or arguments.export)
    try:
        plan = _with(connection, entry, lambda wizard: _planned(wizard, answers, looking=looking))
    except NothingToChange as nothing:
        print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
        return 0
    save_answers(arguments, entry.id, entry.pages, answers)
    return carry_out(arguments, plan, connection, _finishing(arguments, connection, entry, answers, plan))


async def _planned(wizard: Wizard, answers: dict[str, Answer], *, looking: bool) -> Plan:
    for check in () if looking else await wizard.preflight():
        if check.verdict is Verdict.BAD:
            raise Refused(f"{check.what}: no. {check.detail}", "Use another token, or look with --plan")
    return await wizard.plan(answers)


def _finishing(
    arguments: argparse.Namespace, connection: Connection, entry: BuiltIn, answers: dict[str, Answer], plan: Plan
) -> Finish:
    """What is done when the plan has ended: prove, tell the journal, print."""
    away = open_folder(None if arguments.plan or arguments.export else arguments.output)

    def finish(journal: Journal, report: Report) -> int:
        proof, artefacts = _with(connection, entry, lambda wizard: _ended(wizard, answers, report))
        if report.products:
            journal.handed_over(report.plan_id)
        told = replace(handed(report), products=())
        if getattr(arguments, "json", False):
            print_document(told, artefacts, proof, {}, away)
        else:
            print_out(told, artefacts, away)
            say(check_lines(proof), away)
        tell_orphans(plan, report)
        failed = any(check.verdict is Verdict.BAD for check in proof)
        return int(report.exit_code or (ExitCode.FAILED if failed else ExitCode.OK))

    return finish


async def _ended(
    wizard: Wizard, answers: dict[str, Answer], report: Report
) -> tuple[Sequence[Check], Sequence[Artefact]]:
    """What was tried, and what there is to take away. What cannot be tried is told, and takes nothing back."""
    proof: Sequence[Check]
    try:
        proof = await wizard.prove(answers, report.products)
    except ConsoleError as error:
        proof = (Check("What was done was looked at again", Verdict.UNKNOWN, visible(error.message)),)
    return proof, wizard.artefacts(answers, report)


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
