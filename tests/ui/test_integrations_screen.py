"""The list of OIDC integrations as an administrator meets it, on a real sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jfconsole.ui.screens.integrations import IntegrationsScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.oidc_issuer import OidcIssuer
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping
from tests.ui.people import agree
from tests.ui.writes import sent

GITHUB = "https://token.actions.githubusercontent.com"


async def open_integrations(hands: Hands, only: str = "") -> None:
    await hands.see(r"\d+ of \d+")
    await hands.press("6")
    await hands.see("▸ integrations")
    await hands.until(lambda: getattr(hands.app.screen, "rows", None) is not None)
    if only:
        await hands.press("slash")
        await hands.type(only)
        await hands.press("enter")


def integration(sandbox: RunningSandbox, name: str) -> dict[str, Any]:
    with sandbox.http() as http:
        found: dict[str, Any] = http.get(f"{OIDC}/{name}").json()
    return found


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_the_demo_s_integrations(demo_sandbox: RunningSandbox, tmp_path: Path, size: tuple[int, int]) -> None:
    async def scenario(hands: Hands) -> None:
        await open_integrations(hands)
        await hands.see("github-acme +M08")
        await hands.see("4 of 4")

    drive(console(connection(demo_sandbox), tmp_path), scenario, size)


def test_a_deletion_says_which_mappings_go_along(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "ci", "https://ci.acme.test")
        make_mapping(http, "ci", "pull", {"sub": "job"})

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "ci")
        await hands.press("ctrl+d")
        await hands.see(r"1 mapping goes with ci \(pull\)")
        await agree(hands, IntegrationsScreen, "2 done")
        await hands.see("trusts no issuer")

    drive(console(connection(sandbox), tmp_path), scenario)
    assert [method for method, _, _ in sent(sandbox)] == ["DELETE", "DELETE"]


def test_details_ask_the_issuer(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with OidcIssuer() as issuer:
        with sandbox.http() as http:
            make_integration(http, "ci", issuer.url)

        async def scenario(hands: Hands) -> None:
            await open_integrations(hands, "ci")
            await hands.press("d")
            await hands.until(lambda: hands.top(Viewer))
            await hands.see("it can be used")
            await hands.see(issuer.kid)
            await hands.press("escape")
            issuer.stop()
            await hands.press("d")
            await hands.until(lambda: hands.top(Viewer))
            await hands.see("problem")

        drive(console(connection(sandbox), tmp_path), scenario)


def test_read_only_refuses_every_change(demo_sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        for section in ("6", "7"):
            await hands.press(section)
            await hands.until(lambda: getattr(hands.app.screen, "rows", None))
            for key in ("n", "e", "ctrl+d", "E"):
                await hands.press(key)
                await hands.see("read-only mode")

    drive(console(connection(demo_sandbox, read_only=True), tmp_path), scenario)
    assert sent(demo_sandbox) == []
