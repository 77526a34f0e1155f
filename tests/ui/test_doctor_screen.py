"""The doctor and the exchange on a real sandbox: stages, the plan that mends, and a token that is shown once."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.ui.screens.doctor import DoctorScreen
from jfconsole.ui.screens.exchange import ExchangePanel
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.widgets.secret_input import SecretInput
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.ui.people import agree
from tests.ui.test_integrations_screen import open_integrations
from tests.ui.test_simulator_screen import paste
from tests.ui.writes import sent


def job_token(sandbox: RunningSandbox, **claims: str) -> str:
    body = {"audience": "jfrog-acme", "claims": claims}
    found: str = sandbox.control("POST", "/idp/github/token", body)["value"]
    return found


async def go_on_past_the_issuer(hands: Hands) -> None:
    """The platform may reach an issuer that is not reached from here."""
    await hands.press("o")
    await hands.see("How to look")
    await hands.press("tab", "tab", "space", "ctrl+s")
    await hands.until(lambda: hands.top(DoctorScreen))


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


@pytest.mark.deep
def test_what_is_doubtful_is_mended_by_a_plan(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    token = job_token(demo_sandbox, ref="refs/heads/feature")

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "name:github")
        await hands.press("D")
        await hands.until(lambda: hands.top(DoctorScreen))
        await hands.see("discovery: bad")
        await go_on_past_the_issuer(hands)
        await hands.see("There is no token")
        await paste(hands, token)
        await hands.see(". use")
        await hands.see("shop-branches, which was made for it, never does")
        await hands.see("Give shop-branches a lower priority number than quick-start")
        await hands.see("m plans the change")
        assert token not in hands.text
        await hands.press("m")
        await hands.until(lambda: hands.top(Review))
        await hands.see("Move mapping shop-branches in github-acme")
        assert {method for method, _, _ in sent(demo_sandbox)} == {"POST"}, "nothing but the exchange"
        await agree(hands, DoctorScreen)
        await hands.see("shop-branches lets it in")
        await hands.see(". use")
        await hands.press("m")
        await hands.see("No plan can mend it")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (160, 60))
    assert [method for method, _, _ in sent(demo_sandbox)].count("PUT") >= 1


@pytest.mark.deep
def test_how_it_looks_is_chosen(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    token = job_token(demo_sandbox, ref="refs/heads/feature")

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "name:github")
        await hands.press("D")
        await hands.see("discovery: bad")
        await hands.press("o")
        await hands.see("How to look")
        await hands.press("tab", *"shop-release", "tab", "space", "tab", "space", "ctrl+s")
        await hands.until(lambda: hands.top(DoctorScreen))
        await paste(hands, token)
        await hands.see("None of 1 mappings lets it in")
        await hands.press("o")
        await hands.see("How to look")
        await hands.press("tab", *["backspace"] * len("shop-release"), "ctrl+s")
        await hands.until(lambda: hands.top(DoctorScreen))
        await hands.see("· exchange")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (120, 50))
    assert sent(demo_sandbox) == []


@pytest.mark.deep
def test_an_exchange_is_shown_once(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    token = job_token(demo_sandbox)

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "name:github")
        await hands.press("E")
        await hands.until(lambda: hands.top(FormScreen))
        hands.app.screen.query_one(SecretInput).value = "no.token.atall"
        await hands.press("ctrl+s")
        await hands.until(lambda: (hands.top(FormScreen) and "cut short" in hands.text) or "platform" in hands.text)
        hands.app.screen.query_one(SecretInput).value = token
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(ExchangePanel))
        await hands.see("ci-shop")
        assert "eyJ" not in hands.text
        await hands.press("escape")
        await hands.see("Nothing was copied or saved")
        await hands.press("j", "enter")
        await hands.see("▸ integrations")
        await hands.press("0")
        await hands.see("Exchange with github-acme +a token for ci-shop, 10m")
        await hands.press("z")
        await hands.see("An exchange changed nothing")
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see("accepted by")
        assert "eyJ" not in hands.text

    drive(console(connection(demo_sandbox), tmp_path), scenario)
