"""The doctor and the exchange on a real sandbox: stages, the plan that mends, and a token that is shown once."""

from __future__ import annotations

from pathlib import Path

from jfconsole.ui.screens.doctor import DoctorScreen
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.ui.test_integrations_screen import open_integrations
from tests.ui.writes import sent


def test_a_dead_issuer_is_named(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "name:teamcity")
        await hands.press("D")
        await hands.until(lambda: hands.top(DoctorScreen))
        await hands.see("discovery: bad")
        await hands.see("discovery-unreachable")
        await hands.press("m")
        await hands.see("No plan can mend it")
        await hands.press("escape")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (80, 24))
    assert sent(demo_sandbox) == []
