"""The console as an app: a table of contents. Screens do the showing, the workbench behind them the work."""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual._node_list import DuplicateIds
from textual.binding import BindingType
from textual.widgets import Input

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.settings import Settings
from jfconsole.domain.text import visible
from jfconsole.services.first_run import Welcome, remember_tour
from jfconsole.services.workbench import Workbench
from jfconsole.ui import sections
from jfconsole.ui.actions import BY_ID, Action, Scope
from jfconsole.ui.crash import CrashSafe, install_hooks, run
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.desk import Desk
from jfconsole.ui.facts import Facts, facts_of
from jfconsole.ui.glyphs import Glyphs, glyphs_for
from jfconsole.ui.going import Going
from jfconsole.ui.keymap import Keymap
from jfconsole.ui.latest import latest
from jfconsole.ui.own_end import OwnEnd
from jfconsole.ui.screens.base import NARROW_CLASS, WIDE, WIDE_CLASS, ConsoleScreen
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.settings import apply_settings, load_settings
from jfconsole.ui.switch import Switch
from jfconsole.ui.trail import Trail
from jfconsole.ui.typeahead import TABS, TypeAhead
from jfconsole.ui.widgets.message_line import Line, Severity

if TYPE_CHECKING:
    from textual.command import Provider


NEW_HERE: Final = Line("New here?", hint="Type :tour for a short tour; ? explains the screen")

TENDING: Final = 5.0
"""Seconds between two looks at the vault, whether a key is to rotate, and the end of the token in use."""


def palette_provider() -> type[Provider]:
    """The palette's source, imported when the palette is first opened."""
    from jfconsole.ui.palette import ActionProvider

    return ActionProvider


class ConsoleApp(Going, CrashSafe):
    """Sections as modes, every action through `perform`, changes through the desk."""

    TITLE = "jfconsole"
    CSS_PATH = Path(__file__).parent / "styles" / "console.tcss"
    INHERIT_BINDINGS: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [*TABS]
    HORIZONTAL_BREAKPOINTS = [(0, NARROW_CLASS), (WIDE, WIDE_CLASS)]  # noqa: RUF012  # declared without ClassVar by Textual
    COMMANDS: ClassVar[set[Any]] = {palette_provider}
    MODES: ClassVar[dict[str, Any]] = sections.MODES

    def __init__(
        self,
        workbench: Workbench,
        crashes: CrashReports,
        glyphs: Glyphs,
        clock: Callable[[], float] = time.time,
        *,
        switching: bool = False,
        welcome: Welcome = Welcome.NONE,
    ) -> None:
        """`switching`: whoever started the console opens it again on the server that `switch` asks for."""
        super().__init__(crashes)
        self.switch = Switch(self, possible=switching)
        self._welcome = welcome
        self.workbench = workbench
        self.glyphs = glyphs
        self.clock = clock
        self.desk = Desk(self)
        self.typeahead = TypeAhead(self)
        self.own_end = OwnEnd(self)
        self.trail = Trail()
        self.settings = Settings()
        self.own_keys: Keymap = {}
        self.colours_read = 0

    @property
    def connection(self) -> Connection:
        """Which platform, and under which restrictions."""
        return self.workbench.connection

    # -- start and end ---------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Paint the first section; everything that needs the network comes after."""
        self.use_settings(load_settings(self))
        self.show_section("tokens")
        self.call_after_refresh(self._settle_in)

    def _settle_in(self) -> None:
        if self._welcome is Welcome.TOUR:
            self.do_tour()
        elif self._welcome is Welcome.HINT:
            self.say(NEW_HERE)
        self.run_worker(self.desk.offer_unfinished(), group="unfinished")
        self.run_worker(self.identify(), group="identify")
        self.set_interval(TENDING, self._tend)

    def _tend(self) -> None:
        self.own_end.look()
        self.run_worker(self.workbench.tend_issuer(), group="tend")

    async def identify(self) -> None:
        """Learn who we are; failures show where the list fails, with the same words."""
        with contextlib.suppress(ConsoleError):
            await self.workbench.identify()
        self.facts_changed()

    async def on_unmount(self) -> None:
        """Let go of connections and files."""
        await self.workbench.close()

    def do_quit(self) -> None:
        """Leave; with work under way, ask first."""
        if self.desk.under_way:
            self.desk.ask_before_leaving()
        else:
            self.exit()

    async def on_event(self, event: events.Event) -> None:
        """Keys for a screen that is about to open wait for it, as do those behind an enter."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif not self.typeahead.takes(event):
            entry = self.focused
            await super().on_event(event)
            if event.key == "enter" and isinstance(entry, Input):
                self.typeahead.follow(entry)

    def do_server(self) -> None:
        """Leave for another server."""
        self.switch.ask()

    # -- actions ---------------------------------------------------------------------------------------

    def action_perform(self, action_id: str) -> None:
        """The one way to an action, from a key, the footer, the palette or the command line."""
        action, screen = BY_ID[action_id], self.screen
        if not isinstance(screen, ConsoleScreen):
            return
        if not screen.is_mounted and (action.scope is Scope.TABLE or hasattr(screen, f"do_{action.name}")):
            return  # typed ahead: its widgets are not there yet
        reason = self.reason_against(action, screen)
        if reason is not None:
            self.notify(
                visible(reason),
                title=visible(f"{action.label} is not possible"),
                severity="warning",
                markup=False,
                timeout=4,
            )
        elif action.scope is Scope.TABLE:
            getattr(screen.query_one("ResourceTable"), f"action_{action.name}")()
        elif action.scope is Scope.APP and action.name in sections.MODES:
            self.show_section(action.name)
        else:
            getattr(screen if hasattr(screen, f"do_{action.name}") else self, f"do_{action.name}")()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that opens a line is a plain letter while something is typed."""
        opens_line = action == "perform" and BY_ID[str(parameters[0])].takes_text
        return not (opens_line and isinstance(self.focused, Input))

    def reason_against(self, action: Action, screen: ConsoleScreen) -> str | None:
        """Why an action is not possible now; None when it is."""
        if action.scope not in screen.SCOPES:
            return "It does not apply to this screen"
        if (action.changes or action.edits) and self.connection.read_only:
            return "The console is in read-only mode"
        if action.id == "app.server" and not self.switch.possible:
            return "This console stays on its server: leave it, and start `jfconsole`"
        if action.id == "app.progress" and self.desk.latest is None:
            return "Nothing was started in this console yet"
        return screen.why_not(action)

    def run_command(self, text: str) -> None:
        """What was typed on the `:` line."""
        from jfconsole.ui.commands import Unknown, resolve

        command = resolve(text)
        if isinstance(command, Unknown):
            hint = f"Did you mean :{command.nearest}?" if command.nearest else "Press ? for what there is"
            self.say(Line(f"There is no command {command.word}", Severity.WARNING, hint))
            return
        taken = self.switch.takes(command)
        self.action_perform(command.action.id)
        if command.argument and not taken and isinstance(self.screen, ConsoleScreen):
            self.screen.take_argument(command.argument)

    def do_palette(self) -> None:
        """Open the palette."""
        self.action_command_palette()

    def action_command_palette(self) -> None:
        """See Textual, whose own key comes here, too: while one palette is going away, no second one is opened."""
        with contextlib.suppress(DuplicateIds):
            super().action_command_palette()

    def do_help(self) -> None:
        """A page with the actions of this screen."""
        from jfconsole.ui.screens.help import help_of

        screen = self.screen
        if isinstance(screen, ConsoleScreen):
            page = help_of(screen, self.reason_against)
            self.push_screen(page, lambda _: self._find_key() if page.searching else None)

    def _find_key(self) -> None:
        """Go to the list of all keys, into its filter, for which keys are waiting."""

        async def find() -> None:
            self.trail.visit("keymap")
            await self.switch_mode("keymap")
            self.call_later(edit)  # behind the focus of its rows, which was asked for when it was mounted

        def edit() -> None:
            if isinstance(self.screen, ConsoleScreen):
                self.screen.take_argument("")
            self.action_perform("list.filter")
            self.typeahead.release()

        latest(self, "find-key", find)

    def do_tour(self) -> None:
        """Show the console in a few cards."""
        from jfconsole.ui.screens.tour import Tour

        remember_tour(self.workbench.paths.state)
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen) and screen.said is NEW_HERE:
                screen.say(None)
        self.push_screen(Tour(self.own_keys))

    def do_progress(self) -> None:
        """Show the work that was started last."""
        if self.desk.latest is not None:
            self.desk.follow(self.desk.latest)

    def do_settings(self) -> None:
        """Ask for the settings."""
        from jfconsole.ui.screens.settings import ask_settings

        latest(self, "settings", partial(ask_settings, self))

    def use_settings(self, settings: Settings) -> None:
        """From now on these are in effect."""
        self.settings = settings
        apply_settings(self, settings)

    def refresh_css(self, animate: bool = True) -> None:
        """See Textual. `colours_read` says which change of colours the style sheets were last read for."""
        super().refresh_css(animate)
        self.colours_read = self._css_update_count

    # -- sections --------------------------------------------------------------------------------------

    def show_section(self, section: str) -> None:
        """Go to a section and remember it."""
        self.trail.visit(section)
        self.switch_mode(section)

    def do_own(self) -> None:
        """Show the token in use; work with another one where the person asks for it."""
        from jfconsole.ui.screens.own_token import look_at_own

        latest(self, "own", partial(look_at_own, self))

    def do_circle(self) -> None:
        """Show what a circle of trust needs."""
        from jfconsole.ui.screens.circle import CircleScreen

        self.push_screen(CircleScreen())

    def do_wizards(self) -> None:
        """Choose a wizard and walk through it."""
        from jfconsole.ui.wizardry import choose_wizard

        latest(self, "wizards", partial(choose_wizard, self))

    def do_history_back(self) -> None:
        """The section before this one."""
        self._step(-1)

    do_previous = do_history_back

    def do_history_forward(self) -> None:
        """The section after this one."""
        self._step(1)

    def leave_screen(self) -> None:
        """Back to where we came from; at the start, say how to quit."""
        if not self._step(-1):
            self.clear_notifications()
            self.notify("This is the first screen. Press ctrl+q to leave the console.", markup=False, timeout=4)

    def _step(self, distance: int) -> bool:
        section = self.trail.step(distance)
        if section is not None:
            self.switch_mode(section)
        return section is not None

    # -- telling ---------------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        """What the status line shows about the connection."""
        return facts_of(self.connection, self.workbench.identity, self.clock())

    def facts_changed(self) -> None:
        """Bring new facts to the screen that is shown."""
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen) and screen.is_mounted:
                screen.show_facts()

    def refresh_list(self) -> None:
        """Fetch the list that is shown, after a change."""
        for screen in self.screen_stack:
            if isinstance(screen, ResourceScreen):
                screen.fetch_now()

    def say(self, line: Line | None) -> None:
        """A line above the footer of the section that is shown; None takes it away."""
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen):
                screen.say(line)

    def copy_text(self, text: str) -> None:
        """Copy through tmux or the terminal and say which."""
        from jfconsole.ui.clipboard import copy

        async def send() -> None:
            self.notify(visible(await copy(text, self.copy_to_clipboard)), markup=False, timeout=4)

        self.run_worker(send(), group="copy")


def run_console(
    bench: Workbench, *, switching: bool = False, welcome: Welcome = Welcome.NONE
) -> tuple[int, str | None]:
    """Open the console on a platform: the exit code of the process, and the server wanted next.

    None: no other one is wanted; empty: it is still to be chosen.
    """
    crashes = CrashReports(bench.paths.crashes)
    install_hooks(crashes)
    glyphs = glyphs_for(sys.stdout.encoding)
    app = ConsoleApp(bench, crashes, glyphs, switching=switching, welcome=welcome)
    _spare_what_was_imported()
    return run(app), app.switch.wanted


def _spare_what_was_imported() -> None:
    """Search for garbage as often as Python does by itself, and never again in what stays: no key waits for that."""
    gc.freeze()
    gc.set_threshold(700, 10, 10)
