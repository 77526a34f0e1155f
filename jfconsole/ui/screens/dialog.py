"""Dialogs: a frame that escape closes, and a menu to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from jfconsole.ui.text import show
from jfconsole.ui.typeahead import HoldsKeys

T = TypeVar("T")


class Overlay(ModalScreen[T | None]):
    """Something above a section that is answered once: a second key that was meant for it finds it gone already."""

    @on(events.Mount)
    def _let_keys_in(self) -> None:
        """What was typed ahead was meant for it."""
        if isinstance(self.app, HoldsKeys):
            self.call_after_refresh(self.app.typeahead.release)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with a result, unless it is closing or covered: then another screen would be closed in its place."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Dialog(Overlay[T]):
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
        frame.border_title = show(title)
        return frame

    def action_dismiss_dialog(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu and the sentence that explains it, in words that are safe to show."""

    id: str
    text: str
    help: str = ""


class _Choices(OptionList):
    """The keys of the lists work here too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]


class Menu(Dialog[str]):
    """A short list of our own choices; answers the id of the one taken. Below stands what the current one means."""

    DEFAULT_CSS = """
    Menu OptionList { height: auto; max-height: 70vh; background: $surface; padding: 0; }
    Menu OptionList, Menu OptionList:focus { border: none; }
    Menu .help { color: $text-muted; padding: 1 1 0 1; height: auto; min-height: 3; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "OptionList"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "dismiss_dialog", show=False)]

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current
        self._help = Static(classes="help")

    def compose(self) -> ComposeResult:
        """The choices, with the current one highlighted."""
        ids = [choice.id for choice in self._choices]
        menu = _Choices(*(Option(show(choice.text), id=choice.id) for choice in self._choices))
        menu.highlighted = ids.index(self._current) if self._current in ids else 0
        with self.framed(self._title):
            yield menu
            yield self._help

    @property
    def highlighted(self) -> str:
        """The id of the choice under the cursor; empty where there is none."""
        option = self.query_one(OptionList).highlighted_option
        return (option.id if option else None) or ""

    def meaning(self, choice_id: str) -> str:
        """What is said of a choice; `choice_id` is empty where there is none."""
        return next((choice.help for choice in self._choices if choice.id == choice_id), "")

    @on(OptionList.OptionHighlighted)
    def explain(self) -> None:
        """Say what the choice under the cursor means."""
        self._help.update(show(self.meaning(self.highlighted)))

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
