"""One execution of one plan, from the check to the last outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from jfconsole.domain.errors import ConsoleError, JournalClosed, OutcomeUnknown, Refused
from jfconsole.domain.plans import Outcome, Plan, Progress, Report
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services import judgement
from jfconsole.services.bulk import Pool
from jfconsole.services.control import Control
from jfconsole.services.examination import Current, Examined, Examiner
from jfconsole.services.handlers import StepHandler, Verdict, sentence
from jfconsole.services.pacing import Brake, Caller, Course, NotSent
from jfconsole.services.pulse import Pulse
from jfconsole.services.standing import Standing

WAITING: Final = "What came of it has to reach whoever uses it first"
"""Why a plan ends before a step that waits."""

_Verdicts: TypeAlias = Mapping[int, Verdict]


class Execution:
    """Carries one plan out on the running loop."""

    def __init__(
        self,
        standing: Standing,
        handlers: Mapping[str, StepHandler],
        control: Control,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._standing = standing
        self._handlers = handlers
        self._examiner = Examiner(standing, handlers)
        self._course = Course(control)
        self._brake = Brake(self._course)
        self._pulse = Pulse(standing, self._course, self._brake, progress)

    async def run(self, connect: Callable[[], AbstractAsyncContextManager[Sender]]) -> None:
        """Check, send and prove. Raises what `Runner.run` says."""
        self._refuse_unknown_kinds()
        try:
            async with self._pulse, AsyncExitStack() as stack:
                await self._carry_out(stack, connect)
        except JournalClosed as error:
            self._course.fail(error)
        self._raise_if_broken()

    def release(self) -> None:
        """Give the plan back to the journal, ended or to be continued."""
        try:
            self._standing.release(self._course.stopped)
        except ConsoleError as error:
            self._course.stop(f"Its end could not be written down: {error.message}")

    def report(self, save: Callable[[Report], Path | None]) -> Report:
        """What came of the plan, saved with `save`."""
        report = Report(
            plan_id=self._plan.id,
            title=self._plan.title,
            origin=self._plan.origin,
            results=self._standing.results,
            stopped=self._course.stopped,
            products=tuple(self._standing.products),
        )
        return replace(report, saved=save(report))

    @property
    def _plan(self) -> Plan:
        return self._standing.plan

    async def _carry_out(
        self, stack: AsyncExitStack, connect: Callable[[], AbstractAsyncContextManager[Sender]]
    ) -> None:
        reader = await stack.enter_async_context(connect())
        to_send, later = await self._check(reader)
        width = min(self._plan.in_flight, len(to_send))
        others = [await stack.enter_async_context(connect()) for _ in range(width - 1)]
        pool = Pool([reader, *others], self._send_step, self._standing, self._course, self._brake)
        for number, ordinals in enumerate(self._rounds(to_send, later)):
            if self._standing.held and any(self._standing.step(ordinal).waits for ordinal in ordinals):
                self._course.stop(WAITING)
                break
            just_checked = number == 0 and later.isdisjoint(ordinals)
            still = ordinals if just_checked else await self._check_again(reader, ordinals)
            if self._course.stopping:
                break
            await self._round(pool, reader, still)
        await self._give_up_when_cancelled()

    def _rounds(self, to_send: list[int], later: set[int]) -> list[list[int]]:
        """One by one; where steps are independent, all at once, and those that build on them one by one."""
        singles = [[ordinal] for ordinal in sorted([*to_send, *later])]
        if self._plan.in_flight == 1 or not to_send:
            return singles
        return [to_send, *([ordinal] for ordinal in sorted(later))]

    async def _check(self, reader: Sender) -> tuple[list[int], set[int]]:
        """What is left to send, once it is certain that nothing moved and the plan is in the journal.

        Steps that build on an earlier one come separately: their object cannot be looked at yet.
        """
        self._pulse.note = "Checking that nothing has changed"
        fresh, later = self._examiner.of_fresh_objects(self._standing.left())
        found = await self._examiner.examine(reader, fresh)
        judgement.refuse_moved([reason for _, reason in found.moved])
        await asyncio.to_thread(self._standing.begin)
        await asyncio.to_thread(self._standing.settle, found.known)
        return list(found.to_send), set(later)

    async def _check_again(self, reader: Sender, ordinals: Sequence[int]) -> Sequence[int]:
        """The same right before later steps, which are sent when time has gone by, or build on earlier ones."""
        if self._course.stopping:
            return ()
        self._pulse.note = "Checking that nothing has changed"
        try:
            found = await self._examiner.examine(reader, ordinals)
        except ConsoleError as error:
            self._course.stop(f"It could not be checked that nothing has changed: {sentence(error)}")
            return ()
        await asyncio.to_thread(self._standing.settle, [*found.known, *self._not_sent(found)])
        return found.to_send

    def _not_sent(self, found: Examined) -> list[tuple[int, Verdict]]:
        """What moved in the middle of a plan: later steps wait where they build on it, else they go on without."""
        reasons = [(ordinal, f"It was not sent: {reason}") for ordinal, reason in found.moved]
        if self._plan.stop_on_failure:
            for _, reason in reasons:
                self._course.stop(reason)
            return []
        return [(ordinal, Verdict(Outcome.FAILED, reason)) for ordinal, reason in reasons]

    async def _round(self, pool: Pool, reader: Sender, ordinals: Sequence[int]) -> None:
        """Send independent steps and prove them; what had no effect although it may have been sent goes twice."""
        self._pulse.note = "Sending"
        again = await self._prove(reader, await pool.send(ordinals), may_repeat=True)
        if again:
            await self._prove(reader, await pool.send(again), may_repeat=False)
        self._stop_on_failure(ordinals)

    async def _send_step(self, caller: Caller, ordinal: int) -> Verdict:
        step, handler = self._examiner.step(ordinal)
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

    async def _prove(self, reader: Sender, verdicts: _Verdicts, may_repeat: bool) -> list[int]:
        """Settle by reading back what the answers claim; the steps to send once more."""
        if self._course.broken is not None:
            return []
        self._pulse.note = "Reading back what changed"
        plain = [
            (ordinal, judgement.with_note(verdict, self._examiner.merged_with(ordinal)))
            for ordinal, verdict in verdicts.items()
            if verdict.outcome is Outcome.PENDING or verdict.proved
        ]
        await asyncio.to_thread(self._standing.settle, plain)
        claims = {ordinal: verdict for ordinal, verdict in verdicts.items() if judgement.is_claim(verdict)}
        try:
            current = await self._examiner.read(reader, claims)
        except ConsoleError as error:
            unproved = Verdict(Outcome.UNKNOWN, f"It was sent, and could not be read back: {sentence(error)}")
            await asyncio.to_thread(self._standing.settle, [(ordinal, unproved) for ordinal in claims])
            return []
        return await self._settle(claims, current, may_repeat and not self._course.stopping)

    async def _settle(self, claims: _Verdicts, current: Current, may_repeat: bool) -> list[int]:
        settled: list[tuple[int, Verdict]] = []
        again: list[int] = []
        for ordinal, claim in claims.items():
            step, handler = self._examiner.step(ordinal)
            found = judgement.after_reading_back(step, handler, claim, current.get((step.kind, step.key)))
            if found.outcome is Outcome.UNKNOWN:
                if may_repeat and step.repeatable:
                    again.append(ordinal)
                    continue
                found = judgement.without_effect(step, found, stopping=self._course.stopping)
            settled.append((ordinal, judgement.with_note(found, self._examiner.merged_with(ordinal))))
        await asyncio.to_thread(self._standing.settle, settled)
        return again

    def _stop_on_failure(self, ordinals: Sequence[int]) -> None:
        for ordinal in ordinals:
            result = self._standing[ordinal]
            lost = result.outcome is Outcome.HELD and not self._standing.has_product(ordinal)
            if self._plan.stop_on_failure and (lost or result.outcome in {Outcome.FAILED, Outcome.UNKNOWN}):
                self._course.stop(f"{result.title}: {result.message}")

    async def _give_up_when_cancelled(self) -> None:
        if self._course.control.cancelled and self._course.broken is None:
            self._course.stop("Cancelled")
            given_up = Verdict(Outcome.SKIPPED, "Cancelled before it was sent")
            left = [(ordinal, given_up) for ordinal in self._standing.pending()]
            await asyncio.to_thread(self._standing.settle, left)

    def _refuse_unknown_kinds(self) -> None:
        for step in self._plan.steps:
            if step.kind not in self._handlers:
                raise Refused(f"This jfconsole does not know how to do {step.kind}", "Use the version that planned it")

    def _raise_if_broken(self) -> None:
        broken = self._course.broken
        if broken is None:
            return
        if isinstance(broken, ConsoleError) and self._standing.in_doubt:
            raise OutcomeUnknown(
                f"{broken.message}. {self._standing.in_doubt} steps may have been sent; nothing more will be",
                f"Continue the plan {self._plan.id}: what happened will be found out",
            ) from broken
        raise broken
