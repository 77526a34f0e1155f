"""What every full screen has: status line, message line, command line, footer, and actions by scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from jfconsole.ui.actions import Action, Scope, in_scopes, key_name
from jfconsole.ui.keymap import keys_of
from jfconsole.ui.widgets.command_line import CommandLine
from jfconsole.ui.widgets.key_bar import Hint, KeyBar
from jfconsole.ui.widgets.message_line import Line, MessageLine
from jfconsole.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp


WIDE: Final = 120
"""Columns from which the detail pane stands beside the list by itself."""

NARROW_CLASS: Final = "-narrow"
WIDE_CLASS: Final = "-wide"
"""What the style sheets know of the room. A screen has it from its beginning: it is laid out and styled once."""


def bindings_for(scopes: Iterable[Scope]) -> list[BindingType]:
    """One binding for each action with keys, through the app's `perform`; a table binds its own.

    Actions that open a line to type in come first: the app carries them out before it hands the next key on.
    """
    return [
        Binding(
            ",".join(action.keys) or _NO_KEY,
            f"app.perform('{action.id}')",
            action.label,
            show=False,
            id=action.id,
            priority=action.takes_text,
        )
        for action in in_scopes(scopes)
        if action.scope is not Scope.TABLE
    ]


_NO_KEY: Final = "no_key"
"""Nothing sends it: in the place of a key, so that a person can give one to the action."""


class ConsoleScreen(Screen[None]):
    """A full screen. Subclasses name their scopes and crumb, and compose their body."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.APP,)
    CRUMBS: ClassVar[tuple[str, ...]] = ()
    AUTO_FOCUS = ""

    app: ConsoleApp

    def __init__(self) -> None:
        super().__init__(classes=WIDE_CLASS if self.app.size.width >= WIDE else NARROW_CLASS)
        self._resumed = False
        # A new screen is styled when it is mounted. Textual takes it for one that missed a change of colours, and would
        # read every style sheet anew for it, twice.
        self._css_update_count = self.app.colours_read

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls.BINDINGS = bindings_for(cls.SCOPES)
        super().__init_subclass__(**kwargs)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield StatusLine(self.app.glyphs)
        yield from self.body()
        yield KeyBar()
        yield MessageLine(self.app.glyphs)
        yield CommandLine()

    def body(self) -> Iterable[Widget]:
        """The widgets between status line and message line."""
        raise NotImplementedError

    def why_not(self, action: Action) -> str | None:
        """Why an action of this screen is not possible now, as a sentence; None when it is."""
        return None

    def on_mount(self) -> None:
        """Show what is known so far."""
        self.show_facts()
        self.refresh_hints()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Facts may have changed while another screen was shown. A section that is new hears of it twice."""
        event.refresh_styles = event.refresh_styles and not self._resumed
        self._resumed = True
        self.show_facts()
        self.refresh_hints()

    def on_screen_suspend(self) -> None:
        """Another screen is shown."""
        self._resumed = False

    def show_facts(self) -> None:
        """Bring the facts about the connection into the status line."""
        facts = self.app.facts
        self.query_one(StatusLine).change(
            crumbs=self.CRUMBS,
            host=facts.host,
            user=facts.user,
            version=facts.version,
            read_only=facts.read_only,
            profile=self.app.connection.profile,
            colour=self.app.connection.colour,
            token=facts.token,
            token_style="$text-warning" if facts.token_concern else "",
            work=self.app.desk.label(),
        )

    def refresh_hints(self) -> None:
        """Fill the footer: possible and impossible actions alike, in order of importance."""
        places = [(self.place_of(action), action) for action in in_scopes(self.SCOPES) if action.keys]
        wanted = sorted(((place, action) for place, action in places if place is not None), key=lambda each: each[0])
        self.query_one(KeyBar).hints = tuple(
            Hint(
                action,
                self.hint_label(action),
                key_name(keys_of(action, self.app.own_keys)[0]),
                self.app.reason_against(action, self),
            )
            for _, action in wanted
        )

    def place_of(self, action: Action) -> int | None:
        """Where its key stands in the footer, lowest first; None keeps it out."""
        return action.footer

    def hint_label(self, action: Action) -> str:
        """The word in the footer; a screen may add a count."""
        return action.label.lower()

    def say(self, line: Line | None) -> None:
        """Show a line above the footer until it is dismissed; None takes it away."""
        self.query_one(MessageLine).line = line

    @property
    def said(self) -> Line | None:
        """The line above the footer."""
        return self.query_one(MessageLine).line

    def do_back(self) -> None:
        """Dismiss the message, else leave the screen."""
        message = self.query_one(MessageLine)
        if message.line is not None:
            message.line = None
        else:
            self.app.leave_screen()

    def do_command(self) -> None:
        """Open the command line."""
        from jfconsole.ui.commands import words

        self.query_one(CommandLine).open(words())

    def take_argument(self, text: str) -> None:
        """What stood behind the screen's name on the command line; a screen with a filter sets it."""

    @on(CommandLine.Entered)
    def _run_command(self, event: CommandLine.Entered) -> None:
        self.app.run_command(event.text)

    @on(KeyBar.Pressed)
    def _press_hint(self, event: KeyBar.Pressed) -> None:
        self.app.action_perform(event.action_id)
