"""The page before a change: what will happen, in words, and the confirmation that fits it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button

from jfconsole.domain.diff_words import diff_lines
from jfconsole.domain.plans import Plan, Step
from jfconsole.ui.screens.confirm import Confirm
from jfconsole.ui.screens.export import offer_export
from jfconsole.ui.text import show

_LISTED = 200
_TOLD = 20
"""Steps that are listed; up to how many steps of a plan it is told what each one changes."""


class Review(Confirm):
    """Shows a plan; answers True when it is confirmed."""

    FRAME: ClassVar[str] = "Review before anything is sent"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "export", show=False)]

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.title, plan.confirmation, calls_in_words(plan), _steps(plan))
        self.plan = plan

    def buttons(self) -> Iterable[Button]:
        """What can be taken elsewhere as well."""
        yield Button(Content("Export (x)"), id="export", compact=True)
        yield from super().buttons()

    @on(Button.Pressed, "#export")
    def action_export(self, event: Button.Pressed | None = None) -> None:
        """Show the plan as curl, for the JFrog CLI, or as Terraform; nothing is decided by it."""
        if event is not None:
            event.stop()
        offer_export(self.app, self.plan)


def calls_in_words(plan: Plan) -> str:
    """`12 × DELETE, 1 × POST`: what will be sent, by method."""
    methods = Counter(request.method for step in plan.steps for request in step.requests)
    return ", ".join(f"{count} × {method}" for method, count in methods.items())


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
