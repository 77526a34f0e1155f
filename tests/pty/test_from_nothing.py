"""As a new user would: an empty home, a platform's URL and a token, and nothing to read but the screen."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.services.paths import find_paths
from jfconsole.services.servers import Keeping, Servers
from tests.pty.consoles import LISTED, Session, descendants, opened
from tests.pty.test_console_endings import BREAKABLE, SENTINEL
from tests.pty.test_secrets import holds
from tests.support.pty_console import PtyConsole
from tests.support.sandbox import RunningSandbox

WELCOME = "Nothing is configured yet"


def paste(console: PtyConsole, text: str) -> None:
    """As a terminal pastes: all at once, between two marks."""
    console.send(f"\x1b[200~{text}\x1b[201~")


def fill(console: PtyConsole, url: str, token: str) -> None:
    """Through the second door, and what its form asks for."""
    console.wait_for("Connect to a platform")
    console.send("j", "enter")
    console.wait_for("As the browser shows it")
    paste(console, url)
    console.wait_for("The platform is http")
    console.send("tab")
    console.wait_for("An administrator's")
    paste(console, token)
    console.wait_for("••••")


def keep_in_a_new_vault(console: PtyConsole, passphrase: str) -> None:
    """From the field of the token on."""
    console.send("tab")
    console.wait_for("What to call the platform here")
    console.send("tab")
    console.wait_for("A vault is a sealed file of yours")
    console.send("enter")
    console.wait_for("in a vault, made now")
    console.send("down", "enter")
    console.wait_for("The vault is a file on this machine")
    for label in ("8 characters at least", "The same again"):
        console.send("tab")
        console.wait_for(label)
        paste(console, passphrase)


def has_the_focus(console: PtyConsole, name: str) -> bool:
    """Whether the cursor is on the row of that name, and keys go there."""
    rows = [(at, line) for at, line in enumerate(console.display) if "▌" in line and name in line]
    return any(console.bold(at, line.index(name)) for at, line in rows)


def onboard_a_scanner(console: PtyConsole, repository: str) -> None:
    """The first flow, page by page, as each page says; up to the proof."""
    console.send("w")
    console.wait_for("type to find")
    console.send("ox security")
    console.wait_gone("Offboard a user")
    console.send("enter")
    console.wait_for(re.compile(r"now +Account"))
    console.send("ctrl+n")
    console.wait_for("none · enter chooses")
    console.send("enter")
    console.wait_for(repository)
    console.send(repository)
    console.wait_for(re.compile(rf"(?s){repository}.*{repository}"))
    console.send("enter")
    console.wait_for(lambda: has_the_focus(console, repository))
    console.send("space", "enter")
    console.wait_for(re.compile(rf"Repositories +{repository}"))
    console.send("ctrl+n")
    console.wait_for(re.compile(r"now +User"))
    console.send("ctrl+n")
    console.wait_for("E-mail is needed")
    console.send("sec@acme.example")
    console.wait_for("sec@acme.example")
    console.send("ctrl+n")
    console.wait_for(re.compile(r"now +Token"))
    console.send("ctrl+n")
    console.wait_for("Review before anything is sent")
    console.send("tab", "enter")
    console.wait_for(re.compile(rf"good +It reads {repository}"))


def save_the_card(console: PtyConsole, place: Path) -> None:
    """To a file that only this user can read."""
    console.send("s")
    console.wait_for("only you can read")
    console.send("ctrl+u")
    console.wait_gone("~/")
    paste(console, str(place))
    console.wait_for(place.name)
    console.send("enter")
    console.wait_until(lambda: place.is_file() and place.stat().st_size > 0)
    console.wait_gone("only you can read")


def environments(session: Session) -> bytes:
    """Arguments and environment of the console and of whatever it started."""
    found = descendants(session.console.process.pid)
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for pid in found for name in ("cmdline", "environ"))


@pytest.mark.deep
def test_from_nothing_to_a_scanner_that_was_verified(tmp_path: Path, demo_sandbox: RunningSandbox) -> None:
    passphrase, repository = "sentinel passphrase of a new vault", "docker-prod-local"
    card = tmp_path / "card"
    with opened(tmp_path, [], ready=WELCOME) as session:
        console = session.console
        fill(console, f"{demo_sandbox.url}/ui/login/", demo_sandbox.token)
        keep_in_a_new_vault(console, passphrase)
        console.send("ctrl+s")
        console.wait_for("It works")
        console.send("ctrl+s")
        console.wait_for(LISTED)
        processes = environments(session)
        onboard_a_scanner(console, repository)
        processes += environments(session)
        save_the_card(console, card)
        console.send("escape")
        console.wait_for("jfconsole ▸ tokens")
        session.quit()
        files = {path: path.read_bytes() for path in session.files()}
    handed = files.pop(card).decode()
    assert f"{demo_sandbox.url}/artifactory" in handed
    with demo_sandbox.http() as http:
        assert http.get("/access/api/v2/users/ox-security").json()["groups"] == ["ox-security"]
    for secret in (demo_sandbox.token, passphrase):
        assert not holds(console.raw, secret)
        assert not holds(processes, secret)
        assert [path for path, content in files.items() if holds(content, secret)] == []


@pytest.mark.deep
@pytest.mark.parametrize(
    "target",
    [
        "jfconsole.ui.screens.connecting:Connecting.compose",
        "jfconsole.ui.screens.connecting:Connecting._told",
        "jfconsole.ui.start:StartApp._try",
        "jfconsole.services.servers:Servers.check",
    ],
)
def test_a_bug_on_the_way_in_gives_the_terminal_back_and_no_token(
    tmp_path: Path, story: RunningSandbox, target: str
) -> None:
    """Some end the console, some are told and leave it: never with what was typed."""
    environment = {"BREAK": target, "SENTINEL": SENTINEL}
    with opened(tmp_path, [], command=BREAKABLE, environment=environment, ready=WELCOME) as session:
        console = session.console
        fill(console, story.url, story.token)
        console.send("ctrl+s")
        console.wait_for(re.compile("had to stop|Something failed"))
        if "had to stop" not in console.text:
            console.send("ctrl+q")
        assert console.exit_code() in (0, 1)
        console.assert_restored()
        assert session.crash_files
        for kept in (console.raw, *(file.read_bytes() for file in session.files())):
            assert not holds(kept, story.token)
            assert SENTINEL.encode() not in kept


@pytest.mark.deep
def test_a_signal_ends_the_way_in(tmp_path: Path) -> None:
    with opened(tmp_path, [], ready=WELCOME) as session:
        session.console.signal(signal.SIGTERM)
        assert session.console.exit_code() == 143
        session.console.assert_restored()
        assert session.crash_files == []


@pytest.mark.deep
def test_a_slip_of_the_hand_does_not_end_it(tmp_path: Path, story: RunningSandbox) -> None:
    """The token is in a vault: its passphrase is asked for before the console opens.

    Whatever is typed while a first answer is tried is no more echoed than the answer was.
    """
    paths = find_paths({"JFCONSOLE_HOME": str(tmp_path / "jfconsole")})
    profile = Profile(name="story", url=story.url, token=TokenPlace.VAULT)
    passphrase = Secret("correct horse battery")
    keeping = Keeping(place=TokenPlace.VAULT, passphrase=passphrase, new_vault=True)
    Servers(paths).add(profile, Secret(story.token), keeping)
    with opened(tmp_path, [], ready="Passphrase of the vault") as session:
        console = session.console
        console.send("correct hors", "enter")
        while "That does not open it" not in console.text:
            assert console.process.poll() is None
            assert not console.echoes
        console.send(passphrase.reveal(), "enter")
        console.wait_for(LISTED)
        session.quit()
        assert not holds(console.raw, passphrase.reveal())
