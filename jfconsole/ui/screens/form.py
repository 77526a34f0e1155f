"""A form on the screen, from its questions to the answers."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from jfconsole.domain.forms import Answer, Answers, Form, changed, problems
from jfconsole.ui.screens.dialog import Choice, Dialog, Menu
from jfconsole.ui.text import show
from jfconsole.ui.typeahead import after_keys
from jfconsole.ui.widgets.form_body import FormBody, Sources

__all__ = ["FormScreen", "Sources"]

_AROUND: Final = 7
"""Lines of the frame, the refusal and the buttons."""

_LOST: Final = "Tab goes to the next field, ctrl+s goes on, escape leaves."


class FormScreen(Dialog[Answers]):
    """Hands over the answers. Enter: next field; ctrl+s: on to the review; escape asks if something was typed."""

    DEFAULT_CSS = """
    FormScreen > .frame { width: 90; }
    FormScreen.-previewed.-wide > .frame { width: 90%; max-width: 150; }
    FormScreen #refusal { color: $text-error; height: auto; display: none; }
    FormScreen #refusal.-shown { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", show=False, priority=True),
        Binding("f1", "explain", show=False),
        Binding("enter", "app.focus_next", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    def __init__(
        self, form: Form, sources: Sources | None = None, *, answers: Answers | None = None, refusal: str = ""
    ) -> None:
        """`answers` and `refusal`: what was given before, and why it would not do."""
        super().__init__(classes="-previewed" if form.preview is not None else None)
        self.form = form
        self.questions = FormBody(form, sources or {}, {**form.defaults(), **(answers or {})})
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """The questions, why they came back, the way on."""
        with self.framed("") as frame:
            frame.border_title = show(self.form.title)
            yield self.questions
            yield Static(show(self._refusal), id="refusal", classes="-shown" if self._refusal else None)
            with Horizontal(classes="buttons"):
                yield Button(Content("Cancel"), id="cancel", compact=True)
                yield from self.more_buttons()
                yield Button(show(f"{self.form.onward} (^s)"), id="submit", variant="primary", compact=True)

    def more_buttons(self) -> tuple[Button, ...]:
        """What else can be done with the answers."""
        return ()

    def on_resize(self) -> None:
        """The questions scroll where they do not fit; their explanation and the buttons stay in sight."""
        self.questions.fit(self.size.width, self.size.height - _AROUND)

    def answers(self) -> dict[str, Answer]:
        """What stands in the form now."""
        return self.questions.answers()

    # -- going on --------------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """Away from the questions, say how to go on."""
        if not self.questions.explanation():
            self.questions.explain(_LOST)

    def action_explain(self) -> None:
        """Everything about the field in focus; away from the fields, how to go on."""
        from jfconsole.ui.screens.field_help import help_of

        field = self.questions.field_in_focus()
        if field is not None:
            self.app.push_screen(help_of(field))
        else:
            self.app.notify(_LOST, markup=False)

    def action_turn(self, pages: int) -> None:
        """Turn the page of what the answers come to."""
        self.questions.scroll_preview(pages)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        """Hand the answers over, or show what is wrong and go there."""
        after_keys(self, self._submit)

    def _submit(self) -> None:
        if not self.is_current:
            return
        found = problems(self.form, self.answers())
        self.questions.show_problems(found)
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
