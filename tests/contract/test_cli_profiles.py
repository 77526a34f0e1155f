"""Profiles from the command line: added, listed, used, forgotten; which place wins; no secret on disk."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.jfrog_cli import KEY, write_cli
from tests.support.sandbox import RunningSandbox

PASSPHRASE = "correct horse battery"


@pytest.fixture
def unconnected(tmp_path: Path) -> Command:
    """A command that nothing connects."""
    return Command(tmp_path)


def token_file(folder: Path, token: str) -> Path:
    path = folder / "token"
    path.write_text(token)
    path.chmod(0o600)
    return path


def printing(token: str) -> str:
    """A command that prints the token."""
    return shlex.join([sys.executable, "-c", f"print({token!r})"])


def test_a_profile_is_all_that_a_verb_needs(unconnected: Command, sandbox: RunningSandbox) -> None:
    added = unconnected(
        *("profiles", "add", "lab", "--url", f"{sandbox.url}/ui/login/"), "--token-command", printing(sandbox.token)
    )
    assert added.code == 0, added.err
    assert f"URL      {sandbox.url}\n" in added.out
    own = unconnected("tokens", "own", "--json")
    assert own.code == 0, own.err
    assert own.json["own"]["source"] == "profile lab (the default), token from its command"


def test_list_show_use_and_remove(unconnected: Command) -> None:
    for name in ("prod", "lab"):
        more = ("--read-only", "--colour", "red") if name == "prod" else ()
        assert unconnected("profiles", "add", name, "--url", f"{name}.example", *more).code == 0
    listed = unconnected("profiles", "list", "--json").json["profiles"]
    assert [(one["name"], one["url"], one["default"]) for one in listed] == [
        ("prod", "https://prod.example", True),
        ("lab", "https://lab.example", False),
    ]
    assert (listed[0]["read_only"], listed[0]["colour"], listed[0]["token"]) == (True, "red", "ask")
    proxied = Command(unconnected.home, HTTPS_PROXY="http://user:s3cr3t@proxy.example:3128", NO_PROXY="lab.example")
    assert proxied("profiles", "show", "prod", "--json").json["profile"]["proxy"] == "proxy.example:3128 (HTTPS_PROXY)"
    assert "none (NO_PROXY names it)" in proxied("profiles", "show", "lab").out
    assert unconnected("profiles", "use", "lab").code == 0
    assert "default" in unconnected("profiles", "show", "lab").out
    assert unconnected("profiles", "add", "lab", "--url", "b.example").code == 2
    assert unconnected("profiles", "add", "lab", "--url", "b.example", "--replace").code == 0
    assert unconnected("profiles", "remove", "lab").code == 0
    assert unconnected("profiles", "show", "lab").code == 4
    assert [one["name"] for one in unconnected("profiles", "list", "--json").json["profiles"]] == ["prod"]


def test_which_place_wins(tmp_path: Path, sandbox: RunningSandbox) -> None:
    """Flags, our own pair, our own profile, the pairs of others, the default profile: in this order."""
    own = {"JFCONSOLE_URL": sandbox.url, "JFCONSOLE_TOKEN": sandbox.token}
    others = {"JFROG_URL": sandbox.url, "JFROG_ACCESS_TOKEN": sandbox.token}
    named = {"JFCONSOLE_PROFILE": "two"}
    for name in ("one", "two"):
        words = ("profiles", "add", name, "--url", sandbox.url, "--token-command", printing(sandbox.token))
        assert Command(tmp_path)(*words).code == 0

    def source(environ: dict[str, str], *words: str) -> str:
        ended = Command(tmp_path, **environ)("tokens", "own", "--json", *words)
        assert ended.code == 0, ended.err
        return str(ended.json["own"]["source"])

    everything = {**own, **others, **named}
    assert source(everything, "--profile", "one").startswith("profile one (--profile)")
    assert source(everything) == "JFCONSOLE_URL and JFCONSOLE_TOKEN"
    assert source({**others, **named}).startswith("profile two (JFCONSOLE_PROFILE)")
    assert source(others) == "JFROG_URL and JFROG_ACCESS_TOKEN"
    assert source({}).startswith("profile one (the default)")
    both = Command(tmp_path)("tokens", "own", "--profile", "one", "--url", sandbox.url)
    assert (both.code, "names a platform and its token already" in both.err) == (2, True)


def test_a_read_only_profile_sends_no_change(unconnected: Command, sandbox: RunningSandbox) -> None:
    words = ("--read-only", "--token-command", printing(sandbox.token))
    assert unconnected("profiles", "add", "lab", "--url", sandbox.url, *words).code == 0
    ended = unconnected("tokens", "create", "--description", "no", "--yes")
    assert ended.code == 3
    assert "ead-only" in ended.err


def test_a_token_in_the_vault_is_nowhere_in_clear(tmp_path: Path, sandbox: RunningSandbox) -> None:
    command = Command(tmp_path / "home")
    made = command(
        "vaults", "create", "--public-url", "https://jwt.example", "--passphrase-stdin", stdin=f"{PASSPHRASE}\n"
    )
    assert made.code == 0, made.err
    token = token_file(tmp_path, sandbox.token)
    words = ("profiles", "add", "lab", "--url", sandbox.url, "--token", "vault", "--token-file", str(token))
    assert command(*words, "--passphrase-stdin", stdin=f"{PASSPHRASE}\n").code == 0
    assert "locked" in command("tokens", "own").err
    key = tmp_path / "key"
    opened = command("vaults", "unattended", "--key-file", str(key), "--passphrase-stdin", stdin=f"{PASSPHRASE}\n")
    assert opened.code == 0, opened.err
    assert command("tokens", "own", "--json").json["own"]["source"] == "profile lab (the default), token from the vault"
    for file in (tmp_path / "home").rglob("*"):
        assert not file.is_file() or sandbox.token.encode() not in file.read_bytes(), file
    assert command("profiles", "remove", "lab").code == 0
    assert command("vaults", "show", "profiles", "--json").json["vault"]["secrets"] == []


def test_what_belongs_together(unconnected: Command, tmp_path: Path) -> None:
    def refused(*words: str) -> str:
        ended = unconnected("profiles", "add", "lab", *words)
        assert ended.code == 2
        return ended.err

    assert "needs its platform" in refused()
    assert "belong together" in refused("--url", "a.example", "--token", "command")
    assert "keeps no token" in refused("--url", "a.example", "--token-file", str(token_file(tmp_path, "s3cr3t")))
    assert "64 hex digits" in refused("--url", "a.example", "--pin", "ab:cd")
    assert "small letters" in unconnected("profiles", "add", "L B", "--url", "a.example").err
    assert unconnected("profiles", "list", "--json").json == {"profiles": []}


def test_a_token_that_is_asked_for_needs_a_terminal(unconnected: Command) -> None:
    assert unconnected("profiles", "add", "lab", "--url", "lab.example").code == 0
    ended = unconnected("tokens", "list")
    assert (ended.code, "no terminal" in ended.err) == (2, True)


def files_with(folder: Path, secret: str) -> list[Path]:
    """Files in which the secret stands in clear."""
    return [file for file in folder.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]


def test_the_clis_servers_come_over_and_no_token_lands_in_clear(tmp_path: Path, sandbox: RunningSandbox) -> None:
    """Two servers, encrypted: their tokens go to the vault, the CLI's files stay as they are."""
    home = tmp_path / "home"
    command = Command(home, JFROG_CLI_HOME_DIR=str(tmp_path / "cli"))
    lab = {"serverId": "lab", "url": f"{sandbox.url}/", "accessToken": sandbox.token, "isDefault": True}
    path = write_cli(tmp_path / "cli", {**lab, "serverId": "other", "isDefault": False}, lab, key=KEY)
    before = path.read_bytes()
    passphrase = f"{PASSPHRASE}\n"
    key = str(tmp_path / "key")
    for words in (
        ("vaults", "create", "--public-url", "https://jwt.example"),
        ("vaults", "unattended", "--key-file", key),
        ("profiles", "import", "--token", "vault"),
    ):
        ended = command(*words, "--passphrase-stdin", stdin=passphrase)
        assert ended.code == 0, ended.err
    assert command("tokens", "own", "--json").json["own"]["source"].startswith("profile lab (the default)")
    again = command("profiles", "import", "lab", "--token", "vault", "--json")
    assert [one["profile"]["name"] for one in again.json["imported"]] == ["lab"]
    assert files_with(home, sandbox.token) == []
    assert path.read_bytes() == before


def test_a_server_that_has_another_name_here(unconnected: Command, tmp_path: Path) -> None:
    write_cli(tmp_path / "cli", {"serverId": "lab", "url": "https://a.test", "accessToken": "s3cr3t"})
    assert unconnected("profiles", "add", "lab", "--url", "https://b.test").code == 0
    ended = unconnected("profiles", "import", "--from", str(tmp_path / "cli"), "--json")
    assert [one["profile"]["name"] for one in ended.json["imported"]] == ["lab-2"]
    assert ended.json["imported"][0]["profile"]["token"] == "ask"
    assert files_with(tmp_path / "jfconsole", "s3cr3t") == []
    assert unconnected("profiles", "import", "nobody", "--from", str(tmp_path / "cli")).code == 4
