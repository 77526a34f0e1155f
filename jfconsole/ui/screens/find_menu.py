"""A menu that is longer than the screen: choices under headings, found while one types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.text import show
from jfconsole.ui.widgets.quiet_input import QuietInput

_KEYS: Final = "type to find · ↑ ↓ move · enter opens · esc closes"
_NOTHING: Final = "Nothing here has these words."


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that belong together; `title` is our own text."""

    title: str
    choices: tuple[Choice, ...]

    def having(self, words: Sequence[str]) -> tuple[Choice, ...]:
        """Those that have all the words, in what they are called, say or are known by."""
        return tuple(choice for choice in self.choices if all(word in _haystack(choice) for word in words))


def _haystack(choice: Choice) -> str:
    return f"{choice.text} {choice.help} {choice.id}".lower()


class FindMenu(Menu):
    """Groups of choices; what is typed leaves those that have the words, and the arrows go on working."""

    DEFAULT_CSS = """
    FindMenu > .frame { height: 95%; max-height: 48; }
    FindMenu OptionList { height: 1fr; max-height: 100%; }
    FindMenu OptionList > .option-list--option-disabled { color: $text-accent; text-style: bold; }
    FindMenu OptionList > .option-list--option-highlighted {
        color: $block-cursor-foreground; background: $block-cursor-background; text-style: $block-cursor-text-style;
    }
    """

    AUTO_FOCUS: ClassVar[str | None] = "Input"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]

    def __init__(self, title: str, groups: Sequence[Group]) -> None:
        super().__init__(title, [choice for group in groups for choice in group.choices])
        self._groups = groups

    def compose(self) -> ComposeResult:
        """What to look for, the choices, what the one under the cursor means."""
        with self.framed(self._title):
            yield QuietInput(placeholder=_KEYS)
            found = OptionList(*self._options(()))
            found.can_focus = False
            found.action_first()
            yield found
            yield self._help

    def _options(self, words: Sequence[str]) -> Iterator[Option]:
        for group in self._groups:
            choices = group.having(words)
            if choices:
                yield Option(show(group.title), disabled=True)
            for choice in choices:
                yield Option(show(f"  {choice.text}"), id=choice.id)

    def action_move(self, action: str) -> None:
        """Move in the choices, wherever the focus is."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        found = self.query_one(OptionList)
        found.set_options(self._options(event.value.lower().split()))
        found.action_first()
        self.explain()

    def meaning(self, choice_id: str) -> str:
        """What is said of a choice, and where nothing was found, that."""
        return super().meaning(choice_id) if choice_id else _NOTHING

    @on(Input.Submitted)
    def _take_current(self) -> None:
        self.query_one(OptionList).action_select()
