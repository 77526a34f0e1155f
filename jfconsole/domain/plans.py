"""Plans: the one way to change a platform or the issuer's configuration.

A plan is data. It is built by a service, reviewed by a person, written to the journal before anything is sent,
executed by the runner, and can be continued after a crash because nothing in it is code: a step names its kind,
and the runner finds the handler of that kind.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ExitCode, Refused
from jfconsole.domain.requests import CallClass, Json, Request
from jfconsole.domain.secret import Secret


class Outcome(StrEnum):
    """How a step ended. `PENDING` has not been started, `SENDING` has, and its answer is not known yet."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    ALREADY = "already"
    """The platform was in the wanted state before we asked: nothing changed."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Sent, the answer lost, and not found out yet."""
    SKIPPED = "skipped"
    """Never sent, and not to be: cancelled, or impossible to continue."""
    HELD = "held"
    """Done, and the secret that came of it has not reached a person yet: lost with the console if it ends now."""


FINISHED = frozenset({Outcome.DONE, Outcome.ALREADY, Outcome.FAILED, Outcome.SKIPPED})
"""Outcomes that a resumed plan leaves alone."""


MAX_DELETES: Final = 20
"""Objects that one plan may delete unless a person raised the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change to one object.

    `kind` names the handler (`token.revoke`), `key` the object (a token id, a name). `before` is the object as
    it was read, `after` as it shall be; None means absent. `requests` is what will be sent, in order, with
    secrets as place holders. `inverse` undoes the step, where that is possible; `loses` is a sentence on what does
    not come back then. `unique`: the platform refuses a second object with this key, so a create whose answer was
    lost may be sent again once the object is seen not to be there. `gives` names the secret that comes of it and is
    shown once (`token`, `password`), empty without one; `listed`: whether the platform shows afterwards that it came
    about, so that a lost answer can be found out. `waits`: it is sent only when a person has everything that came of
    earlier steps, so the plan ends before it and is continued.
    """

    kind: str
    key: str
    title: str
    before: Json
    after: Json
    requests: tuple[Request, ...]
    inverse: Step | None = None
    loses: str = ""
    unique: bool = False
    gives: str = ""
    listed: bool = True
    waits: bool = False

    @property
    def deletes(self) -> bool:
        """Whether something is there before that is gone afterwards."""
        return self.after is None and self.before is not None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when it had no effect: nothing can come about twice."""
        return self.unique or all(request.call_class is not CallClass.CREATE for request in self.requests)

    @property
    def lacks_secrets(self) -> bool:
        """Whether a secret of its requests is empty: they are not kept, so a plan from the journal has none."""
        return not all(secret for request in self.requests for secret in request.secrets.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a person must do before a plan runs.

    `verb` stands on the button (`Revoke 12 tokens`), `effects` says in sentences what will happen and what
    depends on it. With a `phrase`, it must be typed. `by_yes`: whether `--yes` stands for it headless.
    """

    verb: str
    effects: tuple[str, ...]
    phrase: str | None = None
    by_yes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps in order, for one platform (`origin`, its base URL), reviewed and executed as a whole.

    `in_flight` above 1 lets independent steps of one kind run side by side (bulk work). `stop_on_failure` ends
    the plan at the first step that fails, which is right when later steps build on earlier ones. `wizard` says which
    recipe made it and with which answers, without secrets; None for plans that no wizard made.
    """

    title: str
    origin: str
    steps: tuple[Step, ...]
    confirmation: Confirmation
    in_flight: int = 1
    stop_on_failure: bool = True
    wizard: Json = None
    id: str = field(default_factory=lambda: new_operation_id())

    @property
    def deletes(self) -> int:
        """How many of its steps delete something."""
        return sum(step.deletes for step in self.steps)

    def result(self, ordinal: int, outcome: Outcome, message: str = "", at: float = 0.0, made: str = "") -> StepResult:
        """How the step with this ordinal ended."""
        step = self.steps[ordinal]
        return StepResult(
            ordinal=ordinal,
            kind=step.kind,
            key=step.key,
            title=step.title,
            outcome=outcome,
            message=message,
            at=at,
            made=made,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How one step ended. `message` is a sentence for a person, made of cleaned text; times are epoch seconds.

    `made` is the id that the platform gave to what the step made, where it gives one.
    """

    ordinal: int
    kind: str
    key: str
    title: str
    outcome: Outcome
    message: str = ""
    at: float = 0.0
    made: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What came of a step and is shown once: secrets by name, and the facts that belong to them. Never written down."""

    ordinal: int
    gives: str
    key: str
    made: str
    facts: Json
    secrets: Mapping[str, Secret]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A snapshot while a plan runs; posted at most ten times a second.

    `answered` counts the steps that were answered well and wait to be proved by reading back; `counts` has them
    as SENDING. `note` is a sentence on what goes on (`Reading back what changed`).
    """

    plan_id: str
    counts: Counter[Outcome]
    total: int
    answered: int = 0
    paused: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a plan came to. `saved` is the report file (JSON lines, 0600), None when it could not be written.

    `stopped` says in a sentence why the plan ended before its last step, empty when it did not. `products` are in
    memory alone: a report that is saved or loaded has none.
    """

    plan_id: str
    title: str
    origin: str
    results: tuple[StepResult, ...]
    saved: Path | None = None
    stopped: str = ""
    products: tuple[Product, ...] = ()

    @property
    def counts(self) -> Counter[Outcome]:
        """How many steps ended in which way."""
        return Counter(result.outcome for result in self.results)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to continue."""
        return all(result.outcome in FINISHED or self._in_hand(result) for result in self.results)

    @property
    def waits(self) -> bool:
        """Whether the rest waits for nothing but a person who has what came of it so far."""
        left = [result for result in self.results if result.outcome not in FINISHED and not self._in_hand(result)]
        return bool(self.products and left) and all(result.outcome is Outcome.PENDING for result in left)

    @property
    def exit_code(self) -> ExitCode:
        """What a verb ends with: OK only when every step is done, or needed nothing to be done."""
        counts = self.counts
        if counts[Outcome.UNKNOWN]:
            return ExitCode.UNKNOWN_OUTCOME
        well = counts[Outcome.DONE] + counts[Outcome.ALREADY] + sum(map(self._in_hand, self.results))
        return ExitCode.OK if well == len(self.results) else ExitCode.FAILED

    def _in_hand(self, result: StepResult) -> bool:
        """Whether it gave a secret, and the secret is here."""
        held = result.outcome is Outcome.HELD
        return held and any(product.ordinal == result.ordinal for product in self.products)


def refuse_many_deletes(plan: Plan, limit: int = MAX_DELETES) -> None:
    """Raise Refused when the plan deletes more than that; raising the limit takes typing the number."""
    refuse_many(plan.deletes, limit)


def refuse_many(deletes: int, limit: int = MAX_DELETES) -> None:
    """The same for what is deleted without a plan: files of ours."""
    if deletes > limit:
        raise Refused(
            f"The plan would delete {deletes}, and the limit for one plan is {limit}",
            f"Look at it first; then type the number: --max-deletes {deletes}",
        )


def new_operation_id() -> str:
    """A short id that stands in the journal, in reports and, where we make tokens, in their description."""
    return f"jfc-{secrets.token_hex(5)}"


def summary(counts: Counter[Outcome]) -> str:
    """`12 done, 1 failed`: the outcomes that occurred, in a fixed order."""
    parts = [f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome]]
    return ", ".join(parts) or "nothing to do"
