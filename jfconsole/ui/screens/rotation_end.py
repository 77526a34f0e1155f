"""The end of a rotation: the new token is tried and handed over, and only then the old one is revoked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from jfconsole.domain.calendar import Reminder, calendar_text
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Report
from jfconsole.domain.text import visible
from jfconsole.services.token_rotate import proven
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.secret_panel import SecretPanel
from jfconsole.ui.text import show
from jfconsole.ui.widgets.check_list import checks_content
from jfconsole.wizards.engine import Artefact

_TRYING: Final = "Trying the new token …"
_THEN: Final = "When you leave, with a copy or a file in hand, the old token is revoked"
_STAYS: Final = "The old token stays valid: the reminder says when to revoke it"
_UNPROVED: Final = "The new token could not be proved to work"


class RotationEnd(SecretPanel):
    """As the panel of secrets, with the trial above. What the plan still has to do waits until it is left well."""

    DEFAULT_CSS = """
    RotationEnd #proof { height: auto; margin-bottom: 1; }
    """

    TITLE: ClassVar[str] = "The new token: take it now"

    def __init__(self, report: Report, reminders: Sequence[Reminder] = ()) -> None:
        super().__init__(report)
        self._reminders = tuple(reminders)
        self._works: bool | None = None

    def heading(self) -> Iterable[Widget]:
        """What it is, how trying it came out, and what becomes of the old one."""
        yield from super().heading()
        yield Static(Content(_TRYING), id="proof")

    @property
    def around(self) -> int:
        """See the panel; the trial stands above it."""
        return super().around + 3

    def artefacts(self) -> Sequence[Artefact]:
        """The handiest value, the reminders for a calendar, then the rest."""
        first, *rest = super().artefacts()
        if not self._reminders:
            return [first, *rest]
        text = calendar_text(self._reminders)
        return [first, Artefact("reminder", "Reminder (.ics)", text, f"rotation-{self.report.plan_id}.ics"), *rest]

    # -- the trial -------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Try it while the person reads."""
        self.run_worker(self._prove(), group="prove")

    async def _prove(self) -> None:
        try:
            checks = await (await self.app.workbench.living()).prove(self.report.products)
        except ConsoleError as error:
            self._works, told = False, show(f"{_UNPROVED}: {error.message}", "$text-warning")
        else:
            self._works, told = proven(checks), checks_content(checks, self.app.glyphs)
        fate = _STAYS if not self.report.waits else _THEN if self._works else f"{_UNPROVED}: the old one is not revoked"
        self.query_one("#proof", Static).update(Content("\n").join([told, show(fate, "bold")]))

    # -- leaving ---------------------------------------------------------------------------------------

    def action_dismiss_dialog(self) -> None:
        """Leave; while the old token is to be revoked, only once the new one was tried."""
        if not self.report.waits:
            super().action_dismiss_dialog()
        elif self._works is None:
            self.app.notify(_TRYING, markup=False, timeout=3)
        elif self._works and not self.left_behind:
            latest(self, "hand-over", self._hand_over_and_end)
        else:
            self._ask()

    def _ask(self) -> None:
        why = self.left_behind if self._works else _UNPROVED
        choices = (
            Choice("stay", "Stay", "copy it, save it to a file, or look at what is wrong"),
            Choice(
                "leave",
                "Leave it",
                "the old token stays as it is; the journal (0) has the rotation: ctrl+r tries with another new token, "
                "z takes this one back",
            ),
        )
        self.app.push_screen(Menu(why, choices), self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "leave" and self.report.waits:
            latest(self, "hand-over", self._let_go)
        else:
            super()._leave(choice)

    async def _hand_over_and_end(self) -> None:
        await self._hand_over()
        self.app.desk.carry_on(self.report)

    async def _let_go(self) -> None:
        """Nobody has the new token for good: nothing of the rest is done, and the journal can continue or undo it."""
        try:
            await self.app.workbench.let_go(self.report.plan_id, _UNPROVED if not self._works else "Nobody took it")
        except ConsoleError as error:
            self.app.notify(visible(f"{error.message}. {error.hint}"), severity="error", markup=False)
        self.dismiss(None)
