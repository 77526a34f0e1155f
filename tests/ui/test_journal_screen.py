"""The journal and the request log by keys at 80x24: searched, read, taken elsewhere, verified; no secret in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jfconsole.ui.screens.journal import JournalScreen
from jfconsole.ui.screens.requests import RequestsScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_user
from tests.support.sandbox import RunningSandbox

SMALL = (80, 24)
PASSWORD = "Corr3ct-horse-battery"


async def set_a_password(hands: Hands) -> None:
    """Something with a secret in it, for the journal and the log."""
    await hands.see(r"\d+ of \d+")
    await hands.press("2")
    await hands.see("ada")
    await hands.press("slash", *"ada", "enter", "colon", *"password", "enter")
    await hands.see("Set the password of ada")
    await hands.until(lambda: hands.app.focused is not None)
    await hands.type(PASSWORD)
    await hands.press("tab")
    await hands.type(PASSWORD)
    await hands.press("ctrl+s")
    await hands.until(lambda: hands.top(Review))
    await hands.press("tab", "enter")
    await hands.see("1 done")
    await hands.press("escape")


async def tried(hands: Hands, token: str) -> None:
    """Check a token: a call that goes out with another credential."""
    await hands.press("1", "T")
    await hands.see("Check a token")
    await hands.until(lambda: hands.app.focused is not None)
    await hands.type(token)
    await hands.press("enter")
    await hands.see("accepted · of")
    await hands.press("escape")


@pytest.mark.deep
def test_the_journal_is_searched_read_exported_and_verified(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")

    async def scenario(hands: Hands) -> None:
        await set_a_password(hands)
        await hands.press("0")
        await hands.until(lambda: hands.top(JournalScreen))
        await hands.see("Set the password of ada")
        await hands.press("slash", *"nothing like it", "enter")
        await hands.see("0 of 1")
        await hands.press("escape")
        await hands.press("slash", *"password age<1h", "enter")
        await hands.see("1 of 1")
        await hands.press("enter")
        await hands.until(lambda: hands.top(Viewer), "the steps")
        await hands.see("done +Set the password of ada")
        assert PASSWORD not in hands.text
        await hands.press("escape", "x")
        await hands.see("Export as")
        await hands.press("enter")
        await hands.until(lambda: hands.top(Viewer), "the script")
        await hands.see("curl")
        assert PASSWORD not in hands.text
        await hands.press("escape", "v")
        await hands.see("no accidental damage found")
        with closing(sqlite3.connect(tmp_path / "state" / "journal.db")) as db, db:
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f"DROP TRIGGER {name}")
            db.execute("UPDATE events SET payload = '{}' WHERE seq = 2")
        await hands.press("v")
        await hands.see("damaged at event 2")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)


@pytest.mark.deep
def test_the_request_log_is_searched_and_copied_without_secrets(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_user(http, "ada")
    other = sandbox.create_token(username="ada", scope="applied-permissions/user")["access_token"]

    async def copied(hands: Hands) -> str:
        hands.app._clipboard = ""
        await hands.press("C")
        await hands.until(lambda: "curl" in hands.app.clipboard, "the copy")
        await hands.press("d")
        await hands.see(r"took +\d+ ms, 1 try")
        await hands.press("escape")
        for secret in (PASSWORD, sandbox.token, other):
            assert secret not in hands.text + hands.app.clipboard
        return hands.app.clipboard

    async def scenario(hands: Hands) -> None:
        await set_a_password(hands)
        await tried(hands, other)
        sandbox.faults({"method": "GET", "path": "/access/api/v2/users", "kind": "status", "status": 503, "count": 1})
        await hands.press("2", "r")
        await hands.until(lambda: any(entry.attempts == 2 for entry in hands.app.workbench.log.entries()), "a retry")
        await hands.press("L")
        await hands.until(lambda: hands.top(RequestsScreen))
        await hands.see(r"METHOD +PATH +STATUS +MS +TRIES")
        await hands.press("slash", *"method:get path:/v2/users", "enter")
        await hands.see(r"GET +/access/api/v2/users.* 200 +\d+ +2\b")
        await hands.press("escape", "slash", *"method:put password", "enter")
        await hands.see("1 of ")
        assert "$PASSWORD" in await copied(hands)
        await hands.press("escape", "slash", *"/tokens/me", "enter")
        await hands.see(r"\d+ of ")
        assert "Bearer %s" in await copied(hands)

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
