"""Minting for real: signed, audited before it is handed out, refused with the rule; several callers and processes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import jwt
import pytest

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.issuer_errors import Damaged, MintRefused, StoreClosed, VaultLocked
from jfconsole.domain.issuer_roles import AllowedClaim
from jfconsole.domain.minting import MintRequest
from jfconsole.domain.transit_keys import KeyState, TransitKey
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.minting import MintedToken
from tests.unit.issuer.at_hand import PASSPHRASE, REQUEST, Clock, an_issuer, furnish, new_issuer, ready_issuer
from tests.unit.issuer.test_vault import edit, rows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(tmp_path: Path, clock: Clock) -> Iterator[LocalIssuer]:
    with ready_issuer(tmp_path / "state", clock) as made:
        yield made


def mint_rows(issuer: LocalIssuer) -> list[dict[str, Any]]:
    """The audit rows of attempts to mint, oldest first."""
    found: list[dict[str, Any]] = [dict(row.row) for row in issuer.audit_rows(10_000)]
    return [row for row in reversed(found) if row["event"] == "mint"]


def test_a_token_says_what_was_decided_and_is_never_written_down(issuer: LocalIssuer, clock: Clock) -> None:
    made = issuer.mint(REQUEST)
    header = jwt.get_unverified_header(made.jwt.reveal())
    assert header == {"alg": "ES256", "kid": made.kid, "typ": "JWT"}
    assert made.claims["iss"] == issuer.state().url("jfrog")
    assert made.claims["sub"] == f"{issuer.state().tenant}/pulls"
    assert made.ttl == 300
    assert made.claims["exp"] == clock.now + 300
    row = mint_rows(issuer)[-1]
    assert {name: row[name] for name in ("actor", "issuer", "role", "outcome", "kid", "jti")} == {
        "actor": "alice",
        "issuer": "jfrog",
        "role": "pulls",
        "outcome": "minted",
        "kid": made.kid,
        "jti": made.claims["jti"],
    }
    text = json.dumps([row.row for row in issuer.audit_rows(1000)])
    assert made.jwt.reveal().split(".")[2] not in text
    assert made.jwt.reveal() not in repr(made)


def test_every_refusal_is_audited_with_its_rule(issuer: LocalIssuer) -> None:
    for change, rule in (
        ({"audiences": ("evil.example",)}, "audience-not-allowed"),
        ({"ttl": 10**6}, "ttl-role"),
        ({"role": "other"}, "role-unknown"),
        ({"issuer": "other"}, "issuer-unknown"),
        ({"subject": "root"}, "subject-override"),
        ({"claims": {"iss": "x"}}, "claim-reserved"),
    ):
        with pytest.raises(MintRefused) as refused:
            issuer.mint(replace(REQUEST, **change))
        assert refused.value.refusal.rule == rule
        row = mint_rows(issuer)[-1]
        assert (row["outcome"], row["rule"]) == ("refused", rule)
    issuer.vault.lock()
    with pytest.raises(VaultLocked):
        issuer.mint(REQUEST)
    assert mint_rows(issuer)[-1]["rule"] == "vault-locked"


def test_the_caller_has_no_way_to_say_what_signs(issuer: LocalIssuer) -> None:
    for claim in ("alg", "kid", "iss", "exp", "nbf", "iat", "jti", "sub", "aud"):
        with pytest.raises(MintRefused):
            issuer.mint(replace(REQUEST, claims={claim: "x"}))


def test_a_token_that_fits_nowhere_is_refused(issuer: LocalIssuer) -> None:
    role = issuer.state().roles["jfrog/pulls"]
    issuer.put_role(replace(role, allowed_claims=(AllowedClaim(name="big"),)))
    assert issuer.mint(replace(REQUEST, claims={"big": "x" * 4000}))
    with pytest.raises(MintRefused, match="would have"):
        issuer.mint(replace(REQUEST, claims={"big": "x" * 8000}))


def test_a_clock_that_went_back_far_is_refused(issuer: LocalIssuer, clock: Clock) -> None:
    issuer.mint(REQUEST)
    clock.now -= 300
    issuer.mint(REQUEST)
    clock.now -= 1
    with pytest.raises(MintRefused, match="clock"):
        issuer.mint(REQUEST)
    assert mint_rows(issuer)[-1]["rule"] == "clock"


def test_validating_signs_and_writes_nothing(issuer: LocalIssuer) -> None:
    before = mint_rows(issuer)
    checked, made = issuer.validate(REQUEST), issuer.mint(REQUEST)
    assert dict(made.claims) == {**checked.claims, "jti": made.claims["jti"]}
    assert checked.kid == made.kid
    with pytest.raises(MintRefused):
        issuer.validate(replace(REQUEST, ttl=0))
    assert len(mint_rows(issuer)) == len(before) + 1


def test_a_change_elsewhere_counts_at_once(issuer: LocalIssuer, clock: Clock) -> None:
    """Another process takes the audience away, and rotates; we have everything in memory."""
    issuer.mint(REQUEST)
    other = an_issuer(issuer.store.path.parent, clock)
    other.vault.unlock(PASSPHRASE)
    other.rotate_key("k")
    assert issuer.mint(REQUEST).kid == other.state().keys["k"].active.kid
    other.put_role(replace(other.state().roles["jfrog/pulls"], allowed_audiences=("other.example",)))
    other.close()
    with pytest.raises(MintRefused, match="audience not allowed"):
        issuer.mint(REQUEST)


def test_many_are_minted_with_one_commit_and_refusals_stand_in_their_place(issuer: LocalIssuer) -> None:
    wanted = [REQUEST, replace(REQUEST, audiences=("evil.example",)), REQUEST]
    first, second, third = issuer.mint_many(wanted)
    assert isinstance(first, MintedToken)
    assert isinstance(second, MintRefused)
    assert isinstance(third, MintedToken)
    assert first.claims["jti"] != third.claims["jti"]
    assert len(mint_rows(issuer)) == 3


def test_in_a_crowd_of_the_same_second_each_gets_what_it_asked_for(issuer: LocalIssuer) -> None:
    """What was decided for one request is used for the next that asks the same, and for no other."""
    role = replace(issuer.state().roles["jfrog/pulls"], name="free", subject_template="", verbose_logging=True)
    audiences = ("acme.jfrog.io", "b.jfrog.io")
    rules = (AllowedClaim(name="build"),)
    allowed = replace(role, allowed_audiences=audiences, allowed_subject_patterns=("*",), allowed_claims=rules)
    issuer.put_role(allowed)
    first = replace(REQUEST, role="free", subject="a")
    changes: list[dict[str, Any]] = [
        {},
        {"subject": "b"},
        {"ttl": 60},
        {"audiences": audiences},
        {"audiences": audiences[::-1]},
        {"claims": {"build": "1"}},
        {"claims": {"build": "2"}},
    ]
    wanted = [replace(first, **change) for change in changes] * 2
    for request, made in zip(wanted, issuer.mint_many(wanted), strict=True):
        assert isinstance(made, MintedToken)
        said, row = dict(made.claims), next(row for row in mint_rows(issuer) if row["jti"] == made.claims["jti"])
        assert said == {**issuer.validate(request).claims, "jti": said["jti"]} == row["claims"]
        assert made.ttl == int(str(said["exp"])) - int(str(said["iat"]))
        assert [row["kid"], row["sub"], row["aud"], row["exp"]] == [made.kid, said["sub"], said["aud"], said["exp"]]


def test_callers_at_the_same_time_all_get_theirs(issuer: LocalIssuer) -> None:
    found: list[str] = []

    def call() -> None:
        found.extend(str(issuer.mint(REQUEST).claims["jti"]) for _ in range(25))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 200
    assert {row["jti"] for row in mint_rows(issuer)} == set(found)
    assert issuer.verify_audit().intact


@pytest.mark.parametrize("trouble", ["read-only", "no table", "full"])
def test_without_a_durable_row_there_is_no_token(issuer: LocalIssuer, trouble: str) -> None:
    issuer.mint(REQUEST)
    before = mint_rows(issuer)
    with issuer.store.reading() as db:
        limit = db.execute("PRAGMA page_count").fetchone()[0]
    if trouble == "read-only":
        set_pragma(issuer, "query_only = ON")
    elif trouble == "full":
        set_pragma(issuer, f"max_page_count = {limit}")
    else:
        edit(issuer, "ALTER TABLE audit RENAME TO gone")
    with pytest.raises(StoreClosed, match="nothing is minted"):
        mint_until_it_fails(issuer)
    if trouble == "no table":
        edit(issuer, "ALTER TABLE gone RENAME TO audit")
    set_pragma(issuer, "query_only = OFF")
    assert len(mint_rows(issuer)) % 20 == len(before) % 20


def test_a_caller_that_breaks_off_gives_others_no_token_without_a_row(issuer: LocalIssuer) -> None:
    """A request that is none ends the batch in which it came, and the rows of all others are gone with it."""
    found: list[object] = []

    def call(request: MintRequest) -> None:
        try:
            found.append(issuer.mint(request))
        except (ConsoleError, TypeError) as error:
            found.append(error)

    wanted = [REQUEST, REQUEST, replace(REQUEST, ttl=cast(int, "5m"))]
    threads = [threading.Thread(target=call, args=(request,)) for request in wanted]
    minter = issuer._minter
    with minter._turn:
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(minter._waiting) < number:
                pass
    for thread in threads:
        thread.join()
    assert sorted(type(item).__name__ for item in found).count("MintedToken") == len(mint_rows(issuer)) == 0
    assert any(isinstance(item, TypeError) for item in found)
    assert issuer.mint(REQUEST).jwt


def test_text_that_cannot_be_written_as_it_is_is_refused_and_audited(issuer: LocalIssuer) -> None:
    """Half of a surrogate pair, as the command line makes it of bytes that are no UTF-8; a number without end."""
    half = os.fsdecode(b"\xff")
    for change in ({"audiences": (half,)}, {"issuer": half}, {"role": half}, {"ttl": 2**70}, {"subject": half}):
        with pytest.raises(MintRefused):
            issuer.mint(replace(REQUEST, **change))
        assert mint_rows(issuer)[-1]["outcome"] == "refused"
    role = issuer.state().roles["jfrog/pulls"]
    claims = (AllowedClaim(name="text"), AllowedClaim(name="number", kind="integer"))
    issuer.put_role(replace(role, allowed_claims=claims, verbose_logging=True))
    made = issuer.mint(replace(REQUEST, claims={"text": f"{half}\x00ä", "number": 2**70}))
    said = jwt.decode(made.jwt.reveal(), options={"verify_signature": False})
    assert (said["text"], said["number"]) == (f"{half}\x00ä", 2**70)
    assert mint_rows(issuer)[-1]["claims"] == said
    assert issuer.verify_audit().intact


def mint_until_it_fails(issuer: LocalIssuer) -> None:
    for _ in range(500):
        for item in issuer.mint_many([REQUEST] * 20):
            if isinstance(item, ConsoleError):
                raise item


def set_pragma(issuer: LocalIssuer, setting: str) -> None:
    """Change the issuer's own connection."""
    assert issuer.store._connection is not None
    issuer.store._connection.execute(f"PRAGMA {setting}")


# -- the audit trail -----------------------------------------------------------------------------------


def tampered(issuer: LocalIssuer, *statements: str) -> bool:
    """Whether edits of the trail are noticed."""
    with closing(sqlite3.connect(issuer.store.path)) as db, db:
        for trigger in ("audit_stays", "audit_lasts"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            db.execute(statement)
    return not issuer.verify_audit().intact


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET row = replace(row, 'pulls', 'pushes') WHERE seq = 5",
        "UPDATE audit SET row = 'x' WHERE seq = 3",
        "UPDATE audit SET at = at + 1 WHERE seq = 3",
        "UPDATE audit SET keyed = 0 WHERE seq = 3",
        "UPDATE audit SET hash = x'00' WHERE seq = 3",
        "UPDATE audit SET hash = 'text' WHERE seq = 3",
        "UPDATE audit SET keyed = 'text' WHERE seq = 3",
        "UPDATE audit SET at = 'text', row = x'00ff' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        "DELETE FROM audit WHERE seq > 2",
        "DELETE FROM audit",
        "UPDATE audit SET seq = -seq WHERE seq IN (2, 3)",
        "UPDATE meta SET value = '{}' WHERE name = 'audit-head'",
        "UPDATE meta SET value = 'x' WHERE name = 'audit-head'",
        "DELETE FROM meta WHERE name = 'audit-head'",
        "UPDATE meta SET value = json_set(value, '$.minted', 0) WHERE name = 'audit-head'",
        "UPDATE meta SET value = json_set(value, '$.mac', '00') WHERE name = 'audit-head'",
        "UPDATE meta SET value = json_set(value, '$.seq', 2, '$.hash', (SELECT lower(hex(hash)) FROM audit "
        "WHERE seq = 2)) WHERE name = 'audit-head'",
    ],
)
def test_every_edit_of_the_trail_is_found(issuer: LocalIssuer, statement: str) -> None:
    for _ in range(3):
        issuer.mint(REQUEST)
    found = issuer.verify_audit()
    assert found.intact
    assert "none edited" in found.sentence
    assert tampered(issuer, statement)
    assert "damaged at row" in issuer.verify_audit().sentence
    with suppress(Damaged):
        issuer.mint(REQUEST)
    assert not issuer.verify_audit().intact, "the next row hides it"


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",),
        ("DELETE FROM audit", "DELETE FROM meta WHERE name = 'audit-head'"),
        ("UPDATE audit SET keyed = 0, hash = x'00' WHERE seq = (SELECT max(seq) FROM audit)",),
    ],
)
def test_nothing_is_minted_or_changed_behind_a_cut_end(issuer: LocalIssuer, statements: tuple[str, ...]) -> None:
    issuer.mint(REQUEST)
    assert tampered(issuer, *statements)
    with pytest.raises(Damaged, match="the end of the audit trail"):
        issuer.mint(REQUEST)
    with pytest.raises(Damaged, match="the end of the audit trail"):
        issuer.put_vault("v")
    assert "v" not in issuer.state().vaults


@pytest.mark.parametrize("cell", ["hash = 'text'", "keyed = 'text'", "hash = x'00'"])
def test_a_last_row_that_is_none_of_ours_is_found_while_it_is_locked_too(issuer: LocalIssuer, cell: str) -> None:
    issuer.mint(REQUEST)
    issuer.vault.lock()
    assert tampered(issuer, f"UPDATE audit SET {cell} WHERE seq = (SELECT max(seq) FROM audit)")
    issuer.vault.unlock(PASSPHRASE)
    assert not issuer.verify_audit().intact
    if cell == "hash = 'text'":
        with pytest.raises(Damaged, match="audit"):
            issuer.mint(REQUEST)


def test_a_cut_end_is_found_though_its_note_is_cut_too(issuer: LocalIssuer) -> None:
    """Without the key nobody can write a note on an earlier row."""
    issuer.mint(REQUEST)
    assert tampered(
        issuer,
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        "UPDATE meta SET value = json_set(value, '$.seq', (SELECT max(seq) FROM audit), '$.hash', "
        "(SELECT lower(hex(hash)) FROM audit ORDER BY seq DESC LIMIT 1)) WHERE name = 'audit-head'",
    )


def test_rows_written_while_it_is_locked_are_covered_by_the_next_keyed_one(issuer: LocalIssuer) -> None:
    issuer.vault.lock()
    with pytest.raises(VaultLocked):
        issuer.mint(REQUEST)
    assert "unlock" in issuer.verify_audit().sentence
    issuer.vault.unlock(PASSPHRASE)
    assert issuer.verify_audit().unkeyed == 1
    issuer.mint(REQUEST)
    assert issuer.verify_audit().unkeyed == 0
    refused = next(row.seq for row in issuer.audit_rows() if row.row.get("rule") == "vault-locked")
    assert tampered(issuer, f"UPDATE audit SET row = '{{}}' WHERE seq = {refused}")


def test_the_trail_cannot_be_changed_by_accident(issuer: LocalIssuer) -> None:
    for statement in ("UPDATE audit SET at = 0", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError):
            edit(issuer, statement)


# -- several processes, and kills ----------------------------------------------------------------------

_CHILD = """\
import sys
from pathlib import Path
from tests.unit.issuer.at_hand import PASSPHRASE, REQUEST, an_issuer
issuer = an_issuer(Path(sys.argv[1]))
issuer.vault.unlock(PASSPHRASE)
for _ in range(40):
    print(issuer.mint(REQUEST).claims["jti"])
issuer.close()
"""


def test_several_processes_mint_and_rotate_side_by_side(issuer: LocalIssuer, clock: Clock) -> None:
    folder = issuer.store.path.parent
    command = [sys.executable, "-c", _CHILD, str(folder)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for _ in range(3):
        clock.now += 302
        issuer.rotate_key("k")
    said = [line for child in children for line in child.communicate()[0].split()]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert len(set(said)) == 120
    assert {row["jti"] for row in mint_rows(issuer)} == set(said)
    assert issuer.verify_audit().intact


def killed(folder: Path, work: Callable[[LocalIssuer], object], statement: int) -> bool:
    """Fork, do the work, and die at the nth statement to the database; whether it came so far."""
    pid = os.fork()
    if pid == 0:
        issuer = an_issuer(folder, Clock(1_800_000_900))
        issuer.vault.unlock(PASSPHRASE)
        count = 0

        def dying(_: str) -> None:
            nonlocal count
            count += 1
            if count > statement:
                os._exit(9)

        with issuer.store.reading() as db:
            pass
        db.set_trace_callback(dying)
        work(issuer)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


@pytest.mark.parametrize("name", ["rotate", "create", "mint", "switch"])
def test_a_kill_at_any_statement_leaves_all_or_nothing(tmp_path: Path, name: str) -> None:
    def switch(issuer: LocalIssuer) -> None:
        issuer.put_issuer(replace(issuer.state().issuers["jfrog"].issuer, signing_key="spare"))

    work: dict[str, Callable[[LocalIssuer], object]] = {
        "rotate": lambda issuer: issuer.rotate_key("k"),
        "create": lambda issuer: issuer.create_key(TransitKey(name="new")),
        "mint": lambda issuer: issuer.mint_many([REQUEST] * 3),
        "switch": switch,
    }
    folder, clock = tmp_path / "state", Clock()
    with new_issuer(folder, clock) as issuer:
        furnish(issuer)
        issuer.create_key(TransitKey(name="spare"))
        signed = issuer.mint(REQUEST).kid
        issuer.close()
        deaths = 0
        while killed(folder, work[name], deaths):
            deaths += 1
            again = an_issuer(folder, clock)
            again.vault.unlock(PASSPHRASE)
            state = again.state()
            for found in state.keys.values():
                states = [version.state for version in found.versions]
                assert states.count(KeyState.ACTIVE) == states.count(KeyState.NEXT) == 1
            published = json.loads(again.documents("jfrog")[0].body)["keys"]
            assert signed in {key["kid"] for key in published}
            assert len(mint_rows(again)) == 1
            assert again.verify_audit().intact
            again.close()
        assert deaths > 4


def test_a_refused_change_leaves_no_trace(issuer: LocalIssuer) -> None:
    before = (
        rows(issuer, "SELECT * FROM records"),
        rows(issuer, "SELECT * FROM audit"),
        rows(issuer, "SELECT * FROM meta"),
    )
    with pytest.raises(Refused):
        issuer.delete_key("k")
    with pytest.raises(ConsoleError):
        issuer.put_role(replace(issuer.state().roles["jfrog/pulls"], max_ttl=10**7))
    after = (
        rows(issuer, "SELECT * FROM records"),
        rows(issuer, "SELECT * FROM audit"),
        rows(issuer, "SELECT * FROM meta"),
    )
    assert after == before
