"""Secrets that were made, or may have been, and never reached a person: what continuing a plan means for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.fields import as_object
from jfconsole.domain.plans import Outcome, Plan, Step, StepResult
from jfconsole.domain.times import local_text
from jfconsole.domain.token_forecast import DEFAULT_LIFETIME
from jfconsole.domain.token_requests import NEVER

_OPEN: Final = frozenset({Outcome.HELD, Outcome.UNKNOWN, Outcome.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The secret of one step. `gives` is what it is in a word.

    `certain`: it came about. `found`: the platform shows it, so continuing takes it back before another is made;
    otherwise it may exist `until` then (epoch seconds, None for ever), and another is made only when a person says
    so.
    """

    gives: str
    certain: bool
    found: bool
    until: int | None

    @property
    def sentence(self) -> str:
        """What happened, and what continuing will do."""
        if not self.found:
            when = f"until {local_text(self.until) or 'beyond any calendar'}" if self.until is not None else "for ever"
            return f"A {self.gives} may exist {when}; nobody has it, and the platform neither lists nor revokes it"
        if self.certain:
            return f"The {self.gives} was made and has reached nobody: it is taken back, and another is made"
        return f"Whether the {self.gives} was made is found out; one that was is taken back, and another is made"


def lost_secrets(plan: Plan, results: Sequence[StepResult]) -> tuple[Lost, ...]:
    """What was lost with a console that ended, or with an answer."""
    pairs = zip(plan.steps, results, strict=True)
    return tuple(_lost(step, result) for step, result in pairs if step.gives and result.outcome in _OPEN)


def needs_word(lost: Sequence[Lost]) -> bool:
    """Whether going on would make something twice, so that a person has to say so."""
    return any(not secret.found for secret in lost)


def _lost(step: Step, result: StepResult) -> Lost:
    lifetime = as_object(step.after).get("expires_in")
    seconds = lifetime if isinstance(lifetime, int) else DEFAULT_LIFETIME
    return Lost(
        gives=step.gives,
        certain=result.outcome is Outcome.HELD,
        found=step.listed,
        until=None if seconds == NEVER else int(result.at) + seconds,
    )
