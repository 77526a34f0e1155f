"""`jfconsole registries`: kept, explained, compared with the platform, mended, and made known to clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.pulling import Pulling, pulling
from tests.support.trust import OIDC


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulling]:
    with pulling(tmp_path_factory.mktemp("pulling")) as world:
        yield world


@pytest.fixture
def world(shared: Pulling) -> Pulling:
    shared.register(**{"login-repository": None})
    return shared


@pytest.fixture
def connected(world: Pulling) -> Command:
    """The command line, with the platform in its environment."""
    return Command(world.cli.home, world.sandbox.url, world.sandbox.token)


def codes(cli: Command, world: Pulling, *options: str) -> list[str]:
    ended = cli("registries", "check", world.address, "--json", *options)
    found: list[dict[str, Any]] = ended.json["findings"]
    assert ended.code == (1 if found else 0)
    return [finding["code"] for finding in found]


def test_what_is_shown_is_what_apply_reads(world: Pulling) -> None:
    shown = world.cli("registries", "show", world.address, "--json").json
    again = world.cli("registries", "apply", "-f", "-", "--yes", stdin=json.dumps(shown))
    assert "as wanted already" in again.err + again.out
    assert world.cli("registries", "show", world.address).code == 0
    assert world.address in world.cli("registries", "list").out
    assert len(world.cli("registries", "list", "--json").json["registries"]) == 1
    assert world.cli("registries", "show", "none").code == 4
    assert world.cli("registries", "delete", "none", "--yes").code == 4


def test_it_is_a_plan_like_any_other_and_can_be_taken_back(world: Pulling) -> None:
    record = {"address": "r.example", "credentials": [{"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "pulls"}]}
    planned = world.cli("registries", "apply", "-f", "-", "--plan", "--json", stdin=json.dumps(record)).json["plan"]
    assert planned["title"] == "Create registry r.example"
    assert any("does not allow the audience r.example" in effect for effect in planned["effects"])
    report = world.cli("registries", "apply", "-f", "-", "--yes", "--json", stdin=json.dumps(record)).json["report"]
    assert world.cli("registries", "show", "r.example").code == 0
    undone = world.cli("journal", "undo", report["plan"], "--yes")
    assert undone.code == 0, undone.err
    assert world.cli("registries", "show", "r.example").code == 4


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"address": "https://r.example"}, "no scheme"),
        ({"credentials": []}, "needs an address"),
        (
            {"address": "r.example", "credentials": [{"repository": "*", "jwt-issuer": "x", "jwt-role": "y"}]},
            "no role x/y",
        ),
        ({"address": "r.example", "credentials": [{"repository": "*", "vault": "x", "secret": "y"}]}, "no secret x/y"),
    ],
)
def test_what_cannot_be_is_refused(world: Pulling, record: dict[str, Any], said: str) -> None:
    ended = world.cli("registries", "apply", "-f", "-", "--yes", stdin=json.dumps(record))
    assert ended.code != 0
    assert said in ended.err + ended.out
    assert [one["address"] for one in world.cli("registries", "list", "--json").json["registries"]] == [world.address]


def test_a_role_in_use_is_not_deleted(world: Pulling) -> None:
    ended = world.cli("roles", "delete", "jfrog/pulls", "--yes")
    assert ended.code != 0
    assert world.address in ended.err + ended.out
    assert world.cli("roles", "show", "jfrog/pulls").code == 0


def test_explaining(world: Pulling) -> None:
    general = {"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "pulls"}
    world.register(credentials=[general, {**general, "repository": "imgs/team"}])
    told = world.cli("registries", "explain", world.image, "--json").json["explanation"]
    assert (told["entry"]["repository"], told["repository"], told["reference"]) == ("imgs/team", "imgs/team/app", "1.0")
    assert told["login_entry"]["repository"] == "*"
    words = world.cli("registries", "explain", world.image)
    assert "longest entry" in words.out
    assert "by the address alone" in words.out
    other = world.cli("registries", "explain", f"{world.address}/imgs/teams/app", "--json").json["explanation"]
    assert other["entry"]["repository"] == "*"
    world.register(credentials=[{**general, "repository": "imgs/team"}])
    none = world.cli("registries", "explain", f"{world.address}/other")
    assert none.code == 4
    assert "none for *" in none.out
    assert world.cli("registries", "explain", "elsewhere.example/app").code == 4
    assert world.cli("registries", "explain", "No Image").code == 2


def test_checking_finds_what_differs_and_mends_it(world: Pulling, connected: Command) -> None:
    assert codes(connected, world) == []
    assert codes(world.cli, world) == []
    with world.sandbox.http() as client:
        body = client.get(f"{OIDC}/strongbox").json()
        client.put(f"{OIDC}/strongbox", json={**body, "audience": "other"}).raise_for_status()
    assert codes(connected, world) == ["integration-audience"]
    assert codes(connected, world, "--local") == []
    world.apply("roles", {"issuer": "jfrog", "name": "pulls", "allowed-audiences": ["other.example"]})
    assert codes(connected, world) == ["audience-not-allowed", "integration-audience"]
    planned = connected("registries", "check", world.address, "--repair", "--plan")
    assert "Change role jfrog/pulls" in planned.out
    for left in (["integration-audience"], []):
        mended = connected("registries", "check", world.address, "--repair", "--yes")
        assert mended.code == 0, mended.err
        assert codes(connected, world) == left
    assert connected("registries", "check", world.address, "--repair", "--yes").code == 4


def test_clients_are_told_whom_to_ask(world: Pulling, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"credsStore": "desktop"}')
    words = ("registries", "login-config", world.address, "--docker-config", str(path))
    planned = world.cli(*words, "--plan")
    assert planned.code == 0
    assert world.address in planned.out
    assert world.cli(*words).code == 3
    assert world.cli(*words, "--yes", "--read-only").code == 3
    assert path.read_text() == '{"credsStore": "desktop"}'
    told = world.cli(*words, "--yes", "--json")
    assert told.json["login"]["changed"]
    assert Path(told.json["login"]["backup"]).read_text() == '{"credsStore": "desktop"}'
    assert json.loads(path.read_text()) == {"credsStore": "desktop", "credHelpers": {world.address: "jfconsole"}}
    again = world.cli(*words, "--yes", "--json").json["login"]
    assert (again["changed"], again["backup"]) == (False, None)
    podman = world.cli("registries", "login-config", world.address, "--podman", "--yes", "--json").json["login"]
    assert podman["file"] == str(world.cli.home / ".config" / "containers" / "auth.json")
    assert world.cli("registries", "login-config", "none", "--yes").code == 4


def test_the_repository_of_a_login_is_kept_with_the_registry(world: Pulling, tmp_path: Path) -> None:
    general = {"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "pulls"}
    world.register(credentials=[{**general, "repository": "imgs/team"}])
    words = ("registries", "login-config", world.address, "--docker-config", str(tmp_path / "c.json"), "--yes")
    refused = world.cli(*words)
    assert refused.code == 2
    assert "--repository" in refused.err
    assert world.cli(*words, "--repository", "other").code == 2
    assert not (tmp_path / "c.json").exists()
    done = world.cli(*words, "--repository", "imgs/team/app")
    assert done.code == 0, done.err
    shown = world.cli("registries", "show", world.address, "--json").json["registry"]
    assert shown["login-repository"] == "imgs/team/app"
    assert (tmp_path / "c.json").exists()
    assert world.cli(*words).code == 0
