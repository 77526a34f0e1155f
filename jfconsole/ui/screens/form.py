"""A form on the screen: one line a question, what is wrong beside it, what it means below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, Select, Static

from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField, changed, problems
from jfconsole.domain.text import visible
from jfconsole.ui.screens.dialog import Choice, Dialog, Menu
from jfconsole.ui.text import show
from jfconsole.ui.widgets.names_field import NamesField
from jfconsole.ui.widgets.quiet_input import QuietInput
from jfconsole.ui.widgets.secret_input import SecretInput

_AROUND: Final = 10
_LEAST: Final = 4
"""Lines of the frame, the explanation and the buttons; lines that the questions get at least."""

Sources = Mapping[str, Callable[[], Awaitable[Sequence[str]]]]
"""Where a field of names gets the names to choose from, by the field's `source`."""

_LOW: Final = 30
"""Terminals lower than this have no blank lines between the questions."""


class FormScreen(Dialog[Answers]):
    """Hands over the answers. Enter: next field; ctrl+s: on to the review; escape asks if something was typed."""

    DEFAULT_CSS = """
    FormScreen > .frame { width: 90; }
    FormScreen VerticalScroll { height: auto; }
    FormScreen .row { height: auto; min-height: 1; margin-bottom: 1; }
    FormScreen.-low .row { margin-bottom: 0; }
    FormScreen .label { width: 20; color: $text-muted; }
    FormScreen .answer { width: 1fr; height: auto; }
    FormScreen .problem { color: $text-error; height: auto; display: none; }
    FormScreen .problem.-shown { display: block; }
    FormScreen #explanation { height: 3; color: $text-muted; border-top: solid $surface-lighten-2; }
    FormScreen Input, FormScreen Checkbox, FormScreen Select { width: 1fr; }
    FormScreen Checkbox { border: none; padding: 0; background: transparent; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", show=False, priority=True),
        Binding("f1", "explain", show=False),
        Binding("enter", "app.focus_next", show=False),
    ]

    def __init__(
        self, form: Form, sources: Sources | None = None, *, answers: Answers | None = None, refusal: str = ""
    ) -> None:
        """`answers` and `refusal`: what was given before, and why it would not do."""
        super().__init__()
        self.form = form
        self._sources = sources or {}
        self._given = {**form.defaults(), **(answers or {})}
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """A row for each field, the explanation of the one in focus, the way on."""
        with self.framed("") as frame:
            frame.border_title = show(self.form.title)
            with VerticalScroll(can_focus=False):
                yield from (self._row(field) for field in self.form.fields)
            yield Static(show(self._refusal), id="refusal", classes="problem -shown" if self._refusal else "problem")
            yield Static(id="explanation")
            with Horizontal(classes="buttons"):
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield Button(Content("Review (^s)"), id="submit", variant="primary", compact=True)

    def _row(self, field: FormField) -> Horizontal:
        problem = Static(classes="problem", id=f"problem-{field.id}")
        answer = Vertical(self._control(field), problem, classes="answer")
        return Horizontal(Static(show(field.label), classes="label"), answer, classes="row")

    def _control(self, field: FormField) -> Widget:
        control = self._new_control(field)
        control.id = f"field-{field.id}"
        control.disabled = field.fixed
        return control

    def _new_control(self, field: FormField) -> Widget:
        given = self._given[field.id]
        match field.kind:
            case FieldKind.FLAG:
                return Checkbox(_yes_or_no(given is True), value=given is True, compact=True)
            case FieldKind.CHOICE:
                options = [(show(choice), choice) for choice in field.choices]
                return Select(options, value=str(given), allow_blank=False, compact=True)
            case FieldKind.NAMES:
                names = given if isinstance(given, tuple) else ()
                return NamesField(field.label, names, self._sources[field.source])
            case FieldKind.SECRET:
                return SecretInput()
        return QuietInput(str(given))

    def answers(self) -> dict[str, Answer]:
        """What stands in the form now."""
        return {field.id: self._answer(field) for field in self.form.fields}

    def _answer(self, field: FormField) -> Answer:
        control = self.query_one(f"#field-{field.id}")
        if isinstance(control, Checkbox):
            return control.value
        if isinstance(control, NamesField):
            return control.names
        if isinstance(control, SecretInput):
            return control.peek()
        if isinstance(control, Select):
            return str(control.value)
        assert isinstance(control, Input)
        return control.value.strip()

    def _fields(self) -> Iterator[tuple[FormField, Widget]]:
        for field in self.form.fields:
            yield field, self.query_one(f"#field-{field.id}")

    @on(Checkbox.Changed)
    def _say_it(self, event: Checkbox.Changed) -> None:
        """A word beside the box: colour alone says nothing."""
        event.checkbox.label = _yes_or_no(event.value)

    def on_resize(self) -> None:
        """The questions scroll where they do not fit; their explanation and the buttons stay in sight."""
        self.query_one(VerticalScroll).styles.max_height = max(_LEAST, self.size.height - _AROUND)
        self.set_class(self.size.height < _LOW, "-low")

    # -- going on --------------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """Say what the field in focus is about."""
        self.query_one("#explanation", Static).update(Content(visible(self._help())))

    def _help(self) -> str:
        for field, control in self._fields():
            if control is self.focused or (self.focused is not None and control in self.focused.ancestors):
                return field.help
        return "Tab goes to the next field, ctrl+s to the review, escape leaves."

    def action_explain(self) -> None:
        """The explanation as a toast, for narrow screens."""
        self.app.notify(visible(self._help()), markup=False)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        """Hand the answers over, or show what is wrong and go there."""
        found = problems(self.form, self.answers())
        for field, control in self._fields():
            problem = self.query_one(f"#problem-{field.id}", Static)
            problem.update(Content(visible(found.get(field.id, ""))))
            problem.set_class(field.id in found, "-shown")
            if field.id == next(iter(found), None):
                control.focus()
        if not found:
            self.dismiss(self.answers())

    @on(Button.Pressed, "#cancel")
    def action_dismiss_dialog(self) -> None:
        """Leave; ask first when something was typed."""
        if not changed(self.form, self.answers()):
            self.dismiss(None)
            return
        question = Menu(
            "Leave the form?",
            (
                Choice("stay", "Stay", "go on with the form"),
                Choice("leave", "Leave", "what you typed is forgotten"),
            ),
        )
        self.app.push_screen(question, self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "leave":
            self.dismiss(None)


def _yes_or_no(value: bool) -> Content:
    return Content("yes" if value else "no")
