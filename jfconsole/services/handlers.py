"""What the runner must know about a kind of step: how its objects are read, and what an answer means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from jfconsole.domain.errors import (
    BadResponse,
    ConsoleError,
    NotAuthenticated,
    OutcomeUnknown,
    Refused,
    ServerFailed,
    Unreachable,
)
from jfconsole.domain.plans import Outcome, Step
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.jfrog.sender import Answer, Sender


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer, or its lack, says about a step.

    DONE and ALREADY are claims, and UNKNOWN a question, until reading back settles them; FAILED is final, and
    PENDING means that nothing was sent. With `stop`, a sentence, nothing further can work either. `proved`: the
    answer is all the proof there can be, because the platform shows nothing of the change. `made` is the id of what
    came about, `secrets` what the answer gave that is shown once, `facts` what belongs to it.
    """

    outcome: Outcome
    message: str = ""
    stop: str = ""
    proved: bool = False
    made: str = ""
    facts: Json = None
    secrets: Mapping[str, Secret] = field(default_factory=dict)


class StepHandler(Protocol):
    """The knowledge about one kind of step. Handlers hold no state: a plan may outlive the process."""

    reached_words: str
    """What is seen when the step had its effect: `the platform no longer lists it`."""

    unreached_words: str
    """What is seen when it had none: `the platform still lists it`."""

    async def read(self, sender: Sender, steps: Sequence[Step]) -> Mapping[str, Json]:
        """The objects of these steps as they are now, by key; absent ones are left out.

        Many are read with one list call, a few one by one. Raises the ConsoleError family.
        """
        ...

    def moved(self, step: Step, current: Json) -> str | None:
        """How the object differs from what was reviewed, as a sentence; None when it does not matter."""
        ...

    def reached(self, step: Step, current: Json) -> bool:
        """Whether the object is as the step wants it."""
        ...

    def interpret(self, step: Step, request: Request, result: Answer | ConsoleError) -> Verdict:
        """What an answer, or the error in its place, says about the step. Rate limits never get here."""
        ...


@dataclass(frozen=True, slots=True)
class Rebased:
    """A step carried over to an object that changed meanwhile, and a sentence on what it was merged with."""

    step: Step
    merged_with: str


@runtime_checkable
class Rebasing(Protocol):
    """A handler whose steps can be carried over to an object that changed elsewhere since it was read."""

    def rebased(self, step: Step, current: Json) -> Rebased | None:
        """The step on top of the object as it is now; None when there is no need, or when the changes conflict."""
        ...


@runtime_checkable
class Renewing(Protocol):
    """A handler of steps whose secret we think up ourselves: a plan from the journal gets a new one."""

    def renewed(self, step: Step) -> Step:
        """The step with a secret in the place of the one that was not kept."""
        ...


@runtime_checkable
class Making(Protocol):
    """A handler of steps that are taken back by the id that the platform gave to what they made."""

    def inverse_of(self, step: Step, made: str) -> Step | None:
        """The step that takes it back; None when the platform cannot."""
        ...


def error_verdict(error: ConsoleError) -> Verdict:
    """What an error means for a step of any kind, where the handler knows nothing better."""
    words = sentence(error)
    if isinstance(error, Refused):
        return Verdict(Outcome.PENDING, words, stop=words)
    if isinstance(error, NotAuthenticated):
        return Verdict(Outcome.FAILED, words, stop=words)
    if isinstance(error, OutcomeUnknown | ServerFailed | Unreachable | BadResponse):
        return Verdict(Outcome.UNKNOWN, words)
    return Verdict(Outcome.FAILED, words)


def sentence(error: ConsoleError) -> str:
    """The error for a person, with the server's own words where they say more; cleaned."""
    said = visible(error.detail.server_text or "")
    message = visible(error.message)
    return f"{message}: {said}" if said and said not in message else message
