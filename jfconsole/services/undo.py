"""Undo: a plan that takes back what an earlier one did. It is reviewed and executed like any other."""

from __future__ import annotations

from jfconsole.domain.errors import Refused
from jfconsole.domain.plans import Confirmation, Outcome, Plan
from jfconsole.services.journal import Journal


def inverse_plan(journal: Journal, plan_id: str) -> Plan:
    """The inverses of the steps that were done, last one first.

    Raises NotFound for an unknown plan, Refused when nothing of it can be undone or somebody is at work on it.
    """
    loaded = journal.load(plan_id)
    if loaded.entry.running:
        raise Refused(f"The plan {plan_id} is being executed", "Wait for its end")
    done = [loaded.plan.steps[result.ordinal] for result in loaded.results if result.outcome is Outcome.DONE]
    inverses = [step.inverse for step in reversed(done) if step.inverse and not step.inverse.lacks_secrets]
    if not inverses:
        raise Refused(f"Nothing of the plan {plan_id} can be undone", "What it did stands in the journal")
    stays = len(done) - len(inverses)
    left = (f"{stays} of its steps cannot be undone, and stay",) if stays else ()
    return Plan(
        title=f"Undo: {loaded.plan.title}",
        origin=loaded.plan.origin,
        steps=tuple(inverses),
        confirmation=Confirmation(verb="Undo", effects=(*(step.title for step in inverses), *left)),
    )
