"""Dialogs: a frame that escape closes, and a menu to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

T = TypeVar("T")


class Dialog(ModalScreen[T | None]):
    """A modal with a titled frame; escape answers None. No action of the screens behind it is reachable."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > .frame {
        width: 76; max-width: 100%; height: auto; max-height: 95%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    Dialog .buttons { height: auto; align-horizontal: right; padding-top: 1; }
    Dialog Button { margin-left: 2; height: 1; min-width: 10; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss_dialog", "Close", show=False)]

    def framed(self, title: str) -> Vertical:
        """The frame; `title` is our own text."""
        frame = Vertical(classes="frame")
        frame.border_title = Content(title)
        return frame

    def action_dismiss_dialog(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu; `text` and `help` are our own words."""

    id: str
    text: str
    help: str = ""


class Menu(Dialog[str]):
    """A short list of our own choices; answers the id of the one taken."""

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        """The choices, with the current one highlighted."""
        with self.framed(self._title):
            yield OptionList(*(Option(_line(choice), id=choice.id) for choice in self._choices))

    def on_mount(self) -> None:
        """Start at the current choice."""
        menu = self.query_one(OptionList)
        ids = [choice.id for choice in self._choices]
        menu.highlighted = ids.index(self._current) if self._current in ids else 0
        menu.focus()

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def _line(choice: Choice) -> Content:
    return Content.assemble(f"{choice.text:<28}", (choice.help, "$text-muted"))
