"""`docker-credential-jfconsole`: the protocol to the letter, and credentials that a registry takes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from jfconsole.domain.issuer_errors import StoreClosed
from jfconsole.services.paths import Paths
from jfconsole.services.pulls import Puller, mint_request, open_puller
from tests.support.command import WATCHDOG, Command, Ended
from tests.support.crash import KILLED, fill_disk, in_child
from tests.support.pulling import PASSPHRASE, Pulling, make_store, pulling

NOT_FOUND = "credentials not found in native keychain\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulling]:
    with pulling(tmp_path_factory.mktemp("pulling")) as world:
        yield world


@pytest.fixture
def world(shared: Pulling) -> Pulling:
    shared.register()
    return shared


def helper(cli: Command, *words: str, stdin: str = "") -> Ended:
    """The program as clients run it: alone, with a closed terminal."""
    command = [sys.executable, "-c", "from jfconsole.cli.credential_helper import main; main()", *words]
    done = subprocess.run(command, env=dict(cli.environ), input=stdin, capture_output=True, text=True, timeout=WATCHDOG)
    return Ended(done.returncode, done.stdout, done.stderr)


def credentials(world: Pulling) -> dict[str, Any]:
    given = helper(world.cli, "get", stdin=f"{world.address}\n")
    assert (given.code, given.err) == (0, "")
    found: dict[str, Any] = given.json
    return found


def test_what_it_gives_is_taken_by_the_registry(world: Pulling) -> None:
    found = credentials(world)
    assert set(found) == {"ServerURL", "Username", "Secret"}
    assert (found["ServerURL"], found["Username"]) == (world.address, "puller")
    with world.sandbox.http(token="") as docker:
        login = (found["Username"], found["Secret"])
        manifest = docker.get("/v2/imgs/team/app/manifests/1.0", auth=login)
        assert manifest.status_code == 200
        for digest in world.digests:
            assert docker.get(f"/v2/imgs/team/app/blobs/{digest}", auth=login).status_code == 200
        assert docker.get("/v2/", auth=("somebody", found["Secret"])).status_code == 401
        assert docker.get("/v2/secret/app/manifests/1.0", auth=login).status_code == 403


_PROBE = """\
import json, sys
from jfconsole.cli.credential_helper import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def test_a_pull_loads_what_it_needs_and_no_more(world: Pulling) -> None:
    """Modules are counted, not milliseconds: most of what a pull costs is loading them."""
    command = [sys.executable, "-c", _PROBE, "get"]
    environ = dict(world.cli.environ)
    done = subprocess.run(command, env=environ, input=world.address, capture_output=True, text=True, timeout=WATCHDOG)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stderr)
    ours = {name for name in loaded if name.startswith("jfconsole.")}
    assert {name for name in ours if name.startswith("jfconsole.cli.")} == {"jfconsole.cli.credential_helper"}
    assert not {"textual", "rich", "starlette", "uvicorn", "argparse", "click", "pygments", "jwt"} & set(loaded)
    assert not {"ui", "wizards", "sandbox"} & {name.split(".")[1] for name in ours}
    assert not {"jfconsole.services.session", "jfconsole.domain.scopes", "jfconsole.domain.profiles"} & ours
    assert len(ours) <= 82


def test_every_pull_gets_a_token_of_its_own_and_nothing_is_kept(world: Pulling) -> None:
    first, second = credentials(world)["Secret"], credentials(world)["Secret"]
    assert first != second
    kept = [path for path in world.cli.home.rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        content = path.read_bytes()
        assert first.encode() not in content
        assert first.split(".")[2].encode() not in content


def test_an_exchange_and_a_mint_are_written_down(world: Pulling) -> None:
    since = max((request["seq"] for request in world.sandbox.requests()), default=0)
    credentials(world)
    sent = [request for request in world.sandbox.requests(since) if request["path"] == "/access/api/v1/oidc/token"]
    assert len(sent) == 1
    assert "authorization" not in {name.lower() for name in sent[0]["headers"]}
    assert sent[0]["body"]["provider_name"] == "strongbox"
    assert world.cli("vaults", "audit").code == 0


def exchanges(world: Pulling) -> int:
    """How many tokens have reached the platform."""
    return sum(request["path"] == "/access/api/v1/oidc/token" for request in world.sandbox.requests())


def minted(world: Pulling) -> int:
    """How many tokens the issuer's trail tells of."""
    rows = world.cli("issuers", "log", "--limit", "10000", "--json").json["rows"]
    return sum(row.get("outcome") == "minted" for row in rows)


def pull_in_child(world: Pulling, prepare: Callable[[Puller], object]) -> int:
    """Get credentials in a process of its own, after `prepare`; its exit code as from `in_child`."""
    home = world.cli.home / "jfconsole"
    paths = Paths(state=home / "state", config=home / "config")

    def work() -> None:
        with open_puller(paths) as puller:
            registry = puller.registries[0]
            prepare(puller)
            asyncio.run(puller.credentials(registry, registry.login_entry))

    return in_child(work)


@pytest.mark.deep
def test_no_token_leaves_before_its_row_is_durable(world: Pulling) -> None:
    """The process dies at each statement to the issuer's store in turn, the commit among them."""
    statement, killed, sent = 0, True, 0
    while killed:
        sent, written = exchanges(world), minted(world)

        def dying(puller: Puller, last: int = statement) -> None:
            with puller.issuer.store.reading() as db:
                pass
            seen = count()
            db.set_trace_callback(lambda _: os._exit(KILLED) if next(seen) == last else None)

        killed = pull_in_child(world, dying) == KILLED
        sent, written = exchanges(world) - sent, minted(world) - written
        assert sent <= written <= 1
        statement += 1
    assert statement > 10
    assert sent == 1


def test_on_a_full_disk_no_token_leaves(world: Pulling) -> None:
    def refused(puller: Puller) -> None:
        issuer, registry = puller.issuer, puller.registries[0]
        assert registry.login_entry is not None
        issuer.vault.unlock_unattended()
        log = issuer.store.path.with_name("issuer.db-wal")
        while log.stat().st_size <= issuer.store.path.stat().st_size:
            issuer.mint(mint_request(registry, registry.login_entry))
        fill_disk(issuer.store.path.parent)
        with pytest.raises(StoreClosed, match="the disk is full or failing"):
            asyncio.run(puller.credentials(registry, registry.login_entry))
        os._exit(KILLED)

    sent = exchanges(world)
    assert pull_in_child(world, refused) == KILLED
    assert exchanges(world) == sent


@pytest.mark.parametrize("server", ["https://{}", "https://{}/v1/", "{}\r\n", "  {}  "])
def test_servers_are_named_in_several_ways(world: Pulling, server: str) -> None:
    given = helper(world.cli, "get", stdin=server.format(world.address))
    assert given.code == 0, given.out
    assert given.json["ServerURL"] == server.format(world.address).strip()


def test_what_it_does_not_know_it_says_in_the_protocol_s_words(world: Pulling) -> None:
    unknown = helper(world.cli, "get", stdin="other.example\n")
    assert (unknown.code, unknown.out) == (1, NOT_FOUND)
    assert "registries list" in unknown.err
    assert helper(world.cli, "get").out == "no credentials server URL\n"
    assert helper(world.cli, "erase").out == "no credentials server URL\n"
    assert helper(world.cli, "store", stdin='{"Username": "u"}').out == "no credentials server URL\n"
    assert helper(world.cli, "store", stdin='{"ServerURL": "s"}').out == "no credentials username\n"
    for words in ((), ("get", "more"), ("fetch",)):
        wrong = helper(world.cli, *words)
        assert wrong.code == 1
        assert wrong.out.count("\n") == 1
        assert wrong.out.strip()


def test_nothing_is_stored_and_nothing_has_to_be_erased(world: Pulling) -> None:
    typed = json.dumps({"ServerURL": world.address, "Username": "u", "Secret": "hunter2hunter2"})
    stored = helper(world.cli, "store", stdin=typed)
    assert stored.code == 1
    assert "stores no credentials" in stored.out
    assert "hunter2" not in stored.out + stored.err
    assert helper(world.cli, "erase", stdin=world.address) == Ended(0, "", "")
    assert helper(world.cli, "list").json == {world.address: "jfrog/pulls"}
    assert helper(world.cli, "version").out.startswith("docker-credential-jfconsole (jfconsole) ")


def test_a_secret_of_a_vault_is_given_as_it_is(world: Pulling, tmp_path: Path) -> None:
    from jfconsole.domain.secret import Secret
    from jfconsole.services.issuer import IssuerService

    world.apply("vaults", {"name": "pulls"})
    service = IssuerService(world.cli.home / "jfconsole" / "state")
    service.local.vault.unlock_unattended()
    token = world.sandbox.create_token(username="puller")["access_token"]
    service.local.put_secret("pulls", "login", {"username": Secret("ann"), "password": Secret("pässword")})
    service.local.put_secret("pulls", "token", {"token": Secret(token)})
    service.local.put_secret("pulls", "opaque", {"token": Secret("opaque")})
    service.close()
    for name, expected in (("login", ("ann", "pässword")), ("token", ("puller", token))):
        world.register(credentials=[{"repository": "*", "vault": "pulls", "secret": name}])
        found = credentials(world)
        assert (found["Username"], found["Secret"]) == expected
    world.register(credentials=[{"repository": "*", "vault": "pulls", "secret": "opaque"}])
    nobody = helper(world.cli, "get", stdin=world.address)
    assert nobody.code == 1
    assert "whose it is" in nobody.out


@pytest.mark.deep
def test_refusals_reach_whoever_pulls(world: Pulling) -> None:
    world.apply("roles", {"issuer": "jfrog", "name": "pulls", "allowed-audiences": ["other.example"]})
    refused = helper(world.cli, "get", stdin=world.address)
    assert (refused.code, refused.out) == (1, f"jfconsole: audience not allowed: {world.address}\n")
    assert "Allowed: other.example" in refused.err
    world.apply("roles", {"issuer": "jfrog", "name": "pulls", "allowed-audiences": [world.address]})
    world.register(**{"provider-name": "elsewhere"})
    unknown = helper(world.cli, "get", stdin=world.address)
    assert unknown.code == 1
    assert unknown.out.startswith("jfconsole: ")
    assert unknown.out.count("\n") == 1
    world.register(**{"platform-url": "http://127.0.0.1:9", "provider-name": "strongbox"})
    silent = helper(world.cli, "get", stdin=world.address)
    assert silent.code == 1
    assert silent.out.count("\n") == 1


@pytest.mark.deep
def test_plain_http_is_for_loopback_only(world: Pulling) -> None:
    record = {"address": world.address, "platform-url": "http://acme.example"}
    ended = world.cli("registries", "apply", "-f", "-", "--yes", stdin=json.dumps(record))
    assert ended.code == 2
    assert "clear text" in ended.err
    world.register(**{"platform-url": None})
    without_tls = helper(world.cli, "get", stdin=world.address)
    assert without_tls.code == 1
    assert httpx.URL(world.sandbox.url).scheme == "http"


@pytest.mark.deep
def test_a_locked_vault_says_what_would_open_it(tmp_path: Path) -> None:
    cli = make_store(Command(tmp_path))
    for plural, record in (
        ("keys", {"name": "k"}),
        ("issuers", {"name": "jfrog", "signing-key": "k"}),
        ("roles", {"issuer": "jfrog", "name": "p", "subject-template": "p", "allowed-audiences": ["r.example"]}),
        (
            "registries",
            {"address": "r.example", "credentials": [{"repository": "team", "jwt-issuer": "jfrog", "jwt-role": "p"}]},
        ),
    ):
        assert cli(plural, "apply", "-f", "-", "--yes", stdin=json.dumps(record)).code == 0
    general = helper(cli, "get", stdin="r.example")
    assert general.code == 1
    assert "by the address alone" in general.out
    assert "--repository" in general.err
    assert helper(cli, "list").json == {}
    record = {"address": "r.example", "login-repository": "team"}
    assert cli("registries", "apply", "-f", "-", "--yes", stdin=json.dumps(record)).code == 0
    assert cli("vaults", "unattended", "--off", "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    locked = helper(cli, "get", stdin="r.example")
    assert (locked.code, locked.out) == (1, "jfconsole: The vault is locked, and only its passphrase opens it\n")
    assert "vaults unattended" in locked.err
    assert helper(cli, "list").json == {"r.example": "jfrog/p"}


def test_without_a_store_there_are_no_credentials(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    ended = helper(cli, "get", stdin="r.example")
    assert (ended.code, ended.out) == (1, NOT_FOUND)
    assert "registries list" in ended.err
    assert helper(cli, "list") == Ended(0, "{}\n", "")
