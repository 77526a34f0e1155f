"""The vault: sealed is sealed, and every record that is not what was written is noticed."""

from __future__ import annotations

import base64
import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.issuer_errors import Damaged, StoreClosed, VaultLocked, WrongKey
from jfconsole.domain.registries import RemoteRegistry
from jfconsole.domain.secret import Secret
from jfconsole.issuer import key_material
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.records import find
from jfconsole.issuer.sealing import DataKey
from jfconsole.issuer.store import Store
from jfconsole.issuer.vault import Vault
from jfconsole.issuer.wraps import Cost
from tests.support.keyrings import MemoryKeyring, using
from tests.unit.issuer.at_hand import CHEAP, PASSPHRASE, REQUEST, Clock, an_issuer, new_issuer, ready_issuer

WRONG = Secret("incorrect horse")


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[LocalIssuer]:
    with ready_issuer(tmp_path / "state") as made:
        made.put_vault("registry")
        made.put_secret("registry", "hub", {"username": Secret("bob"), "password": Secret("sentinel-pw-1")})
        yield made


def every_change(issuer: LocalIssuer) -> dict[str, Callable[[], object]]:
    """All that needs the vault."""
    state = issuer.state()
    return {
        "mint": lambda: issuer.mint(REQUEST),
        "create_key": lambda: issuer.create_key(state.keys["k"].key),
        "change_key": lambda: issuer.change_key(state.keys["k"].key),
        "rotate_key": lambda: issuer.rotate_key("k", emergency=True),
        "destroy_version": lambda: issuer.destroy_version("k", 1),
        "delete_key": lambda: issuer.delete_key("k"),
        "put_issuer": lambda: issuer.put_issuer(state.issuers["jfrog"].issuer),
        "delete_issuer": lambda: issuer.delete_issuer("jfrog"),
        "put_role": lambda: issuer.put_role(state.roles["jfrog/pulls"]),
        "delete_role": lambda: issuer.delete_role("jfrog/pulls"),
        "put_registry": lambda: issuer.put_registry(RemoteRegistry(address="acme.jfrog.io")),
        "delete_registry": lambda: issuer.delete_registry("acme.jfrog.io"),
        "put_vault": lambda: issuer.put_vault("other"),
        "delete_vault": lambda: issuer.delete_vault("registry"),
        "put_secret": lambda: issuer.put_secret("registry", "x", {"token": Secret("t")}),
        "read_secret": lambda: issuer.read_secret("registry/hub"),
        "delete_secret": lambda: issuer.delete_secret("registry/hub"),
        "set_public_base": lambda: issuer.set_public_base("https://x.example"),
        "seal_journal": lambda: issuer.seal_journal({"seq": 1, "hash": "00"}),
        "note_restored": issuer.note_restored,
        "add_key_file": lambda: issuer.vault.add_key_file(issuer.store.path.with_name("key")),
        "remove_unattended": issuer.vault.remove_unattended,
    }


def test_nothing_is_possible_while_it_is_locked_but_what_is_public(issuer: LocalIssuer) -> None:
    before, published = issuer.state(), issuer.documents("jfrog")
    issuer.vault.lock()
    for name, change in every_change(issuer).items():
        with pytest.raises(VaultLocked) as refused:
            change()
        assert "unlock" in refused.value.hint.lower(), name
    assert issuer.state() == before
    assert issuer.documents("jfrog") == published
    assert issuer.validate(REQUEST).claims["aud"] == "acme.jfrog.io"
    assert issuer.vault.status().locked
    issuer.vault.unlock(PASSPHRASE)
    assert issuer.mint(REQUEST).jwt
    assert issuer.read_secret("registry/hub")["password"].reveal() == "sentinel-pw-1"


def test_the_list_of_changes_is_complete(issuer: LocalIssuer) -> None:
    reading = {"state", "documents", "audit_rows", "verify_audit", "journal_mark", "now", "validate", "close"}
    several = {"mint_many", "rotate_due"}
    public = {name for name in dir(LocalIssuer) if not name.startswith("_") and callable(getattr(LocalIssuer, name))}
    assert public - reading - several == set(every_change(issuer)) - {"add_key_file", "remove_unattended"}


def test_a_wrong_passphrase_and_a_damaged_wrap_look_the_same(issuer: LocalIssuer) -> None:
    issuer.vault.lock()
    with pytest.raises(WrongKey) as wrong:
        issuer.vault.unlock(WRONG)
    edit(issuer, "UPDATE wraps SET wrapped = substr(wrapped, 2)")
    with pytest.raises(WrongKey) as broken:
        issuer.vault.unlock(PASSPHRASE)
    assert (wrong.value.message, wrong.value.hint) == (broken.value.message, broken.value.hint)
    assert issuer.vault.locked


@pytest.mark.parametrize(
    "params", ["", "{}", "[]", '{"memory": 99999999, "passes": 1, "lanes": 1, "salt": "00"}', "[" * 5000, '{"salt": 1}']
)
def test_the_cost_that_an_edited_store_asks_for_is_bounded(issuer: LocalIssuer, params: str) -> None:
    edit(issuer, "UPDATE wraps SET params = ?", params)
    issuer.vault.lock()
    with pytest.raises(WrongKey):
        issuer.vault.unlock(PASSPHRASE)


def test_the_passphrase_can_be_changed(issuer: LocalIssuer) -> None:
    new = Secret("another good passphrase")
    with pytest.raises(WrongKey):
        issuer.vault.change_passphrase(WRONG, new)
    with pytest.raises(Refused, match="8 characters"):
        issuer.vault.change_passphrase(PASSPHRASE, Secret("short"))
    sealed = [row[0] for row in rows(issuer, "SELECT sealed FROM records")]
    issuer.vault.change_passphrase(PASSPHRASE, new)
    assert [row[0] for row in rows(issuer, "SELECT sealed FROM records")] == sealed
    issuer.vault.lock()
    with pytest.raises(WrongKey):
        issuer.vault.unlock(PASSPHRASE)
    issuer.vault.unlock(new)
    assert issuer.mint(REQUEST)


def test_a_passphrase_is_the_same_however_its_accents_are_typed(tmp_path: Path) -> None:
    issuer = an_issuer(tmp_path / "state")
    issuer.vault.create(Secret("ein Schlüssel"), "https://x.example")
    issuer.vault.lock()
    issuer.vault.unlock(Secret("ein Schlu\u0308ssel"))
    issuer.close()


def test_a_cheap_wrap_becomes_a_dear_one_at_the_next_unlocking(issuer: LocalIssuer) -> None:
    with closing(issuer.store):
        Vault(issuer.store, cost=Cost(memory=128, passes=2, lanes=1)).unlock(PASSPHRASE)
        assert '"memory":128' in rows(issuer, "SELECT params FROM wraps")[0][0]
        issuer.vault.unlock(PASSPHRASE)


def test_it_locks_itself_when_it_is_left_alone(tmp_path: Path) -> None:
    clock = Clock(0)
    store = Store(tmp_path / "state" / "issuer.db")
    vault = Vault(store, cost=CHEAP, idle=100, clock=clock)
    forgotten: list[bool] = []
    vault.on_lock(lambda: forgotten.append(True))
    vault.create(PASSPHRASE, "https://x.example")
    for clock.now in (99, 198):
        vault.key()
    clock.now = 298
    assert vault.locked
    assert forgotten
    with pytest.raises(VaultLocked):
        vault.key()
    store.close()


def test_there_is_one_vault(issuer: LocalIssuer) -> None:
    with pytest.raises(Refused, match="already"):
        issuer.vault.create(PASSPHRASE, "https://x.example")


# -- at rest -------------------------------------------------------------------------------------------


def test_no_secret_stands_in_any_file(issuer: LocalIssuer) -> None:
    token = issuer.mint(REQUEST).jwt.reveal()
    seal = issuer.vault.key()
    with issuer.store.reading() as db:
        record = find(db, ("key-version", "k", 1))
    assert record is not None
    version = issuer.state().keys["k"].active
    private = key_material.load(record.secret(seal), version.jwk, issuer.state().keys["k"].key.cipher)
    scalar = private.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
    wanted = [
        b"sentinel-pw-1",
        b"PRIVATE KEY",
        token.encode(),
        token.split(".")[2].encode(),
        PASSPHRASE.reveal().encode(),
    ]
    for raw in (scalar, key_material.dump(private), seal._raw):
        wanted += [raw, raw.hex().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw).rstrip(b"=")]
    files = [path for path in issuer.store.path.parent.iterdir() if path.is_file()]
    assert len(files) >= 2
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in wanted if secret in content], path
    assert "••••" in repr(seal)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with new_issuer(tmp_path / "deep" / "state") as issuer:
            issuer.vault.add_key_file(tmp_path / "deep" / "key")
            modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep").rglob("*")}
    finally:
        os.umask(before)
    assert len(modes) >= 4
    for path, mode in modes.items():
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize(("name", "mode"), [("issuer.db", 0o640), ("issuer.db-wal", 0o604), (".", 0o750)])
def test_what_others_can_read_is_refused_with_the_chmod(issuer: LocalIssuer, name: str, mode: int) -> None:
    path = issuer.store.path.parent / name
    path.chmod(mode)
    try:
        with pytest.raises(Refused, match="Others can read") as refused:
            an_issuer(issuer.store.path.parent).state()
        assert "chmod" in refused.value.hint
    finally:
        path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    (folder / "issuer.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is a link"):
        an_issuer(folder).state()
    assert not (tmp_path / "elsewhere").exists()


# -- tampering -----------------------------------------------------------------------------------------

EDITS = [
    "UPDATE records SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE sealed IS NOT NULL",
    "UPDATE records SET sealed = x'' WHERE sealed IS NOT NULL",
    "UPDATE records SET sealed = NULL WHERE kind = 'secret'",
    "UPDATE records SET sealed = 'text' WHERE kind = 'secret'",
    "UPDATE records SET sealed = (SELECT sealed FROM records WHERE kind = 'key-version' AND version = 1) "
    "WHERE kind = 'key-version' AND version = 2",
    "UPDATE records SET body = replace(body, 'acme.jfrog.io', '*') WHERE kind = 'role'",
    "UPDATE records SET body = '{}' WHERE kind = 'role'",
    "UPDATE records SET body = '[]' WHERE kind = 'issuer'",
    "UPDATE records SET body = 'x' WHERE kind = 'key'",
    "UPDATE records SET body = x'00' WHERE kind = 'key'",
    "UPDATE records SET revision = revision + 1 WHERE kind = 'key'",
    "UPDATE records SET revision = 'x' WHERE kind = 'key'",
    "UPDATE records SET seal = x'00' WHERE kind = 'vault'",
    "UPDATE records SET seal = 'x' WHERE kind = 'vault'",
    "UPDATE records SET name = 'jfrog/other' WHERE kind = 'role'",
    "UPDATE records SET version = 9 WHERE kind = 'key-version' AND version = 2",
    "DELETE FROM records WHERE kind = 'role'",
    "DELETE FROM records WHERE kind = 'key-version' AND version = 2",
    "INSERT INTO records SELECT kind, 'evil', version, revision, body, sealed, seal FROM records WHERE kind = 'vault'",
    "UPDATE meta SET value = '00000000-0000-0000-0000-000000000000' WHERE name = 'tenant'",
    "UPDATE meta SET value = 'https://evil.example' WHERE name = 'public-base'",
    "UPDATE meta SET value = 'x' WHERE name = 'store'",
    "UPDATE meta SET value = 'x' WHERE name = 'generation'",
    "UPDATE meta SET value = '' WHERE name = 'manifest'",
    "DELETE FROM meta",
]


@pytest.mark.parametrize("statement", EDITS)
def test_every_edit_is_noticed_and_nothing_is_signed(issuer: LocalIssuer, statement: str) -> None:
    issuer.vault.lock()
    edit(issuer, statement)
    with pytest.raises(Damaged, match="damaged or was edited"):
        issuer.vault.unlock(PASSPHRASE)
    assert issuer.vault.locked


@pytest.mark.parametrize("statement", EDITS)
def test_every_edit_under_an_unlocked_vault_is_noticed_before_the_next_change(
    issuer: LocalIssuer, statement: str
) -> None:
    issuer.mint(REQUEST)
    edit(issuer, statement)
    with pytest.raises(ConsoleError) as noticed:
        issuer.put_vault("other")
    assert isinstance(noticed.value, Damaged)


def test_a_secret_decrypts_in_its_own_place_alone() -> None:
    """Apart from the seals: the encryption itself is bound to kind, name, version, revision and store."""
    key, place = DataKey(bytes(32), "store"), ("key-version", "k", 1, 1)
    sealed = key.encrypt(place, b"secret")
    assert key.decrypt(place, sealed) == b"secret"
    assert key.encrypt(place, b"secret") != sealed
    others = [("secret", "k", 1, 1), ("key-version", "j", 1, 1), ("key-version", "k", 2, 1), ("key-version", "k", 1, 2)]
    for other in others:
        with pytest.raises(Damaged):
            key.decrypt(other, sealed)
    with pytest.raises(Damaged):
        DataKey(bytes(32), "another").decrypt(place, sealed)
    for length in range(len(sealed)):
        with pytest.raises(Damaged):
            key.decrypt(place, sealed[:length])


def test_a_record_in_an_older_revision_is_noticed(issuer: LocalIssuer) -> None:
    """An attacker who kept a row cannot put it back: the manifest knows the revision."""
    old = rows(issuer, "SELECT * FROM records WHERE kind = 'role'")[0]
    role = issuer.state().roles["jfrog/pulls"]
    issuer.put_role(role)
    edit(issuer, "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", *old)
    issuer.vault.lock()
    with pytest.raises(Damaged):
        issuer.vault.unlock(PASSPHRASE)


@given(data=st.data())
def test_any_flipped_bit_of_any_cell_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("flip") / "state"
    with ready_issuer(folder) as issuer:
        cells = [
            (name, row[0], column)
            for name in ("sealed", "seal", "body")
            for row in rows(
                issuer, f"SELECT rowid_, {name} FROM (SELECT kind || name || version AS rowid_, * FROM records)"
            )
            if (column := row[1]) is not None
        ]
        name, place, value = data.draw(st.sampled_from(cells))
        raw = bytearray(value if isinstance(value, bytes) else value.encode())
        bit = data.draw(st.integers(0, len(raw) * 8 - 1))
        raw[bit // 8] ^= 1 << bit % 8
        changed: Any = bytes(raw) if isinstance(value, bytes) else raw.decode("utf-8", "surrogateescape")
        if isinstance(changed, str) and not changed.isprintable():
            changed = bytes(raw)
        edit(issuer, f"UPDATE records SET {name} = ? WHERE kind || name || version = ?", changed, place)
        issuer.vault.lock()
        with pytest.raises(Damaged):
            issuer.vault.unlock(PASSPHRASE)


def test_a_store_of_another_vault_does_not_fit(issuer: LocalIssuer, tmp_path: Path) -> None:
    """The rows of one store in another, wraps included: each is bound to its own."""
    with ready_issuer(tmp_path / "other") as other:
        edit(issuer, "DELETE FROM records")
        for row in rows(other, "SELECT * FROM records"):
            edit(issuer, "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", *row)
        issuer.vault.lock()
        with pytest.raises(Damaged):
            issuer.vault.unlock(PASSPHRASE)


def test_a_file_that_is_no_database_is_one_clean_error(issuer: LocalIssuer) -> None:
    issuer.close()
    for beside in ("-wal", "-shm"):
        issuer.store.path.with_name(issuer.store.path.name + beside).unlink(missing_ok=True)
    content = issuer.store.path.read_bytes()
    for broken in (b"x" * 4096, content[:100] + b"\xff" * (len(content) - 100)):
        issuer.store.path.write_bytes(broken)
        with pytest.raises((StoreClosed, Damaged)):
            an_issuer(issuer.store.path.parent).vault.unlock(PASSPHRASE)


# -- unattended ----------------------------------------------------------------------------------------


def test_a_key_file_opens_it_until_it_is_taken_back(issuer: LocalIssuer, tmp_path: Path) -> None:
    path = tmp_path / "key"
    issuer.vault.add_key_file(path)
    assert "Every process of this user" in issuer.vault.status().warning
    issuer.vault.lock()
    issuer.vault.unlock_unattended()
    assert issuer.mint(REQUEST)
    with pytest.raises(Refused, match="exists"):
        issuer.vault.add_key_file(path)
    path.chmod(0o644)
    issuer.vault.lock()
    with pytest.raises(Refused, match="Others can read"):
        issuer.vault.unlock_unattended()
    path.chmod(0o600)
    path.write_bytes(base64.b64encode(bytes(32)))
    with pytest.raises(WrongKey):
        issuer.vault.unlock_unattended()
    path.write_bytes(b"\xff not base64")
    with pytest.raises(Refused, match="cannot be read"):
        issuer.vault.unlock_unattended()
    path.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        issuer.vault.unlock_unattended()
    issuer.vault.unlock(PASSPHRASE)
    issuer.vault.remove_unattended()
    issuer.vault.lock()
    with pytest.raises(VaultLocked, match="only its passphrase"):
        issuer.vault.unlock_unattended()
    assert issuer.vault.status().warning == ""


def test_without_a_keyring_nothing_is_written_and_the_way_out_is_named(
    issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(Refused, match="keyring is not installed"):
        issuer.vault.add_keyring()
    assert issuer.vault.status().opened_by == {"passphrase"}


def test_while_a_keyring_asks_a_person_others_use_the_store(issuer: LocalIssuer) -> None:
    class Asking(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            others.append(_written(issuer))
            super().set_password(service, username, password)

        def get_password(self, service: str, username: str) -> str | None:
            others.append(_written(issuer))
            return super().get_password(service, username)

    others: list[bool] = []
    with using(Asking()):
        issuer.vault.add_keyring()
        issuer.vault.lock()
        issuer.vault.unlock_unattended()
    assert not issuer.vault.locked
    assert others == [True, True]


def _written(issuer: LocalIssuer) -> bool:
    """Whether somebody else can write to the store, without waiting."""
    with closing(sqlite3.connect(issuer.store.path, timeout=0, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        db.execute("ROLLBACK")
    return True


def rows(issuer: LocalIssuer, query: str) -> list[tuple[Any, ...]]:
    """Read the database as anyone could."""
    with closing(sqlite3.connect(issuer.store.path)) as db:
        return db.execute(query).fetchall()


def edit(issuer: LocalIssuer, statement: str, *values: Any) -> None:
    """Change the database as anyone with the file could."""
    with closing(sqlite3.connect(issuer.store.path)) as db, db:
        db.execute(statement, values)
