"""The way to a server, by keys at 80x24: the doors of the first run, and going from one server to another."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.profiles import Colour, Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.services import token_places
from jfconsole.services.issuer import IssuerService
from jfconsole.services.paths import Paths
from jfconsole.services.profiles import ProfileStore
from jfconsole.services.servers import Servers
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.crash_report import CrashReports
from jfconsole.ui.glyphs import UTF8
from jfconsole.ui.screens.connecting import Connecting
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.signing_in import SigningIn
from jfconsole.ui.start import Outcome, Sandbox, StartApp
from tests.support import fault_server as fault
from tests.support.console import Hands, connection, console, console_parts, drive
from tests.support.fault_server import FaultServer
from tests.support.jfrog_cli import KEY, write_cli
from tests.support.keyrings import MemoryKeyring
from tests.support.ox_walk import choose_repository, open_ox, to_the_end
from tests.support.sandbox import RunningSandbox
from tests.support.starting import SMALL, a_form, confirm, door, fill, paste, pick, start

PASSPHRASE = Secret("correct horse battery")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A home in which nothing is configured."""
    monkeypatch.setenv("JFROG_CLI_HOME_DIR", str(tmp_path / "cli"))
    return Paths(state=tmp_path / "state", config=tmp_path / "config")


def nowhere_in_clear(folder: Path, token: str) -> bool:
    return not any(token.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.deep
def test_from_nothing_to_a_scanner(tmp_path: Path, paths: Paths, demo_sandbox: RunningSandbox) -> None:
    """Connect by URL and token, then the first flow: what stands on the screen is all that one has to know."""

    async def connect(hands: Hands) -> None:
        await door(hands, 1)
        await fill(hands, f"{demo_sandbox.url}/ui/login", demo_sandbox.token)
        await hands.see("token: The token is accepted")
        await hands.see("It works")
        await hands.press("enter")

    outcome = start(paths, connect)
    assert isinstance(outcome, Connection)
    assert (outcome.url, outcome.profile) == (demo_sandbox.url, "127-0-0-1")
    assert ProfileStore(paths.config).load().default == "127-0-0-1"
    assert nowhere_in_clear(tmp_path, demo_sandbox.token)

    async def onboard(hands: Hands) -> None:
        await hands.see("127-0-0-1")
        await open_ox(hands)
        await choose_repository(hands, "docker-prod-local")
        await to_the_end(hands)

    drive(console(outcome, tmp_path), onboard, size=SMALL)


@pytest.mark.deep
def test_what_does_not_work_leads_back_to_the_questions(paths: Paths, sandbox: RunningSandbox) -> None:
    async def mistaken(hands: Hands) -> None:
        await door(hands, 1)
        await fill(hands, sandbox.url, "not-a-token")
        await hands.see("token: bad")
        await hands.press("e")
        await a_form(hands)
        await hands.see(sandbox.url)
        await hands.press("tab")
        await paste(hands, sandbox.token)
        await hands.press("ctrl+s")
        await hands.see("It works")
        await hands.press("e")
        await a_form(hands)
        await hands.press("ctrl+s")
        await hands.see("It works")
        await hands.press("ctrl+s")

    outcome = start(paths, mistaken)
    assert isinstance(outcome, Connection)
    assert outcome.token.matches(Secret(sandbox.token))
    assert ProfileStore(paths.config).load().known == (Profile(name="127-0-0-1", url=sandbox.url),)
    assert nowhere_in_clear(paths.config.parent, sandbox.token)


def test_without_a_token_the_browser_is_the_way_in(paths: Paths, sandbox: RunningSandbox) -> None:
    async def sign_in(hands: Hands) -> None:
        await door(hands, 1)
        await a_form(hands)
        await paste(hands, sandbox.url)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(SigningIn), "the sign-in")
        await hands.see("must show the code")
        page = "".join(line.strip(" │") for line in hands.text.splitlines() if "│" in line)
        found = re.search(r"http\S+?jfClientCode=1", page)
        assert found is not None
        await asyncio.to_thread(confirm, found[0])
        await hands.see("The token administers the platform")
        await hands.see("It works")
        await hands.press("ctrl+s")

    outcome = start(paths, sign_in)
    assert isinstance(outcome, Connection)
    assert outcome.token.reveal().startswith("eyJ")


def test_a_file_of_profiles_that_cannot_be_used_is_told(paths: Paths) -> None:
    paths.config.mkdir()
    (paths.config / "profiles.toml").write_text("[profiles.prod]\n")

    async def look(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Menu), "the doors")
        await hands.see("url: it is")
        await door(hands, 3)

    assert start(paths, look) is None


@pytest.mark.deep
def test_a_platform_that_is_not_there_may_be_saved_or_left(paths: Paths) -> None:
    async def closed(hands: Hands) -> None:
        await door(hands, 1)
        await fill(hands, "http://127.0.0.1:9", "s3cr3t")
        await hands.see("port: bad")
        await hands.see("Nothing listens")
        await hands.press("escape")
        await a_form(hands)
        await hands.press("escape")
        await hands.see("Leave the form")
        await hands.press("j", "enter")
        await door(hands, 3)

    assert start(paths, closed) is None
    assert ProfileStore(paths.config).load().known == ()


def test_the_sandbox_and_escape(paths: Paths) -> None:
    async def sandbox(hands: Hands) -> None:
        await door(hands, 0)

    async def escape(hands: Hands) -> None:
        await hands.until(lambda: hands.top(Menu), "the doors")
        await hands.press("escape")

    assert isinstance(start(paths, sandbox), Sandbox)
    assert start(paths, escape) is None


def test_the_clis_servers_become_doors(tmp_path: Path, paths: Paths, sandbox: RunningSandbox) -> None:
    lab = {"serverId": "lab", "url": f"{sandbox.url}/", "accessToken": sandbox.token}
    write_cli(tmp_path / "cli", lab, {**lab, "serverId": "Prod", "url": "https://acme.jfrog.io"}, key=KEY)

    async def take_over(hands: Hands) -> None:
        await door(hands, 2)
        await a_form(hands)
        await hands.see("Prod")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Menu), "the doors")
        await hands.see("Which server")
        await hands.see("prod  https://acme")
        await hands.see(f"lab  {sandbox.url}")
        await hands.press("enter")
        await hands.see("Open lab")
        await a_form(hands)
        await paste(hands, sandbox.token)
        await hands.press("ctrl+s")

    outcome = start(paths, take_over)
    assert isinstance(outcome, Connection)
    assert (outcome.profile, outcome.url) == ("lab", sandbox.url)
    assert nowhere_in_clear(tmp_path, sandbox.token)


def test_without_a_cli_the_door_says_so(paths: Paths) -> None:
    async def look(hands: Hands) -> None:
        await door(hands, 2)
        await hands.see("has no servers here")
        await door(hands, 3)

    assert start(paths, look) is None


def test_a_token_in_the_vault_takes_its_passphrase(paths: Paths) -> None:
    profile = Profile(name="prod", url="https://acme.jfrog.io", token=TokenPlace.VAULT)
    service = IssuerService(paths.state)
    service.local.vault.create(PASSPHRASE, "https://jwt.example")
    token_places.keep_in_vault(profile, Secret("s3cr3t"), service.local)
    service.close()
    ProfileStore(paths.config).put(profile)

    async def wrong_then_right(hands: Hands) -> None:
        await a_form(hands)
        await hands.type("wrong")
        await hands.press("ctrl+s")
        await hands.see("Which server")
        await hands.press("enter")
        await hands.see("Vault passphrase")
        await a_form(hands)
        await paste(hands, PASSPHRASE.reveal())
        await hands.press("ctrl+s")

    outcome = start(paths, wrong_then_right, wanted="prod")
    assert isinstance(outcome, Connection)
    assert outcome.token.matches(Secret("s3cr3t"))


def test_a_name_that_nobody_has_leads_to_the_doors(paths: Paths) -> None:
    ProfileStore(paths.config).put(Profile(name="prod", url="https://acme.jfrog.io", colour=Colour.RED))

    async def look(hands: Hands) -> None:
        await hands.see("no profile nope")
        await hands.until(lambda: hands.top(Menu), "the doors")
        await hands.see("prod")
        await hands.see("The token is asked for each time, red")
        await hands.press("escape")

    assert start(paths, look, wanted="nope") is None


@pytest.mark.parametrize(("typed", "wanted"), [("server", ""), ("server prod", "prod")])
def test_the_console_leaves_for_another_server(
    tmp_path: Path, sandbox: RunningSandbox, typed: str, wanted: str
) -> None:
    where = replace(connection(sandbox, read_only=True), profile="lab", colour="red")
    app = ConsoleApp(*console_parts(where, tmp_path), UTF8, switching=True)

    async def leave(hands: Hands) -> None:
        first = await hands.see(r"jfconsole . tokens.*lab.*READ-ONLY")
        assert len(first[0]) <= SMALL[0]
        await hands.press("colon")
        await hands.type(typed)
        await hands.press("enter")
        await hands.until(lambda: app.switch.wanted is not None, "the console to leave")

    drive(app, leave, size=SMALL)
    assert app.switch.wanted == wanted
    assert app.return_code == 0


def test_a_console_that_nobody_would_open_again_stays(tmp_path: Path, sandbox: RunningSandbox) -> None:
    async def stay(hands: Hands) -> None:
        await hands.see(r"\d+ of \d+")
        await hands.press("colon")
        await hands.type("server prod")
        await hands.press("enter")
        await hands.see("stays on its server")

    drive(console(connection(sandbox), tmp_path), stay)


@pytest.mark.deep
def test_a_vault_is_made_on_the_way_and_nothing_is_given_twice(
    tmp_path: Path, paths: Paths, sandbox: RunningSandbox
) -> None:
    """Two passphrases that differ, then one that is too short: token and URL stay."""

    async def connect(hands: Hands) -> None:
        await door(hands, 1)
        await a_form(hands)
        await paste(hands, sandbox.url)
        await hands.press("tab")
        await paste(hands, sandbox.token)
        await hands.press("tab", "tab")
        await pick(hands, "in a vault, made now")
        await hands.see("Once more")
        await hands.press("tab")
        await paste(hands, "short")
        await hands.press("tab")
        await paste(hands, "other")
        await hands.press("ctrl+s")
        await hands.see("The two are not the same")
        await hands.press("ctrl+u")
        await paste(hands, "short")
        await hands.press("ctrl+s")
        await hands.see("8 characters at least")
        await hands.see(sandbox.url)
        await hands.press("tab", "tab", "tab", "tab")
        await hands.see("New passphrase")
        for field in ("new", "again"):
            hands.app.screen.query_one(f"#row-{field} SecretInput").focus()
            await hands.pilot.pause()
            await paste(hands, PASSPHRASE.reveal())
        await hands.press("ctrl+s")
        await hands.see("It works")
        await hands.press("ctrl+s")

    outcome = start(paths, connect)
    assert isinstance(outcome, Connection)
    assert outcome.token.matches(Secret(sandbox.token))
    (saved,) = ProfileStore(paths.config).load().known
    assert saved.token is TokenPlace.VAULT
    with pytest.raises(VaultLocked):
        Servers(paths).token(saved)
    assert Servers(paths).token(saved, PASSPHRASE).matches(Secret(sandbox.token))
    assert nowhere_in_clear(tmp_path, sandbox.token)
    assert nowhere_in_clear(tmp_path, PASSPHRASE.reveal())


@pytest.mark.deep
def test_the_keyring_is_offered_where_there_is_one(
    paths: Paths, sandbox: RunningSandbox, a_keyring: MemoryKeyring
) -> None:
    async def connect(hands: Hands) -> None:
        await door(hands, 1)
        await fill(hands, sandbox.url, sandbox.token)
        await hands.see("It works")
        await hands.press("ctrl+s")

    assert isinstance(start(paths, connect), Connection)
    assert list(a_keyring.kept.values()) == [sandbox.token]
    assert isinstance(start(paths, lambda hands: door(hands, 0, title="Which server")), Connection)


@pytest.mark.deep
@pytest.mark.parametrize("behaviour", [fault.hang, fault.drip], ids=["hangs", "drips"])
def test_a_server_that_does_not_answer_is_left_at_once(paths: Paths, behaviour: fault.Behaviour) -> None:
    """By escape, back to what was typed; and out, though the server still holds on."""

    async def leave(hands: Hands, url: str) -> None:
        await door(hands, 1)
        await fill(hands, url, "s3cr3t")
        await hands.see("port: The connection is accepted")
        await hands.press("escape")
        await a_form(hands)
        await hands.see(url)
        await hands.press("tab", "ctrl+s")
        await hands.until(lambda: hands.top(Connecting), "the test, with the token of before")
        await hands.press("ctrl+q")
        await hands.until(lambda: hands.app.return_code is not None, "the end")

    async def run() -> Outcome:
        async with FaultServer(behaviour) as server:
            app = StartApp(Servers(paths), CrashReports(paths.crashes), UTF8)
            async with app.run_test(size=SMALL, notifications=True) as pilot:
                await leave(Hands(cast("ConsoleApp", app), pilot), server.url)
            return app.outcome

    assert asyncio.run(run()) is None


def test_a_command_that_hangs_is_not_waited_for(tmp_path: Path, paths: Paths) -> None:
    alive = tmp_path / "alive"
    code = f"import os, pathlib, time; pathlib.Path({str(alive)!r}).write_text(str(os.getpid())); time.sleep(60)"
    command = (sys.executable, "-c", code)
    ProfileStore(paths.config).put(
        Profile(name="prod", url="https://acme.jfrog.io", token=TokenPlace.COMMAND, token_command=command)
    )

    async def leave(hands: Hands) -> None:
        await hands.see("printed by a command …")
        await hands.until(alive.exists, "the command")
        await hands.press("escape")
        await hands.see("Which server")
        await hands.press("escape")

    assert start(paths, leave, wanted="prod") is None
    with pytest.raises(ProcessLookupError):
        os.kill(int(alive.read_text()), 0)
