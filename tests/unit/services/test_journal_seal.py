"""With a vault, edits on purpose are found: every row of a sealed journal, its order, and its end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from jfconsole.domain.issuer_errors import VaultLocked
from jfconsole.domain.secret import Secret
from jfconsole.issuer import backup
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.store import FOLDER
from jfconsole.services import journal_chain as chain
from jfconsole.services.issuer import IssuerService
from jfconsole.services.journal import Journal
from jfconsole.services.journal_seal import seal, seal_unattended, verify
from tests.unit.issuer.at_hand import new_issuer

_EVENTS: Final = 6
_COLUMNS: Final = "seq, at, actor, origin, plan_id, ordinal, kind, payload"


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[LocalIssuer]:
    """A vault that is open."""
    with new_issuer(tmp_path / FOLDER) as made:
        yield made


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal with six events."""
    with closing(Journal(tmp_path / "journal.db", actor="alice")) as made:
        note(made, _EVENTS)
        yield made


def note(journal: Journal, count: int) -> None:
    for number in range(count):
        journal.record("https://acme.test", "exchange", {"number": number})


def forge(journal: Journal, *statements: str) -> None:
    """What somebody does who may write the file and knows the code: change events, and make the chain fit again."""
    with closing(sqlite3.connect(journal.path)) as db, db:
        for trigger in ("events_stay", "events_last"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            db.execute(statement)
        end = chain.BEGINNING
        for row in db.execute(f"SELECT {_COLUMNS} FROM events ORDER BY seq").fetchall():
            digest = chain._digest((*row, end.hash))
            db.execute("UPDATE events SET prev = ?, hash = ? WHERE seq = ?", (end.hash, digest, row[0]))
            end = chain.Mark(row[0], digest)


def test_what_a_seal_is_worth_is_said(journal: Journal, issuer: LocalIssuer) -> None:
    assert "has not sealed any" in verify(journal, issuer).sentence
    seal(journal, issuer)
    assert verify(journal, issuer).sentence == "6 events, none edited, moved or missing"
    note(journal, 2)
    assert verify(journal, issuer).sentence.endswith("missing; the last 2 wait for the vault's seal")
    issuer.vault.lock()
    assert verify(journal, issuer).sentence.endswith("Open the vault to find a deliberate rewrite, or a cut end")
    assert "The chain has no key" in verify(journal, None).sentence


@pytest.mark.parametrize(
    "change",
    [
        *(f"UPDATE events SET payload = '{{}}' WHERE seq = {seq}" for seq in range(1, _EVENTS + 1)),
        *(f"UPDATE events SET actor = 'bob' WHERE seq = {seq}" for seq in range(1, _EVENTS + 1)),
    ],
)
def test_a_row_that_was_rewritten_with_its_chain_is_found(journal: Journal, issuer: LocalIssuer, change: str) -> None:
    seal(journal, issuer)
    note(journal, 1)
    forge(journal, change)
    assert journal.verify().intact, "without the vault nobody can tell"
    found = verify(journal, issuer)
    assert (found.broken_at, found.problem) == (_EVENTS, "it is not the one that was sealed")


@pytest.mark.parametrize("seq", range(1, _EVENTS + 1))
def test_events_that_were_taken_out_or_moved_are_found(journal: Journal, issuer: LocalIssuer, seq: int) -> None:
    seal(journal, issuer)
    forge(journal, f"DELETE FROM events WHERE seq = {seq}", f"UPDATE events SET seq = seq - 1 WHERE seq > {seq}")
    assert journal.verify().intact
    assert (verify(journal, issuer).broken_at, verify(journal, issuer).problem) == (_EVENTS, "the end is cut off")
    note(journal, 1)
    assert verify(journal, issuer).broken_at == _EVENTS


def test_two_events_that_changed_places_are_found(journal: Journal, issuer: LocalIssuer) -> None:
    seal(journal, issuer)
    swap = ("SET seq = 100 WHERE seq = 2", "SET seq = 2 WHERE seq = 3", "SET seq = 3 WHERE seq = 100")
    forge(journal, *(f"UPDATE events {part}" for part in swap))
    assert not verify(journal, issuer).intact


def test_a_journal_that_was_taken_away_is_found(journal: Journal, issuer: LocalIssuer) -> None:
    seal(journal, issuer)
    forge(journal, "DELETE FROM events")
    assert verify(journal, issuer).broken_at == 1


def test_what_does_not_fit_is_not_sealed_over(journal: Journal, issuer: LocalIssuer) -> None:
    seal(journal, issuer)
    forge(journal, "UPDATE events SET kind = 'other' WHERE seq = 2")
    note(journal, 1)
    seal(journal, issuer)
    assert not verify(journal, issuer).intact


def test_a_seal_that_was_taken_away_is_found(journal: Journal, issuer: LocalIssuer) -> None:
    """It is a row of the vault's own trail, which has a key."""
    seal(journal, issuer)
    with closing(sqlite3.connect(issuer.store.path)) as db, db:
        db.execute("DROP TRIGGER audit_lasts")
        db.execute("DELETE FROM audit")
    assert "audit trail" in verify(journal, issuer).problem


def test_a_seal_is_not_repeated_and_needs_the_vault(journal: Journal, issuer: LocalIssuer) -> None:
    for _ in range(3):
        seal(journal, issuer)
    assert issuer.verify_audit().rows == 1
    assert issuer.audit_rows() == (), "people look there for what was minted and changed"
    issuer.vault.lock()
    with pytest.raises(VaultLocked):
        seal(journal, issuer)


def test_where_the_vault_opens_by_itself_so_does_the_seal(
    journal: Journal, issuer: LocalIssuer, tmp_path: Path
) -> None:
    seal_unattended(journal, tmp_path / "elsewhere")
    seal_unattended(journal, tmp_path)
    assert issuer.journal_mark() is None, "only a passphrase opens it"
    issuer.vault.add_key_file(tmp_path / "key")
    seal_unattended(journal, tmp_path)
    assert verify(journal, issuer).sealed == _EVENTS


def test_a_vault_that_came_out_of_a_backup_knows_no_journal(
    journal: Journal, issuer: LocalIssuer, tmp_path: Path
) -> None:
    seal(journal, issuer)
    backup.back_up(issuer.store, issuer.vault, tmp_path / "backup", Secret("of the backup"))
    there = IssuerService(tmp_path / "there")
    there.restore(tmp_path / "backup", Secret("of the backup"))
    there.local.vault.unlock(Secret("of the backup"))
    with closing(Journal(tmp_path / "there/journal.db")) as another:
        note(another, 2)
        assert verify(another, there.local).sealed == 0
        seal(another, there.local)
        assert verify(another, there.local).sealed == 2
    there.close()
