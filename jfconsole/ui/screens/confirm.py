"""The dialog before something is taken away: what is lost, what it concerns, and the confirmation that fits it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from jfconsole.domain.plans import Confirmation
from jfconsole.domain.text import visible
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.quiet_input import QuietInput

_AROUND = 8
_PHRASE = 3
"""Lines of frame, title, buttons and what is left free around them; lines of a phrase to type."""

_LEAST = 4

_VERB = 40
"""Cells of the verb on its button: names can be long, and the title above has all of it."""


class Confirm(Dialog[bool]):
    """Answers True when it is confirmed. The focus starts on Cancel, or on the phrase to type."""

    DEFAULT_CSS = """
    Confirm.-wide > .frame { width: 60%; min-width: 76; max-width: 130; }
    Confirm .effects { height: auto; }
    Confirm .steps { height: auto; border: round $surface-lighten-2; }
    Confirm Input { height: 1; }
    Confirm .phrase { padding-top: 1; height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "Input, #cancel"

    FRAME: ClassVar[str] = "Before anything is deleted"

    def __init__(self, title: str, confirmation: Confirmation, summary: str, listed: Content) -> None:
        """`summary` stands above what is `listed`: the objects that it is about."""
        super().__init__()
        self._title = title
        self._confirmation = confirmation
        self._summary = summary
        self._listed = listed

    def compose(self) -> ComposeResult:
        """Effects, objects, phrase, buttons."""
        phrase = self._confirmation.phrase
        with self.framed(self.FRAME):
            yield Static(show(self._title, "bold"))
            with VerticalScroll(classes="effects"):
                yield Static(_bullets(self._confirmation.effects))
            with VerticalScroll(classes="steps") as steps:
                steps.border_title = show(self._summary)
                yield Static(self._listed)
            if phrase is not None:
                yield Static(Content.assemble("Type ", (visible(phrase), "bold"), " to confirm:"), classes="phrase")
                yield QuietInput()
            with Horizontal(classes="buttons"):
                yield from self.buttons()

    def buttons(self) -> Iterable[Button]:
        """The ways on, the dangerous one last."""
        yield Button(Content("Cancel"), id="cancel", compact=True)
        glyphs: Glyphs = self.app.glyphs  # type: ignore[attr-defined]
        verb = show(self._confirmation.verb)
        if verb.cell_length > _VERB:
            verb = verb.truncate(_VERB - 1).append(glyphs.ellipsis)
        typed = self._confirmation.phrase is not None
        yield Button(verb, id="confirm", variant="error", compact=True, disabled=typed)

    def on_resize(self) -> None:
        """Effects and steps share what the rest leaves over: the buttons stay in sight on the lowest terminal."""
        around = _AROUND + (_PHRASE if self._confirmation.phrase is not None else 0)
        room = max(2 * _LEAST, self.size.height - around)
        self.query_one(".effects").styles.max_height = room // 2
        self.query_one(".steps").styles.max_height = room - room // 2

    @on(Input.Changed)
    def _compare(self, event: Input.Changed) -> None:
        self.query_one("#confirm", Button).disabled = not self._matches(event.value)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        if self._matches(event.value):
            self.dismiss(True)

    @on(Button.Pressed, "#cancel, #confirm")
    def _press(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "confirm")

    def _matches(self, typed: str) -> bool:
        return typed.strip() == self._confirmation.phrase


def _bullets(effects: tuple[str, ...]) -> Content:
    return Content("\n").join([show(f"· {effect}") for effect in effects])
