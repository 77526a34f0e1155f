"""The vault through any sequence of what may happen to it; and every record of the store swapped, flipped and cut."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from jfconsole.domain.errors import Refused
from jfconsole.domain.issuer_errors import Damaged, VaultLocked, WrongKey
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry
from jfconsole.domain.secret import Secret
from jfconsole.issuer import records
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.loading import load_state
from jfconsole.issuer.store import Store
from jfconsole.issuer.vault import Vault
from tests.unit.issuer.at_hand import BASE, CHEAP, REQUEST, Clock, furnish, ready_issuer

WORDS: Final = ("correct horse battery", "another good passphrase", "the third of its kind")
IDLE: Final = 100


class Sealing(RuleBasedStateMachine):
    """One vault, whose doors are known here. What is private works while it is open, and at no other time."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.words, self.open, self.used = Clock(0), 0, True, 0.0
        self.home = Path(mkdtemp(dir=self.folder))
        self.key_file: Path | None = None
        self.files = 0
        self.issuer = LocalIssuer(self.home / "state", clock=Clock(), actor="alice", vault=self.vault_of)
        self.issuer.vault.create(Secret(WORDS[0]), BASE)
        furnish(self.issuer)
        self.issuer.put_vault("v")
        self.issuer.put_secret("v", "s", {"token": Secret("sentinel")})
        self.published = self.issuer.documents("jfrog")

    def vault_of(self, store: Store) -> Vault:
        return Vault(store, cost=CHEAP, idle=IDLE, clock=self.clock)

    def teardown(self) -> None:
        self.issuer.close()

    @property
    def private(self) -> dict[str, Any]:
        """What needs an open vault and changes nothing."""
        return {
            "mint": lambda: self.issuer.mint(REQUEST),
            "read a secret": lambda: self.issuer.read_secret("v/s"),
            "write": lambda: self.issuer.put_vault("v"),
        }

    @rule()
    def lock(self) -> None:
        self.issuer.vault.lock()
        self.open = False

    @rule(number=st.sampled_from(range(len(WORDS))))
    def unlock(self, number: int) -> None:
        if number == self.words:
            self.issuer.vault.unlock(Secret(WORDS[number]))
            self.open, self.used = True, self.clock.now
        else:
            with pytest.raises(WrongKey):
                self.issuer.vault.unlock(Secret(WORDS[number]))

    @rule(seconds=st.sampled_from([1, IDLE - 1, IDLE]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds
        self.open = self.open and self.clock.now - self.used < IDLE

    @rule(old=st.sampled_from(range(len(WORDS))), new=st.sampled_from(range(len(WORDS))))
    def change_passphrase(self, old: int, new: int) -> None:
        if old == self.words:
            self.issuer.vault.change_passphrase(Secret(WORDS[old]), Secret(WORDS[new]))
            self.words = new
        else:
            with pytest.raises(WrongKey):
                self.issuer.vault.change_passphrase(Secret(WORDS[old]), Secret(WORDS[new]))

    @rule()
    def add_key_file(self) -> None:
        self.files += 1
        path = self.home / f"key{self.files}"
        if self.open:
            self.issuer.vault.add_key_file(path)
            self.key_file, self.used = path, self.clock.now
        else:
            with pytest.raises(VaultLocked):
                self.issuer.vault.add_key_file(path)

    @rule()
    def remove_unattended(self) -> None:
        if self.open:
            self.issuer.vault.remove_unattended()
            self.key_file, self.used = None, self.clock.now
        else:
            with pytest.raises(VaultLocked):
                self.issuer.vault.remove_unattended()

    @precondition(lambda self: self.key_file)
    @rule()
    def lose_the_key_file(self) -> None:
        assert self.key_file is not None
        self.key_file.rename(self.key_file.with_suffix(".lost"))
        if not self.open:
            with pytest.raises(Refused):
                self.issuer.vault.unlock_unattended()
        self.key_file.with_suffix(".lost").rename(self.key_file)

    @rule()
    def unlock_unattended(self) -> None:
        if self.open or self.key_file is not None:
            self.issuer.vault.unlock_unattended()
            self.used = self.used if self.open else self.clock.now
            self.open = True
        else:
            with pytest.raises(VaultLocked, match="only its passphrase"):
                self.issuer.vault.unlock_unattended()

    @rule()
    def begin_anew(self) -> None:
        """Another process: nothing of what was open is there."""
        self.issuer.close()
        self.issuer = LocalIssuer(self.home / "state", clock=Clock(), actor="alice", vault=self.vault_of)
        self.open = False

    @rule(name=st.sampled_from(["mint", "read a secret", "write"]))
    def work(self, name: str) -> None:
        if self.open:
            assert self.private[name]() is not False
            self.used = self.clock.now
        else:
            with pytest.raises(VaultLocked) as refused:
                self.private[name]()
            assert "unlock" in refused.value.hint.lower()

    @invariant()
    def it_is_as_told(self) -> None:
        assert self.issuer.vault.locked is not self.open
        assert self.issuer.documents("jfrog") == self.published
        assert self.issuer.validate(REQUEST).claims["aud"] == "acme.jfrog.io"


def test_sealed_is_sealed_whatever_happens(tmp_path: Path) -> None:
    Sealing.folder = tmp_path
    run_state_machine_as_test(Sealing, settings=settings(max_examples=10, stateful_step_count=15, deadline=None))


@pytest.mark.deep
def test_sealed_is_sealed_whatever_happens_for_long(tmp_path: Path) -> None:
    Sealing.folder = tmp_path
    run_state_machine_as_test(Sealing, settings=settings(max_examples=100, stateful_step_count=30, deadline=None))


# -- every record ----------------------------------------------------------------------------------------


@pytest.fixture
def full(tmp_path: Path) -> Iterator[LocalIssuer]:
    """A store with a record of every kind."""
    with ready_issuer(tmp_path / "state") as issuer:
        issuer.rotate_key("k")
        issuer.put_vault("v")
        issuer.put_secret("v", "one", {"token": Secret("a")})
        issuer.put_secret("v", "two", {"token": Secret("b")})
        entry = RegistryCredential(repository="*", jwt_issuer="jfrog", jwt_role="pulls")
        issuer.put_registry(RemoteRegistry(address="acme.jfrog.io", credentials=(entry,)))
        yield issuer


_PLACE: Final = "kind = ? AND name = ? AND version = ?"
_COLUMNS: Final = ("body", "sealed", "seal", "revision")


def noticed(issuer: LocalIssuer, *changes: tuple[str, object, tuple[Any, ...]]) -> bool:
    """Whether a store with these cells changed is refused with the one clean error; it is as before afterwards."""
    seal = issuer.vault.key()
    with issuer.store.writing() as db:
        for column, value, place in changes:
            db.execute(f"UPDATE records SET {column} = ? WHERE {_PLACE}", (value, *place))
        try:
            records.verify(db, seal)
            load_state(db)
        except Damaged as damaged:
            return damaged.hint.startswith("Restore a backup")
        finally:
            db.execute("ROLLBACK")
            db.execute("BEGIN")
    return False


def cells(issuer: LocalIssuer) -> dict[tuple[Any, ...], dict[str, Any]]:
    """All records: their cells, by place."""
    with issuer.store.reading() as db:
        cursor = db.execute("SELECT kind, name, version, body, sealed, seal, revision FROM records")
        return {row[:3]: dict(zip(_COLUMNS, row[3:], strict=True)) for row in cursor}


def test_any_two_records_that_change_places_are_noticed(full: LocalIssuer) -> None:
    found = cells(full)
    assert {place[0] for place in found} == {"key", "key-version", "issuer", "role", "vault", "secret", "registry"}
    swaps = 0
    for one, other in combinations(found, 2):
        for columns in (*((name,) for name in _COLUMNS), _COLUMNS):
            if all(found[one][name] == found[other][name] for name in columns):
                continue
            there = [(name, found[other][name], one) for name in columns]
            back = [(name, found[one][name], other) for name in columns]
            assert noticed(full, *there, *back), (one, other, columns)
            swaps += 1
    assert swaps > 100
    full.put_vault("v")


def test_every_cell_cut_anywhere_or_changed_in_any_byte_is_noticed(full: LocalIssuer) -> None:
    tried = 0
    for place, row in cells(full).items():
        for name in ("body", "sealed", "seal"):
            value = row[name]
            if value is None:
                continue
            for at in {0, 1, len(value) // 2, len(value) - 1}:
                assert noticed(full, (name, value[:at], place)), (place, name, at)
                assert noticed(full, (name, _flipped(value, at), place)), (place, name, at)
                tried += 1
            assert noticed(full, (name, None if name == "sealed" else type(value)(), place)), (place, name)
    assert tried > 60
    assert full.mint(REQUEST).jwt


def _flipped(value: str | bytes, at: int) -> str | bytes:
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def test_a_store_that_is_as_it_was_is_not_refused(full: LocalIssuer) -> None:
    """The tests above can fail: what changes nothing is not noticed."""
    (place, row), *_ = cells(full).items()
    assert not noticed(full, ("body", row["body"], place))
