"""The page before a change: what will happen, in words, and the confirmation that fits it."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.plans import Plan, Step
from jfconsole.domain.text import visible
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.screens.export import offer_export
from jfconsole.ui.text import show
from jfconsole.ui.widgets.quiet_input import QuietInput

_LISTED = 200
_TOLD = 20
"""Steps that are listed; up to how many steps of a plan it is told what each one changes."""

_AROUND = 8
_PHRASE = 3
"""Lines of frame, title, buttons and what is left free around them; lines of a phrase to type."""

_LEAST = 4


class Review(Dialog[bool]):
    """Shows a plan; answers True when it is confirmed. The focus starts on Cancel, or on the phrase to type."""

    DEFAULT_CSS = """
    Review .effects { height: auto; }
    Review .steps { height: auto; border: round $surface-lighten-2; }
    Review Input { height: 1; }
    Review .phrase { padding-top: 1; height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "Input, #cancel"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "export", show=False)]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan

    def compose(self) -> ComposeResult:
        """Effects, steps, calls, phrase, buttons."""
        plan, confirmation = self.plan, self.plan.confirmation
        with self.framed("Review before anything is sent"):
            yield Static(show(plan.title, "bold"))
            with VerticalScroll(classes="effects"):
                yield Static(_bullets(confirmation.effects))
            with VerticalScroll(classes="steps") as steps:
                steps.border_title = show(calls_in_words(plan))
                yield Static(_steps(plan))
            if confirmation.phrase is not None:
                yield Static(
                    Content.assemble("Type ", (visible(confirmation.phrase), "bold"), " to confirm:"), classes="phrase"
                )
                yield QuietInput()
            with Horizontal(classes="buttons"):
                yield Button(Content("Export (x)"), id="export", compact=True)
                yield Button(Content("Cancel"), id="cancel", compact=True)
                typed = confirmation.phrase is not None
                yield Button(show(confirmation.verb), id="confirm", variant="error", compact=True, disabled=typed)

    def on_resize(self) -> None:
        """Effects and steps share what the rest leaves over: the buttons stay in sight on the lowest terminal."""
        around = _AROUND + (_PHRASE if self.plan.confirmation.phrase is not None else 0)
        room = max(2 * _LEAST, self.size.height - around)
        self.query_one(".effects").styles.max_height = room // 2
        self.query_one(".steps").styles.max_height = room - room // 2

    @on(Input.Changed)
    def _compare(self, event: Input.Changed) -> None:
        self.query_one("#confirm", Button).disabled = not self._matches(event.value)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        if self._matches(event.value):
            self._answer(True)

    @on(Button.Pressed, "#export")
    def action_export(self, event: Button.Pressed | None = None) -> None:
        """Show the plan as curl, for the JFrog CLI, or as Terraform; nothing is decided by it."""
        if event is not None:
            event.stop()
        offer_export(self.app, self.plan)

    @on(Button.Pressed, "#cancel, #confirm")
    def _press(self, event: Button.Pressed) -> None:
        self._answer(event.button.id == "confirm")

    def _matches(self, typed: str) -> bool:
        return typed.strip() == self.plan.confirmation.phrase

    def _answer(self, confirmed: bool) -> None:
        self.dismiss(confirmed)


def calls_in_words(plan: Plan) -> str:
    """`12 × DELETE, 1 × POST`: what will be sent, by method."""
    methods = Counter(request.method for step in plan.steps for request in step.requests)
    return ", ".join(f"{count} × {method}" for method, count in methods.items())


def _bullets(effects: tuple[str, ...]) -> Content:
    return Content("\n").join([show(f"· {effect}") for effect in effects])


def _steps(plan: Plan) -> Content:
    lines = [line for step in plan.steps[:_LISTED] for line in _step(step, told=len(plan.steps) <= _TOLD)]
    more = len(plan.steps) - _LISTED
    if more > 0:
        lines.append(Content.styled(f"and {more:,} more", "$text-muted"))
    return Content("\n").join(lines)


def _step(step: Step, *, told: bool) -> list[Content]:
    """What it is called and, where something changes and is not only taken away, the difference."""
    changes = diff_lines(step.before or {}, step.after) if told and step.after is not None else ()
    return [show(step.title), *(show(f"  {line.sign} {line.text}") for line in changes)]
