"""What wizards have done on a platform, read from the journal: so that a finished run can be opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from jfconsole.domain.errors import Refused
from jfconsole.domain.fields import as_object
from jfconsole.domain.plans import FINISHED, Outcome
from jfconsole.domain.requests import Json
from jfconsole.services.directory import Directory
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import LoadedPlan
from jfconsole.services.session import Session

if TYPE_CHECKING:
    from jfconsole.services.issuer import IssuerService
    from jfconsole.services.pulls import Puller

RUN: Final = "run"
ROTATE: Final = "rotate"
RETIRE: Final = "retire"
UNDO: Final = "undo"
"""What a plan of a wizard was for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WizardRun:
    """One account that a recipe set up here, with its latest answers; none of them is secret.

    `created` are the steps that made something and have not been taken back, by kind and key; `tokens` the ids
    of tokens that were made for it, oldest first. `finished` is false while its last plan can be continued.
    """

    recipe: str
    account: str
    answers: Mapping[str, Json]
    plan_id: str
    at: float
    created: frozenset[tuple[str, str]] = frozenset()
    tokens: tuple[str, ...] = ()
    finished: bool = True

    @property
    def id(self) -> str:
        """`ox-security/acme-ox`."""
        return f"{self.recipe}/{self.account}"


@dataclass(frozen=True, slots=True)
class WizardTools:
    """What a wizard works with: one session, its directory, the journal, and what wizards did here before.

    `issuer` opens the local issuer, for wizards that need it.
    """

    session: Session
    directory: Directory
    journal: Journal
    runs: tuple[WizardRun, ...] = ()
    issuer: Callable[[], IssuerService] | None = None

    @property
    def local(self) -> IssuerService:
        """The local issuer. Raises Refused where there is none to be had."""
        if self.issuer is None:
            raise Refused("This needs the local issuer, and it was not opened")
        return self.issuer()

    @property
    def puller(self) -> Puller:
        """What gets credentials for pulls. Raises Refused where there is no local issuer to be had."""
        from jfconsole.services.pulls import Puller  # here, since its ciphers take long to load

        return Puller(self.local.local, self.journal)

    def run_of(self, recipe: str, account: str) -> WizardRun | None:
        """What was set up under that name, if anything was."""
        return next((run for run in self.runs if (run.recipe, run.account) == (recipe, account)), None)


def context(recipe: str, account: str, answers: Mapping[str, Json], action: str = RUN) -> dict[str, Json]:
    """What a plan keeps about the wizard that made it."""
    return {"recipe": recipe, "account": account, "action": action, "answers": {**answers}}


def undo_context(wizard: Json, plan_id: str) -> Json:
    """What the plan keeps that takes another one of a wizard back; None for plans of no wizard."""
    return {**as_object(wizard), "action": UNDO, "plan": plan_id} if wizard is not None else None


def read_runs(journal: Journal, origin: str) -> tuple[WizardRun, ...]:
    """Every account that wizards set up on a platform and that was not retired, newest first. Blocks."""
    plans = [journal.load(plan_id) for plan_id in journal.wizard_plans(origin)]
    return tuple(sorted(_folded(plans).values(), key=lambda run: run.at, reverse=True))


def _folded(plans: Iterable[LoadedPlan]) -> dict[tuple[str, str], WizardRun]:
    """Oldest plan first: each adds to what is known of its account, or ends it."""
    runs: dict[tuple[str, str], WizardRun] = {}
    for loaded in plans:
        wizard = as_object(loaded.plan.wizard)
        name = (str(wizard.get("recipe", "")), str(wizard.get("account", "")))
        action = wizard.get("action")
        if action in (RETIRE, UNDO) and _well(loaded):
            runs.pop(name, None)
        elif action in (RUN, ROTATE):
            runs[name] = _advanced(runs.get(name), name, as_object(wizard.get("answers")), loaded)
    return runs


def _advanced(
    before: WizardRun | None, name: tuple[str, str], answers: Mapping[str, Json], loaded: LoadedPlan
) -> WizardRun:
    done = [result for result in loaded.results if result.outcome in {Outcome.DONE, Outcome.HELD}]
    run = before or WizardRun(recipe=name[0], account=name[1], answers={}, plan_id="", at=0.0)
    return replace(
        run,
        answers=answers,
        plan_id=loaded.plan.id,
        at=loaded.entry.created,
        created=run.created | {(result.kind, result.key) for result in done if result.kind.endswith(".create")},
        tokens=(*run.tokens, *(result.made for result in done if result.made)),
        finished=_well(loaded),
    )


def _well(loaded: LoadedPlan) -> bool:
    return all(result.outcome in FINISHED for result in loaded.results)
