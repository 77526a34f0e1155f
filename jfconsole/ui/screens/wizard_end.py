"""The end of a wizard: what was made is tried as its consumer will, and there is something to take away."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers
from jfconsole.domain.plans import Report
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.secret_panel import OPEN_KEYS, SecretPanel
from jfconsole.ui.text import show
from jfconsole.ui.widgets.check_list import checks_content
from jfconsole.wizards.answers import write_answers
from jfconsole.wizards.engine import Artefact, Wizard
from jfconsole.wizards.pairing import Pairing

_LOW: Final = 30
_TRYING: Final = "Trying it …"


class WizardEnd(SecretPanel):
    """As the panel of secrets, with the proof above, and the wizard's own texts before the ready ones."""

    DEFAULT_CSS = """
    WizardEnd #trial { height: auto; margin-bottom: 1; scrollbar-size-vertical: 1; }
    WizardEnd #proof { height: auto; }
    """

    TITLE: ClassVar[str] = "Proof, and what to take away"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "again", show=False)]

    def __init__(self, wizard: Wizard, answers: Answers, report: Report) -> None:
        super().__init__(report)
        self._wizard = wizard
        self._answers = answers

    def heading(self) -> Iterable[Widget]:
        """What was done, and how trying it came out."""
        yield Static(show(self.report.title, "bold"), id="done-what")
        trial = VerticalScroll(Static(Content(_TRYING), id="proof"), id="trial")
        trial.styles.max_height = self._trial_lines
        yield trial

    @property
    def keys(self) -> str:
        """See the panel; the trial can be made once more."""
        return f"{super().keys} · r tries again"

    @property
    def around(self) -> int:
        """See the panel; the proof stands above it."""
        return 12 + self._trial_lines

    @property
    def _trial_lines(self) -> int:
        """What the proof gets: on a low terminal the card needs the room more, and what went wrong stands first."""
        return 3 if self.app.size.height < _LOW else 8

    def artefacts(self) -> Sequence[Artefact]:
        """The card and the reminder first, the answers for another run last."""
        own = self._wizard.artefacts(self._answers, self.report)
        return [*own, *super().artefacts(), *self._answer_file()]

    def _answer_file(self) -> Iterable[Artefact]:
        """What `jfconsole wizard run` takes; nothing where an answer cannot stand in a file."""
        with contextlib.suppress(ConsoleError):
            text = write_answers(self._wizard.id, self._wizard.steps, self._answers)
            yield Artefact("answer-file", "Answers, as a file", text, f"{self._wizard.id}.toml")

    def on_mount(self) -> None:
        """Try it while the person reads."""
        self.action_again()

    def action_again(self) -> None:
        """Try it once more: something may have been put right meanwhile."""
        self.query_one("#proof", Static).update(Content(_TRYING))
        latest(self, "prove", self._prove)

    async def _prove(self) -> None:
        try:
            checks = await self._wizard.prove(self._answers, self.report.products)
        except ConsoleError as error:
            told = show(f"It could not be tried: {error.message}. {error.hint}", "$text-warning")
        else:
            told = checks_content(sorted(checks, key=_gravest_first), self.app.glyphs)
            title = show(self.report.title, "bold") + show(f"  {_counted(checks)}", "$text-muted")
            self.query_one("#done-what", Static).update(title)
        self.query_one("#proof", Static).update(told)


def _counted(checks: Sequence[Check]) -> str:
    """How many came out which way: not all of them are in sight on a low terminal."""
    found = Counter(check.verdict for check in checks)
    return ", ".join(f"{found[verdict]} {verdict.value}" for verdict in Verdict if found[verdict])


class PairingEnd(WizardEnd):
    """What was made is for the trial alone: it is shown to nobody, and lapses by itself."""

    @property
    def keys(self) -> str:
        """See the panel; its token is not among what is taken."""
        return f"{OPEN_KEYS} · r tries again"

    def artefacts(self) -> Sequence[Artefact]:
        """Certificates and steps."""
        return self._wizard.artefacts(self._answers, self.report)

    def action_dismiss_dialog(self) -> None:
        """Nothing is lost by leaving."""
        latest(self, "hand-over", self._hand_over)


def end_of(wizard: Wizard, answers: Answers, report: Report) -> WizardEnd:
    """The panel that ends a run of this wizard."""
    return (PairingEnd if isinstance(wizard, Pairing) else WizardEnd)(wizard, answers, report)


def _gravest_first(check: Check) -> int:
    return (Verdict.BAD, Verdict.WARNING, Verdict.UNKNOWN, Verdict.GOOD).index(check.verdict)
