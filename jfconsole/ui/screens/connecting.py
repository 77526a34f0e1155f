"""A connection while it is tested: stages as they are found out, then what to do."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from jfconsole.domain.checks import Verdict
from jfconsole.domain.connection import Connection
from jfconsole.services.connection_doctor import ConnectionDoctor
from jfconsole.services.trust_findings import Found, cause, is_healthy
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.screens.doctor import stage_sheet
from jfconsole.ui.screens.viewer import Page
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import FactSheet

SAVE: Final = "save"
EDIT: Final = "edit"


class Connecting(Dialog[str]):
    """Answers `SAVE` or `EDIT`. A connection that does not work may be saved: it may work tomorrow."""

    DEFAULT_CSS = """
    Connecting > .frame { width: 90; }
    Connecting Page { height: auto; max-height: 14; }
    Connecting #stages { height: auto; }
    Connecting #verdict { height: auto; padding-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "answer('save')", show=False, priority=True),
        Binding("e", "answer('edit')", show=False),
        Binding("r", "again", show=False),
    ]

    def __init__(self, connection: Connection, glyphs: Glyphs) -> None:
        super().__init__()
        self._connection = connection
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The stages, what they come to, the ways on."""
        with self.framed("Testing the connection"):
            with Page():
                yield Vertical(id="stages")
            yield Static(id="verdict")
            with Horizontal(classes="buttons"):
                yield Button(Content("Change (e)"), id="edit", compact=True)
                yield Button(Content("Again (r)"), id="again", compact=True)
                yield Button(Content("Save and open (^s)"), id="save", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Begin."""
        self.action_again()

    def action_again(self) -> None:
        """From the beginning; what is under way ends."""
        latest(self, "examine", self._examine)

    async def _examine(self) -> None:
        place, verdict = self.query_one("#stages", Vertical), self.query_one("#verdict", Static)
        await place.remove_children()
        verdict.update(show(f"Asking {self._connection.host} …"))
        found: list[Found] = []
        async for one in ConnectionDoctor(self._connection).examine():
            found.append(one)
            await place.mount(self._told(one))
            self.query_one(Page).scroll_end(animate=False)
        verdict.update(_verdict(found))
        self.query_one("#save" if is_healthy(found) else "#edit", Button).focus()

    def _told(self, found: Found) -> Static | FactSheet:
        """One line for what is as it should be, everything for the rest."""
        if found.verdict is Verdict.GOOD:
            return Static(show(f"{self._glyphs.ok} {found.stage.value}: {found.sentence}", "$text-success"))
        return FactSheet(stage_sheet(found, self._glyphs))

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "again":
            self.action_again()
        else:
            self.dismiss(event.button.id)

    def action_answer(self, answer: str) -> None:
        """Take one of the ways on."""
        self.dismiss(answer)


def _verdict(found: list[Found]) -> Content:
    first = cause(found)
    if is_healthy(found):
        more = "" if first is None else f" Worth a look: {first.sentence}."
        return show(f"It works.{more}", "$text-success")
    assert first is not None, "something is broken"
    return show(f"{first.sentence}. {first.fix}.", "$text-error")
