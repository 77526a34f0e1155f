"""The list of OIDC integrations as an administrator meets it, on a real sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.integrations import IntegrationsScreen
from jfconsole.ui.screens.review import Review
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.identity import make_project
from tests.support.oidc_issuer import OidcIssuer
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC, make_integration, make_mapping
from tests.ui.hostile import HOSTILE_NAMES
from tests.ui.people import agree
from tests.ui.writes import assert_harmless, sent

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


@pytest.mark.deep
def test_one_is_made_from_a_platform_s_preset(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_integrations(hands)
        await hands.see("trusts no issuer")
        await hands.press("n")
        await hands.see("Whose tokens")
        await hands.press("enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("New integration · GitHub Actions")
        await hands.press("end")
        await hands.type("-acme")
        await hands.press("tab", "tab", "tab")
        await hands.type("jfrog-ci")
        await hands.press("tab", *"acme", "ctrl+s")
        await hands.see("Create integration github-acme")
        await agree(hands, IntegrationsScreen)
        await hands.see("github-acme")

    drive(console(connection(sandbox), tmp_path), scenario, (120, 40))
    made = integration(sandbox, "github-acme")
    assert (made["issuer_url"], made["provider_type"]) == (GITHUB, "GitHub")
    assert (made["audience"], made["organization"]) == ("jfrog-ci", "acme")


@pytest.mark.deep
def test_what_the_linter_stops_has_to_be_typed(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_integration(http, "github", GITHUB, provider_type="GitHub", audience="jfrog-ci", organization="acme")

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "github")
        await hands.press("e")
        await hands.see("Edit integration github")
        await hands.press("tab", "tab", "tab", "space")
        await hands.see("M08 blocks")
        await hands.press("ctrl+s")
        await hands.until(lambda: hands.top(Review))
        assert sent(sandbox) == []
        await hands.see("Type github to confirm")
        await hands.type("github")
        await hands.press("enter")
        await hands.see("1 done")

    drive(console(connection(sandbox), tmp_path), scenario)
    ((method, path, body),) = sent(sandbox)
    assert (method, path) == ("PUT", f"{OIDC}/github")
    assert isinstance(body, dict)
    assert body["enable_permissive_configuration"] is True


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


@pytest.mark.deep
def test_a_project_that_has_no_room_is_counted_and_told(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with sandbox.http() as http:
        make_project(http, "acme")
        make_integration(http, "ours", "https://127.0.0.1:1", project_key="acme")
        make_integration(http, "everybodys", "https://127.0.0.1:1")

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands, "project:acme")
        await hands.see("1 of 2")
        await hands.see(r"\d columns hidden")
        await hands.see_no("PROJECT")
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see("project +acme")

    drive(console(connection(sandbox), tmp_path), scenario, (80, 24))


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


@pytest.mark.deep
def test_hostile_texts_neither_act_nor_hide(sandbox: RunningSandbox, tmp_path: Path) -> None:
    texts = HOSTILE_NAMES[:8]
    with sandbox.http() as http:
        for number, text in enumerate(texts):
            make_integration(http, f"ci-{number}", f"https://ci-{number}.acme.test", audience=text, description=text)
            make_mapping(http, f"ci-{number}", "m", {text: text})
        make_mapping(http, "ci-0", "n", {texts[1]: texts[2]})

    async def scenario(hands: Hands) -> None:
        await open_integrations(hands)
        await hands.see("8 of 8")
        assert_harmless(hands)
        await hands.press("7")
        await hands.see("9 of 9")
        for _ in texts:
            await hands.press("d")
            await hands.until(lambda: hands.top(Viewer))
            assert_harmless(hands)
            await hands.press("escape", "j")
        for key, shows in (("t", "simulate ci"), ("D", "doctor ci"), ("e", "Which tokens"), ("K", "in this order")):
            await hands.press("g", key)
            await hands.see(shows)
            assert_harmless(hands)
            await hands.press("escape")
            await hands.see("▸ mappings")

    drive(console(connection(sandbox), tmp_path), scenario)
