"""What a step's outcome is, given what the platform answered and what it shows now. Rules without I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jfconsole.domain.errors import PlanMoved
from jfconsole.domain.plans import Outcome, Step
from jfconsole.domain.requests import Json
from jfconsole.services.handlers import StepHandler, Verdict


def before_sending(
    step: Step, handler: StepHandler, current: Json, *, in_doubt: bool, again: bool = False
) -> Verdict | None:
    """What is known of a step without sending it; None when it is to be sent.

    In doubt, it may have been sent; with `again`, a person said that it shall be sent once more all the same.
    """
    if handler.reached(step, current):
        already = Verdict(Outcome.ALREADY, f"Not sent: {handler.reached_words}")
        return _found_out(handler) if in_doubt else already
    if in_doubt and not step.repeatable and not again:
        return Verdict(Outcome.UNKNOWN, f"The answer was lost, and {handler.unreached_words}")
    if step.lacks_secrets:
        return Verdict(Outcome.SKIPPED, "It needs a secret, and secrets are not kept: make a new plan for it")
    return None


def after_reading_back(step: Step, handler: StepHandler, claim: Verdict, current: Json) -> Verdict:
    """What reading back makes of an answer's claim; UNKNOWN when the step had no effect and no answer."""
    if handler.reached(step, current):
        return claim if claim.outcome is not Outcome.UNKNOWN else _found_out(handler)
    if claim.outcome is Outcome.UNKNOWN and step.gives and current is not None:
        return Verdict(Outcome.HELD, f"It came about, but the {step.gives} was lost with the answer")
    if claim.outcome is Outcome.UNKNOWN:
        return Verdict(Outcome.UNKNOWN, f"{claim.message}; {handler.unreached_words}")
    said = (claim.outcome is Outcome.ALREADY and claim.message) or "The platform agreed"
    return Verdict(Outcome.FAILED, f"{said}, yet {handler.unreached_words}")


def without_effect(step: Step, found: Verdict, *, stopping: bool) -> Verdict:
    """The end of a step that is not sent once more although nothing came of it.

    What can be repeated is to do still when the plan stops, and has failed when it was tried twice. A create stays
    unknown: it may come about late, and must not be made twice.
    """
    if not step.repeatable:
        return found
    return Verdict(Outcome.PENDING if stopping else Outcome.FAILED, found.message)


def with_note(verdict: Verdict, note: str) -> Verdict:
    """The verdict with a further sentence, if there is one."""
    return replace(verdict, message="; ".join(filter(None, (verdict.message, note)))) if note else verdict


def refuse_moved(reasons: Sequence[str]) -> None:
    """Raise PlanMoved when there are reasons."""
    if reasons:
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        raise PlanMoved(f"Nothing was sent: {reasons[0]}{more}", "Look at the new state, and plan again")


def is_claim(verdict: Verdict) -> bool:
    """Whether reading back has to settle it."""
    return not verdict.proved and verdict.outcome in {Outcome.DONE, Outcome.ALREADY, Outcome.UNKNOWN}


def _found_out(handler: StepHandler) -> Verdict:
    return Verdict(Outcome.DONE, f"The answer was lost; {handler.reached_words}")
