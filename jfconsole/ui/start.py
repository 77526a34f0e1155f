"""Before the console: which server to work on. The first run has three doors; later the profiles stand before them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final, TypeAlias, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from jfconsole.domain.connection import NOBODY, Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.profiles import Profile, Profiles, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.jfrog_cli import CliConfiguration
from jfconsole.services.paths import Paths
from jfconsole.services.servers import Keeping, Servers
from jfconsole.ui import server_forms as forms
from jfconsole.ui.crash import CrashSafe, install_hooks, run
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import Glyphs, glyphs_for
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.connecting import SAVE, Connecting
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.signing_in import SigningIn
from jfconsole.ui.server_tokens import token_of
from jfconsole.ui.text import show
from jfconsole.ui.typeahead import TABS

T = TypeVar("T")

_SANDBOX: Final = ":sandbox"
_CONNECT: Final = ":connect"
_IMPORT: Final = ":import"
_LEAVE: Final = ":leave"
"""Ids of the doors; profiles have their names, in which no colon can stand."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The way into a sandbox of one's own."""


Outcome: TypeAlias = Sandbox | Connection | None
"""Where to go from here; None for nowhere."""


class Doors(Menu):
    """The ways on, and below them what came of the last one that was tried; cleaned."""

    DEFAULT_CSS = "Doors .said { color: $text-warning; padding: 0 1; height: auto; }"

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None, said: str) -> None:
        super().__init__(title, choices, current)
        self._said = said

    def on_mount(self) -> None:
        """Say it."""
        if self._said:
            self.query_one(".frame").mount(Static(show(self._said), classes="said"))


class StartApp(CrashSafe):
    """Asks until there is somewhere to go. Nothing that fails ends it: it leads back, with the words of what failed."""

    TITLE = "jfconsole"
    INHERIT_BINDINGS: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [*TABS, Binding("ctrl+q", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False
    CSS = "StartApp #top { dock: top; height: 1; background: $panel; padding: 0 1; }"

    def __init__(self, servers: Servers, crashes: CrashReports, glyphs: Glyphs, wanted: str = "") -> None:
        """`wanted`: the profile to open at once."""
        super().__init__(crashes)
        self.outcome: Outcome = None
        self.ended = asyncio.Event()
        self._servers = servers
        self._glyphs = glyphs
        self._wanted = wanted
        self._said = ""
        self._signed_in: tuple[str, Secret] | None = None

    def compose(self) -> ComposeResult:
        """The line on top; all the rest is dialogs."""
        yield Static(show("jfconsole: access administration for the JFrog Platform"), id="top")

    def on_mount(self) -> None:
        """Begin."""
        latest(self, "ask", self._ask)

    async def _ask(self) -> None:
        """Doors, until one of them leads somewhere."""
        wanted, self._wanted = self._wanted, ""
        while self.outcome is None:
            try:
                choice = wanted or await self._choose()
                if choice == _LEAVE:
                    break
                self.outcome = await self._through(choice)
            except ConsoleError as error:
                self._said = visible(f"{error.message}. {error.hint}")
            wanted = ""
        self.ended.set()
        self.exit()

    async def _choose(self) -> str:
        profiles = await self._known()
        found = await self._doing(self._servers.cli)
        known = [
            Choice(profile.name, f"{profile.name}  {visible(profile.url)}", _about(profile))
            for profile in profiles.known
        ]
        current = profiles.default or (known[0].id if known else None)
        title = "Which server?" if known else "Welcome. Nothing is configured yet"
        said, self._said = self._said, ""
        return await self.push_screen_wait(Doors(title, (*known, *_doors(found)), current, said)) or _LEAVE

    async def _known(self) -> Profiles:
        """The profiles; none where their file cannot be used, which is said."""
        try:
            return await self._doing(self._servers.profiles)
        except ConsoleError as error:
            self._said = visible(f"{error.message}. {error.hint}")
            return Profiles()

    async def _through(self, choice: str) -> Outcome:
        if choice == _SANDBOX:
            return Sandbox()
        if choice == _CONNECT:
            return await self._connect()
        if choice == _IMPORT:
            return await self._import()
        return await self._open(choice)

    # -- a profile that is known -------------------------------------------------------------------------

    async def _open(self, name: str) -> Outcome:
        profiles = await self._doing(self._servers.profiles)
        profile = profiles.find(name)
        if profile is None:
            self._said = f"There is no profile {visible(name)}"
            return None
        token = await token_of(self, self._servers, profile)
        return None if token is None else profile.connection(token, f"profile {profile.name}, {profile.token.words}")

    # -- a new one ---------------------------------------------------------------------------------------

    async def _connect(self) -> Outcome:
        """Ask, test, save: back to the questions as often as it takes, and nothing has to be given twice."""
        answers: Answers | None = None
        given: dict[str, Secret] = {}
        refusal = ""
        while True:
            form = forms.connect_form(await self._doing(self._servers.places), given)
            answers = await self._answers(form, answers, refusal)
            if answers is None:
                return None
            given |= forms.secrets_of(answers)
            refusal = ""
            try:
                found = await self._try(forms.profile_of(answers), given, forms.keeping_of(answers, given))
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}"
            else:
                if found is not None:
                    return found

    async def _try(self, profile: Profile, given: Mapping[str, Secret], keeping: Keeping) -> Connection | None:
        """Test it, and save it if that is wanted; None for back to the questions."""
        self._servers.check(keeping)
        token = await self._token_for(profile, given)
        if token is None:
            return None
        tried = profile.connection(token, "what was typed")
        if await self.push_screen_wait(Connecting(tried, self._glyphs)) != SAVE:
            return None
        saved = await self._doing(partial(self._servers.add, profile, token, keeping))
        return replace(tried, source=f"profile {saved.name}, typed just now", profile=saved.name)

    async def _token_for(self, profile: Profile, given: Mapping[str, Secret]) -> Secret | None:
        """Printed by its command, or typed, or by way of the browser; one of these serves for its URL alone."""
        if profile.token is TokenPlace.COMMAND:
            return await token_of(self, self._servers, profile)
        if "token" in given:
            return given["token"]
        if self._signed_in is None or self._signed_in[0] != profile.url:
            asking = replace(profile, read_only=False).connection(NOBODY, "the browser")
            token = await self.push_screen_wait(SigningIn(asking))
            self._signed_in = None if token is None else (profile.url, token)
        return None if self._signed_in is None else self._signed_in[1]

    # -- the JFrog CLI's ---------------------------------------------------------------------------------

    async def _import(self) -> Outcome:
        found = await self._doing(self._servers.cli)
        usable = [server for server in found.servers if server.profile] if found else []
        if found is None or not usable:
            self._said = "The JFrog CLI has no servers here. Set JFROG_CLI_HOME_DIR where they are elsewhere"
            return None
        await self._take_over(found, [server.server_id for server in usable])
        return None

    async def _take_over(self, found: CliConfiguration, names: Sequence[str]) -> None:
        """Ask which and where to, until it is done or left."""
        remarks = [f"{server.server_id}: {remark}" for server in found.servers for remark in server.remarks]
        answers: Answers | None = None
        given: dict[str, Secret] = {}
        refusal = ""
        while True:
            places = await self._doing(self._servers.places)
            answers = await self._answers(forms.import_form(names, remarks, places, given), answers, refusal)
            if answers is None:
                return
            given |= forms.secrets_of(answers)
            chosen = answers["servers"]
            assert isinstance(chosen, tuple), "some of the servers"
            taking = partial(self._servers.take_over, found, chosen, forms.keeping_of(answers, given))
            try:
                done = await self._doing(taking)
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}"
            else:
                self._said = f"{len(done)} imported: choose one"
                return

    # -- asking and telling ------------------------------------------------------------------------------

    async def _answers(self, form: Form, answers: Answers | None = None, refusal: str = "") -> Answers | None:
        given = forms.without_secrets(answers or {})
        return await self.push_screen_wait(FormScreen(form, answers=given, refusal=refusal))

    async def _doing(self, work: Callable[[], T]) -> T:
        """Something that reads files or waits for a command, off this loop."""
        return await asyncio.to_thread(work)


def _doors(found: CliConfiguration | None) -> tuple[Choice, ...]:
    count = len(found.servers) if found else 0
    there = f"{count} in {visible(str(found.path))}" if found else "none found on this machine"
    return (
        Choice(_SANDBOX, "Try the sandbox", "A JFrog Platform of your own with believable data, gone when you leave."),
        Choice(_CONNECT, "Connect to a platform", "With its URL and an access token; tested before it is saved."),
        Choice(_IMPORT, "Import from the JFrog CLI", f"Servers that `jf` knows: {there}. Its files stay as they are."),
        Choice(_LEAVE, "Leave", "Nothing is changed."),
    )


def _about(profile: Profile) -> str:
    mode = ", read-only" if profile.read_only else ""
    colour = f", {profile.colour}" if profile.colour else ""
    return f"The token is {profile.token.words}{mode}{colour}."


def run_start(paths: Paths, wanted: str = "") -> tuple[int, Outcome]:
    """Ask where to go; the exit code of the process, and the answer."""
    crashes = CrashReports(paths.crashes)
    install_hooks(crashes)
    app = StartApp(Servers(paths), crashes, glyphs_for(sys.stdout.encoding), wanted)
    code = run(app)
    return code, app.outcome if code == 0 else None
