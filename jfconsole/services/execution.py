"""One execution of one plan, from the check to the last outcome."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from jfconsole.domain.errors import ConsoleError, JournalClosed, OutcomeUnknown, PlanMoved, Refused
from jfconsole.domain.plans import FINISHED, Outcome, Plan, Progress, Report, Step, StepResult
from jfconsole.domain.requests import Json
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services.bulk import Pool
from jfconsole.services.control import Control
from jfconsole.services.handlers import StepHandler, Verdict, sentence
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import SIGN_OF_LIFE, LoadedPlan
from jfconsole.services.pacing import Brake, Caller, Course, NotSent

PROGRESS_EVERY: Final = 0.1
"""Seconds between two looks at what changed."""

_IN_DOUBT: Final = frozenset({Outcome.SENDING, Outcome.UNKNOWN})

_Current: TypeAlias = Mapping[tuple[str, str], Json]
"""Objects as they are now, by kind of step and key; absent ones are left out."""


class Execution:
    """Carries one plan out on the running loop, and holds what has come of it so far.

    With `loaded` it continues a plan that the journal's owner has claimed.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        handlers: Mapping[str, StepHandler],
        control: Control,
        progress: Callable[[Progress], None] | None,
        loaded: LoadedPlan | None = None,
    ) -> None:
        self._plan = plan
        self._journal = journal
        self._handlers = handlers
        self._progress = progress
        self._course = Course(control)
        self._brake = Brake(self._course)
        self._owned = loaded is not None
        self._without_secrets = loaded.needs_secrets if loaded else frozenset()
        self._results = list(loaded.results) if loaded else _fresh(plan)
        self._answered: set[int] = set()
        self._note = ""

    async def run(self, connect: Callable[[], AbstractAsyncContextManager[Sender]]) -> None:
        """Check, send and prove. Raises what `Runner.run` says."""
        self._refuse_unknown_kinds()
        pulse = asyncio.create_task(self._pulse())
        try:
            async with AsyncExitStack() as stack:
                await self._carry_out(stack, connect)
        except JournalClosed as error:
            self._course.fail(error)
        finally:
            pulse.cancel()
            with suppress(asyncio.CancelledError):
                await pulse
        self._raise_if_broken()

    def release(self) -> None:
        """Give the plan back to the journal, ended or to be continued."""
        if not self._owned:
            return
        try:
            self._journal.release(self._plan, self._course.stopped)
        except ConsoleError as error:
            self._course.stop(f"Its end could not be written down: {error.message}")

    def report(self, save: Callable[[Report], Path | None]) -> Report:
        """What came of the plan, saved with `save`."""
        report = Report(
            plan_id=self._plan.id,
            title=self._plan.title,
            origin=self._plan.origin,
            results=tuple(self._results),
            stopped=self._course.stopped,
        )
        return replace(report, saved=save(report))

    # The phases

    async def _carry_out(
        self, stack: AsyncExitStack, connect: Callable[[], AbstractAsyncContextManager[Sender]]
    ) -> None:
        reader = await stack.enter_async_context(connect())
        to_send = await self._check(reader)
        width = min(self._plan.in_flight, len(to_send))
        others = [await stack.enter_async_context(connect()) for _ in range(width - 1)]
        pool = Pool([reader, *others], self._send_step, self, self._course, self._brake)
        for ordinals in self._rounds(to_send):
            if self._course.stopping:
                break
            self._note = "Sending"
            verdicts = await pool.send(ordinals)
            again = await self._prove(reader, verdicts, may_repeat=True)
            if again:
                await self._prove(reader, await pool.send(again), may_repeat=False)
            self._stop_on_failure(ordinals)
        await self._give_up_when_cancelled()

    def _rounds(self, to_send: list[int]) -> list[list[int]]:
        return [to_send] if self._plan.in_flight > 1 else [[ordinal] for ordinal in to_send]

    async def _check(self, reader: Sender) -> list[int]:
        """What is left to send, once it is certain that nothing moved and the plan is in the journal."""
        self._note = "Checking that nothing has changed"
        left = [ordinal for ordinal in range(len(self._results)) if self._is_open(ordinal)]
        current = await self._read(reader, left)
        known: list[StepResult] = []
        to_send: list[int] = []
        moved: list[str] = []
        for ordinal in left:
            verdict = self._before_sending(ordinal, current, moved)
            if verdict is None:
                to_send.append(ordinal)
            else:
                known.append(self._now(ordinal, verdict.outcome, verdict.message))
        if moved:
            raise _plan_moved(moved)
        if not self._owned:
            await asyncio.to_thread(self._journal.begin, self._plan)
            self._owned = True
        await self._finish(known)
        return to_send

    def _is_open(self, ordinal: int) -> bool:
        """Where later steps build on earlier ones, continuing means to try a failed step again."""
        outcome = self._results[ordinal].outcome
        return outcome not in FINISHED or (self._plan.stop_on_failure and outcome is Outcome.FAILED)

    def _before_sending(self, ordinal: int, current: _Current, moved: list[str]) -> Verdict | None:
        """What is known of a step without sending it; None when it is to be sent."""
        step, handler = self._step(ordinal)
        now = current.get((step.kind, step.key))
        in_doubt = self._results[ordinal].outcome in _IN_DOUBT
        if handler.reached(step, now):
            found = Verdict(Outcome.DONE, f"The answer was lost; {handler.reached_words}")
            return found if in_doubt else Verdict(Outcome.ALREADY, f"Not sent: {handler.reached_words}")
        if reason := handler.moved(step, now):
            moved.append(reason)
        if in_doubt and not step.repeatable:
            return Verdict(Outcome.UNKNOWN, f"The answer was lost, and {handler.unreached_words}")
        if ordinal in self._without_secrets:
            return Verdict(Outcome.SKIPPED, "It needs a secret, and secrets are not kept: make a new plan for it")
        return None

    async def _send_step(self, caller: Caller, ordinal: int) -> Verdict:
        step, handler = self._step(ordinal)
        verdict = Verdict(Outcome.DONE)
        for index, request in enumerate(step.requests):
            result: Answer | ConsoleError
            try:
                result = await caller.call(request)
            except NotSent as reason:
                if index == 0:
                    raise
                return Verdict(Outcome.UNKNOWN, "It was stopped between two calls", stop=str(reason))
            except ConsoleError as error:
                result = error
            verdict = handler.interpret(step, request, result)
            if verdict.outcome not in {Outcome.DONE, Outcome.ALREADY}:
                break
        return verdict

    async def _prove(self, reader: Sender, verdicts: Mapping[int, Verdict], may_repeat: bool) -> list[int]:
        """Settle by reading back what the answers claim; the steps to send once more."""
        if self._course.broken is not None:
            return []
        await self._finish(
            [self._result(ordinal, verdict) for ordinal, verdict in verdicts.items() if _is_unsent(verdict)]
        )
        claims = {ordinal: verdict for ordinal, verdict in verdicts.items() if _is_claim(verdict)}
        self._note = "Reading back what changed"
        try:
            current = await self._read(reader, list(claims))
        except ConsoleError as error:
            await self._finish([self._unproved(ordinal, error) for ordinal in claims])
            return []
        settled: list[StepResult] = []
        again: list[int] = []
        for ordinal, verdict in claims.items():
            final = self._finding(ordinal, verdict, current, may_repeat and not self._course.stopping)
            if final is None:
                again.append(ordinal)
            else:
                settled.append(self._result(ordinal, final))
        await self._finish(settled)
        return again

    def _finding(self, ordinal: int, verdict: Verdict, current: _Current, may_repeat: bool) -> Verdict | None:
        """What reading back says about a claim; None when the step is to be sent once more."""
        step, handler = self._step(ordinal)
        reached = handler.reached(step, current.get((step.kind, step.key)))
        if verdict.outcome is not Outcome.UNKNOWN:
            failed = Verdict(Outcome.FAILED, f"The platform agreed, yet {handler.unreached_words}")
            return verdict if reached else failed
        if reached:
            return Verdict(Outcome.DONE, f"The answer was lost; {handler.reached_words}")
        message = f"{verdict.message}; {handler.unreached_words}"
        if not step.repeatable:
            return Verdict(Outcome.UNKNOWN, message)
        if may_repeat:
            return None
        return Verdict(Outcome.PENDING if self._course.stopping else Outcome.FAILED, message)

    def _stop_on_failure(self, ordinals: Sequence[int]) -> None:
        for ordinal in ordinals:
            result = self._results[ordinal]
            if self._plan.stop_on_failure and result.outcome in {Outcome.FAILED, Outcome.UNKNOWN}:
                self._course.stop(f"{result.title}: {result.message}")

    async def _give_up_when_cancelled(self) -> None:
        if self._course.control.cancelled and self._course.broken is None:
            left = [result.ordinal for result in self._results if result.outcome is Outcome.PENDING]
            self._course.stop("Cancelled")
            words = "Cancelled before it was sent"
            await self._finish([self._now(ordinal, Outcome.SKIPPED, words) for ordinal in left])

    # The ledger that the pool writes to, in a thread

    def intend(self, ordinals: Sequence[int]) -> None:
        """See `Ledger`."""
        self._journal.mark_sending(self._plan, ordinals)
        for ordinal in ordinals:
            self._results[ordinal] = self._now(ordinal, Outcome.SENDING)

    def answered(self, verdicts: Sequence[tuple[int, Verdict]]) -> None:
        """See `Ledger`."""
        results = [self._result(ordinal, verdict) for ordinal, verdict in verdicts]
        self._journal.note_answers(self._plan, results)
        for result in results:
            if result.outcome is Outcome.FAILED:
                self._results[result.ordinal] = result
            elif result.outcome is not Outcome.UNKNOWN:
                self._answered.add(result.ordinal)

    # Small things

    def _step(self, ordinal: int) -> tuple[Step, StepHandler]:
        step = self._plan.steps[ordinal]
        return step, self._handlers[step.kind]

    def _refuse_unknown_kinds(self) -> None:
        for step in self._plan.steps:
            if step.kind not in self._handlers:
                raise Refused(f"This jfconsole does not know how to do {step.kind}", "Use the version that planned it")

    async def _read(self, reader: Sender, ordinals: Iterable[int]) -> _Current:
        """One read for each kind of step."""
        by_kind: defaultdict[str, list[Step]] = defaultdict(list)
        for ordinal in ordinals:
            step = self._plan.steps[ordinal]
            by_kind[step.kind].append(step)
        found: dict[tuple[str, str], Json] = {}
        for kind, steps in by_kind.items():
            objects = await self._handlers[kind].read(reader, steps)
            found.update({(kind, key): value for key, value in objects.items()})
        return found

    def _now(self, ordinal: int, outcome: Outcome, message: str = "") -> StepResult:
        return self._plan.result(ordinal, outcome, message, time.time())

    def _result(self, ordinal: int, verdict: Verdict) -> StepResult:
        return self._now(ordinal, verdict.outcome, verdict.message)

    def _unproved(self, ordinal: int, error: ConsoleError) -> StepResult:
        words = f"It was sent, and could not be read back: {sentence(error)}"
        return self._now(ordinal, Outcome.UNKNOWN, words)

    async def _finish(self, results: Sequence[StepResult]) -> None:
        if not results:
            return
        await asyncio.to_thread(self._journal.finish, self._plan, results)
        for result in results:
            self._results[result.ordinal] = result
            self._answered.discard(result.ordinal)

    def _raise_if_broken(self) -> None:
        broken = self._course.broken
        if broken is None:
            return
        in_doubt = sum(result.outcome in _IN_DOUBT for result in self._results)
        if isinstance(broken, ConsoleError) and in_doubt:
            raise OutcomeUnknown(
                f"{broken.message}. {in_doubt} steps may have been sent; nothing more will be",
                f"Continue the plan {self._plan.id}: what happened will be found out",
            ) from broken
        raise broken

    async def _pulse(self) -> None:
        """Post progress, and give signs of life, until cancelled."""
        last: Progress | None = None
        next_sign = time.monotonic() + SIGN_OF_LIFE / 3
        try:
            while True:
                last = self._post(last)
                if self._owned and time.monotonic() > next_sign:
                    next_sign = time.monotonic() + SIGN_OF_LIFE / 3
                    await self._give_sign()
                await asyncio.sleep(PROGRESS_EVERY)
        finally:
            self._post(last)

    async def _give_sign(self) -> None:
        try:
            await asyncio.to_thread(self._journal.sign_of_life, self._plan.id)
        except ConsoleError as error:
            self._course.fail(error)

    def _post(self, last: Progress | None) -> Progress:
        """Tell what changed since `last`."""
        now = Progress(
            plan_id=self._plan.id,
            counts=Counter(result.outcome for result in self._results),
            total=len(self._results),
            answered=len(self._answered),
            paused=self._course.control.paused,
            note="Waiting as the platform asked" if self._brake.holding else self._note,
        )
        if self._progress is not None and now != last:
            self._progress(now)
        return now


def _fresh(plan: Plan) -> list[StepResult]:
    return [plan.result(ordinal, Outcome.PENDING) for ordinal in range(len(plan.steps))]


def _is_unsent(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.PENDING


def _is_claim(verdict: Verdict) -> bool:
    """Whether reading back has to settle it."""
    return verdict.outcome in {Outcome.DONE, Outcome.ALREADY, Outcome.UNKNOWN}


def _plan_moved(reasons: Sequence[str]) -> PlanMoved:
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return PlanMoved(f"Nothing was sent: {reasons[0]}{more}", "Look at the new state, and plan again")
