"""The store as a file: migrated with a backup, never downgraded, backed up and restored as a whole."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.issuer_errors import StoreClosed, VaultLocked, WrongKey
from jfconsole.domain.secret import Secret
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.backup import back_up, restore
from jfconsole.issuer.store_schema import MIGRATIONS, open_store
from tests.unit.issuer.at_hand import CHEAP, PASSPHRASE, REQUEST, an_issuer, ready_issuer

OTHER = Secret("passphrase of the backup")
NEWER = (*MIGRATIONS, ("CREATE TABLE more (id TEXT)",))


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[LocalIssuer]:
    with ready_issuer(tmp_path / "state") as made:
        yield made


def test_an_older_store_is_migrated_after_a_backup(issuer: LocalIssuer) -> None:
    issuer.close()
    with closing(open_store(issuer.store.path, NEWER)) as db:
        assert db.execute("SELECT count(*) FROM more").fetchone() == (0,)
    kept = issuer.store.path.with_name("issuer.db.v1")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM records").fetchone()[0] > 0


def test_a_newer_store_is_left_as_it_is(issuer: LocalIssuer) -> None:
    issuer.close()
    open_store(issuer.store.path, NEWER).close()
    with pytest.raises(StoreClosed, match="newer jfconsole"):
        issuer.state()


def test_a_migration_that_fails_changes_nothing(issuer: LocalIssuer) -> None:
    issuer.close()
    broken = (*MIGRATIONS, ("CREATE TABLE more (id TEXT)", "CREATE TABLE more (id TEXT)"))
    with pytest.raises(StoreClosed):
        open_store(issuer.store.path, broken)
    issuer.vault.unlock(PASSPHRASE)
    assert issuer.mint(REQUEST)


def test_the_settings_that_promise_durability(issuer: LocalIssuer) -> None:
    with issuer.store.reading() as db:
        found = [
            db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert found == ["wal", 2, 1]


def test_a_folder_that_cannot_be_made_is_a_clean_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConsoleError, match="cannot be used"):
        an_issuer(tmp_path / "file" / "state").state()


def test_a_backup_comes_back_whole_under_its_own_passphrase(issuer: LocalIssuer, tmp_path: Path) -> None:
    file, folder = tmp_path / "backup", tmp_path / "restored"
    issuer.vault.add_key_file(tmp_path / "key")
    before = os.umask(0)
    back_up(issuer.store, issuer.vault, file, OTHER, CHEAP)
    os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"jfrog" not in file.read_bytes()
    restore(file, folder / "issuer.db", OTHER)
    again = an_issuer(folder)
    assert again.state() == issuer.state()
    assert again.vault.status().opened_by == {"passphrase"}
    with pytest.raises(WrongKey):
        again.vault.unlock(PASSPHRASE)
    again.vault.unlock(OTHER)
    assert again.mint(REQUEST).kid == issuer.mint(REQUEST).kid
    assert again.verify_audit().intact
    again.close()


def test_what_stands_in_the_way_of_a_backup(issuer: LocalIssuer, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with pytest.raises(Refused, match="8 characters"):
        back_up(issuer.store, issuer.vault, file, Secret("short"), CHEAP)
    back_up(issuer.store, issuer.vault, file, OTHER, CHEAP)
    with pytest.raises(Refused, match="exists"):
        back_up(issuer.store, issuer.vault, file, OTHER, CHEAP)
    with pytest.raises(Refused, match="exists"):
        restore(file, issuer.store.path, OTHER)
    with pytest.raises(WrongKey):
        restore(file, tmp_path / "new" / "issuer.db", PASSPHRASE)
    assert not (tmp_path / "new").exists()
    issuer.vault.lock()
    with pytest.raises(VaultLocked):
        back_up(issuer.store, issuer.vault, tmp_path / "other", OTHER, CHEAP)
    assert not (tmp_path / "other").exists()


def test_any_damage_to_a_backup_is_one_clean_error(issuer: LocalIssuer, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    back_up(issuer.store, issuer.vault, file, OTHER, CHEAP)
    content = file.read_bytes()

    @given(st.integers(0, len(content) - 1), st.integers(0, 7), st.booleans())
    def check(place: int, bit: int, cut: bool) -> None:
        broken = bytearray(content[:place] if cut else content)
        if not cut:
            broken[place] ^= 1 << bit
        file.write_bytes(bytes(broken))
        with pytest.raises(Refused):
            restore(file, tmp_path / "new" / "issuer.db", OTHER)
        assert not (tmp_path / "new").exists()

    check()
