"""What holds for the whole console holds on the way to it: no secret is left behind, and read-only only reads."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.profiles import TokenPlace
from jfconsole.services.paths import Paths
from jfconsole.services.profiles import ProfileStore
from jfconsole.ui.screens.connecting import Connecting
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.signing_in import SigningIn
from tests.pty.test_secrets import holds
from tests.support.console import Hands, console, drive
from tests.support.jfrog_cli import KEY, write_cli
from tests.support.sandbox import RunningSandbox
from tests.support.starting import SMALL, a_form, confirm, door, paste, pick, start
from tests.ui.test_tour import sent_by_us
from tests.ui.tour import walk

PASSPHRASE = "sentinel passphrase of a vault"
LOGIN = "/access/api/v2/authentication/jfrog_client_login/request"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A home in which nothing is configured; the key of the JFrog CLI is in the environment."""
    monkeypatch.setenv("JFROG_CLI_HOME_DIR", str(tmp_path / "cli"))
    monkeypatch.setenv("JFROG_CLI_ENCRYPTION_KEY", KEY)
    home = tmp_path / "home"
    return Paths(state=home / "state", config=home / "config")


Scenario: TypeAlias = Callable[[Hands], Awaitable[None]]


class Watcher:
    """Keeps what the screens showed, in words and as pictures."""

    def __init__(self) -> None:
        self.seen = b""

    def look(self, hands: Hands) -> None:
        self.seen += hands.text.encode() + hands.app.export_screenshot().encode()


async def sign_in(hands: Hands) -> None:
    """Confirm in the browser."""
    await hands.until(lambda: hands.top(SigningIn), "the sign-in")
    await hands.see("must show the code")
    page = "".join(line.strip(" │") for line in hands.text.splitlines() if "│" in line)
    found = re.search(r"http\S+?jfClientCode=1", page)
    assert found is not None
    await asyncio.to_thread(confirm, found[0])


def typed(watcher: Watcher, url: str, token: str) -> Scenario:
    """By URL and token, the token into a vault that is made on the way; once with a passphrase that will not do."""

    async def scenario(hands: Hands) -> None:
        watcher.look(hands)
        await door(hands, 1)
        await a_form(hands)
        await paste(hands, url)
        await hands.press("tab")
        await paste(hands, token)
        await hands.press("tab", "tab")
        await pick(hands, "in a vault, made now")
        await hands.see("Once more")
        for _ in range(2):
            await hands.press("tab")
            await paste(hands, PASSPHRASE)
        watcher.look(hands)
        await hands.press("ctrl+s")
        await hands.see("It works")
        watcher.look(hands)
        await hands.press("e")
        await a_form(hands)
        watcher.look(hands)
        await hands.press("ctrl+s")
        await hands.see("It works")
        await hands.press("ctrl+s")

    return scenario


def imported(watcher: Watcher) -> Scenario:
    """The servers of the JFrog CLI, their tokens into the same vault; one of them is opened."""

    async def scenario(hands: Hands) -> None:
        await door(hands, 3, title="Which server")
        await a_form(hands)
        await hands.see("lab")
        watcher.look(hands)
        await hands.press("tab", "tab", "tab")
        await hands.see("Empty where a key file")
        await paste(hands, PASSPHRASE)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Menu), "the doors")
        await hands.see("2 imported")
        watcher.look(hands)
        await hands.press("j", "enter")
        await hands.see("Vault passphrase")
        await a_form(hands)
        await paste(hands, PASSPHRASE)
        await hands.press("ctrl+s")

    return scenario


def signed_in(watcher: Watcher, url: str) -> Scenario:
    """By way of the browser, read-only."""

    async def scenario(hands: Hands) -> None:
        await door(hands, 4, title="Which server")
        await a_form(hands)
        await paste(hands, url)
        await hands.press("tab", "tab", "tab")
        await pick(hands, "nowhere: ask each time")
        await hands.press("tab", "space")
        watcher.look(hands)
        await hands.press("ctrl+s")
        await sign_in(hands)
        watcher.look(hands)
        await hands.see("It works")
        watcher.look(hands)
        await hands.press("ctrl+s")

    return scenario


@pytest.mark.deep
def test_the_ways_in_leave_no_secret_behind(tmp_path: Path, paths: Paths, sandbox: RunningSandbox) -> None:
    tokens = [sandbox.create_token(scope="applied-permissions/admin")["access_token"] for _ in range(3)]
    lab = {"serverId": "lab", "url": f"{sandbox.url}/", "accessToken": tokens[1], "isDefault": True}
    write_cli(
        tmp_path / "cli", lab, {**lab, "serverId": "other", "accessToken": tokens[2], "isDefault": False}, key=KEY
    )
    (tmp_path / "cli" / "security" / "security.yaml").unlink()
    watcher = Watcher()
    outcomes = [
        start(paths, typed(watcher, f"{sandbox.url}/ui/", tokens[0])),
        start(paths, imported(watcher)),
        start(paths, signed_in(watcher, sandbox.url)),
    ]
    used = [outcome.token.reveal() for outcome in outcomes if isinstance(outcome, Connection)]
    assert used[:2] == tokens[:2], "what was typed, and what was imported"
    reached = {request["token_id"] for request in sandbox.requests() if request["token_id"]}
    assert len(reached) >= 2, "they reached the server"
    kept = watcher.seen + b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert any(path.name == "issuer.db" for path in (tmp_path / "home").rglob("*"))
    for secret in (*tokens, *used, PASSPHRASE, KEY):
        assert not holds(kept, secret)
    places = {profile.token for profile in ProfileStore(paths.config).load().known}
    assert places == {TokenPlace.VAULT, TokenPlace.ASK}


@pytest.mark.deep
def test_read_only_from_the_first_question_on_only_reads(tmp_path: Path, paths: Paths, sandbox: RunningSandbox) -> None:
    """Through the test of the connection, then through the whole console; only the browser's login is begun by POST."""
    begun = len(sandbox.requests())
    watcher = Watcher()

    async def first(hands: Hands) -> None:
        await door(hands, 1)
        await a_form(hands)
        await paste(hands, sandbox.url)
        await hands.press("tab")
        await paste(hands, sandbox.token)
        await hands.press("tab", "tab", "tab", "space")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Connecting), "the test")
        await hands.see("It works")
        await hands.press("ctrl+s")

    outcome = start(paths, first)
    assert isinstance(outcome, Connection)
    assert outcome.read_only
    drive(console(outcome, tmp_path / "home"), lambda hands: walk(hands, [], "nobody"), SMALL)
    assert set(sent_by_us(sandbox)) == {"GET"}
    start(paths, signed_in_second(watcher, sandbox.url))
    ours = [r for r in sandbox.requests()[begun:] if r["headers"].get("user-agent", "").startswith("jfconsole")]
    assert {r["path"] for r in ours if r["method"] != "GET"} == {LOGIN}


def signed_in_second(watcher: Watcher, url: str) -> Scenario:
    """As `signed_in`, where one server is known."""

    async def scenario(hands: Hands) -> None:
        await door(hands, 2, title="Which server")
        await a_form(hands)
        await paste(hands, url)
        await hands.press("tab", "tab", "tab", "tab", "space", "ctrl+s")
        await sign_in(hands)
        await hands.see("It works")
        watcher.look(hands)
        await hands.press("ctrl+s")

    return scenario


@pytest.mark.deep
def test_a_command_that_prints_the_token_gets_none_of_ours(
    tmp_path: Path, paths: Paths, sandbox: RunningSandbox
) -> None:
    """Asked for in the form; what it finds in its environment is written down by itself."""
    script = tmp_path / "print-token"
    script.write_text(
        f"#!{sys.executable}\nimport os\nopen({str(tmp_path / 'env')!r}, 'w').write(repr(dict(os.environ)))\n"
        f"print({sandbox.token!r})\n"
    )
    script.chmod(0o700)

    async def scenario(hands: Hands) -> None:
        await door(hands, 1)
        await a_form(hands)
        await paste(hands, sandbox.url)
        await hands.press("tab", "tab", "tab")
        await pick(hands, "nowhere: a command prints it")
        await hands.press("tab")
        await paste(hands, str(script))
        await hands.press("ctrl+s")
        await hands.see("It works")
        await hands.press("ctrl+s")

    outcome = start(paths, scenario)
    assert isinstance(outcome, Connection)
    (saved,) = ProfileStore(paths.config).load().known
    assert saved.token_command == (str(script),)
    assert KEY not in (tmp_path / "env").read_text()
