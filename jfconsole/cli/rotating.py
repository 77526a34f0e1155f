"""The end of a plan whose token is tried before it is handed over, and the rest of the plan afterwards."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from jfconsole.cli.handing import Outlet, hand_over, open_outlet
from jfconsole.cli.output import remark
from jfconsole.cli.plan_output import print_report
from jfconsole.cli.plans import Finish, tell_orphans, to_send
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Outcome, Plan, Report
from jfconsole.services.journal import Journal
from jfconsole.services.paths import find_paths
from jfconsole.services.routes import no_issuer
from jfconsole.services.runner import Runner
from jfconsole.services.token_rotate import prove, proven


@contextmanager
def proving(arguments: argparse.Namespace, plan: Plan, connection: Connection) -> Iterator[Finish]:
    """Within, what ends such a plan; the file that `--output` names is open for what comes of it."""
    idle = arguments.plan or arguments.export
    with open_outlet(None if idle else getattr(arguments, "output", None)) as outlet:
        ending = _Ending(plan, connection, outlet, as_json=getattr(arguments, "json", False))
        yield ending.finish


class _Ending:
    """Tries new tokens, hands them over, and lets the steps that waited for it go on."""

    def __init__(self, plan: Plan, connection: Connection, outlet: Outlet, *, as_json: bool) -> None:
        self._plan = plan
        self._connection = connection
        self._outlet = outlet
        self._as_json = as_json

    def finish(self, journal: Journal, report: Report) -> int:
        """Returns the exit code. Raises ConsoleError when a later step waits for a token that is not proved to work."""
        if not report.products:
            print_report(report, as_json=self._as_json)
            tell_orphans(self._plan, report)
            return int(report.exit_code)
        good = self._try(report)
        if not self._waits(report):
            code = int(hand_over(report, self._outlet, journal, as_json=self._as_json).exit_code)
            return code if good else max(code, 1)
        if not good:
            journal.release(self._plan, "The new token could not be proved to work")
            raise ConsoleError(
                "The new token could not be proved to work: it is held, nobody has it, and the old one was not revoked",
                f"To try again: jfconsole journal resume {report.plan_id}; "
                f"to take it back: jfconsole journal undo {report.plan_id}",
            )
        runner = Runner(journal, find_paths().reports, to_send(self._connection, no_issuer))
        last = hand_over(
            report, self._outlet, journal, as_json=self._as_json, then=lambda done: runner.resume(done.plan_id)
        )
        return int(last.exit_code)

    def _try(self, report: Report) -> bool:
        checks = asyncio.run(prove(self._connection, report.products))
        for check in checks:
            remark(f"{check.verdict.value}: {check.what}{f': {check.detail}' if check.detail else ''}")
        return proven(checks)

    def _waits(self, report: Report) -> bool:
        return any(
            step.waits and result.outcome is Outcome.PENDING
            for step, result in zip(self._plan.steps, report.results, strict=True)
        )
