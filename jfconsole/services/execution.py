"""One execution of one plan, from the check to the last outcome."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from jfconsole.domain.errors import ConsoleError, JournalClosed, OutcomeUnknown, Refused
from jfconsole.domain.plans import Outcome, Progress, Report, Step
from jfconsole.domain.requests import Json
from jfconsole.jfrog.sender import Answer, Sender
from jfconsole.services import judgement
from jfconsole.services.bulk import Pool
from jfconsole.services.control import Control
from jfconsole.services.handlers import StepHandler, Verdict, sentence
from jfconsole.services.pacing import Brake, Caller, Course, NotSent
from jfconsole.services.pulse import Pulse
from jfconsole.services.standing import Standing

_Current: TypeAlias = Mapping[tuple[str, str], Json]
"""Objects as they are now, by kind of step and key; absent ones are left out."""

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
        self._plan = standing.plan
        self._handlers = handlers
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
        )
        return replace(report, saved=save(report))

    async def _carry_out(
        self, stack: AsyncExitStack, connect: Callable[[], AbstractAsyncContextManager[Sender]]
    ) -> None:
        reader = await stack.enter_async_context(connect())
        to_send = await self._check(reader)
        width = min(self._plan.in_flight, len(to_send))
        others = [await stack.enter_async_context(connect()) for _ in range(width - 1)]
        pool = Pool([reader, *others], self._send_step, self._standing, self._course, self._brake)
        for ordinals in self._rounds(to_send):
            if self._course.stopping:
                break
            await self._round(pool, reader, ordinals)
        await self._give_up_when_cancelled()

    def _rounds(self, to_send: list[int]) -> list[list[int]]:
        return [to_send] if self._plan.in_flight > 1 else [[ordinal] for ordinal in to_send]

    async def _check(self, reader: Sender) -> list[int]:
        """What is left to send, once it is certain that nothing moved and the plan is in the journal."""
        self._pulse.note = "Checking that nothing has changed"
        left = self._standing.left()
        current = await self._read(reader, left)
        known: list[tuple[int, Verdict]] = []
        to_send: list[int] = []
        moved: list[str] = []
        for ordinal in left:
            verdict = self._before_sending(ordinal, current)
            if verdict is not None:
                known.append((ordinal, verdict))
            elif reason := self._moved(ordinal, current):
                moved.append(reason)
            else:
                to_send.append(ordinal)
        judgement.refuse_moved(moved)
        await asyncio.to_thread(self._standing.begin)
        await asyncio.to_thread(self._standing.settle, known)
        return to_send

    def _before_sending(self, ordinal: int, current: _Current) -> Verdict | None:
        step, handler = self._step(ordinal)
        return judgement.before_sending(
            step,
            handler,
            current.get((step.kind, step.key)),
            in_doubt=self._standing[ordinal].outcome in {Outcome.SENDING, Outcome.UNKNOWN},
        )

    def _moved(self, ordinal: int, current: _Current) -> str | None:
        step, handler = self._step(ordinal)
        return handler.moved(step, current.get((step.kind, step.key)))

    async def _round(self, pool: Pool, reader: Sender, ordinals: Sequence[int]) -> None:
        """Send independent steps and prove them; what had no effect although it may have been sent goes twice."""
        self._pulse.note = "Sending"
        again = await self._prove(reader, await pool.send(ordinals), may_repeat=True)
        if again:
            await self._prove(reader, await pool.send(again), may_repeat=False)
        self._stop_on_failure(ordinals)

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

    async def _prove(self, reader: Sender, verdicts: _Verdicts, may_repeat: bool) -> list[int]:
        """Settle by reading back what the answers claim; the steps to send once more."""
        if self._course.broken is not None:
            return []
        self._pulse.note = "Reading back what changed"
        unsent = [(ordinal, verdict) for ordinal, verdict in verdicts.items() if verdict.outcome is Outcome.PENDING]
        await asyncio.to_thread(self._standing.settle, unsent)
        claims = {ordinal: verdict for ordinal, verdict in verdicts.items() if judgement.is_claim(verdict)}
        try:
            current = await self._read(reader, claims)
        except ConsoleError as error:
            unproved = Verdict(Outcome.UNKNOWN, f"It was sent, and could not be read back: {sentence(error)}")
            await asyncio.to_thread(self._standing.settle, [(ordinal, unproved) for ordinal in claims])
            return []
        return await self._settle(claims, current, may_repeat and not self._course.stopping)

    async def _settle(self, claims: _Verdicts, current: _Current, may_repeat: bool) -> list[int]:
        settled: list[tuple[int, Verdict]] = []
        again: list[int] = []
        for ordinal, claim in claims.items():
            step, handler = self._step(ordinal)
            found = judgement.after_reading_back(step, handler, claim, current.get((step.kind, step.key)))
            if found.outcome is Outcome.UNKNOWN:
                if may_repeat and step.repeatable:
                    again.append(ordinal)
                    continue
                found = judgement.without_effect(step, found, stopping=self._course.stopping)
            settled.append((ordinal, found))
        await asyncio.to_thread(self._standing.settle, settled)
        return again

    def _stop_on_failure(self, ordinals: Sequence[int]) -> None:
        for ordinal in ordinals:
            result = self._standing[ordinal]
            if self._plan.stop_on_failure and result.outcome in {Outcome.FAILED, Outcome.UNKNOWN}:
                self._course.stop(f"{result.title}: {result.message}")

    async def _give_up_when_cancelled(self) -> None:
        if self._course.control.cancelled and self._course.broken is None:
            self._course.stop("Cancelled")
            given_up = Verdict(Outcome.SKIPPED, "Cancelled before it was sent")
            left = [(ordinal, given_up) for ordinal in self._standing.pending()]
            await asyncio.to_thread(self._standing.settle, left)

    async def _read(self, reader: Sender, ordinals: Iterable[int]) -> _Current:
        """One read for each kind of step."""
        by_kind: defaultdict[str, list[Step]] = defaultdict(list)
        for ordinal in ordinals:
            step = self._standing.step(ordinal)
            by_kind[step.kind].append(step)
        found: dict[tuple[str, str], Json] = {}
        for kind, steps in by_kind.items():
            objects = await self._handlers[kind].read(reader, steps)
            found.update({(kind, key): value for key, value in objects.items()})
        return found

    def _step(self, ordinal: int) -> tuple[Step, StepHandler]:
        step = self._standing.step(ordinal)
        return step, self._handlers[step.kind]

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
