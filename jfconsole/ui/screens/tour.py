"""A short tour: cards over the screen that is there, left with escape at any time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from jfconsole.ui.actions import BY_ID, key_name
from jfconsole.ui.keymap import Keymap, keys_of
from jfconsole.ui.screens.dialog import Overlay
from jfconsole.ui.text import show


@dataclass(frozen=True, slots=True)
class Card:
    """One card. In the text the id of an action in braces stands for its key."""

    title: str
    text: str


CARDS: Final = (
    Card(
        "What you see",
        "The access tokens of the platform. The first line says where you are, on which server, as whom, and whether "
        "the list is live. READ-ONLY stands there when nothing can be changed. The last line has the keys that matter "
        "here.",
    ),
    Card(
        "Going places",
        "Press {app.users} for the users, {app.groups} for the groups, {app.permissions} for the permissions, and so "
        "on to {app.registries}; {app.issuer} is the issuer of your own JWTs. {app.previous} goes back. "
        "{app.command} takes a command, such as :users, and {app.palette} finds anything by its words.",
    ),
    Card(
        "Finding things",
        "{list.filter} filters while you type: words must all occur, ! turns one round, field:value and expires<7d "
        "look into one field. {list.views} offers views, such as the tokens that never expire; a filter of your own "
        "is saved there, too. {list.sort} sorts.",
    ),
    Card(
        "Looking closer",
        "{table.open} opens a row, {list.json} shows it as JSON. {list.access} says who can do what with it, and why. "
        "{table.toggle-mark} marks rows, for what is to be done with many.",
    ),
    Card(
        "Changing things",
        "{objects.new} makes, {objects.edit} edits, {objects.delete} deletes or revokes. Nothing is sent before you "
        "have seen what will be done and said yes. {app.journal} is the journal: every change stands there, and "
        "{journal.undo} takes it back where that is possible.",
    ),
    Card(
        "Wizards",
        "{app.wizards} sets up a scanner, lets a CI platform in without a stored secret, offboards a user, and more. "
        "Each ends with a proof that it works, and that it reaches no further.",
    ),
    Card(
        "When in doubt",
        "{app.help} explains the screen, f1 explains a field of a form. :keymap lists every key, and takes others; "
        ":glossary explains the words of the platform; {app.settings} is for colours and times. :tour brings these "
        "cards back.",
    ),
)


def card_content(card: Card, keymap: Keymap) -> Content:
    """The card with the keys that the person's actions have."""
    parts = re.split(r"\{([\w.-]+)\}", card.text)
    return Content("").join(
        show(_key(part, keymap), "bold $text-accent") if number % 2 else show(part) for number, part in enumerate(parts)
    )


def _key(action_id: str, keymap: Keymap) -> str:
    action = BY_ID[action_id]
    keys = keys_of(action, keymap)
    return key_name(keys[0]) if keys else f":{action.name}"


class Tour(Overlay[None]):
    """Enter and the arrows turn the cards; escape, and enter on the last, leave."""

    DEFAULT_CSS = """
    Tour { align: center bottom; background: $background 0%; }
    Tour > .card {
        width: 76; max-width: 100%; height: auto; margin-bottom: 2;
        border: round $primary; background: $surface; padding: 0 1;
    }
    Tour .text { height: auto; min-height: 4; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,l,j,down", "turn(1)", show=False),
        Binding("left,backspace,h,k,up", "turn(-1)", show=False),
        Binding("escape,q", "leave", show=False),
    ]

    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self._place = 0

    def compose(self) -> ComposeResult:
        """One card."""
        with Vertical(classes="card"):
            yield Static(classes="text")

    def on_mount(self) -> None:
        """The first one."""
        self._show_card()

    def _show_card(self) -> None:
        card, last = CARDS[self._place], self._place + 1 == len(CARDS)
        frame = self.query_one(".card")
        frame.border_title = show(f"{card.title} · {self._place + 1} of {len(CARDS)}")
        frame.border_subtitle = Content(f"enter {'end' if last else 'next'} · ← back · esc leave the tour")
        self.query_one(".text", Static).update(card_content(card, self._keymap))

    def action_turn(self, distance: int) -> None:
        """The next card, or the one before."""
        place = self._place + distance
        if place == len(CARDS):
            self.action_leave()
        elif place >= 0:
            self._place = place
            self._show_card()

    def action_leave(self) -> None:
        """Leave the tour."""
        self.dismiss(None)
