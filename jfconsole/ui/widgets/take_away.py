"""Things to take away, secrets among them: a list, the text of the one under the cursor, copying and saving."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from jfconsole.domain.secret import MASK
from jfconsole.domain.text import visible
from jfconsole.ui.clipboard import fits
from jfconsole.ui.crash import CONFIDENTIAL
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.save_as import save_as
from jfconsole.ui.text import show, show_block
from jfconsole.wizards.engine import Artefact

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

SHOWN_FOR: Final = 30.0
"""Seconds after which a secret that was shown is masked again."""

_PLACE: Final = re.compile(r"\{\{([a-z_][a-z0-9_.-]*)\}\}")


class TakeAway(Horizontal):
    """A list and a text. `v` shows secrets for a while, `c` copies, `s` saves; `taken` is what was copied or saved."""

    DEFAULT_CSS = """
    TakeAway { height: auto; }
    TakeAway OptionList { width: 26; height: auto; max-height: 16; border: none; padding: 0; background: $surface; }
    TakeAway OptionList:focus { border: none; }
    TakeAway VerticalScroll { width: 1fr; height: auto; max-height: 16; border-left: solid $surface-lighten-2; }
    TakeAway #text { height: auto; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "reveal", show=False),
        Binding("c", "copy", show=False),
        Binding("s", "save", show=False),
        Binding("j", "step(1)", show=False),
        Binding("k", "step(-1)", show=False),
    ]

    @dataclass
    class Taken(Message):
        """Something was copied or saved: `how` is a sentence on what was done."""

        artefact: Artefact
        how: str

    app: ConsoleApp

    def __init__(self, artefacts: Sequence[Artefact], lines: int = 16) -> None:
        """`lines` is the most that list and text take."""
        super().__init__()
        self._artefacts = tuple(artefacts)
        self._lines = lines
        self._revealed = False
        self._masking: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list, and the text beside it."""
        menu = OptionList(*(Option(show(artefact.title), id=artefact.id) for artefact in self._artefacts))
        menu.highlighted = 0 if self._artefacts else None
        menu.styles.max_height = self._lines
        yield menu
        with VerticalScroll(can_focus=False) as scroll:
            scroll.styles.max_height = self._lines
            yield Static(id="text")

    def on_mount(self) -> None:
        """Mask when the person looks elsewhere, where the terminal tells."""
        self.watch(self.app, "app_focus", self._look, init=False)
        self._draw()

    def replace(self, artefacts: Sequence[Artefact]) -> None:
        """The same list with other texts behind it."""
        self._artefacts = tuple(artefacts)
        self._draw()

    @property
    def current(self) -> Artefact | None:
        """What is under the cursor."""
        place = self.query_one(OptionList).highlighted
        return None if place is None else self._artefacts[place]

    # -- looking ---------------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _move(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.mask()

    @on(OptionList.OptionSelected)
    def _select(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_copy()

    def action_step(self, step: int) -> None:
        """Up or down."""
        menu = self.query_one(OptionList)
        menu.action_cursor_down() if step > 0 else menu.action_cursor_up()

    def action_reveal(self) -> None:
        """Show the secrets for a while, or mask them."""
        if self._revealed:
            self.mask()
            return
        self._revealed = True
        self._masking = self.set_timer(SHOWN_FOR, self.mask)
        self._draw()

    def mask(self) -> None:
        """Show no secret."""
        if self._masking is not None:
            self._masking.stop()
        self._masking, self._revealed = None, False
        self._draw()

    def _look(self, focused: bool) -> None:
        if not focused:
            self.mask()

    def _draw(self) -> None:
        """The widget counts as confidential for as long as a clear secret stands in it."""
        artefact = self.current
        text = self.query_one("#text", Static)
        clear = self._revealed and artefact is not None and bool(artefact.secrets)
        text.set_class(clear, CONFIDENTIAL)
        text.update(show_block("" if artefact is None else filled(artefact) if clear else masked(artefact)))

    # -- taking ----------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy the text with its secrets."""
        artefact = self.current
        if artefact is None:
            return
        text = filled(artefact)
        if not fits(text):
            self._tell("It is too long for a terminal's clipboard: save it")
            return
        self.app.copy_text(text)
        self.post_message(self.Taken(artefact, "sent to the clipboard"))

    def action_save(self) -> None:
        """Ask for a name and write a new file that nobody else can read."""
        artefact = self.current
        if artefact is not None:
            latest(self, "save", partial(self._save, artefact))

    async def _save(self, artefact: Artefact) -> None:
        place = await save_as(self.app, artefact.title, artefact.filename, filled(artefact))
        if place is not None:
            self.post_message(self.Taken(artefact, f"saved to {place}"))

    def _tell(self, sentence: str) -> None:
        self.app.notify(visible(sentence), markup=False, timeout=6)


def filled(artefact: Artefact) -> str:
    """The text with the secrets in their places: on its way to a file, to the clipboard, or to a person who asked."""
    return _put(artefact, lambda name: artefact.secrets[name].reveal())


def masked(artefact: Artefact) -> str:
    """The text with a mask in the place of each secret."""
    return _put(artefact, lambda _: MASK * 3)


def _put(artefact: Artefact, value: Callable[[str], str]) -> str:
    return _PLACE.sub(lambda found: value(found[1]) if found[1] in artefact.secrets else found[0], artefact.text)
