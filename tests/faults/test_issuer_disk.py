"""A disk that is full: no token leaves and no key changes, the reason is said, and what is public is still read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.issuer_errors import StoreClosed
from jfconsole.issuer.backend import LocalIssuer
from tests.support.command import Command
from tests.support.crash import fill_disk, in_child, make_room
from tests.support.issuing import local_issuer, made
from tests.unit.issuer.at_hand import PASSPHRASE, REQUEST, Clock, an_issuer, ready_issuer

FULL = "nothing is minted or changed: the disk is full or failing"


def on_a_full_disk(folder: Path, work: Callable[[LocalIssuer], None]) -> None:
    """Make an issuer, and do the work in a process of its own in which its files cannot grow."""
    with ready_issuer(folder):
        pass

    def child() -> None:
        issuer = an_issuer(folder, Clock(1_800_000_900))
        issuer.vault.unlock(PASSPHRASE)
        log = issuer.store.path.with_name("issuer.db-wal")
        while log.stat().st_size <= issuer.store.path.stat().st_size:
            issuer.mint(REQUEST)
        fill_disk(folder)
        work(issuer)

    assert in_child(child) == 0


def public(issuer: LocalIssuer) -> tuple[object, int]:
    """What everybody may read, and how many rows the audit trail has."""
    rows = issuer.audit_rows(10_000)
    return (issuer.state(), issuer.documents("jfrog"), issuer.validate(REQUEST), rows), len(rows)


def test_no_token_leaves_and_reading_goes_on(tmp_path: Path) -> None:
    def work(issuer: LocalIssuer) -> None:
        before = public(issuer)
        with pytest.raises(StoreClosed, match=FULL) as told:
            issuer.mint(REQUEST)
        assert told.value.hint == f"Make room for {issuer.store.path}"
        refused: list[ConsoleError] = []

        def call() -> None:
            with pytest.raises(StoreClosed) as own:
                issuer.mint(REQUEST)
            refused.append(own.value)

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 8
        assert all(isinstance(item, StoreClosed) for item in issuer.mint_many([REQUEST] * 20))
        assert public(issuer) == before
        make_room()
        assert issuer.mint(REQUEST).jwt
        assert issuer.verify_audit().intact
        assert public(issuer)[1] == before[1] + 1

    on_a_full_disk(tmp_path / "state", work)


def test_no_key_rotates_and_the_old_one_still_signs(tmp_path: Path) -> None:
    def work(issuer: LocalIssuer) -> None:
        before, active = public(issuer), issuer.state().keys["k"].active.kid
        for emergency in (False, True):
            with pytest.raises(StoreClosed, match=FULL):
                issuer.rotate_key("k", emergency=emergency)
        assert public(issuer) == before
        make_room()
        assert issuer.mint(REQUEST).kid == active
        issuer.rotate_key("k")
        assert issuer.mint(REQUEST).kid != active
        assert issuer.verify_audit().intact

    on_a_full_disk(tmp_path / "state", work)


def test_the_command_line_says_so_and_prints_no_token(tmp_path: Path) -> None:
    home = tmp_path / "jfconsole"
    made(home)
    with local_issuer(home) as issuer:
        issuer.vault.add_key_file(home / "key")
        issuer.mint_many([REQUEST] * 100)  # a file larger than what SQLite's index of its log takes
    cli = Command(tmp_path)
    mint = ("issuers", "mint", "jfrog", "pulls", "--audience", "acme.jfrog.io")

    def work() -> None:
        fill_disk(home / "state" / "issuer")
        ended = cli(*mint)
        while ended.code == 0:
            ended = cli(*mint)
        assert (ended.code, ended.out) == (3, "")
        assert "the disk is full or failing" in ended.err
        assert "Make room" in ended.err
        rotated = cli("keys", "rotate", "k", "--yes")
        assert rotated.code != 0
        assert "disk is full" in rotated.err + rotated.out
        listed = cli("keys", "list", "--json")
        assert [version["state"] for version in listed.json["keys"][0]["versions"]] == ["active", "next"]

    assert in_child(work) == 0
