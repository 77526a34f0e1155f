"""A wizard on the screen: its steps on the left, the questions of the current one on the right; then plan, run, proof.

What it asks, plans, tries and gives comes from the wizard; this drives it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from jfconsole.domain.errors import ConsoleError, NothingToChange
from jfconsole.domain.forms import Answer, Answers, differs, problems
from jfconsole.domain.plans import Plan, Report
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.adoption import Adoption
from jfconsole.ui.screens.dialog import Choice, Menu, Overlay
from jfconsole.ui.screens.field_help import help_of
from jfconsole.ui.screens.wizard_end import end_of
from jfconsole.ui.text import show
from jfconsole.ui.typeahead import after_keys
from jfconsole.ui.widgets.check_list import checks_content
from jfconsole.ui.widgets.form_body import FormBody
from jfconsole.ui.widgets.message_line import Line, MessageLine, Severity, line_of
from jfconsole.ui.widgets.step_list import StepList, StepState
from jfconsole.ui.work import Then
from jfconsole.wizards.engine import Existing, Wizard, WizardStep

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_AROUND: Final = 11
_ABOVE: Final = 3
"""Lines of frame, intro, checks, message and keys; lines of the steps where they stand above the questions."""

_SMALL: Final = 100
"""With fewer columns the steps stand above the questions, in one line."""

_FIRST_KEYS: Final = "^n next · ^s review · f1 explain · esc leave"
_KEYS: Final = "^n next · ^o back · ^s review · f1 explain · esc leave"


class WizardScreen(Overlay[None]):
    """Walks through a wizard. ctrl+n: next step; ctrl+o: the one before; ctrl+s: to the review of the plan."""

    DEFAULT_CSS = """
    WizardScreen { align: center middle; }
    WizardScreen > .frame {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    WizardScreen #body { height: 1fr; }
    WizardScreen #page { width: 1fr; height: 100%; padding: 0 0 0 1; }
    WizardScreen #intro { height: auto; max-height: 4; color: $text-muted; margin-bottom: 1; }
    WizardScreen #form { height: auto; }
    WizardScreen #checks { height: auto; max-height: 4; }
    WizardScreen #keys { height: 1; color: $text-muted; }
    WizardScreen.-small #body { layout: vertical; }
    WizardScreen.-small #page { padding: 0; height: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "next", show=False, priority=True),
        Binding("ctrl+o", "previous", show=False, priority=True),
        Binding("ctrl+s", "review", show=False, priority=True),
        Binding("escape", "leave", show=False),
        Binding("f1", "explain", show=False),
        Binding("enter", "app.focus_next", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    app: ConsoleApp

    def __init__(self, wizard: Wizard, answers: Answers | None = None) -> None:
        """`answers` are those of an earlier run that is to be changed."""
        super().__init__()
        self._wizard = wizard
        self._answers: dict[str, Answer] = dict(answers or {})
        self._typed = False
        self._place = 0
        self._passed: set[str] = set()
        self._failed: set[str] = set()

    def compose(self) -> ComposeResult:
        """Steps, page, what is in the way, keys."""
        with Vertical(classes="frame") as frame:
            frame.border_title = show(self._wizard.title)
            with Horizontal(id="body"):
                yield StepList(self.app.glyphs)
                with Vertical(id="page"):
                    yield Static(id="intro")
                    yield Vertical(id="form")
            yield Static(id="checks")
            yield MessageLine(self.app.glyphs)
            yield Static(id="keys")

    async def on_mount(self) -> None:
        """The first page at once; whether this account may do it all, in the background."""
        await self._show_page()
        self.run_worker(self._look_ahead(), group="preflight")

    async def _look_ahead(self) -> None:
        try:
            checks = await self._wizard.preflight()
        except ConsoleError as error:
            self.say(line_of(error))
            return
        self.query_one("#checks", Static).update(checks_content(checks, self.app.glyphs))

    def say(self, line: Line | None) -> None:
        """A line above the keys; None takes it away."""
        self.query_one(MessageLine).line = line

    # -- pages -----------------------------------------------------------------------------------------

    @property
    def steps(self) -> Sequence[WizardStep]:
        """The pages for the answers so far."""
        return self._wizard.steps(self._answers)

    @property
    def step(self) -> WizardStep:
        """The page that is shown."""
        return self.steps[self._place]

    async def _show_page(self) -> None:
        """Put the questions of the current step on the right, with what was answered before."""
        step = self.step
        given = {name: answer for name, answer in self._answers.items() if name in step.form.defaults()}
        holder = self.query_one("#form")
        await holder.remove_children()
        sources = {field.source: partial(self._wizard.choices, field.source) for field in step.form.fields}
        body = FormBody(step.form, sources, {**step.form.defaults(), **given})
        await holder.mount(body)
        self.query_one("#intro", Static).update(show(step.intro or step.form.title))
        self.query_one("#keys", Static).update(show(_KEYS if self._place else _FIRST_KEYS))
        self._fit()
        self._show_steps()
        body.focus_first()

    def _show_steps(self) -> None:
        lines = [(step.title, self._state(number, step)) for number, step in enumerate(self.steps)]
        self.query_one(StepList).say([*lines, ("Run and proof", StepState.TO_DO)])

    def _state(self, number: int, step: WizardStep) -> StepState:
        if step.id in self._failed:
            return StepState.FAILED
        if number == self._place:
            return StepState.NOW
        return StepState.DONE if step.id in self._passed else StepState.TO_DO

    def on_resize(self) -> None:
        """Steps beside the questions where there is room."""
        small = self.size.width < _SMALL
        self.set_class(small, "-small")
        self.query_one(StepList).set_class(small, "-across")
        self._fit()

    def _fit(self) -> None:
        above = _ABOVE if self.size.width < _SMALL else 0
        for body in self.query(FormBody):
            body.fit(self.size.width - 30, self.size.height - _AROUND - above)

    def _keep(self) -> None:
        """Take the answers of the page in. What stands there as it was proposed follows later proposals."""
        for body in self.query(FormBody):
            proposed = body.form.defaults()
            for name, answer in body.answers().items():
                if differs(answer, proposed[name]):
                    self._answers[name] = answer
                else:
                    self._answers.pop(name, None)

    @on(FormBody.Changed)
    def _note(self, event: FormBody.Changed) -> None:
        """A page that comes up with answers in it was not typed in."""
        shown = event.body.given
        self._typed |= any(differs(answer, shown[name]) for name, answer in event.body.answers().items())

    # -- going -----------------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def action_next(self) -> None:
        """Check the page against the platform, and go to the next one; from the last, to the review."""
        after_keys(self, partial(self._go, self._step_on))

    def action_previous(self) -> None:
        """The page before; what was typed here stays."""
        self._keep()
        if self._place:
            self._place -= 1
            self._go(self._show_page)

    def action_review(self) -> None:
        """Check every page, ask about what exists already, and review the plan."""
        after_keys(self, partial(self._go, self._to_review))

    def _go(self, going: Callable[[], Awaitable[None]]) -> None:
        async def go() -> None:
            try:
                await going()
            except ConsoleError as error:
                self.say(line_of(error))

        latest(self, "go", go)

    async def _step_on(self) -> None:
        if not await self._passes(self._place):
            return
        if self._place + 1 < len(self.steps):
            self._place += 1
            await self._show_page()
        else:
            await self._to_review()

    async def _passes(self, place: int) -> bool:
        """Whether the answers of a page will do; else show that page, with what is wrong."""
        if place == self._place:
            self._keep()
        step = self.steps[place]
        answers = {**step.form.defaults(), **self._answers}
        found = problems(step.form, answers) or dict(await self._wizard.check(step.id, answers))
        (self._failed.add if found else self._failed.discard)(step.id)
        (self._passed.discard if found else self._passed.add)(step.id)
        if place == self._place or found:
            await self._show_problems(place, found)
        return not found

    async def _show_problems(self, place: int, found: dict[str, str]) -> None:
        if place != self._place:
            self._place = place
            await self._show_page()
        self.query_one(FormBody).show_problems(found)
        elsewhere = [sentence for name, sentence in found.items() if name not in self.step.form.defaults()]
        self.say(Line("; ".join(elsewhere), Severity.WARNING) if elsewhere else None)
        self._show_steps()

    async def _to_review(self) -> None:
        for place in range(len(self.steps)):
            if not await self._passes(place):
                return
        answers = self._all_answers()
        existing = await self._wizard.existing(answers)
        if existing and not await self.app.push_screen_wait(Adoption(existing)):
            await self._name_otherwise(existing)
            return
        try:
            plan = await self._wizard.plan(answers)
        except NothingToChange as error:
            self.say(Line(error.message, Severity.NOTICE, error.hint))
            return
        await self._agree(plan, answers)

    async def _name_otherwise(self, existing: Sequence[Existing]) -> None:
        """Go to the first question that names something that is there."""
        taken = {one.field: f"Exists already: {one.what}" for one in existing}
        for place, step in enumerate(self.steps):
            here = {name: sentence for name, sentence in taken.items() if name in step.form.defaults()}
            if here:
                await self._show_problems(place, here)
                break
        self.say(Line("Nothing was sent: choose other names, or take over what is there"))

    def _all_answers(self) -> dict[str, Answer]:
        """What was answered, and for the rest what is proposed after it."""
        found = dict(self._answers)
        for step in self.steps:
            found = {**step.form.defaults(), **found}
        return found

    # -- running ---------------------------------------------------------------------------------------

    async def _agree(self, plan: Plan, answers: Answers) -> None:
        def give(report: Report, seen: Then) -> None:
            self.dismiss(None)
            self.app.push_screen(end_of(self._wizard, answers, report), lambda _: seen())

        await self.app.desk.agree(plan, self.app.refresh_list, give)

    # -- leaving ---------------------------------------------------------------------------------------

    def action_explain(self) -> None:
        """Everything about the field in focus."""
        for body in self.query(FormBody):
            field = body.field_in_focus()
            if field is not None:
                self.app.push_screen(help_of(field))

    def action_turn(self, pages: int) -> None:
        """Turn the page of a preview, or of many questions."""
        for body in self.query(FormBody):
            body.scroll_preview(pages)

    def action_leave(self) -> None:
        """Leave; asks when something was answered."""
        if not self._typed:
            self.dismiss(None)
            return
        choices = (
            Choice("stay", "Stay", "go on with the wizard"),
            Choice("leave", "Leave", "what you answered and did not run is forgotten"),
        )
        self.app.push_screen(Menu("Leave the wizard?", choices), self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "leave":
            self.dismiss(None)
