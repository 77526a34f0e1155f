"""Plans at the command line: shown, confirmed, run with progress, and reported."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from types import FrameType
from typing import Final, TypeAlias

from jfconsole.cli.connect import connection_of
from jfconsole.cli.handing import Outlet, hand_over, open_outlet
from jfconsole.cli.output import progress_line, warn
from jfconsole.cli.plan_output import change_lines, print_export, print_nothing, print_plan, print_report
from jfconsole.cli.platform import with_session
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import NothingToChange, ReadOnly, Refused
from jfconsole.domain.plans import MAX_DELETES, Outcome, Plan, Progress, Report, refuse_many_deletes, summary
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import ascii_form, visible
from jfconsole.services.control import Control
from jfconsole.services.issuer_calls import changes_issuer, is_local_origin
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import LoadedPlan
from jfconsole.services.journal_seal import seal_unattended
from jfconsole.services.paths import find_paths
from jfconsole.services.routes import OpenIssuer, no_issuer, routed
from jfconsole.services.runner import Connect, Runner, Watch
from jfconsole.services.session import Session

Execute: TypeAlias = Callable[[Runner, Control, Watch | None], Report]

Finish: TypeAlias = Callable[[Journal, Report], int]
"""Prints what came of a plan, while its journal is open, and returns the exit code."""

_IN_DOUBT: Final = frozenset({Outcome.SENDING, Outcome.UNKNOWN, Outcome.HELD})


def change(arguments: argparse.Namespace, make: Callable[[Session], Awaitable[Plan]]) -> int:
    """Make a plan on what the platform says now, and carry it out. Returns the exit code.

    Where everything is as wanted already nothing is done, and that is well.
    """
    connection = connection_of(arguments)
    try:
        plan = with_session(connection, make)
    except NothingToChange as nothing:
        print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
        return 0
    return carry_out(arguments, plan, connection)


def carry_out(
    arguments: argparse.Namespace,
    plan: Plan,
    connection: Connection,
    finish: Finish | None = None,
) -> int:
    """Print the plan, or confirm and run it, as the options of writing verbs say. Returns the exit code.

    `finish` tells what came of it where that is more than the report and its secrets.
    """
    limit = MAX_DELETES if arguments.max_deletes is None else arguments.max_deletes
    return _reviewed(
        arguments,
        plan,
        limit,
        connection,
        lambda runner, control, watch: runner.run(plan, control, watch),
        finish,
    )


def continue_plan(arguments: argparse.Namespace, plan_id: str, connection: Connection) -> int:
    """Go on with an interrupted plan of this platform. Raises NotFound, and Refused for one of another platform.

    How much it deletes was agreed to when it began, so only a limit that is given now counts.
    """
    with open_journal() as journal:
        plan_of(journal, plan_id, connection)
        plan = _left(journal.load(plan_id))
    limit = plan.deletes if arguments.max_deletes is None else arguments.max_deletes
    again = getattr(arguments, "make_another", False)

    def execute(runner: Runner, control: Control, watch: Watch | None) -> Report:
        return runner.resume(plan_id, control, watch, again=again)

    if not any(step.waits for step in plan.steps):
        return _reviewed(arguments, plan, limit, connection, execute)
    from jfconsole.cli.rotating import proving  # here, since it needs what is here

    with proving(arguments, plan, connection) as finish:
        return _reviewed(arguments, plan, limit, connection, execute, finish)


def _left(loaded: LoadedPlan) -> Plan:
    """The plan as it is agreed to once more: what has ended is no part of it, what was lost is told first."""
    lost = [
        f"The {step.gives} of “{visible(step.title)}” was lost: if it came about it is made again, with another value"
        for step, result in zip(loaded.plan.steps, loaded.results, strict=True)
        if step.gives and result.outcome in _IN_DOUBT
    ]
    confirmation = replace(loaded.plan.confirmation, effects=(*lost, *loaded.plan.confirmation.effects))
    return replace(loaded.plan, confirmation=confirmation)


def plan_of(journal: Journal, plan_id: str, connection: Connection) -> Plan:
    """A plan of this platform from the journal. Raises NotFound, and Refused for one of another platform."""
    plan = journal.load(plan_id).plan
    if plan.origin != connection.url:
        raise Refused(
            f"The plan {visible(plan_id)} is for {visible(plan.origin)}", f"Connect to it; this is {connection.url}"
        )
    return plan


def connection_for(arguments: argparse.Namespace, plan_id: str) -> Connection:
    """Where a plan of the journal is carried on: the platform of the command line, or the local issuer."""
    with open_journal() as journal:
        plan = journal.load(plan_id).plan
    return local_connection(arguments, plan) if is_local_origin(plan.origin) else connection_of(arguments)


def local_connection(arguments: argparse.Namespace, plan: Plan) -> Connection:
    """Stands in the place of a connection where a plan changes nothing but the local issuer."""
    return Connection(url=plan.origin, token=Secret(""), read_only=getattr(arguments, "read_only", False))


@contextmanager
def open_journal() -> Iterator[Journal]:
    """The journal of this user, closed afterwards, and sealed where it was written and a vault opens by itself."""
    paths = find_paths()
    journal = Journal(paths.journal)
    try:
        yield journal
    finally:
        if journal.written:
            seal_unattended(journal, paths.state)
        journal.close()


def _reviewed(
    arguments: argparse.Namespace,
    plan: Plan,
    max_deletes: int,
    connection: Connection,
    execute: Execute,
    finish: Finish | None = None,
) -> int:
    as_json = getattr(arguments, "json", False)
    if arguments.export:
        print_export(plan, arguments.export, as_json=as_json)
        return 0
    if arguments.plan:
        print_plan(plan, as_json=as_json)
        return 0
    refuse_many_deletes(plan, max_deletes)
    if connection.read_only:
        raise ReadOnly("Read-only: nothing was sent", "Leave --read-only out to make changes, or look with --plan")
    with issuer_of(plan, arguments) as issuer, open_outlet(_output(arguments, finish)) as outlet:
        _confirm(plan, yes=arguments.yes)

        def told(journal: Journal, report: Report) -> int:
            return _finish(plan, journal, report, outlet, as_json)

        return _run(to_send(connection, issuer), execute, finish or told)


def _output(arguments: argparse.Namespace, finish: Finish | None) -> str | None:
    """The file for secrets, where it is not `finish` that hands them over."""
    return None if finish is not None else getattr(arguments, "output", None)


def _finish(plan: Plan, journal: Journal, report: Report, outlet: Outlet, as_json: bool) -> int:
    """Print what came of it, secrets first. Returns the exit code."""
    if report.products:
        hand_over(report, outlet, journal, as_json=as_json)
        return int(report.exit_code)
    print_report(report, as_json=as_json)
    tell_orphans(plan, report)
    return int(report.exit_code)


def tell_orphans(plan: Plan, report: Report) -> None:
    """Say how to go on where something may have come about that nobody can find out."""
    if _possible_orphans(plan, report):
        warn("The platform shows nothing of what may have come about: nothing is made a second time by itself")
        warn(f"To make it all the same: jfconsole journal resume {report.plan_id} --make-another")


def _possible_orphans(plan: Plan, report: Report) -> bool:
    """Whether something was asked for that gives a secret, and nobody can find out whether it is there."""
    return any(
        step.gives and not step.listed and result.outcome in _IN_DOUBT
        for step, result in zip(plan.steps, report.results, strict=True)
    )


def _confirm(plan: Plan, *, yes: bool) -> None:
    """Return when the plan is agreed to. Raises Refused when it is not, or when nobody can be asked."""
    confirmation = plan.confirmation
    if yes and confirmation.by_yes:
        return
    if yes and not _at_terminal():
        why = visible(confirmation.effects[0]) if confirmation.effects else visible(confirmation.verb)
        raise Refused(f"--yes does not cover this: {why}", "Run it at a terminal")
    effects = [f"  {visible(effect)}." for effect in confirmation.effects]
    agree([*change_lines(plan), *effects], visible(confirmation.verb), confirmation.phrase or "yes")


def agree(lines: Iterable[str], what: str, phrase: str = "yes") -> None:
    """Show these lines and return when they are agreed to. Raises Refused when not, or when nobody can be asked."""
    if not _at_terminal():
        raise Refused("A change needs a confirmation", "Add --yes, or look first with --plan")
    for line in lines:
        warn(line)
    typed = _ask(f"{what}? Type {ascii_form(phrase)} to go on: ")
    if typed != ascii_form(phrase):
        raise Refused("Nothing was done: what was typed is not what was asked for")


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: str) -> str:
    """A line from the terminal; the question goes to stderr, for stdout is for data."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _run(connect: Connect, execute: Execute, finish: Finish) -> int:
    """Execute; ctrl+c cancels what was not sent, SIGTERM and SIGHUP leave it to be continued.

    What came of it is handed over before such a signal ends the process.
    """
    control = Control()
    with open_journal() as journal, _leaving(control):
        with _shown() as watch:
            report = execute(Runner(journal, find_paths().reports, connect), control, watch)
        return finish(journal, report)


def to_send(connection: Connection, issuer: OpenIssuer) -> Connect:
    """Opens what a runner sends to."""
    if is_local_origin(connection.url):
        return routed(None, issuer, read_only=connection.read_only)

    async def opener(session: Session) -> Connect:
        return session.new_transport

    return routed(with_session(connection, opener), issuer, read_only=connection.read_only)


def issuer_of(
    plan: Plan, arguments: argparse.Namespace, *, unlocked: bool = True
) -> AbstractContextManager[OpenIssuer]:
    """What sends to the local issuer when the plan has steps for it."""
    if not changes_issuer(plan):
        return nullcontext(no_issuer)
    from jfconsole.cli.issuing import issuer_sender  # here, since its ciphers take long to load

    return issuer_sender(arguments, unlocked=unlocked)


@contextmanager
def _leaving(control: Control) -> Iterator[None]:
    """Within, an ending signal lets what was sent come back first; then the process ends."""
    caught: list[int] = []

    def leave(number: int, frame: FrameType | None) -> None:
        caught.append(number)
        control.leave()

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught:
        raise SystemExit(128 + caught[0])


@contextmanager
def _shown() -> Iterator[Watch | None]:
    """A line of progress on stderr, where that is a terminal."""
    with progress_line() as show:
        yield None if show is None else lambda progress: show(_progress_words(progress))


def _progress_words(progress: Progress) -> str:
    note = f" · {visible(progress.note)}" if progress.note else ""
    return f"{progress.total} steps: {summary(progress.counts)}{note}"
