"""The questions of a form: one line each, what is wrong beside it, what it means below, what it comes to at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, Static

from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField, asked, differs
from jfconsole.domain.text import visible
from jfconsole.ui.text import show
from jfconsole.ui.widgets.name_field import NameField
from jfconsole.ui.widgets.names_field import NamesField
from jfconsole.ui.widgets.quiet_input import QuietInput
from jfconsole.ui.widgets.secret_input import SecretInput
from jfconsole.ui.widgets.some_field import SomeField
from jfconsole.ui.widgets.tick_box import TickBox

Sources = Mapping[str, Callable[[], Awaitable[Sequence[str]]]]
"""Where a field of names gets the names to choose from, by the field's `source`."""

_EXPLANATION: Final = 3
_PREVIEW: Final = 7
_LEAST: Final = 4
"""Lines of the explanation, of the preview where it stands below; lines that the questions get at least."""

_LOOSE: Final = 20
"""With fewer lines than this there are no blank ones between the questions."""

_BESIDE: Final = 110
"""Columns from which the preview stands beside the questions."""


class FormBody(Vertical):
    """Holds the answers while they are typed. What is not asked, given the others, is hidden and keeps its answer."""

    DEFAULT_CSS = """
    FormBody { height: auto; }
    FormBody #parts { height: auto; layout: vertical; }
    FormBody #questions { height: auto; scrollbar-size-vertical: 1; }
    FormBody #preview { height: auto; scrollbar-size-vertical: 1; border-top: solid $surface-lighten-2; }
    FormBody #preview Static { height: auto; color: $text-muted; }
    FormBody.-beside #parts { layout: horizontal; }
    FormBody.-beside #questions { width: 3fr; }
    FormBody.-beside #preview {
        width: 2fr; border-top: none; border-left: solid $surface-lighten-2; padding: 0 0 0 1; margin-left: 1;
    }
    FormBody .row { height: auto; min-height: 1; margin-bottom: 1; }
    FormBody.-low .row { margin-bottom: 0; }
    FormBody .label { width: 20; color: $text-muted; }
    FormBody .answer { width: 1fr; height: auto; }
    FormBody .problem { color: $text-error; height: auto; display: none; }
    FormBody .problem.-shown { display: block; }
    FormBody #explanation { height: 3; color: $text-muted; border-top: solid $surface-lighten-2; }
    FormBody Input, FormBody Checkbox, FormBody Select { width: 1fr; }
    FormBody Checkbox { border: none; padding: 0; background: transparent; }
    """

    @dataclass
    class Changed(Message):
        """An answer changed."""

        body: FormBody

    def __init__(self, form: Form, sources: Sources, answers: Answers) -> None:
        """`answers` are what is shown at first, one for each field."""
        super().__init__()
        self.form = form
        self._sources = sources
        self.given = answers
        self._controls: dict[str, Widget] = {field.id: self._control(field) for field in form.fields}
        self._refused: dict[str, Answer] = {}

    def compose(self) -> ComposeResult:
        """A row for each field, what they come to, the explanation of the one in focus."""
        with Container(id="parts"):
            with VerticalScroll(id="questions", can_focus=False):
                yield from (self._row(field) for field in self.form.fields)
            if self.form.preview is not None:
                with VerticalScroll(id="preview", can_focus=False):
                    yield Static()
        yield Static(id="explanation")

    def on_mount(self) -> None:
        """Show what is asked at first."""
        self._follow_answers()

    # -- answers ---------------------------------------------------------------------------------------

    def answers(self) -> dict[str, Answer]:
        """What stands in the form now, also in what is not asked."""
        return {name: _answer(control) for name, control in self._controls.items()}

    @on(Input.Changed)
    @on(Select.Changed)
    @on(NamesField.Changed)
    def _note(self, event: Message) -> None:
        event.stop()
        self._changed()

    @on(Checkbox.Changed)
    def _say_it(self, event: Checkbox.Changed) -> None:
        """A word beside the box of a yes or no: colour alone says nothing."""
        event.stop()
        if event.checkbox in self._controls.values():
            event.checkbox.label = _yes_or_no(event.value)
        self._changed()

    def _changed(self) -> None:
        self._follow_answers()
        self.post_message(self.Changed(self))

    def _follow_answers(self) -> None:
        answers = self.answers()
        self._forgive(answers)
        wanted = {field.id for field in asked(self.form, answers)}
        for name in self._controls:
            self.query_one(f"#row-{name}").display = name in wanted
        self.show_preview(answers)

    def show_preview(self, answers: Answers | None = None) -> None:
        """Tell what the answers come to; asked from outside when something else that it tells has changed."""
        if self.form.preview is not None:
            lines = self.form.preview(self.answers() if answers is None else answers)
            self.query_one("#preview Static", Static).update(_bullets(lines))

    def show_problems(self, found: Mapping[str, str]) -> None:
        """Put what is wrong beside its field until another answer stands there, and go to the first."""
        answers = self.answers()
        self._refused = {name: answers[name] for name in found if name in answers}
        for name, control in self._controls.items():
            self._say_problem(name, found.get(name, ""))
            if name == next(iter(found), None):
                _go_to(control)

    def _forgive(self, answers: Answers) -> None:
        for name in [name for name, refused in self._refused.items() if differs(answers[name], refused)]:
            del self._refused[name]
            self._say_problem(name, "")

    def _say_problem(self, name: str, sentence: str) -> None:
        problem = self.query_one(f"#problem-{name}", Static)
        problem.update(Content(visible(sentence)))
        problem.set_class(bool(sentence), "-shown")

    def focus_first(self) -> None:
        """Go to the first question that can be answered."""
        for name, control in self._controls.items():
            if not control.disabled and self.query_one(f"#row-{name}").display:
                _go_to(control)
                return

    # -- looks -----------------------------------------------------------------------------------------

    def fit(self, columns: int, lines: int) -> None:
        """Take no more than this room: the questions scroll, and so does the preview."""
        beside = self.form.preview is not None and columns >= _BESIDE
        below = _PREVIEW if self.form.preview is not None and not beside else 0
        self.set_class(beside, "-beside")
        self.set_class(lines < _LOOSE + below, "-low")
        room = max(_LEAST, lines - _EXPLANATION - below)
        self.query_one("#questions").styles.max_height = room
        for preview in self.query("#preview"):
            preview.styles.max_height = room if beside else _PREVIEW

    def scroll_preview(self, pages: int) -> None:
        """Turn the page of the preview; without one, of the questions."""
        place = self.query_one("#preview" if self.form.preview is not None else "#questions")
        place.scroll_relative(y=pages * max(1, place.size.height - 1), animate=False)

    def field_in_focus(self) -> FormField | None:
        """The field in focus; None when none of them has the focus."""
        focused = self.screen.focused
        for field in self.form.fields:
            control = self._controls[field.id]
            if control is focused or (focused is not None and control in focused.ancestors):
                return field
        return None

    def explanation(self) -> str:
        """What the field in focus is about; empty when none of them has the focus."""
        field = self.field_in_focus()
        return field.help if field is not None else ""

    def on_descendant_focus(self) -> None:
        """Say what the field in focus is about."""
        self.explain(self.explanation())

    def explain(self, sentence: str) -> None:
        """Put a sentence where explanations stand."""
        self.query_one("#explanation", Static).update(Content(visible(sentence)))

    # -- controls --------------------------------------------------------------------------------------

    def _row(self, field: FormField) -> Horizontal:
        problem = Static(classes="problem", id=f"problem-{field.id}")
        answer = Vertical(self._controls[field.id], problem, classes="answer")
        return Horizontal(Static(show(field.label), classes="label"), answer, classes="row", id=f"row-{field.id}")

    def _control(self, field: FormField) -> Widget:
        control = self._new_control(field, self.given[field.id])
        control.id = f"field-{field.id}"
        control.disabled = field.fixed
        return control

    def _new_control(self, field: FormField, given: Answer) -> Widget:
        several = given if isinstance(given, tuple) else ()
        match field.kind:
            case FieldKind.FLAG:
                return TickBox(_yes_or_no(given is True), given is True)
            case FieldKind.CHOICE:
                options = [(show(choice), choice) for choice in field.choices]
                return Select(options, value=str(given), allow_blank=False, compact=True)
            case FieldKind.SOME:
                return SomeField(field.choices, several)
            case FieldKind.NAMES:
                return NamesField(field.label, several, self._sources[field.source])
            case FieldKind.NAME:
                return NameField(field.label, str(given), self._sources[field.source], several=field.several)
            case FieldKind.SECRET:
                return SecretInput()
        return QuietInput(str(given))


def _answer(control: Widget) -> Answer:
    match control:
        case Checkbox():
            return control.value
        case SomeField():
            return control.chosen
        case NamesField():
            return control.names
        case NameField():
            return control.value
        case SecretInput():
            return control.peek()
        case Select():
            return str(control.value)
    assert isinstance(control, Input)
    return control.value.strip()


def _go_to(control: Widget) -> None:
    """Focus a control, or what in it can have the focus."""
    for place in (control, *control.query("*")):
        if place.focusable:
            place.focus()
            return


def _bullets(lines: Sequence[str]) -> Content:
    return Content("\n").join([show(f"· {line}") for line in lines])


def _yes_or_no(value: bool) -> Content:
    return Content("yes" if value else "no")
