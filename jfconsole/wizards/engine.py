"""What a wizard is to whoever drives it, a screen or a command: questions, checks, a plan, proof, things to keep.

A wizard asks and plans; the runner changes. So whatever interrupts it, the journal can continue it or take it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from jfconsole.domain.checks import Check
from jfconsole.domain.diff_words import DiffLine
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.plans import Plan, Product, Report
from jfconsole.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One page of questions. `intro` says in a sentence or two what it is about and what the vendor wants."""

    id: str
    title: str
    form: Form
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Existing:
    """An object that is there already under a wanted name, and how it differs; no lines: it is as wanted.

    `field` is the id of the question that names it.
    """

    what: str
    field: str
    differences: tuple[DiffLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something to take away at the end.

    `text` may hold `{{name}}` place holders for `secrets`, filled in only when it is copied or saved. `filename` is
    proposed for saving; files with secrets are written for the owner alone.
    """

    id: str
    title: str
    text: str
    filename: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)


class Wizard(Protocol):
    """One run of a recipe on one platform. Everything async may raise the ConsoleError family."""

    id: str
    title: str

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """The pages of questions, with defaults that follow from the answers so far."""
        ...

    async def choices(self, source: str) -> Sequence[str]:
        """What may be chosen for a question of names with that `source`."""
        ...

    async def preflight(self) -> Sequence[Check]:
        """Whether this account may do what the wizard will do, before anything is asked."""
        ...

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """What is wrong with the answers of a page as the platform is now: a sentence by field id."""
        ...

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """What is there already and would be taken over."""
        ...

    async def plan(self, answers: Answers) -> Plan:
        """The plan for these answers. Raises NothingToChange when everything is as wanted."""
        ...

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """Try what was made, as its consumer will: what must work, and what must not."""
        ...

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """What to take away: the hand-off card, a reminder, commands."""
        ...
