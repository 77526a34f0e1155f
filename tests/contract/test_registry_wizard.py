"""The wizard for pulls with minted tokens: one plan from the key to the registry, proved by a pull, and taken back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jfconsole.domain.connection import Connection
from jfconsole.domain.secret import Secret
from jfconsole.services.directory import Directory
from jfconsole.services.images import some_images
from jfconsole.services.session import open_session
from tests.support.certificates import authority
from tests.support.command import Command, Ended
from tests.support.identity import PERMISSIONS, artifact_resource, make_permission, make_repository, make_user
from tests.support.pulling import PASSPHRASE, make_store, push
from tests.support.sandbox import RunningSandbox
from tests.support.trust import OIDC

ID = "registry-pulls"


class Place:
    """A sandbox with an image, and a local issuer with nothing in it, whose documents are served."""

    def __init__(self, home: Path, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.address = sandbox.url.partition("://")[2]
        self.cli = make_store(Command(home, sandbox.url, sandbox.token))
        self.serving = self.cli.start("issuers", "serve")
        assert self.serving.stdout is not None
        self.issuer_url = f"{json.loads(self.serving.stdout.readline())['url']}/jwt/jfrog"
        with sandbox.http() as client:
            for name in ("Anything", "Any Remote"):
                client.delete(f"{PERMISSIONS}/{name}").raise_for_status()
            make_user(client, "puller")
            make_repository(client, "imgs", packageType="docker")
            make_permission(client, "pulls", artifact=artifact_resource(["imgs"], users={"puller": ["READ"]}))
            push(client, "imgs/team/app/1.0")

    def run(self, *options: str, **answers: str) -> Ended:
        """Run the wizard from a file of answers."""
        pages = {
            "issuer": {"issuer_url": self.issuer_url, "subject": "pulls"},
            "trust": {"who": "puller"},
            "proof": {"image": "imgs/team/app:1.0"},
        }
        for page in pages.values():
            page |= {name: value for name, value in answers.items() if name in page}
        tables = [
            f"[{name}]\n" + "".join(f"{field} = {json.dumps(value)}\n" for field, value in page.items())
            for name, page in {"registry": {"address": self.address}, **pages}.items()
        ]
        text = f'recipe = "{ID}"\n' + "\n".join(tables)
        return self.cli("wizard", "run", ID, "--answers", "-", *options, stdin=text)

    def stop(self) -> None:
        self.serving.terminate()
        self.cli.finish(self.serving)


@contextmanager
def placed(home: Path) -> Iterator[Place]:
    with RunningSandbox(arguments=["--allow-http-issuers"]) as sandbox:
        made = Place(home, sandbox)
        yield made
        made.stop()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with placed(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One for all tests that change nothing in it."""
    with placed(tmp_path_factory.mktemp("still")) as made:
        yield made


def objects(cli: Command) -> dict[str, Any]:
    """What the local issuer holds, by kind; keys and times apart."""
    kinds = ("issuers", "roles", "registries")
    found = {kind: cli(kind, "list", "--json").json[kind] for kind in kinds}
    return {**found, "keys": [key["name"] for key in cli("keys", "list", "--json").json["keys"]]}


def test_from_nothing_to_a_pull_and_back(place: Place, tmp_path: Path) -> None:
    before = objects(place.cli)
    planned = place.run("--plan", "--json").json["plan"]
    assert [step["kind"] for step in planned["steps"]] == [
        "transit-key.create",
        "jwt-issuer.create",
        "issuer-role.create",
        "integration.create",
        "mapping.create",
        "remote-registry.create",
        "client-login.create",
    ]
    assert any("Simulated: a workload's token gets in" in effect for effect in planned["effects"])
    assert objects(place.cli) == before
    authority().save(tmp_path / "ca.pem")
    trusting = place.run("--plan", "--json", "--ca-cert", str(tmp_path / "ca.pem")).json["plan"]
    (registry,) = (step["after"] for step in trusting["steps"] if step["kind"] == "remote-registry.create")
    assert registry["ca-cert"] == [(tmp_path / "ca.pem").read_text()], "pulls trust whom this session trusts"
    done = place.run("--yes", "--json")
    assert done.code == 0, done.err + done.out
    verdicts = {check["what"]: check["verdict"] for check in done.json["proof"]}
    assert set(verdicts.values()) == {"good"}, done.json["proof"]
    assert {"The manifest of imgs/team/app:1.0 is pulled", "2 of its 2 blobs are there to pull"} <= verdicts.keys()
    config = place.cli.home / ".docker" / "config.json"
    assert json.loads(config.read_text()) == {"credHelpers": {place.address: "jfconsole"}}
    verified = place.cli("registries", "verify", f"{place.address}/imgs/team/app:1.0")
    assert verified.code == 0, verified.out
    again = place.run("--yes")
    assert again.code == 0
    assert "as wanted already" in again.err + again.out
    undone = place.cli("journal", "undo", done.json["report"]["plan"], "--yes")
    left = objects(place.cli)
    assert (left["issuers"], left["roles"], left["registries"]) == ([], [], []), undone.err
    assert json.loads(config.read_text()) == {}
    with place.sandbox.http() as client:
        assert client.get(f"{OIDC}/strongbox").status_code == 404


def test_images_that_are_there_are_offered(place: Place) -> None:
    with place.sandbox.http() as client:
        make_repository(client, "more", packageType="docker")
        make_repository(client, "files")
        push(client, "more/lib/base/2.0")
        push(client, "more/lib/base/2.1")

    async def offered() -> tuple[str, ...]:
        async with open_session(Connection(url=place.sandbox.url, token=Secret(place.sandbox.token))) as session:
            return await some_images(session.sender, Directory(session))

    assert asyncio.run(offered()) == ("imgs/team/app:1.0", "more/lib/base:2.0")


def test_what_is_there_is_used_and_what_differs_is_mended(place: Place) -> None:
    assert place.run("--yes").code == 0
    with place.sandbox.http() as client:
        body = client.get(f"{OIDC}/strongbox").json()
        client.put(f"{OIDC}/strongbox", json={**body, "audience": "other"}).raise_for_status()
    role = {"issuer": "jfrog", "name": "pulls", "allowed-audiences": ["other.example"]}
    assert place.cli("roles", "apply", "-f", "-", "--yes", stdin=json.dumps(role)).code == 0
    done = place.run("--yes", "--json")
    assert [step["kind"] for step in done.json["report"]["steps"]] == ["issuer-role.update", "integration.update"]
    assert {check["verdict"] for check in done.json["proof"]} == {"good"}
    kept = place.cli("roles", "show", "jfrog/pulls", "--json").json["role"]
    assert kept["allowed-audiences"] == ["other.example", place.address]


def test_the_proof_says_what_is_wrong(place: Place) -> None:
    done = place.run("--yes", "--json", image="imgs/team/other:1.0")
    assert done.code == 1
    bad = [check["what"] for check in done.json["proof"] if check["verdict"] == "bad"]
    assert bad == ["The manifest of imgs/team/other:1.0 is pulled"]
    place.stop()
    unreachable = place.run("--yes", "--json", subject="other")
    assert unreachable.code == 1
    bad = [check["what"] for check in unreachable.json["proof"] if check["verdict"] == "bad"]
    assert bad[0] == "The issuer's documents are published as they should be"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"who": "nobody"}, "no such user"),
        ({"subject": "${SYS_USERNAME}"}, "another one for each user"),
        ({"issuer_url": "http://evil.example"}, "https"),
        ({"image": "No Image"}, "no repository"),
    ],
)
def test_answers_that_cannot_be(still: Place, answers: dict[str, str], said: str) -> None:
    before = objects(still.cli)
    ended = still.run("--yes", **answers)
    assert ended.code == 2
    assert said in ended.err
    assert objects(still.cli) == before


def test_pulling_as_an_administrator_is_told(still: Place) -> None:
    planned = still.run("--plan", "--json", who="admin").json["plan"]
    assert "M04 pulls: The user admin administers the whole platform" in planned["effects"]
    sparing = still.run("--plan", "--json").json["plan"]
    assert not [effect for effect in sparing["effects"] if effect.startswith("M04")]


def test_a_locked_vault_stops_it_before_anything_is_written(place: Place) -> None:
    assert place.cli("vaults", "unattended", "--off", "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    ended = place.run("--yes")
    assert ended.code == 3
    assert "vault" in ended.err
    with place.sandbox.http() as client:
        assert client.get(f"{OIDC}/strongbox").status_code == 404


def test_it_is_listed_and_shown(still: Place) -> None:
    assert ID in still.cli("wizard", "list").out
    assert "[registry]" in still.cli("wizard", "show", ID, "--answers").out


def test_a_key_is_rotated_with_proof(place: Place) -> None:
    assert place.run("--yes").code == 0
    answers = 'recipe = "rotate-signing-key"\n[key]\nkey = "pulls"\n'

    def rotated(*options: str, text: str = answers) -> Ended:
        return place.cli("wizard", "run", "rotate-signing-key", "--answers", "-", *options, stdin=text)

    planned = rotated("--plan", "--json").json["plan"]
    assert [step["kind"] for step in planned["steps"]] == ["transit-key.rotate"]
    assert any("stays published" in effect for effect in planned["effects"])
    done = rotated("--yes", "--json")
    assert done.code == 0, done.err
    assert {check["verdict"] for check in done.json["proof"]} == {"good"}
    assert len(done.json["proof"]) == 2
    states = [one["state"] for one in place.cli("keys", "show", "pulls", "--json").json["key"]["versions"]]
    assert states == ["retiring", "active", "next"]
    too_early = rotated("--yes", "--json")
    assert too_early.code != 0
    at_once = rotated("--yes", "--json", text=f"{answers}emergency = true\n")
    assert at_once.code == 0, at_once.err
    assert rotated("--yes", text=answers.replace('"pulls"', '"none"')).code == 2
