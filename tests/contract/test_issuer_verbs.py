"""`jfconsole keys`, `issuers`, `roles` and `vaults`: from an empty folder to a token that somebody else verifies."""

from __future__ import annotations

import http.client
import json
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from tests.support.command import Command

PASSPHRASE = "correct horse battery\n"
ROLE = {
    "issuer": "jfrog",
    "name": "pulls",
    "allowed-audiences": ["acme.jfrog.io"],
    "subject-template": "${SYS_TENANT}/pulls",
}


@pytest.fixture
def empty(tmp_path: Path) -> Command:
    """A store that a key file opens, with nothing in it."""
    cli = Command(tmp_path)
    made = cli("vaults", "create", "--public-url", "http://127.0.0.1:9", "--passphrase-stdin", stdin=PASSPHRASE)
    assert made.code == 0, made.err
    key = tmp_path / "key"
    assert cli("vaults", "unattended", "--key-file", str(key), "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    return cli


@pytest.fixture
def cli(empty: Command) -> Command:
    """With a key, an issuer and a role."""
    apply(empty, "keys", {"name": "k"})
    apply(empty, "issuers", {"name": "jfrog", "signing-key": "k"})
    apply(empty, "roles", ROLE)
    return empty


def apply(cli: Command, plural: str, record: dict[str, Any], *options: str, code: int = 0) -> str:
    """Apply a record from stdin; what was said."""
    ended = cli(plural, "apply", "-f", "-", "--yes", *options, stdin=json.dumps(record))
    assert ended.code == code, ended.err
    return ended.err + ended.out


def state_of(cli: Command) -> dict[str, Any]:
    return {plural: cli(plural, "list", "--json").json[plural] for plural in ("keys", "issuers", "roles", "vaults")}


def test_without_a_store_the_way_to_one_is_named(tmp_path: Path) -> None:
    cli = Command(tmp_path)
    for words in (("keys", "list"), ("issuers", "mint", "a", "b"), ("issuers", "serve"), ("vaults", "list")):
        ended = cli(*words)
        assert ended.code == 3
        assert "vaults create" in ended.err
    assert cli("vaults", "status").out == "there is none\n"
    assert cli("vaults", "create", "--public-url", "http://evil.example", "--passphrase-stdin").code == 2
    short = cli("vaults", "create", "--public-url", "https://a.example", "--passphrase-stdin", stdin="short\n")
    assert short.code == 3
    assert cli("vaults", "create", "--public-url", "https://a.example", "--read-only").code == 3
    assert cli("vaults", "status", "--json").json["exists"] is False


def test_what_is_shown_is_what_apply_reads(cli: Command) -> None:
    before = state_of(cli)
    for plural, name in (("keys", "k"), ("issuers", "jfrog"), ("roles", "jfrog/pulls")):
        shown = cli(plural, "show", name, "--json").json
        told = cli(plural, "show", name).out
        assert '": ' not in told
        assert "as wanted already" in apply(cli, plural, shown)
    assert "version 1, state active, kid " in cli("keys", "show", "k").out
    assert state_of(cli) == before
    for plural in ("keys", "issuers", "roles"):
        assert cli(plural, "show", "none").code == 4


def test_a_change_is_a_plan_like_any_other(cli: Command) -> None:
    before = state_of(cli)
    planned = cli("roles", "apply", "-f", "-", "--plan", "--json", stdin=json.dumps({**ROLE, "max-ttl": "10m"}))
    assert planned.json["plan"]["title"] == "Change role jfrog/pulls"
    refused = cli("roles", "apply", "-f", "-", stdin=json.dumps({**ROLE, "max-ttl": "10m"}))
    assert refused.code == 3
    assert "--yes" in refused.err
    assert (
        cli("roles", "apply", "-f", "-", "--yes", "--read-only", stdin=json.dumps({**ROLE, "max-ttl": "10m"})).code == 3
    )
    assert state_of(cli) == before
    apply(cli, "roles", {"issuer": "jfrog", "name": "pulls", "max-ttl": "10m"})
    role = cli("roles", "show", "jfrog/pulls", "--json").json["role"]
    assert (role["max-ttl"], role["allowed-audiences"]) == ("10m", ["acme.jfrog.io"])
    listed = cli("journal", "list").out
    assert "Change role jfrog/pulls" in listed
    assert "issuer:" in listed


@pytest.mark.parametrize(
    ("plural", "record", "said"),
    [
        ("keys", {"name": "K"}, "small letters"),
        ("keys", {"name": "k", "cipher": "rsa-2048"}, "cipher of a key cannot change"),
        ("keys", {"name": "k", "overlap": "1h"}, "needs 1d10m"),
        ("keys", {"name": "x", "exportable": True}, "no such field"),
        ("issuers", {"name": "jfrog", "issuer": "http://evil.example"}, "https"),
        ("issuers", {"name": "other", "signing-key": "none"}, "no transit key"),
        ("roles", {**ROLE, "max-ttl": "25h"}, "24h at most|1d at most"),
        ("roles", {**ROLE, "issuer": "none"}, "no issuer"),
        ("vaults", {"name": "V"}, "small letters"),
        ("keys", {}, "needs a name"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    cli: Command, plural: str, record: dict[str, Any], said: str
) -> None:
    before = state_of(cli)
    ended = cli(plural, "apply", "-f", "-", "--yes", stdin=json.dumps(record))
    assert ended.code != 0
    assert any(part in ended.err + ended.out for part in said.split("|"))
    assert state_of(cli) == before


@pytest.mark.parametrize("text", ["", "[]", "1", "{", "[" * 10_000])
def test_what_is_no_object_is_refused(cli: Command, text: str) -> None:
    ended = cli("issuers", "apply", "-f", "-", "--yes", stdin=text)
    assert ended.code == 2
    assert "show --json" in ended.err


def test_deleting_goes_from_the_outside_in(cli: Command) -> None:
    for plural, name, said in (("keys", "k", "used by issuers: jfrog"), ("issuers", "jfrog", "has roles: pulls")):
        ended = cli(plural, "delete", name, "--yes")
        assert ended.code != 0
        assert said in ended.err + ended.out
    apply(cli, "keys", {"name": "k", "deletion-allowed": True})
    for plural, name in (("roles", "jfrog/pulls"), ("issuers", "jfrog"), ("keys", "k")):
        assert cli(plural, "delete", name, "--yes").code == 0
    assert not any(state_of(cli).values())
    assert cli("keys", "delete", "k", "--yes").code == 4


def test_a_token_and_its_refusals(cli: Command) -> None:
    words = ("issuers", "mint", "jfrog", "pulls", "--audience", "acme.jfrog.io")
    token = cli(*words).out.strip()
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    made = cli(*words, "--ttl", "10m", "--json").json
    assert (made["ttl"], made["claims"]["aud"]) == (600, "acme.jfrog.io")
    refused = cli("issuers", "mint", "jfrog", "pulls", "--audience", "evil.example")
    assert (refused.code, refused.out) == (3, "")
    assert "audience not allowed" in refused.err
    assert "acme.jfrog.io" in refused.err
    assert cli(*words, "--ttl", "soon").code == 2
    assert cli(*words, "--claim", "x").code == 2
    assert cli(*words, "--claim", "x=1").code == 3
    checked = cli(*words, "--validate").json
    assert checked["kid"] == made["kid"]
    assert "jwt" not in checked
    audit = cli("vaults", "audit", "--passphrase-stdin", "--json", stdin=PASSPHRASE).json
    assert audit["intact"]
    assert audit["keyed"]


def test_locked_is_locked(cli: Command) -> None:
    off = cli("vaults", "unattended", "--off", "--passphrase-stdin", stdin=PASSPHRASE)
    assert off.code == 0
    assert "older copies" in off.err, "the key file is not ours to delete"
    words = ("issuers", "mint", "jfrog", "pulls", "--audience", "acme.jfrog.io")
    ended = cli(*words)
    assert (ended.code, ended.out) == (3, "")
    assert "passphrase" in ended.err
    assert cli(*words, "--validate").code == 0
    wrong = cli(*words, "--passphrase-stdin", stdin="wrong passphrase\n")
    assert (wrong.code, wrong.out) == (3, "")
    assert cli(*words, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert cli("keys", "rotate", "k", "--yes").code == 3
    assert len(state_of(cli)["keys"]) == 1


def test_a_rotation_waits_unless_it_is_an_emergency(cli: Command) -> None:
    assert cli("keys", "rotate", "k", "--yes").code == 0
    early = cli("keys", "rotate", "k", "--yes")
    assert early.code != 0
    assert "the next key is ready in" in early.err + early.out
    states = [version["state"] for version in cli("keys", "show", "k", "--json").json["key"]["versions"]]
    assert states == ["retiring", "active", "next"]
    planned = cli("keys", "rotate", "k", "--emergency", "--plan").out
    assert "mappings" in planned
    assert cli("keys", "rotate", "k", "--emergency", "--yes").code == 0


def test_an_emergency_does_not_wait_for_a_platform_whose_token_nobody_gives(cli: Command) -> None:
    added = cli("profiles", "add", "acme", "--url", "https://acme.example", "--default")
    assert added.code == 0, added.err
    assert "could not be asked" in cli("keys", "rotate", "k", "--emergency", "--plan").out
    assert cli("keys", "rotate", "k", "--emergency", "--yes").code == 0


def test_the_server_is_found_verified_and_ended(cli: Command) -> None:
    started = cli.start("issuers", "serve")
    assert started.stdout is not None
    ready = json.loads(started.stdout.readline())
    base = ready["url"]
    assert cli("vaults", "status").code == 0
    made = cli("issuers", "mint", "jfrog", "pulls", "--audience", "acme.jfrog.io", "--json").json
    path = urlsplit(ready["issuers"][0]).path
    client = jwt.PyJWKClient(f"{base}{path}/jwks")
    key = client.get_signing_key_from_jwt(made["jwt"])
    issuer = ready["issuers"][0]
    assert jwt.decode(made["jwt"], key, ["ES256"], audience="acme.jfrog.io", issuer=issuer) == made["claims"]
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    connection.request("POST", f"{path}/jwks", body=b"{}")
    assert connection.getresponse().status == 405
    connection.close()
    started.send_signal(signal.SIGTERM)
    ended = cli.finish(started)
    assert (ended.code, ended.err) == (0, "")


def test_the_server_listens_on_loopback_only(cli: Command) -> None:
    ended = cli("issuers", "serve", "--host", "0.0.0.0")
    assert ended.code == 3
    assert "loopback" in ended.err


def test_what_is_published_is_told_with_its_types(cli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    told = cli("issuers", "publish", "jfrog", str(folder), "--json").json
    assert [file["content-type"] for file in told["files"]] == ["application/jwk-set+json", "application/json"]
    assert json.loads((folder / ".well-known/openid-configuration").read_text())["issuer"] == told["issuer"]
    assert cli("issuers", "show", "jfrog", "--json").json["issuer"]["published"]["current"]
    assert cli("issuers", "publish", "none", str(folder)).code == 4
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert cli("issuers", "publish", "jfrog", str(blocked)).code == 1


def test_vaults(cli: Command) -> None:
    apply(cli, "vaults", {"name": "registry", "description": "pull secrets"})
    assert cli("vaults", "show", "registry", "--json").json["vault"]["description"] == "pull secrets"
    apply(cli, "vaults", {"name": "registry", "description": "other"})
    assert cli("vaults", "delete", "registry", "--yes").code == 0


def test_no_secret_reaches_the_journal_or_a_report(cli: Command, tmp_path: Path) -> None:
    token = cli("issuers", "mint", "jfrog", "pulls", "--audience", "acme.jfrog.io").out.strip()
    for path in (tmp_path / "jfconsole").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert token.split(".")[2].encode() not in content
            assert b"correct horse" not in content
