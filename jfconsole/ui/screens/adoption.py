"""What is there already under the wanted names: how it differs, and whether it is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.wizards.engine import Existing


class Adoption(Dialog[bool]):
    """Answers True when everything that exists shall be taken over; the focus starts on the way back."""

    DEFAULT_CSS = """
    Adoption VerticalScroll { height: auto; max-height: 14; }
    Adoption .note { height: auto; color: $text-muted; padding-top: 1; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "#back"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "dismiss_dialog", show=False)]

    def __init__(self, existing: Sequence[Existing]) -> None:
        super().__init__()
        self._existing = existing

    def compose(self) -> ComposeResult:
        """Object by object, and the two ways on."""
        with self.framed("These exist already"):
            with VerticalScroll():
                yield Static(Content("\n").join([line for found in self._existing for line in _told(found)]))
            yield Static(Content("Taking them over changes what differs; the review shows it again."), classes="note")
            with Horizontal(classes="buttons"):
                yield Button(Content("Choose other names"), id="back", compact=True)
                yield Button(Content("Take them over"), id="adopt", variant="warning", compact=True)

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "adopt")


def _told(found: Existing) -> list[Content]:
    if not found.differences:
        return [show(found.what, "bold") + show(": as wanted", "$text-success")]
    return [show(found.what, "bold"), *(show(f"  {line.sign} {line.text}") for line in found.differences)]
