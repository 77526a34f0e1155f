"""Offboarding by keys: from the list of users to the proof that nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.users import UsersScreen
from jfconsole.ui.screens.wizard import WizardScreen
from jfconsole.ui.screens.wizard_end import WizardEnd
from tests.support.console import Hands, connection, console, drive
from tests.support.directing import Office
from tests.support.identity import make_user
from tests.support.sandbox import RunningSandbox
from tests.support.values import listed, make, works
from tests.ui.test_living_tokens import SMALL, confirm

LEAVER = "diego.alvarez"


@pytest.mark.deep
def test_nothing_of_the_demos_leaver_is_left(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    more = [
        make(demo_sandbox, LEAVER),
        make(demo_sandbox, LEAVER, expires_in=0, scope="applied-permissions/admin"),
        make(demo_sandbox, LEAVER, include_reference_token=True),
    ]
    values = [str(made[name]) for made in more for name in ("access_token", "reference_token") if name in made]
    assert len(listed(demo_sandbox, LEAVER)) == 5

    async def scenario(hands: Hands) -> None:
        await hands.see(r"of 6\d")
        await hands.press("2", "slash")
        await hands.type(LEAVER)
        await hands.see("1 of ")
        await hands.press("enter", "colon")
        await hands.type("offboard")
        await hands.press("enter")
        await hands.until(lambda: hands.top(WizardScreen))
        await hands.see("This account may")
        await hands.press("escape")
        await hands.until(lambda: hands.top(UsersScreen), "leaving, since nothing was typed")
        await hands.press("colon")
        await hands.type("offboard")
        await hands.press("enter")
        await hands.until(lambda: hands.top(WizardScreen))
        await hands.see(LEAVER)
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        await hands.see("This cannot be undone: 5 tokens")
        await confirm(hands)
        await hands.until(lambda: hands.top(WizardEnd))
        await hands.see("good +No token is left")
        await hands.press("escape")
        await hands.until(lambda: hands.top(UsersScreen))

    drive(console(connection(demo_sandbox), tmp_path), scenario, SMALL)
    assert listed(demo_sandbox, LEAVER) == []
    office = Office(demo_sandbox, tmp_path / "after")
    can = office.ask(lambda directory: directory.access.what_user_can(LEAVER))
    assert (can.paths, can.groups, can.everything) == ((), (), ())
    assert office.get(f"users/{LEAVER}") is None
    with demo_sandbox.http() as client:
        make_user(client, LEAVER)
    assert [works(demo_sandbox, value) for value in values] == [False] * len(values), "nor when the name comes back"
