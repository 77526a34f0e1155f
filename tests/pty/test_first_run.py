"""`jfconsole` with nothing configured, in a real terminal: to a platform, to the choice of another one, and out."""

from __future__ import annotations

from pathlib import Path

from jfconsole.services.first_run import tour_seen
from tests.pty.consoles import LISTED, opened
from tests.support.sandbox import RunningSandbox


def test_from_nothing_to_the_console_and_to_the_choice_of_servers(tmp_path: Path, demo_sandbox: RunningSandbox) -> None:
    with opened(tmp_path, [], ready="Nothing is configured yet", new_here=True) as session:
        console = session.console
        console.send("j", "enter")
        console.wait_for("As the browser shows it")
        console.send(f"\x1b[200~{demo_sandbox.url}/ui/\x1b[201~")
        console.wait_for(f"The platform is {demo_sandbox.url}")
        console.send("tab")
        console.wait_for("An administrator's")
        console.send(f"\x1b[200~{demo_sandbox.token}\x1b[201~")
        console.wait_for("••••")
        console.send("ctrl+s")
        console.wait_for("It works")
        console.send("ctrl+s")
        console.wait_for("What you see · 1 of")
        console.send("enter")
        console.wait_for("Going places · 2 of")
        console.send("escape")
        console.wait_for(lambda: "esc leave the tour" not in console.text)
        console.wait_for(LISTED)
        console.send(":")
        console.wait_for(lambda: console.display[-1].strip().startswith(":"))
        console.send("server", "enter")
        console.wait_for("Which server?")
        console.wait_for(f"127-0-0-1  {demo_sandbox.url}")
        console.send("escape")
        assert console.exit_code() == 0, console.text
        console.assert_restored()
        assert tour_seen(tmp_path / "jfconsole" / "state"), "it never comes again by itself"
        assert demo_sandbox.token.encode() not in console.raw
        assert [file for file in session.files() if demo_sandbox.token.encode() in file.read_bytes()] == []
