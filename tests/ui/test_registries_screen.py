"""Remote registries by keys, at 80x24, on a real sandbox and a real local issuer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.secret import Secret
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


def test_one_is_made_explained_exported_and_deleted(world: Pulling) -> None:
    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.see("No registry is known yet")
        await hands.press("n")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see(f"{world.address}")
        await hands.see("jfrog/pulls")
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
        await hands.until(lambda: hands.top(RegistriesScreen))
        await hands.press("x")
        await hands.see("supctl create image-registry remote-registries")
        await hands.press("escape")
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


@pytest.mark.deep
def test_entries_are_added_changed_and_taken_out_and_reviewed_once(world: Pulling) -> None:
    world.register()

    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.press("m")
        await hands.see("role jfrog/pulls")
        await hands.press("down", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.type("imgs")
        await hands.see("and what lies below it")
        await hands.press("ctrl+s")
        await hands.see("Review the change")
        await hands.press("escape")
        await hands.see("what you changed is forgotten|go on with the entries")
        await hands.press("enter")
        await hands.see("Review the change")
        await hands.press("enter")
        await hands.see("Change registry")
        await agree(hands, RegistriesScreen)
        await hands.press("m", "down", "enter")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.press("end")
        await hands.type("/../x")
        await hands.press("ctrl+s")
        await hands.see("is no repository")
        await hands.press("tab", "tab", "tab", "space")
        await hands.see("It is taken out")
        await hands.press("ctrl+s")
        await hands.see("Review the change")
        await hands.press("enter")
        await agree(hands, RegistriesScreen)

    drive(opened(world), scenario, SMALL)
    shown = world.cli("registries", "show", world.address, "--json").json["registry"]
    assert [entry["repository"] for entry in shown["credentials"]] == ["*"]
    assert shown["platform-url"] == world.sandbox.url


@pytest.mark.deep
def test_clients_are_let_in_from_the_list_and_taken_back(
    world: Pulling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.register()
    config = tmp_path / "config.json"
    config.write_text('{"auths": {}}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    async def scenario(hands: Hands) -> None:
        await open_registries(hands)
        await hands.press("I")
        await hands.until(lambda: hands.top(FormScreen))
        await hands.see("is kept as it is in")
        await hands.press("ctrl+s")
        await hands.see(r"\+ helper: jfconsole")
        assert config.read_text() == '{"auths": {}}'
        await agree(hands, RegistriesScreen)
        await hands.press("d")
        await hands.see("docker +asks docker-credential-jfconsole")

    drive(opened(world), scenario, SMALL)
    assert json.loads(config.read_text()) == {"auths": {}, "credHelpers": {world.address: "jfconsole"}}
    (backup,) = tmp_path.glob("config.json.*.bak")
    assert backup.read_text() == '{"auths": {}}'
    plan = world.cli("journal", "list", "--json").json["plans"][0]["plan"]
    undone = world.cli("journal", "undo", plan, "--yes")
    assert undone.code == 0, undone.err
    assert json.loads(config.read_text()) == {"auths": {}}


def test_while_the_platform_is_down_that_is_said(world: Pulling) -> None:
    world.register(**{"platform-url": "http://127.0.0.1:9"})
    app = console(Connection(url="http://127.0.0.1:9", token=Secret("t")), world.cli.home / "jfconsole")

    async def scenario(hands: Hands) -> None:
        await hands.press("9")
        await hands.see("nothing found")
        await hands.press("D")
        await hands.see("127.0.0.1:9.*(refused|reached|answer)")
        await hands.press("d")
        await hands.see("platform +not asked")

    drive(app, scenario, SMALL)
