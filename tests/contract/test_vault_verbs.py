"""`jfconsole vaults` and what goes with it: secrets, passphrase, backup, destroying, the log, the way to Avassa."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.contract.test_issuer_verbs import PASSPHRASE, ROLE, apply
from tests.support.command import Command
from tests.support.keyrings import MemoryKeyring
from tests.support.sandbox import RunningSandbox
from tests.support.trust import make_integration, make_mapping

BASE = "https://id.acme.example"
GENERAL = {"repository": "*", "jwt-issuer": "jfrog", "jwt-role": "pulls"}
MINT = ("issuers", "mint", "jfrog", "pulls", "--audience", "acme.jfrog.io")


@pytest.fixture
def cli(tmp_path: Path) -> Command:
    """A store with a key, an issuer, a role and a vault, that a key file opens."""
    command = Command(tmp_path)
    assert command("vaults", "create", "--public-url", BASE, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    key = str(tmp_path / "key")
    assert command("vaults", "unattended", "--key-file", key, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    apply(command, "keys", {"name": "k", "rotate-period": "90d"})
    apply(command, "issuers", {"name": "jfrog", "signing-key": "k"})
    apply(command, "roles", ROLE)
    apply(command, "vaults", {"name": "registry", "description": "pull secrets"})
    return command


def put(cli: Command, name: str, *lines: str, kind: str = "password", code: int = 0) -> str:
    words = ("vaults", "secrets", "put", name, "--kind", kind, "--values-stdin", "--yes")
    ended = cli(*words, stdin="".join(f"{line}\n" for line in lines))
    assert ended.code == code, ended.err
    return ended.out + ended.err


def secrets_of(cli: Command) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli("vaults", "secrets", "list", "--json").json["secrets"]
    return found


def test_secrets_are_put_told_replaced_and_deleted(cli: Command, tmp_path: Path) -> None:
    put(cli, "registry/hub", "robot-canary", "pass-canary")
    put(cli, "registry/token", "token-canary", kind="token")
    assert secrets_of(cli) == [
        {"name": "registry/hub", "holds": ["password", "username"], "revision": 1},
        {"name": "registry/token", "holds": ["token"], "revision": 1},
    ]
    told = put(cli, "registry/hub", "robot-canary", "other-canary")
    assert "Replace secret registry/hub" in told
    assert secrets_of(cli)[0]["revision"] == 2
    assert cli("vaults", "secrets", "show", "registry/hub", "--json").json["secret"]["revision"] == 2
    assert "holds secrets" in cli("vaults", "delete", "registry", "--yes").err
    plan = cli("journal", "list", "--json").json["plans"][0]["plan"]
    assert cli("journal", "undo", plan, "--yes").code != 0, "what a secret held before is gone"
    assert cli("vaults", "secrets", "delete", "registry/token", "--yes").code == 0
    assert [row["name"] for row in secrets_of(cli)] == ["registry/hub"]
    for path in (tmp_path / "jfconsole").rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes(), path


def test_a_secret_that_was_put_can_be_taken_back(cli: Command) -> None:
    put(cli, "registry/hub", "robot", "pass")
    plan = cli("journal", "list", "--json").json["plans"][0]["plan"]
    assert cli("journal", "undo", plan, "--yes").code == 0
    assert secrets_of(cli) == []


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("none/hub", ("a", "b"), "no vault none"),
        ("registry/HUB", ("a", "b"), "small letters"),
        ("registry/hub", ("a",), "no password in stdin"),
        ("registry/hub", (), "no user name in stdin"),
        ("registry/hub", ("", "b"), "no user name in stdin"),
    ],
)
def test_what_is_no_secret_is_refused(cli: Command, name: str, lines: tuple[str, ...], said: str) -> None:
    ended = cli("vaults", "secrets", "put", name, "--values-stdin", "--yes", stdin="".join(f"{x}\n" for x in lines))
    assert ended.code in (2, 4)
    assert said in ended.err
    assert secrets_of(cli) == []


def test_a_secret_is_planned_without_its_values(cli: Command) -> None:
    planned = cli("vaults", "secrets", "put", "registry/hub", "--plan", "--json").json["plan"]
    body = planned["steps"][0]["requests"][0]["body"]
    assert body == {"data": {"username": "{{username}}", "password": "{{password}}"}}
    assert cli("vaults", "secrets", "put", "registry/hub", "--read-only", "--yes").code == 3
    assert secrets_of(cli) == []


def test_the_passphrase_changes_and_the_old_one_is_refused(cli: Command) -> None:
    wrong = cli("vaults", "passphrase", "--passphrase-stdin", stdin="not the one\nnew passphrase\n")
    assert wrong.code == 3
    short = cli("vaults", "passphrase", "--passphrase-stdin", stdin=f"{PASSPHRASE}short\n")
    assert short.code == 3
    assert cli("vaults", "passphrase", "--passphrase-stdin", stdin=f"{PASSPHRASE}new passphrase\n").code == 0
    assert cli(*MINT, "--passphrase-stdin", stdin=PASSPHRASE).code == 3
    assert cli(*MINT, "--passphrase-stdin", stdin="new passphrase\n").code == 0
    assert cli("vaults", "passphrase", "--read-only", "--passphrase-stdin").code == 3


@pytest.mark.deep
def test_what_was_lost_is_restored(cli: Command, tmp_path: Path) -> None:
    put(cli, "registry/hub", "robot", "pass-canary")
    kid = cli(*MINT, "--json").json["kid"]
    copy = tmp_path / "backup"
    words = ("vaults", "backup", str(copy), "--backup-passphrase-stdin")
    assert cli(*words, stdin="short\n").code == 3
    assert cli(*words, stdin="of the backup\n").code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert b"canary" not in copy.read_bytes()
    assert cli(*words, stdin="of the backup\n").code == 3, "a backup is not overwritten"
    assert cli("keys", "rotate", "k", "--yes").code == 0
    restore = ("vaults", "restore", str(copy), "--passphrase-stdin")
    assert cli(*restore, stdin="of the backup\n").code == 3, "neither is a store"
    store = tmp_path / "jfconsole/state/issuer/issuer.db"
    store.unlink()
    left = store.with_name("issuer.db-wal")
    left.touch()
    refused = cli(*restore, stdin="of the backup\n")
    assert refused.code == 3
    assert "issuer.db-wal" in refused.err
    left.unlink()
    store.with_name("issuer.db-shm").unlink(missing_ok=True)
    assert cli(*restore, stdin="another one\n").code == 3
    done = cli(*restore, stdin="of the backup\n")
    assert done.code == 0
    assert re.search(r"Keys are as they were at 20\d\d-.*one rotated or destroyed since signs again", done.err)
    assert cli(*MINT).code == 3, "the key file of before opens it no more"
    assert cli(*MINT, "--passphrase-stdin", stdin=PASSPHRASE).code == 3
    made = cli(*MINT, "--passphrase-stdin", "--json", stdin="of the backup\n").json
    assert made["kid"] == kid
    assert [row["name"] for row in secrets_of(cli)] == ["registry/hub"]


def test_a_version_is_destroyed_once_it_has_retired(cli: Command) -> None:
    assert cli("keys", "destroy", "k", "1", "--yes").code == 3
    assert cli("keys", "destroy", "k", "9", "--yes").code == 4
    assert cli("keys", "rotate", "k", "--yes").code == 0
    planned = cli("keys", "destroy", "k", "1", "--plan", "--json").json["plan"]
    assert planned["phrase"] == "k 1"
    assert any("No platform is connected" in effect for effect in planned["effects"])
    assert cli("keys", "destroy", "k", "1", "--yes").code == 0
    states = {v["version"]: v["state"] for v in cli("keys", "show", "k", "--json").json["key"]["versions"]}
    assert states == {1: "destroyed", 2: "active", 3: "next"}
    plan = cli("journal", "list", "--json").json["plans"][0]["plan"]
    assert cli("journal", "undo", plan, "--yes").code != 0


def test_an_emergency_names_the_integrations_that_it_reaches(cli: Command, sandbox: RunningSandbox) -> None:
    url = cli("issuers", "show", "jfrog", "--json").json["issuer"]["issuer-url"]
    with sandbox.http() as http:
        make_integration(http, "strongbox", url)
        make_mapping(http, "strongbox", "pull-images", {"sub": "job"})
        make_integration(http, "other", "https://ci.acme.test")
    connected = Command(cli.home, sandbox.url, sandbox.token)
    planned = connected("keys", "rotate", "k", "--emergency", "--plan", "--json").json["plan"]
    assert planned["phrase"] == "k"
    assert any("strongbox" in effect and "pull-images" in effect for effect in planned["effects"])
    assert not any("other" in effect.split() for effect in planned["effects"])
    assert connected("keys", "rotate", "k", "--emergency", "--yes").code == 0


def test_a_keyring_opens_the_vault_for_good(cli: Command, a_keyring: MemoryKeyring) -> None:
    assert cli("vaults", "unattended", "--off", "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    told = cli("vaults", "unattended", "--keyring", "--passphrase-stdin", stdin=PASSPHRASE)
    assert "Every process of this user can open it (keyring)" in told.err
    assert cli(*MINT).code == 0
    assert cli("vaults", "unattended", "--keyring", "--off").code == 2
    assert len(a_keyring.kept) == 1
    a_keyring.kept.clear()
    assert cli(*MINT).code == 3


def test_the_log_has_every_attempt_and_never_a_token(cli: Command) -> None:
    token = cli(*MINT).out.strip()
    assert cli("issuers", "mint", "jfrog", "pulls", "--audience", "evil.example").code == 3
    rows = cli("issuers", "log", "--json").json["rows"]
    assert [row["outcome"] for row in rows if row["event"] == "mint"] == ["minted", "refused"]
    assert rows[-1]["rule"] == "audience-not-allowed"
    told = cli("issuers", "log", "--limit", "2").out
    assert len(told.splitlines()) == 2
    assert "refused by audience-not-allowed: audience not allowed: evil.example" in told
    assert token.split(".")[2] not in told + json.dumps(rows)


def test_the_log_goes_on_as_rows_come(cli: Command) -> None:
    followed = cli.start("issuers", "log", "--follow", "--json", "--limit", "1")
    assert followed.stdout is not None
    assert json.loads(followed.stdout.readline())["event"] == "vault.put"
    assert cli(*MINT).code == 0
    assert json.loads(followed.stdout.readline())["outcome"] == "minted"
    followed.send_signal(signal.SIGINT)
    ended = cli.finish(followed)
    assert "Traceback" not in ended.err


def test_everything_is_exported_to_supctl(cli: Command) -> None:
    put(cli, "registry/hub", "robot-canary", "pass-canary")
    apply(cli, "roles", {**ROLE, "allowed-claims": [{"name": "env", "type": "string", "allowed-values": ["no", "1"]}]})
    registry = {"address": "r.example:6000", "provider-name": "edge", "credentials": [GENERAL]}
    apply(cli, "registries", registry)
    text = cli("issuers", "export").out
    assert "canary" not in text
    for words in (("keys", "k"), ("issuers", "jfrog"), ("roles", "jfrog/pulls"), ("registries", "r.example:6000")):
        one = cli(words[0], "export", words[1], "--json").json["export"]["text"]
        assert one in text
        assert cli(words[0], "export", "none").code == 4
    assert cli("vaults", "export").out.strip() in text
    blocks = carried_out(text, cli.home)
    assert blocks["transit-keys"] == {"name": "k", "cipher": "ecdsa-p256", "distribute": {"to": "all"}}
    assert blocks["jwt-issuers"]["signing-key"] == "k"
    role = blocks["jwt-issuers jfrog roles"]
    assert role["subject-template"] == "${SYS_TENANT}/pulls"
    assert role["allowed-claims"] == [{"name": "env", "type": "string", "allowed-values": ["no", "1"]}]
    assert blocks["vaults"]["name"] == "registry"
    assert blocks["remote-registries"] == {"address": "r.example:6000", "credentials": [GENERAL]}
    assert "# provider-name: edge is kept by jfconsole alone" in text
    secret = blocks["vaults registry secrets"]
    assert secret == {"name": "hub", "data": {"username": "robot", "password": 'a "b" \\ $c'}}


@pytest.mark.deep
def test_the_public_base_is_changed_told_and_taken_back(cli: Command) -> None:
    words = ("vaults", "public-url")
    planned = cli(*words, "https://new.acme.example/", "--plan", "--json").json["plan"]
    told = " ".join(planned["effects"])
    assert "The issuer jfrog becomes https://new.acme.example/" in told
    assert "No platform is asked" in told
    assert cli(*words, "https://new.acme.example", "--follow", "--yes").code == 2
    assert cli(*words, "http://new.acme.example", "--yes").code == 2
    assert "as wanted already" in cli(*words, BASE, "--yes").err or cli(*words, BASE, "--yes").code == 0
    assert cli("vaults", "status", "--json").json["public-base"] == BASE
    done = cli(*words, "https://new.acme.example", "--yes", "--json").json["report"]
    assert cli("vaults", "status", "--json").json["public-base"] == "https://new.acme.example"
    assert (
        cli("issuers", "show", "jfrog", "--json").json["issuer"]["issuer-url"].startswith("https://new.acme.example/")
    )
    assert cli("journal", "undo", done["plan"], "--yes").code == 0
    assert cli("vaults", "status", "--json").json["public-base"] == BASE


def carried_out(script: str, folder: Path) -> dict[str, Any]:
    """What the script hands to `supctl`, by the place that it names."""
    (folder / "bin").mkdir()
    supctl = folder / "bin" / "supctl"
    supctl.write_text(f'#!/bin/sh\nshift 2\ncat > "{folder}/bin/$*.yaml"\n')
    supctl.chmod(0o755)
    path = f"{supctl.parent}:{os.environ['PATH']}"
    values = {"REGISTRY_HUB_USERNAME": "robot", "REGISTRY_HUB_PASSWORD": 'a "b" \\ $c'}
    subprocess.run(["sh", "-c", script], env={"PATH": path, **values}, check=True)
    return {found.stem: yaml.safe_load(found.read_text()) for found in supctl.parent.glob("*.yaml")}


def test_the_server_answers_for_the_proxy_in_front_of_it(cli: Command) -> None:
    assert cli("issuers", "serve", "--public-url", "http://evil.example").code == 2
    started = cli.start("issuers", "serve", "--public-url", "https://front.acme.example", "--hits")
    assert started.stdout is not None
    ready = json.loads(started.stdout.readline())
    assert ready["url"] == "https://front.acme.example"
    path = urlsplit(ready["issuers"][0]).path + "/jwks"
    for host, status in (("front.acme.example", 200), ("id.acme.example", 200), ("evil.example", 421)):
        connection = http.client.HTTPConnection(urlsplit(ready["listening"]).netloc, timeout=20)
        connection.request("GET", path, headers={"Host": host})
        assert connection.getresponse().status == status, host
        connection.close()
        assert json.loads(started.stdout.readline())["path"] == path
    started.send_signal(signal.SIGTERM)
    assert cli.finish(started).code == 0


def test_the_journal_is_sealed_whenever_the_vault_opens_by_itself(cli: Command, tmp_path: Path) -> None:
    told = cli("journal", "verify", "--json").json
    assert told["intact"]
    assert told["sealed"] == told["events"] > 0
    assert cli("vaults", "unattended", "--off", "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert "Open the vault" in cli("journal", "verify").out
    assert "none edited" in cli("journal", "verify", "--passphrase-stdin", stdin=PASSPHRASE).out
    (path,) = tmp_path.rglob("journal.db")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TRIGGER events_last")
        db.execute("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    assert cli("journal", "verify").code == 0
    found = cli("journal", "verify", "--passphrase-stdin", stdin=PASSPHRASE)
    assert found.code == 1
    assert "the end is cut off" in found.out
