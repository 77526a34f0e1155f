"""`jfconsole users import`: users and memberships from a CSV file, checked line by line before anything is sent."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from jfconsole.cli.connect import connection_of
from jfconsole.cli.files import read_text
from jfconsole.cli.output import print_json, remark
from jfconsole.cli.plan_output import plan_record, print_nothing, print_plan
from jfconsole.cli.plans import carry_out
from jfconsole.cli.platform import with_session
from jfconsole.domain.errors import ExitCode
from jfconsole.domain.requests import Json
from jfconsole.services.directory import Directory
from jfconsole.services.imports import Import, LineProblem, plan_import, read_file, refuse_problems


def users(arguments: argparse.Namespace) -> int:
    """Import a file. Lines that make no sense stop it, unless they are to be skipped."""
    connection = connection_of(arguments)
    file = read_file(read_text(arguments))
    found = with_session(connection, lambda session: plan_import(Directory(session), file))
    if arguments.plan:
        return _print_dry_run(found, as_json=getattr(arguments, "json", False))
    if not getattr(arguments, "json", False) or arguments.skip_invalid:
        _tell(found.problems)
    if not arguments.skip_invalid:
        refuse_problems(found)
    if found.plan is None:
        print_nothing(_nothing(found), planned=False, as_json=getattr(arguments, "json", False))
        return 0
    return carry_out(arguments, found.plan, connection)


def _print_dry_run(found: Import, *, as_json: bool) -> int:
    """What would be done, and every line that would not; FAILED when there is one."""
    if as_json:
        problems: list[Json] = [{"line": problem.line, "sentence": problem.sentence} for problem in found.problems]
        plan = plan_record(found.plan) if found.plan else None
        print_json({"plan": plan, "problems": problems, "unchanged": found.unchanged})
    else:
        if found.plan:
            print_plan(found.plan, as_json=False)
        else:
            print_nothing(_nothing(found), planned=True, as_json=False)
        _tell(found.problems)
    return ExitCode.FAILED if found.problems else ExitCode.OK


def _tell(problems: Sequence[LineProblem]) -> None:
    for problem in problems:
        remark(f"line {problem.line}: {problem.sentence}")


def _nothing(found: Import) -> str:
    return f"There is nothing to import: {found.unchanged:,} are as wanted already"
