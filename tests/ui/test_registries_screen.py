"""Remote registries by keys, at 80x24, on a real sandbox and a real local issuer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jfconsole.services.issuer import IssuerService
from jfconsole.ui.app import ConsoleApp
from jfconsole.ui.screens.dialog import Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.registries import RegistriesScreen
from jfconsole.ui.screens.viewer import Viewer
from tests.support.console import Hands, connection, console, drive
from tests.support.pulling import Pulling, pulling
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC
from tests.ui.people import agree

SMALL = (80, 24)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulling]:
    with pulling(tmp_path_factory.mktemp("pulling")) as world:
        yield world


@pytest.fixture
def world(shared: Pulling) -> Pulling:
    for one in shared.cli("registries", "list", "--json").json["registries"]:
        assert shared.cli("registries", "delete", one["address"], "--yes").code == 0
    return shared


def opened(world: Pulling) -> ConsoleApp:
    """The console in the home of the local issuer, its vault unlocked as its key file allows."""
    app = console(connection(world.sandbox), world.cli.home / "jfconsole")
    app.workbench.issuer.local.vault.unlock_unattended()
    return app


async def open_registries(hands: Hands) -> None:
    await hands.see(r"\d+ of \d+")
    await hands.press("9")
    await hands.see("▸ registries")
    await hands.until(lambda: hands.top(RegistriesScreen) and getattr(hands.app.screen, "rows", None) is not None)


def registered(world: Pulling) -> list[str]:
    service = IssuerService(world.cli.home / "jfconsole" / "state")
    found = list(service.local.state().registries)
    service.close()
    return found


def test_without_a_local_issuer_the_way_to_one_is_named(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.see("no local issuer yet")
        await hands.press("n")
        await hands.see("There is no local issuer yet")

    drive(console(connection(sandbox), tmp_path), scenario, SMALL)
    assert not (tmp_path / "state" / "issuer").exists()


def test_one_is_made_explained_and_deleted(world: Pulling) -> None:
    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.see("No registry is known yet")
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see(f"{world.address}")
        await hands.see("role jfrog/pulls")
        await hands.press("ctrl+s")
        await hands.see("Create registry")
        await agree(hands, RegistriesScreen)
        await hands.see("nothing found")
        await hands.press("t")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("end")
        await hands.type("imgs/team/app:1.0")
        await hands.see("entry: \\*")
        await hands.see("so the one for \\* serves")
        await hands.press("escape")
        await hands.until(lambda: hands.top(RegistriesScreen) or hands.top(Menu))
        if hands.top(Menu):
            await hands.press("down", "enter")
        await hands.until(lambda: hands.top(RegistriesScreen))
        await hands.press("ctrl+d")
        await hands.see("Delete registry")
        await agree(hands, RegistriesScreen)
        await hands.see("No registry is known yet")

    drive(opened(world), scenario, SMALL)
    assert registered(world) == []


def test_what_differs_on_the_platform_is_found_and_mended(world: Pulling) -> None:
    world.register()
    with world.sandbox.http() as client:
        body = client.get(f"{OIDC}/strongbox").json()
        client.put(f"{OIDC}/strongbox", json={**body, "audience": "other"}).raise_for_status()

    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.see("nothing found")
        await hands.press("d")
        await hands.until(lambda: hands.top(Viewer))
        await hands.see("audience of strongbox is other")
        await hands.press("escape")
        await hands.until(lambda: hands.top(RegistriesScreen))
        await hands.press("D")
        await hands.until(lambda: hands.top(Menu))
        await hands.see("audience of strongbox is other")
        await hands.press("enter")
        await hands.see("Change integration strongbox")
        await agree(hands, RegistriesScreen)
        await hands.press("D")
        await hands.see("Nothing stands in the way")

    drive(opened(world), scenario, SMALL)
    with world.sandbox.http() as client:
        assert client.get(f"{OIDC}/strongbox").json()["audience"] == world.address


def test_editing_keeps_what_the_form_does_not_ask(world: Pulling) -> None:
    world.register()

    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.press("e")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("role jfrog/pulls")
        await hands.press("end")
        await hands.type(", imgs role jfrog/pulls")
        await hands.press("ctrl+s")
        await hands.see("Change registry")
        await agree(hands, RegistriesScreen)
        await hands.see("imgs role")

    drive(opened(world), scenario, (120, 40))
    shown = world.cli("registries", "show", world.address, "--json").json["registry"]
    assert [entry["repository"] for entry in shown["credentials"]] == ["*", "imgs"]
    assert shown["platform-url"] == world.sandbox.url
