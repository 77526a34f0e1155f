"""The runner: the one way in which plans are executed.

Check that nothing moved, write the intent down, send, prove by reading back, write the outcome down, report. A plan
of several steps in flight is sent as one round and proved with one list read; other plans go step by step.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeAlias

from jfconsole.domain.plans import Plan, Progress, Report
from jfconsole.jfrog.sender import Sender
from jfconsole.services.control import Control, SingleFlight
from jfconsole.services.execution import Execution
from jfconsole.services.handlers import StepHandler
from jfconsole.services.journal import Journal
from jfconsole.services.kinds import HANDLERS
from jfconsole.services.reports import save_report
from jfconsole.services.standing import Standing

Connect: TypeAlias = Callable[[], AbstractAsyncContextManager[Sender]]
"""Opens one transport on the running loop; called once for each worker."""

Watch: TypeAlias = Callable[[Progress], None]
"""Receives progress, at most ten times a second, in the runner's own thread."""

_flights = SingleFlight()
"""Shared by all runners of the process: two of them must not change one object at a time either."""


class Runner:
    """Executes plans in a thread and an event loop of their own, never on the caller's loop."""

    def __init__(
        self,
        journal: Journal,
        reports: Path,
        connect: Connect,
        handlers: Mapping[str, StepHandler] = HANDLERS,
    ) -> None:
        self._journal = journal
        self._reports = reports
        self._connect = connect
        self._handlers = handlers

    def run(self, plan: Plan, control: Control | None = None, progress: Watch | None = None) -> Report:
        """Execute a reviewed plan and wait for its end. ctrl+c cancels what was not sent, and waits for the rest.

        Raises PlanMoved when the platform is no longer as reviewed, JournalClosed when the journal cannot be
        written, Refused when the plan or one of its objects is in work: then nothing was sent. What happens to
        single steps stands in the report. JournalClosed may also come later, when the disk fills up meanwhile.
        """
        control = control or Control()
        return _wait(_in_thread(lambda: self._run(plan, control, progress)), control)

    def resume(
        self, plan_id: str, control: Control | None = None, progress: Watch | None = None, *, again: bool = False
    ) -> Report:
        """Continue an interrupted plan: find out what happened to steps whose answer is lost, then do the rest.

        A token whose value was lost is revoked and made again. One of which the platform shows nothing is made again
        only with `again`: the first one may exist, and nobody can tell.
        Raises NotFound for an unknown plan, and as `run` does.
        """
        control = control or Control()
        return _wait(_in_thread(lambda: self._resume(plan_id, control, progress, again)), control)

    async def execute(self, plan: Plan, control: Control, progress: Watch | None = None) -> Report:
        """As `run`, for callers with a loop. When the caller is cancelled the plan is left, to be continued."""
        return await _awaited(_in_thread(lambda: self._run(plan, control, progress)), control)

    async def execute_resumed(
        self, plan_id: str, control: Control, progress: Watch | None = None, *, again: bool = False
    ) -> Report:
        """As `resume`, for callers with a loop."""
        return await _awaited(_in_thread(lambda: self._resume(plan_id, control, progress, again)), control)

    def _run(self, plan: Plan, control: Control, progress: Watch | None) -> Report:
        with _flights.hold(_targets(plan)):
            return self._carry_out(Standing(plan, self._journal), control, progress)

    def _resume(self, plan_id: str, control: Control, progress: Watch | None, again: bool) -> Report:
        with _flights.hold([("plan", plan_id)]):
            loaded = self._journal.load(plan_id)
            with _flights.hold(_objects(loaded.plan)):
                loaded = self._journal.claim(plan_id)
                return self._carry_out(Standing(loaded.plan, self._journal, loaded, again=again), control, progress)

    def _carry_out(self, standing: Standing, control: Control, progress: Watch | None) -> Report:
        execution = Execution(standing, self._handlers, control, progress)
        try:
            asyncio.run(execution.run(self._connect))
        finally:
            execution.release()
        return execution.report(save=lambda report: save_report(self._reports, report))


def _targets(plan: Plan) -> list[tuple[str, ...]]:
    return [("plan", plan.id), *_objects(plan)]


def _objects(plan: Plan) -> list[tuple[str, ...]]:
    """What the plan changes: the platform, the kind of object (`token` of `token.revoke`), the key."""
    return [(plan.origin, step.kind.partition(".")[0], step.key) for step in plan.steps]


def _in_thread(work: Callable[[], Report]) -> Future[Report]:
    """Run in a thread of its own. It does not keep the process alive: a plan left behind is continued later."""
    future: Future[Report] = Future()

    def job() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=job, name="jfconsole-runner", daemon=True).start()
    return future


def _wait(future: Future[Report], control: Control) -> Report:
    while True:
        try:
            return future.result()
        except KeyboardInterrupt:
            if control.stopping:
                raise
            control.cancel()


async def _awaited(future: Future[Report], control: Control) -> Report:
    try:
        return await asyncio.shield(asyncio.wrap_future(future))
    except asyncio.CancelledError:
        control.leave()
        raise
