"""Before the console: which server to work on. The first run has three doors; later the profiles stand before them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final, TypeAlias, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from jfconsole.domain.connection import NOBODY, Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.profiles import Profile, Profiles, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.services.jfrog_cli import CliConfiguration
from jfconsole.services.paths import Paths
from jfconsole.services.servers import Servers
from jfconsole.ui import server_forms as forms
from jfconsole.ui.crash import CrashSafe, install_hooks, run
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import Glyphs, glyphs_for
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.connecting import SAVE, Connecting
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.signing_in import SigningIn
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
        token = await self._token(profile)
        return None if token is None else profile.connection(token, f"profile {profile.name}, {profile.token.words}")

    async def _token(self, profile: Profile) -> Secret | None:
        """The token from where the profile says, asking for what that takes; None where people think better of it."""
        if profile.token is TokenPlace.ASK:
            help_ = "It is used for this session, and kept nowhere."
            return await self._secret(f"Open {profile.name}", "Access token", help_)
        try:
            return await self._doing(partial(self._servers.token, profile))
        except VaultLocked:
            passphrase = await self._secret(f"Open {profile.name}", "Vault passphrase", "The vault has the token.")
            return passphrase and await self._doing(partial(self._servers.token, profile, passphrase))

    async def _secret(self, title: str, label: str, help_: str) -> Secret | None:
        answers = await self._answers(forms.secret_form(title, label, help_))
        return None if answers is None else forms.secret_of(answers, "secret")

    # -- a new one ---------------------------------------------------------------------------------------

    async def _connect(self) -> Outcome:
        """Ask, test, save: back to the questions as often as it takes."""
        places = await self._doing(self._servers.places)
        answers, token, refusal = None, None, ""
        while True:
            form = forms.connect_form(places, has_token=token is not None)
            answers = await self._answers(form, answers, refusal)
            if answers is None:
                return None
            profile = forms.profile_of(answers)
            token = forms.secret_of(answers, "token") or token or await self._signed_in(profile)
            if token is None:
                continue
            tried = profile.connection(token, "what was typed")
            refusal = ""
            if await self.push_screen_wait(Connecting(tried, self._glyphs)) == SAVE:
                try:
                    saved = await self._doing(
                        partial(self._servers.add, profile, token, forms.secret_of(answers, "passphrase"))
                    )
                    return replace(tried, source=f"profile {saved.name}, typed just now", profile=saved.name)
                except ConsoleError as error:
                    refusal = f"{error.message}. {error.hint}"

    async def _signed_in(self, profile: Profile) -> Secret | None:
        """A token by way of the browser; None where that came to nothing."""
        asking = replace(profile, read_only=False).connection(NOBODY, "the browser")
        return await self.push_screen_wait(SigningIn(asking))

    # -- the JFrog CLI's ---------------------------------------------------------------------------------

    async def _import(self) -> Outcome:
        found = await self._doing(self._servers.cli)
        usable = [server for server in found.servers if server.profile] if found else []
        if found is None or not usable:
            self._said = "The JFrog CLI has no servers here. Set JFROG_CLI_HOME_DIR where they are elsewhere"
            return None
        names = [server.server_id for server in usable]
        remarks = [f"{server.server_id}: {remark}" for server in found.servers for remark in server.remarks]
        answers = await self._answers(forms.import_form(names, remarks, await self._doing(self._servers.places)))
        if answers is None:
            return None
        chosen, passphrase = answers["servers"], forms.secret_of(answers, "passphrase")
        assert isinstance(chosen, tuple), "some of the servers"
        taking = partial(self._servers.take_over, found, chosen, forms.place_of(answers), passphrase)
        done = await self._doing(taking)
        self._said = f"{len(done)} imported: choose one"
        return None

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
