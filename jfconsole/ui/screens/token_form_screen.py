"""The form of a new token, with a look at what it will reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button

from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.text import visible
from jfconsole.ui.screens.access import AccessScreen
from jfconsole.ui.screens.access_page import about_token
from jfconsole.ui.screens.form import FormScreen, Sources
from jfconsole.ui.screens.token_form import token_request


class TokenForm(FormScreen):
    """As every form; f3 shows what the token will reach, by which grants."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "reach", show=False)]

    def __init__(
        self,
        form: Form,
        sources: Sources | None = None,
        *,
        answers: Answers | None = None,
        refusal: str = "",
        own: Callable[[], str] = str,
    ) -> None:
        """`own` is who asks, for tokens without a user."""
        super().__init__(form, sources, answers=answers, refusal=refusal)
        self._own = own

    def more_buttons(self) -> tuple[Button, ...]:
        """What it reaches."""
        return (Button(Content("What it reaches (f3)"), id="reach", compact=True),)

    @on(Button.Pressed, "#reach")
    def action_reach(self) -> None:
        """A page with every grant; what it needs is loaded first. Then the preview tells it, too."""
        try:
            request = token_request(self.answers())
        except ValueError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
            return
        question = about_token(request.scope, request.username or self._own())
        self.app.push_screen(AccessScreen(question), lambda _: self.questions.show_preview())
