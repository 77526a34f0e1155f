"""The simulator on a real sandbox: what is pasted stays here, and the verdict is the platform's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jfconsole.ui.screens.claims_editor import ClaimsEditor
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.paste_id import PasteIdToken
from jfconsole.ui.screens.simulator import Simulator
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.widgets.secret_input import SecretInput
from tests.support.console import Hands, connection, console, drive
from tests.support.sandbox import RunningSandbox
from tests.ui.test_integrations_screen import open_integrations
from tests.ui.writes import sent


async def open_simulator(hands: Hands) -> None:
    await open_integrations(hands, "name:github")
    await hands.press("t")
    await hands.until(lambda: hands.top(Simulator))
    await hands.see("1 +shop-release")


async def paste(hands: Hands, token: str) -> None:
    await hands.press("v")
    await hands.until(lambda: hands.top(PasteIdToken))
    hands.app.screen.query_one(SecretInput).value = token
    await hands.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_a_pasted_token_is_judged_here(demo_sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]) -> None:
    body = {"audience": "jfrog-acme", "claims": {"ref": "refs/heads/feature"}}
    token = demo_sandbox.control("POST", "/idp/github/token", body)["value"]

    async def scenario(hands: Hands) -> None:
        await open_simulator(hands)
        await paste(hands, token)
        await hands.see("pasted, not sent")
        await hands.see("It gets in through quick-start")
        await hands.press("G")
        await hands.see("shop-branches was made for it")
        await hands.press("y")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see('"succeeds": true')

    drive(console(connection(demo_sandbox), tmp_path), scenario, size)
    assert sent(demo_sandbox) == []
    assert token not in json.dumps(demo_sandbox.requests())


@pytest.mark.deep
def test_a_winner_whose_user_is_gone_lets_nobody_in(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    body = {"audience": "jfrog-acme", "claims": {"repository_id": "74", "repository_owner_id": "65"}}
    token = demo_sandbox.control("POST", "/idp/github/token", body)["value"]
    with demo_sandbox.http() as http:
        http.delete("/access/api/v2/users/ci-shop").raise_for_status()

    async def scenario(hands: Hands) -> None:
        await open_simulator(hands)
        await paste(hands, token)
        await hands.see("It does not get in, although shop-release matches: there is no user")
        await hands.see("looked up +the user ci-shop is missing")
        await hands.press("G")
        await hands.see("M13 +There is no user ci-shop")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (80, 24))


@pytest.mark.deep
def test_samples_and_claims_of_one_s_own(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_simulator(hands)
        await hands.see("sample of GitHub Actions")
        await hands.press("s")
        await hands.see("Whose job")
        await hands.press("j", "enter")
        await hands.see("sample of GitHub Actions of an enterprise")
        await hands.press("n")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.press("enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("end", *"x", "ctrl+s")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.press("ctrl+s")
        await hands.see("composed")
        await hands.see("It gets in through none of 3 mappings")
        await hands.see("fails: They differ: the issuer says")

    drive(console(connection(demo_sandbox), tmp_path), scenario, (120, 40))
    assert sent(demo_sandbox) == []


@pytest.mark.deep
def test_the_mapping_is_edited_from_there(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_simulator(hands)
        await hands.press("e")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.see("M01 blocks")
        await hands.press("n")
        await hands.see("Add a claim")
        await hands.press("j", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press(*"acme", "slash", *"shop", "ctrl+s")
        await hands.until(lambda: hands.top(ClaimsEditor))
        await hands.see_no("M01 blocks")
        await hands.press("ctrl+s")
        await hands.see("Edit mapping quick-start")
        await hands.press("ctrl+s")
        await hands.see("Change mapping quick-start")
        await hands.press("escape")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("escape")
        await hands.until(lambda: hands.top(Simulator))

    drive(console(connection(demo_sandbox), tmp_path), scenario, (120, 50))
    assert sent(demo_sandbox) == []


@pytest.mark.deep
def test_read_only_edits_nothing(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_simulator(hands)
        await hands.press("e")
        await hands.see("read-only mode")
        assert hands.top(Simulator)

    drive(console(connection(demo_sandbox, read_only=True), tmp_path), scenario)


def test_what_is_no_token_is_said_to_be_none(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_simulator(hands)
        await paste(hands, "no token at all")
        await hands.see("no ID token")

    drive(console(connection(demo_sandbox), tmp_path), scenario)
