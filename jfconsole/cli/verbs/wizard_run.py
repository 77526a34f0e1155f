"""`jfconsole wizard run`, `rotate` and `retire`: a recipe carried out from a file of answers, with its proof."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from jfconsole.cli.answer_files import answers_from, save_answers
from jfconsole.cli.built_in_wizards import run_built_in
from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import print_json, remark
from jfconsole.cli.plan_output import plan_record, print_nothing, print_report, report_record
from jfconsole.cli.plans import Finish, carry_out, tell_orphans
from jfconsole.cli.take_away import (
    check_lines,
    check_records,
    existing_lines,
    existing_records,
    open_folder,
    print_document,
    print_out,
    say,
    with_the_rest,
)
from jfconsole.cli.wizards import answers_of, entry_of, is_interrupted, run_of, runs_on, steps_of, with_wizard
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError, ExitCode, NothingToChange, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answer
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.text import visible
from jfconsole.services.journal import Journal
from jfconsole.wizards.answers import BrokenAnswers
from jfconsole.wizards.catalog import AnyWizard, CatalogEntry, built_in
from jfconsole.wizards.ci_recipe import CiRecipe
from jfconsole.wizards.engine import Artefact, Existing


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a run comes to before anything is sent. `plan` is None when everything is as wanted: `nothing` says so."""

    answers: dict[str, Answer]
    plan: Plan | None
    nothing: str = ""
    preflight: Sequence[Check] = ()
    existing: Sequence[Existing] = ()

    @property
    def found(self) -> JsonObject:
        """What was looked at, for `--json`."""
        return {"existing": existing_records(self.existing), "preflight": check_records(self.preflight)}


def run(arguments: argparse.Namespace) -> int:
    """Set up an account, or bring it to other answers."""
    connection = connection_of(arguments)
    other = built_in(arguments.recipe)
    if other is not None:
        return run_built_in(arguments, connection, other)
    entry = entry_of(arguments.recipe)
    answers = _read(entry, arguments)
    prepared = with_wizard(connection, entry, lambda wizard: _prepare(wizard, answers, arguments))
    _refuse_unfinished(arguments, connection, entry.id, str(prepared.answers.get("account", "")))
    save_answers(arguments, entry.id, steps_of(entry), prepared.answers)
    return _go_on(arguments, connection, entry, prepared)


def rotate(arguments: argparse.Namespace) -> int:
    """Another token for an account, beside the one that it has."""
    connection = connection_of(arguments)
    earlier = run_of(arguments.account, connection)
    entry = entry_of(earlier.recipe)
    _refuse_unfinished(arguments, connection, earlier.recipe, earlier.account)
    plan = with_wizard(connection, entry, lambda wizard: wizard.plan_rotation(earlier))
    prepared = Prepared(answers=answers_of(entry, earlier.answers), plan=plan)
    return _go_on(arguments, connection, entry, prepared)


def retire(arguments: argparse.Namespace) -> int:
    """Take away what was made for an account."""
    connection = connection_of(arguments)
    earlier = run_of(arguments.account, connection)
    entry = entry_of(earlier.recipe)
    try:
        plan = with_wizard(connection, entry, lambda wizard: wizard.plan_retirement(earlier))
    except NothingToChange as nothing:
        print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
        return 0
    return carry_out(arguments, plan, connection)


async def _prepare(wizard: AnyWizard, answers: dict[str, Answer], arguments: argparse.Namespace) -> Prepared:
    """Hold the answers to the platform as it is now, and plan. Raises the ConsoleError family."""
    preflight = await wizard.preflight()
    if not (arguments.plan or arguments.export):
        _refuse_bad(preflight)
    for page in wizard.steps(answers):
        for field, sentence in (await wizard.check(page.id, answers)).items():
            raise UsageError(f"[{page.id}] {field}: {visible(sentence)}", "Change the answer")
    existing = await wizard.existing(answers)
    try:
        plan = await wizard.plan(answers)
    except NothingToChange as nothing:
        return Prepared(answers=answers, plan=None, nothing=nothing.message, preflight=preflight, existing=existing)
    return Prepared(answers=answers, plan=plan, preflight=preflight, existing=existing)


def _read(entry: CatalogEntry, arguments: argparse.Namespace) -> dict[str, Answer]:
    try:
        return answers_from(arguments, entry.id, steps_of(entry))
    except BrokenAnswers as error:
        if getattr(arguments, "json", False) or len(error.problems) == 1:
            raise
        for problem in error.problems:
            remark(visible(str(problem)))
        raise UsageError(f"{len(error.problems)} answers cannot be used", error.hint) from error


def _refuse_bad(preflight: Sequence[Check]) -> None:
    for check in preflight:
        if check.verdict is Verdict.BAD:
            raise Refused(f"{check.what}: no. {check.detail}", "Use another token, or look with --plan")


def _refuse_unfinished(arguments: argparse.Namespace, connection: Connection, recipe: str, account: str) -> None:
    """Raise Refused while an earlier run can be continued: a token of it may be there that nobody has."""
    if arguments.plan or arguments.export:
        return
    for run in runs_on(connection):
        if (run.recipe, run.account) == (recipe, account) and is_interrupted(run.plan_id):
            raise Refused(
                f"The last run for {visible(run.id)} was interrupted, and what came of it never reached anybody",
                f"Go on with it: jfconsole journal resume {run.plan_id}",
            )


def _go_on(arguments: argparse.Namespace, connection: Connection, entry: CatalogEntry, prepared: Prepared) -> int:
    as_json = getattr(arguments, "json", False)
    if prepared.plan is None:
        return _tell_nothing(arguments, prepared)
    if as_json and arguments.plan and not arguments.export:
        print_json({"plan": plan_record(prepared.plan), **prepared.found})
        return 0
    if not as_json and not arguments.export:
        for line in (*check_lines(prepared.preflight), *existing_lines(prepared.existing)):
            remark(line)
    finish = _finishing(arguments, connection, entry, prepared, prepared.plan)
    return carry_out(arguments, prepared.plan, connection, finish)


def _tell_nothing(arguments: argparse.Namespace, prepared: Prepared) -> int:
    if getattr(arguments, "json", False):
        print_json({"plan" if arguments.plan else "report": None, **prepared.found})
    else:
        print_nothing(prepared.nothing, planned=arguments.plan, as_json=False)
    return 0


def _finishing(
    arguments: argparse.Namespace, connection: Connection, entry: CatalogEntry, prepared: Prepared, plan: Plan
) -> Finish:
    """What is done when the plan has ended: hand over, tell the journal, prove."""
    as_json = getattr(arguments, "json", False)
    away = open_folder(None if arguments.plan or arguments.export else arguments.output)

    def finish(journal: Journal, report: Report) -> int:
        if not report.products and not (report.complete and isinstance(entry.recipe, CiRecipe)):
            _print_report(report, prepared, as_json=as_json)
            tell_orphans(plan, report)
            return int(report.exit_code)
        artefacts = with_wizard(connection, entry, lambda wizard: _artefacts(wizard, prepared, report))
        if as_json:
            proof = _prove(connection, entry, prepared, report)
            print_document(report, artefacts, proof, prepared.found, away)
            _handed_over(journal, report)
        else:
            print_out(report, artefacts, away)
            _handed_over(journal, report)
            proof = _prove(connection, entry, prepared, report)
            say(check_lines(proof), away)
        failed = any(check.verdict is Verdict.BAD for check in proof)
        return int(report.exit_code or (ExitCode.FAILED if failed else ExitCode.OK))

    return finish


def _handed_over(journal: Journal, report: Report) -> None:
    """Tell the journal that what is shown once was shown, where there is such a thing."""
    if report.products:
        journal.handed_over(report.plan_id)


async def _artefacts(wizard: AnyWizard, prepared: Prepared, report: Report) -> Sequence[Artefact]:
    return with_the_rest(wizard.artefacts(prepared.answers, report), report.products)


def _prove(connection: Connection, entry: CatalogEntry, prepared: Prepared, report: Report) -> Sequence[Check]:
    """Try the new token as its consumer will. What cannot be tried is told, and takes nothing back."""
    try:
        return with_wizard(connection, entry, lambda wizard: wizard.prove(prepared.answers, report.products))
    except ConsoleError as error:
        return (Check("The new token was tried", Verdict.UNKNOWN, visible(error.message)),)


def _print_report(report: Report, prepared: Prepared, *, as_json: bool) -> None:
    if as_json:
        print_json({"report": report_record(report), "products": [], "artefacts": [], "proof": None, **prepared.found})
    else:
        print_report(report, as_json=False)
