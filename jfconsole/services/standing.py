"""How the steps of a plan stand while it runs: in the journal first, then in memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from jfconsole.domain.plans import FINISHED, Outcome, Plan, Product, Step, StepResult
from jfconsole.services.handlers import Verdict
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import LoadedPlan


class Standing:
    """The results so far. Methods that write block, and raise JournalClosed, or Refused when the plan was lost.

    With `loaded` the plan is in the journal and claimed; without, `begin` puts it there. `again`: a person said that
    what may have come about, and cannot be found out, shall be made once more. `products` is what came of steps
    and is shown once.
    """

    def __init__(self, plan: Plan, journal: Journal, loaded: LoadedPlan | None = None, *, again: bool = False) -> None:
        self.plan = plan
        self.products: list[Product] = []
        self.owned = loaded is not None
        self._resumed = loaded is not None
        self._again = again
        self._journal = journal
        self._results = list(loaded.results) if loaded else self._all_pending()
        self._answered: set[int] = set()

    def __getitem__(self, ordinal: int) -> StepResult:
        return self._results[ordinal]

    @property
    def results(self) -> tuple[StepResult, ...]:
        """One result for each step, in order."""
        return tuple(self._results)

    @property
    def counts(self) -> Counter[Outcome]:
        """How many steps stand in which way."""
        return Counter(result.outcome for result in self._results)

    @property
    def answered_well(self) -> int:
        """How many steps the platform agreed to that are still to be proved."""
        return len(self._answered)

    @property
    def in_doubt(self) -> int:
        """How many steps may have been sent without our knowing what came of it."""
        return sum(result.outcome in {Outcome.SENDING, Outcome.UNKNOWN} for result in self._results)

    @property
    def held(self) -> bool:
        """Whether something came of a step that no person has yet."""
        return any(result.outcome is Outcome.HELD for result in self._results)

    def has_product(self, ordinal: int) -> bool:
        """Whether what the step gave is here."""
        return any(product.ordinal == ordinal for product in self.products)

    def in_doubt_about(self, ordinal: int) -> bool:
        """Whether the step may have had its effect, without our having what came of it."""
        return self._results[ordinal].outcome in {Outcome.SENDING, Outcome.UNKNOWN, Outcome.HELD}

    def may_make_again(self, ordinal: int) -> bool:
        """Whether a step whose secret is lost is sent again: it was continued, and no second one can be left."""
        step = self.step(ordinal)
        return self._resumed and bool(step.gives) and (step.listed or self._again)

    def left(self) -> list[int]:
        """Steps to look at, by ordinal. Where later steps build on earlier ones, failed ones are tried again."""
        wanted = set(Outcome) - FINISHED
        if self.plan.stop_on_failure:
            wanted.add(Outcome.FAILED)
        return [result.ordinal for result in self._results if result.outcome in wanted]

    def pending(self) -> list[int]:
        """Steps that were never sent, by ordinal."""
        return [result.ordinal for result in self._results if result.outcome is Outcome.PENDING]

    def step(self, ordinal: int) -> Step:
        """The step with this ordinal."""
        return self.plan.steps[ordinal]

    def amend(self, ordinal: int, step: Step, reason: str) -> None:
        """Put another step in the place of one that was not sent yet."""
        steps = (*self.plan.steps[:ordinal], step, *self.plan.steps[ordinal + 1 :])
        self.plan = replace(self.plan, steps=steps)
        if self.owned:
            self._journal.amend(self.plan, ordinal, reason)

    def renew(self, ordinal: int, step: Step) -> None:
        """Put a step in the place of one that differs in nothing but secrets, which are not written down."""
        self.plan = replace(self.plan, steps=(*self.plan.steps[:ordinal], step, *self.plan.steps[ordinal + 1 :]))

    def begin(self) -> None:
        """Put the plan into the journal, unless it is there."""
        if not self.owned:
            self._journal.begin(self.plan)
            self.owned = True

    def intend(self, ordinals: Sequence[int]) -> None:
        """See `Ledger`."""
        self._journal.mark_sending(self.plan, ordinals)
        for ordinal in ordinals:
            self._results[ordinal] = self.plan.result(ordinal, Outcome.SENDING, at=time.time())

    def answered(self, verdicts: Sequence[tuple[int, Verdict]]) -> None:
        """See `Ledger`. A refusal is final; the rest is to be proved."""
        results = self._as_results(verdicts)
        self._journal.note_answers(self.plan, results)
        for result in results:
            if result.outcome is Outcome.FAILED:
                self._results[result.ordinal] = result
            elif result.outcome is not Outcome.UNKNOWN:
                self._answered.add(result.ordinal)

    def settle(self, verdicts: Sequence[tuple[int, Verdict]]) -> None:
        """Write down how steps ended."""
        if not verdicts:
            return
        products = [product for ordinal, verdict in verdicts if (product := self._product(ordinal, verdict))]
        self.products += products
        in_hand = {product.ordinal for product in products}
        results = [
            replace(result, outcome=Outcome.HELD) if result.ordinal in in_hand else result
            for result in self._as_results(verdicts)
        ]
        self._journal.finish(self.plan, results)
        for result in results:
            self._results[result.ordinal] = result
            self._answered.discard(result.ordinal)

    def sign_of_life(self) -> None:
        """Tell other consoles that the plan is in work."""
        if self.owned:
            self._journal.sign_of_life(self.plan.id)

    def release(self, stopped: str) -> None:
        """Give the plan back to the journal, ended or to be continued."""
        if self.owned:
            self._journal.release(self.plan, stopped, held=bool(self.products))

    def _as_results(self, verdicts: Sequence[tuple[int, Verdict]]) -> list[StepResult]:
        now = time.time()
        return [
            self.plan.result(ordinal, verdict.outcome, verdict.message, now, verdict.made)
            for ordinal, verdict in verdicts
        ]

    def _product(self, ordinal: int, verdict: Verdict) -> Product | None:
        """What a step that was done just now gave: secrets of the answer, or those that we thought up and sent."""
        step = self.step(ordinal)
        if not step.gives or verdict.outcome is not Outcome.DONE:
            return None
        secrets = verdict.secrets or {name: value for call in step.requests for name, value in call.secrets.items()}
        if not secrets:
            return None
        facts = verdict.facts or step.after
        return Product(ordinal=ordinal, gives=step.gives, key=step.key, made=verdict.made, facts=facts, secrets=secrets)

    def _all_pending(self) -> list[StepResult]:
        return [self.plan.result(ordinal, Outcome.PENDING) for ordinal in range(len(self.plan.steps))]
