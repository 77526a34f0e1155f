"""Plans at the command line: shown, confirmed, run with progress, and reported."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

from jfconsole.cli.output import remark
from jfconsole.cli.plan_output import print_plan, print_report
from jfconsole.cli.platform import with_session
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ReadOnly, Refused
from jfconsole.domain.plans import Plan, Progress, Report, summary
from jfconsole.domain.text import ascii_form, visible
from jfconsole.services.control import Control
from jfconsole.services.journal import Journal
from jfconsole.services.paths import find_paths
from jfconsole.services.runner import Connect, Runner, Watch
from jfconsole.services.session import Session

Execute: TypeAlias = Callable[[Runner, Control, Watch | None], Report]


def carry_out(arguments: argparse.Namespace, plan: Plan, connection: Connection) -> int:
    """Print the plan, or confirm and run it, as the options of writing verbs say. Returns the exit code."""
    return _reviewed(arguments, plan, connection, lambda runner, control, watch: runner.run(plan, control, watch))


def continue_plan(arguments: argparse.Namespace, plan_id: str, connection: Connection) -> int:
    """Go on with an interrupted plan of this platform. Raises NotFound, and Refused for one of another platform."""
    with open_journal() as journal:
        plan = journal.load(plan_id).plan
    if plan.origin != connection.url:
        raise Refused(f"The plan {plan_id} is for {visible(plan.origin)}", f"Connect to it; this is {connection.url}")
    return _reviewed(arguments, plan, connection, lambda runner, control, watch: runner.resume(plan_id, control, watch))


@contextmanager
def open_journal() -> Iterator[Journal]:
    """The journal of this user, closed afterwards."""
    journal = Journal(find_paths().journal)
    try:
        yield journal
    finally:
        journal.close()


def _reviewed(arguments: argparse.Namespace, plan: Plan, connection: Connection, execute: Execute) -> int:
    as_json = getattr(arguments, "json", False)
    limit = arguments.max_deletes
    if limit is not None and len(plan.steps) > limit:
        raise Refused(
            f"The plan would delete {len(plan.steps)}, and --max-deletes allows {limit}",
            "Look at it with --plan, then raise the limit or narrow the filter",
        )
    if arguments.plan:
        print_plan(plan, as_json=as_json)
        return 0
    if connection.read_only:
        raise ReadOnly("Read-only: nothing was sent", "Leave --read-only out to make changes, or look with --plan")
    _confirm(plan, yes=arguments.yes)
    report = _run(connection, execute)
    print_report(report, as_json=as_json)
    return int(report.exit_code)


def _confirm(plan: Plan, *, yes: bool) -> None:
    """Return when the plan is agreed to. Raises Refused when it is not, or when nobody can be asked."""
    confirmation = plan.confirmation
    if yes and confirmation.by_yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        if yes:
            raise Refused("--yes does not cover this: it concerns the token in use", "Run it at a terminal")
        raise Refused("A change needs a confirmation", "Add --yes, or look first with --plan")
    for effect in confirmation.effects:
        remark(f"  {visible(effect)}.")
    phrase = confirmation.phrase or "yes"
    typed = _ask(f"{visible(confirmation.verb)}? Type {ascii_form(phrase)} to go on: ")
    if typed != ascii_form(phrase):
        raise Refused("Nothing was done: what was typed is not what was asked for")


def _ask(question: str) -> str:
    """A line from the terminal; the question goes to stderr, for stdout is for data."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _run(connection: Connection, execute: Execute) -> Report:
    """Execute; ctrl+c cancels what was not sent, SIGTERM and SIGHUP leave it to be continued."""
    control = Control()
    with open_journal() as journal, _leaving(control), _shown() as watch:
        runner = Runner(journal, find_paths().reports, _transports(connection))
        return execute(runner, control, watch)


def _transports(connection: Connection) -> Connect:
    async def opener(session: Session) -> Connect:
        return session.new_transport

    return with_session(connection, opener)


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
    if not sys.stderr.isatty():
        yield None
        return

    def watch(progress: Progress) -> None:
        note = f" · {visible(progress.note)}" if progress.note else ""
        sys.stderr.write(f"\r\x1b[K{progress.total} steps: {summary(progress.counts)}{note}")
        sys.stderr.flush()

    try:
        yield watch
    finally:
        sys.stderr.write("\r\x1b[K")
