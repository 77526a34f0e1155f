"""Servers for a front end: a vault that is made on the way, and what it takes to open it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.profiles import Profile, TokenPlace
from jfconsole.domain.secret import Secret
from jfconsole.services.paths import Paths
from jfconsole.services.servers import NO_ADDRESS, Keeping, Places, Servers
from jfconsole.services.snapshot_files import SnapshotFiles
from tests.support.keyrings import LockedKeyring, MemoryKeyring, using

PROFILE = Profile(name="acme", url="https://acme.jfrog.io", token=TokenPlace.VAULT)
PASSPHRASE = Secret("correct horse battery")
NEW = Keeping(place=TokenPlace.VAULT, passphrase=PASSPHRASE, new_vault=True)


@pytest.fixture
def servers(tmp_path: Path) -> Servers:
    return Servers(Paths(state=tmp_path / "state", config=tmp_path / "config"))


def test_a_vault_is_made_and_opened_again(servers: Servers, tmp_path: Path) -> None:
    assert servers.places() == Places(vault=False, keyring=False)
    with pytest.raises(Refused, match="no vault on this machine"):
        servers.add(PROFILE, Secret("s3cr3t-token"), Keeping(place=TokenPlace.VAULT))
    servers.check(NEW)
    servers.add(PROFILE, Secret("s3cr3t-token"), NEW)
    servers.add(Profile(name="lab", url="https://lab.example", token=TokenPlace.VAULT), Secret("other-token"), NEW)
    assert servers.places().vault
    with pytest.raises(VaultLocked):
        servers.token(PROFILE)
    with pytest.raises(ConsoleError):
        servers.token(PROFILE, Secret("another passphrase"))
    assert servers.token(PROFILE, PASSPHRASE).matches(Secret("s3cr3t-token"))
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"s3cr3t-token" not in kept
    assert b"correct horse" not in kept
    assert NO_ADDRESS.encode() in kept


def test_a_passphrase_that_is_too_short_is_refused_before_anything_is_made(servers: Servers, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="8 characters"):
        servers.check(Keeping(place=TokenPlace.VAULT, passphrase=Secret("short"), new_vault=True))
    assert list(tmp_path.rglob("*.db")) == []


def test_a_keyring_is_offered_where_it_can_be_used(servers: Servers, a_keyring: MemoryKeyring) -> None:
    assert servers.places() == Places(vault=False, keyring=True)
    kept_there = Profile(name="acme", url="https://acme.jfrog.io", token=TokenPlace.KEYRING)
    servers.add(kept_there, Secret("s3cr3t-token"), Keeping(place=TokenPlace.KEYRING))
    assert servers.token(kept_there).matches(Secret("s3cr3t-token"))
    with using(LockedKeyring()), pytest.raises(Refused, match="KeyringLocked"):
        servers.token(kept_there)


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b'{"format": 1, "objects": {"groups": {"a": 1}}}'])
def test_a_file_that_is_no_snapshot_is_listed_with_its_problem(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "odd.json").write_bytes(text)
    (tmp_path / "other.txt").write_text("not looked at")
    (found,) = SnapshotFiles(tmp_path).list()
    assert found.problem
    assert found.record()["counts"] is None
