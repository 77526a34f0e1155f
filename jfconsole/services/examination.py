"""Looking at the objects of a plan before its steps are sent: what is done already, what moved, what can be merged."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jfconsole.domain.plans import Step
from jfconsole.domain.requests import Json
from jfconsole.jfrog.sender import Sender
from jfconsole.services import judgement
from jfconsole.services.handlers import Rebasing, Renewing, StepHandler, Verdict
from jfconsole.services.standing import Standing

Current: TypeAlias = Mapping[tuple[str, str], Json]
"""Objects as they are now, by kind of step and key; absent ones are left out."""


@dataclass(frozen=True, slots=True)
class Examined:
    """Steps, by ordinal: `known` need not be sent, `moved` must not (with the reason), `to_send` may."""

    known: Sequence[tuple[int, Verdict]]
    to_send: Sequence[int]
    moved: Sequence[tuple[int, str]]


class Examiner:
    """Reads the objects of steps, and carries steps over to objects that changed elsewhere."""

    def __init__(self, standing: Standing, handlers: Mapping[str, StepHandler]) -> None:
        self._standing = standing
        self._handlers = handlers
        self._merged: dict[int, str] = {}

    def merged_with(self, ordinal: int) -> str:
        """What the step was merged with; empty when it was sent as it was reviewed."""
        return self._merged.get(ordinal, "")

    def step(self, ordinal: int) -> tuple[Step, StepHandler]:
        """A step and the handler of its kind."""
        step = self._standing.step(ordinal)
        return step, self._handlers[step.kind]

    async def read(self, reader: Sender, ordinals: Iterable[int]) -> Current:
        """The objects of these steps, with one read for each kind."""
        by_kind: defaultdict[str, list[Step]] = defaultdict(list)
        for ordinal in ordinals:
            step = self._standing.step(ordinal)
            by_kind[step.kind].append(step)
        found: dict[tuple[str, str], Json] = {}
        for kind, steps in by_kind.items():
            objects = await self._handlers[kind].read(reader, steps)
            found.update({(kind, key): value for key, value in objects.items()})
        return found

    async def examine(self, reader: Sender, ordinals: Sequence[int]) -> Examined:
        """What is to be done about these steps, given their objects as they are now."""
        current = await self.read(reader, ordinals)
        known: list[tuple[int, Verdict]] = []
        to_send: list[int] = []
        moved: list[tuple[int, str]] = []
        for ordinal in ordinals:
            await self._rebase(ordinal, current)
            self._renew(ordinal)
            step, handler = self.step(ordinal)
            now = current.get((step.kind, step.key))
            verdict = judgement.before_sending(
                step,
                handler,
                now,
                in_doubt=self._standing.in_doubt_about(ordinal),
                again=self._standing.may_make_again(ordinal),
            )
            if verdict is not None:
                known.append((ordinal, verdict))
            elif reason := handler.moved(step, now):
                moved.append((ordinal, reason))
            else:
                to_send.append(ordinal)
        return Examined(known, to_send, moved)

    def of_fresh_objects(self, ordinals: Iterable[int]) -> tuple[list[int], list[int]]:
        """Steps whose object no earlier step of the plan changes, and the others.

        The others are looked at right before they are sent: what they build on is not there before.
        """
        fresh: list[int] = []
        later: list[int] = []
        seen: set[tuple[str, str]] = set()
        for ordinal in ordinals:
            step = self._standing.step(ordinal)
            target = (step.kind.partition(".")[0], step.key)
            (later if target in seen else fresh).append(ordinal)
            seen.add(target)
        return fresh, later

    async def _rebase(self, ordinal: int, current: Current) -> None:
        step, handler = self.step(ordinal)
        if not isinstance(handler, Rebasing):
            return
        rebased = handler.rebased(step, current.get((step.kind, step.key)))
        if rebased is not None:
            await asyncio.to_thread(self._standing.amend, ordinal, rebased.step, rebased.merged_with)
            self._merged[ordinal] = rebased.merged_with

    def _renew(self, ordinal: int) -> None:
        step, handler = self.step(ordinal)
        if step.gives and step.lacks_secrets and isinstance(handler, Renewing):
            self._standing.renew(ordinal, handler.renewed(step))
