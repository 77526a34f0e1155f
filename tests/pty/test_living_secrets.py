"""Tokens that are refreshed, rotated, checked, revoked by value, swapped, tried on a peer or taken from somebody who
leaves, in a real terminal, are written nowhere.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pty.consoles import Session, descendants, on, opened
from tests.pty.test_console_endings import BREAKABLE
from tests.pty.test_secrets import holds
from tests.support.sandbox import RunningSandbox
from tests.support.values import DAY, HOUR, listed, make, works

BROKEN = "jfconsole.ui.screens.viewer:Viewer.compose"
LEAVER = "diego.alvarez"
MASKED = "•{30}"


class Tour:
    """One console, what its processes showed of themselves, and the files that a person asked for."""

    def __init__(self, session: Session) -> None:
        self.console = session.console
        self.processes = b""
        self.saved: list[Path] = []
        self._home = session.home

    def look_around(self) -> None:
        """Arguments and environment of the console and of whatever it started."""
        for pid in descendants(self.console.process.pid):
            self.processes += b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))

    def paste(self, text: str) -> None:
        """As a terminal pastes: all at once, between two marks."""
        self.console.send(f"\x1b[200~{text}\x1b[201~")

    def save(self, name: str) -> str:
        """Save what stands under the cursor; its text."""
        self.look_around()
        self.console.send("s")
        self.console.wait_for("only you can read")
        self.console.send("ctrl+u")
        self.console.wait_gone("~/")
        self.paste(str(self._home / name))
        self.console.wait_for(name)
        self.console.send("enter")
        self.console.wait_gone("only you can read")
        self.console.wait_until(lambda: (self._home / name).is_file() and (self._home / name).stat().st_size > 0)
        self.saved.append(self._home / name)
        return self.saved[-1].read_text()

    def refresh(self, old: dict[str, str]) -> list[str]:
        """Give a pair, take the new one: access token, then refresh token."""
        self.console.send("F")
        self.console.wait_for("It came with the access token")
        self.paste(old["refresh_token"])
        self.console.send("tab")
        self.console.wait_for("The old one, expired or not")
        self.paste(old["access_token"])
        self.console.wait_for(lambda: self.console.text.count("•" * 30) == 2)
        self.console.send("ctrl+s")
        self.console.wait_for("The old pair is dead at once")
        self.console.send("tab", "enter")
        self.console.wait_for("The old pair is dead: whoever")
        self.console.send("j", "j")
        self.console.wait_for("refresh_token=•")
        pair = self.save("refreshed")
        self.console.send("escape")
        self.console.wait_gone("take it now")
        return [line.partition("=")[2] for line in pair.splitlines()]

    def rotate(self) -> str:
        """Rotate the token under the cursor, and let the old one end."""
        self.console.send("o")
        self.console.wait_for("not known: choose")
        self.console.send("enter")
        self.console.wait_for("only some")
        self.console.send("down", "enter")
        self.console.wait_gone("only some")
        self.console.send("ctrl+s")
        self.console.wait_for("Review before anything is sent")
        self.console.send("tab", "enter")
        self.console.wait_for("The platform accepts the new access token")
        value = self.save("rotated")
        self.console.send("escape")
        self.console.wait_for("2 done")
        self.console.send("escape")
        self.console.wait_gone("2 done")
        return value

    def check(self, pasted: str) -> None:
        """Paste a token to be checked."""
        self.console.send("T")
        self.console.wait_for("Check a token")
        self.paste(pasted)
        self.console.send("enter")
        self.console.wait_for("accepted · of")
        self.look_around()
        self.console.send("escape")
        self.console.wait_gone("esc close")

    def revoke(self, leaked: str) -> None:
        """Paste a leaked token, and revoke it."""
        self.console.send("ctrl+x")
        self.console.wait_for("Revoke a token by its value")
        self.paste(leaked)
        self.console.send("enter")
        self.console.wait_for("Review before anything is sent")
        self.console.send("tab", "enter")
        self.console.wait_for("1 done")
        self.console.send("escape")
        self.console.wait_gone("1 done")

    def swap(self) -> None:
        """Go over to a token for an hour, and work with it."""
        self.console.send("O")
        self.console.wait_for("h work with an admin token")
        self.console.send("h")
        self.console.wait_for("Type admin to confirm")
        self.console.send("admin", "enter")
        self.console.wait_for(re.compile(r"admin (60|5\d) min"))
        self.look_around()

    def try_on_a_peer(self, peer: RunningSandbox, value: str) -> None:
        """Try a token on a platform that does not know this one: once the given one, once one that is made for it."""
        self.console.send(":", "circle", "enter")
        self.console.wait_for("CN=JFrog Token Issuer")
        for given in (value, ""):
            filled = re.compile(f"{MASKED}(?s:.*){MASKED}" if given else MASKED)
            self.console.send("t")
            self.console.wait_for("as a browser shows it")
            self.paste(peer.url)
            self.console.send("tab")
            self.console.wait_for("An administrator's token of the peer")
            self.paste(peer.token)
            self.console.send("tab", "tab")
            self.console.wait_for("A token of this platform that lives")
            self.paste(given)
            self.console.wait_for(filled)
            self.look_around()
            self.console.send("ctrl+s")
            if not given:
                self.console.wait_for("Review before anything is sent")
                self.console.send("tab", "enter")
            self.console.wait_for("root certificate")
        self.console.send("escape")
        self.console.wait_gone("esc close")

    def offboard(self, session: Session) -> None:
        """Take away everything that somebody has."""
        self.console.send("2")
        self.console.wait_for("▸ users")
        session.filter_by(LEAVER, "1 of ")
        self.console.send(":", "offboard", "enter")
        self.console.wait_for("This account may take away")
        self.console.send("ctrl+s")
        self.console.wait_for("This cannot be undone")
        self.console.send(LEAVER, "enter")
        self.console.wait_for("No token is left")
        self.look_around()
        self.console.send("escape")
        self.console.wait_gone("Proof, and what")


@pytest.mark.deep
@pytest.mark.timeout(300)
def test_no_value_is_written_anywhere_not_even_by_a_crash(tmp_path: Path) -> None:
    with RunningSandbox("demo") as sandbox, RunningSandbox("empty") as peer:
        pair = make(sandbox, "zz-pair", refreshable=True)
        turned = make(sandbox, "zz-turned", expires_in=60 * DAY)
        leaked = make(sandbox, "zz-leaked", include_reference_token=True)
        left = make(sandbox, LEAVER)
        crossing = make(sandbox, expires_in=HOUR)
        given = [pair["access_token"], pair["refresh_token"], turned["access_token"], left["access_token"]]
        given += [leaked["access_token"], leaked["reference_token"], crossing["access_token"]]
        given += [sandbox.token, peer.token]
        environment = {"BREAK": BROKEN, "SENTINEL": "a sentinel that stands in a local"}
        where = on(sandbox, tmp_path)
        with opened(
            tmp_path / "home", where, size=(80, 24), command=BREAKABLE, environment=environment, ready="ci-data"
        ) as session:
            tour = Tour(session)
            refreshed, refresh_token = tour.refresh(pair)
            given.append(refresh_token)
            session.filter_by("zz-turned", "1 of ")
            came = [refreshed, tour.rotate()]
            tour.check(leaked["access_token"])
            tour.revoke(leaked["reference_token"])
            tour.swap()
            tour.try_on_a_peer(peer, crossing["access_token"])
            tour.offboard(session)
            tour.console.send(":", "help", "enter")
            assert tour.console.exit_code() == 1
            assert session.crash_files
            files = {path: path.read_bytes() for path in session.files() if path not in tour.saved}
        assert [works(sandbox, value) for value in came] == [True, True]
        dead = (pair["access_token"], turned["access_token"], left["access_token"])
        assert [works(sandbox, value) for value in dead] == [False, False, False]
        assert listed(sandbox, "zz-leaked") == []
        reached = [one for one in peer.requests() if one["headers"].get("user-agent", "").startswith("jfconsole")]
        assert {one["status"] for one in reached} >= {200, 401}, "the peer took its own token, and neither of ours"
        assert any(path.name == "journal.db" for path in files)
        for value in (*given, *came):
            assert not holds(tour.console.raw, value), "in the terminal"
            assert not holds(tour.processes, value), "in arguments or environment"
            assert [path for path, content in files.items() if holds(content, value)] == []
