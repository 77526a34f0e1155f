"""Undo: a plan that takes back what an earlier one did. It is reviewed and executed like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from jfconsole.domain.errors import Refused
from jfconsole.domain.plans import Confirmation, Outcome, Plan, Step, StepResult
from jfconsole.domain.text import visible
from jfconsole.jfrog.sender import Sender
from jfconsole.services.handlers import Making, Rebasing, StepHandler
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import LoadedPlan
from jfconsole.services.kinds import HANDLERS
from jfconsole.services.wizard_runs import undo_context

_WHY_NOT: Final = {
    Outcome.ALREADY: "it changed nothing",
    Outcome.FAILED: "it failed",
    Outcome.SKIPPED: "it was never sent",
    Outcome.PENDING: "it was never sent",
    Outcome.SENDING: "it is not known whether it happened",
    Outcome.UNKNOWN: "it is not known whether it happened",
}


async def plan_undo(
    journal: Journal, plan_id: str, sender: Sender, handlers: Mapping[str, StepHandler] = HANDLERS
) -> Plan:
    """The inverses of the steps that were done and whose objects are as they left them, last one first.

    The effects say what is left out and why, and what does not come back. Raises NotFound for an unknown plan,
    Refused when nothing of it can be undone or somebody is at work on it, and what reading the objects raises.
    """
    loaded = await asyncio.to_thread(journal.load, plan_id)
    if loaded.entry.running:
        raise Refused(f"The plan {plan_id} is being executed", "Wait for its end")
    candidates, left = _candidates(loaded, handlers)
    wanted, moved = await _unmoved(candidates, sender, handlers)
    left += moved
    if not wanted:
        why = f": {left[0]}" if left else ""
        raise Refused(f"Nothing of the plan {plan_id} can be undone{why}", "What it did stands in the journal")
    return Plan(
        title=f"Undo: {loaded.plan.title}",
        origin=loaded.plan.origin,
        steps=tuple(step for _, step in wanted),
        confirmation=_confirmation(wanted, left),
        stop_on_failure=False,
        wizard=undo_context(loaded.plan.wizard, plan_id),
    )


def _candidates(loaded: LoadedPlan, handlers: Mapping[str, StepHandler]) -> tuple[list[tuple[Step, Step]], list[str]]:
    """Steps with their inverses, last one first, and why others have none."""
    found: list[tuple[Step, Step]] = []
    left: list[str] = []
    for result in reversed(loaded.results):
        step = loaded.plan.steps[result.ordinal]
        inverse = _inverse(step, result, handlers[step.kind])
        if reason := _why_not(step, result, inverse):
            left.append(f"{visible(step.title)}: not undone, {reason}")
        elif inverse is not None:
            found.append((step, inverse))
    return found, left


def _inverse(step: Step, result: StepResult, handler: StepHandler) -> Step | None:
    if step.inverse is None and result.made and isinstance(handler, Making):
        return handler.inverse_of(step, result.made)
    return step.inverse


def _why_not(step: Step, result: StepResult, inverse: Step | None) -> str:
    if result.outcome not in {Outcome.DONE, Outcome.HELD}:
        return _WHY_NOT[result.outcome]
    if inverse is None:
        return f"{_lower(step.loses)}" if step.loses else "it cannot be undone"
    return "a secret would be needed" if inverse.lacks_secrets else ""


async def _unmoved(
    candidates: list[tuple[Step, Step]], sender: Sender, handlers: Mapping[str, StepHandler]
) -> tuple[list[tuple[Step, Step]], list[str]]:
    """Those that can be sent now. An object that several inverses change in turn is looked at for the first."""
    wanted: list[tuple[Step, Step]] = []
    left: list[str] = []
    seen: set[tuple[str, str]] = set()
    for step, inverse in candidates:
        target = (inverse.kind.partition(".")[0], inverse.key)
        reason = "" if target in seen else await _moved(inverse, sender, handlers[inverse.kind])
        if reason:
            left.append(f"{visible(step.title)}: not undone, {_lower(reason)}")
            continue
        seen.add(target)
        wanted.append((step, inverse))
    return wanted, left


async def _moved(inverse: Step, sender: Sender, handler: StepHandler) -> str:
    current = (await handler.read(sender, [inverse])).get(inverse.key)
    if handler.reached(inverse, current):
        return "it is as before already"
    carried = handler.rebased(inverse, current) if isinstance(handler, Rebasing) else None
    return handler.moved(carried.step if carried else inverse, current) or ""


def _confirmation(wanted: list[tuple[Step, Step]], left: list[str]) -> Confirmation:
    lost = [f"{visible(step.title)}: {_lower(step.loses)}" for step, _ in wanted if step.loses]
    deletes = sum(inverse.deletes for _, inverse in wanted)
    return Confirmation(
        verb="Undo",
        effects=(*(inverse.title for _, inverse in wanted), *lost, *left),
        phrase=f"delete {deletes}" if deletes > 1 else None,
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
