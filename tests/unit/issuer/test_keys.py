"""Keys: the next is published before it signs, a retired one stays as long as anything needs it, whatever happens."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import jwt
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from jfconsole.domain.errors import Conflict, NotFound, Refused, UsageError
from jfconsole.domain.exports.supctl import export_state
from jfconsole.domain.issuers import PRIVATE_MEMBERS
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.transit_keys import Cipher, KeyState, TransitKey
from jfconsole.issuer import publishing
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.key_material import load
from jfconsole.issuer.records import find
from jfconsole.issuer.sealing import DataKey
from jfconsole.issuer.vault import Vault
from jfconsole.services import issuer_calls as calls
from jfconsole.services.issuer_sender import LocalSender, objects
from tests.unit.issuer.at_hand import CHEAP, PASSPHRASE, REQUEST, Clock, an_issuer, ready_issuer

AGE = 300
DAY = 86400


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(tmp_path: Path, clock: Clock) -> Iterator[LocalIssuer]:
    with ready_issuer(tmp_path / "state", clock) as made:
        yield made


def kids(issuer: LocalIssuer, name: str = "jfrog") -> list[str]:
    """The kids of the published JWKS."""
    return [key["kid"] for key in json.loads(issuer.documents(name)[0].body)["keys"]]


def test_a_new_key_has_a_version_that_signs_and_one_that_waits(issuer: LocalIssuer) -> None:
    found = issuer.state().keys["k"]
    assert [version.state for version in found.versions] == [KeyState.ACTIVE, KeyState.NEXT]
    assert kids(issuer) == [found.active.kid, found.next.kid]
    assert issuer.mint(REQUEST).kid == found.active.kid


def test_a_rotation_lets_the_published_key_sign_and_publishes_the_one_after(issuer: LocalIssuer, clock: Clock) -> None:
    before = issuer.state().keys["k"]
    issuer.rotate_key("k")
    after = issuer.state().keys["k"]
    assert after.active.kid == before.next.kid
    assert kids(issuer) == [before.active.kid, after.active.kid, after.next.kid]
    assert issuer.mint(REQUEST).kid == after.active.kid
    with pytest.raises(Refused, match=r"ready in 301 s .*cache for 300 s"):
        issuer.rotate_key("k")
    clock.now += AGE
    with pytest.raises(Refused, match="ready in 1 s"):
        issuer.rotate_key("k")
    clock.now += 1
    issuer.rotate_key("k")
    assert issuer.mint(REQUEST).kid == after.next.kid


def test_the_private_half_of_a_retired_key_is_gone_at_once(issuer: LocalIssuer) -> None:
    issuer.rotate_key("k")
    with issuer.store.reading() as db:
        found = db.execute("SELECT version, sealed IS NULL FROM records WHERE kind = 'key-version'").fetchall()
    assert dict(found) == {1: 1, 2: 0, 3: 0}


def test_an_emergency_does_not_wait(issuer: LocalIssuer) -> None:
    issuer.rotate_key("k")
    last = issuer.state().keys["k"].next.kid
    issuer.rotate_key("k", emergency=True)
    assert issuer.mint(REQUEST).kid == last
    issuer.destroy_version("k", 2)
    assert len(kids(issuer)) == 3
    assert issuer.state().keys["k"].versions[1].state is KeyState.DESTROYED


class Interrupted(Vault):
    """Lets somebody else go first, once, when something is about to be changed."""

    meanwhile: Callable[[], object] | None = None

    def key(self) -> DataKey:
        """The data key, after what happens meanwhile."""
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return super().key()


@pytest.mark.parametrize("emergency", [True, False])
def test_two_who_replace_the_same_version_at_once_rotate_once(tmp_path: Path, clock: Clock, emergency: bool) -> None:
    folder = tmp_path / "state"
    with ready_issuer(folder, clock) as first:
        second = LocalIssuer(folder, clock=clock, actor="bob", vault=lambda store: Interrupted(store, cost=CHEAP))
        vault = second.vault
        assert isinstance(vault, Interrupted)
        vault.unlock(PASSPHRASE)
        request = calls.rotate("k", 1, emergency=emergency)
        vault.meanwhile = lambda: asyncio.run(LocalSender(first).send(request, lambda answer: answer.status))
        assert asyncio.run(LocalSender(second).send(request, lambda answer: answer.status)) == 200
        assert vault.meanwhile is None
        assert [version.state.value for version in second.state().keys["k"].versions] == ["retiring", "active", "next"]
        rotations = [row for row in first.audit_rows() if row.row["event"] == "key.rotate"]
        assert [row.row["actor"] for row in rotations] == ["alice"]
        assert not second.rotate_key("k", emergency=True, active=1)
        second.close()


@pytest.mark.parametrize(("version", "error"), [(1, Refused), (2, Refused), (9, NotFound)])
def test_a_version_in_use_is_not_destroyed(issuer: LocalIssuer, version: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        issuer.destroy_version("k", version)


def test_a_retired_key_leaves_when_nothing_can_need_it_though_nobody_acts(issuer: LocalIssuer, clock: Clock) -> None:
    old = issuer.state().keys["k"].active
    issuer.rotate_key("k")
    issuer.vault.lock()
    overlap = issuer.state().keys["k"].key.overlap
    clock.now += overlap - 1
    assert old.kid in kids(issuer)
    clock.now += 1
    assert old.kid not in kids(issuer)
    issuer.vault.unlock(PASSPHRASE)
    issuer.put_vault("any")
    assert issuer.state().keys["k"].versions[0].state is KeyState.DESTROYED


def test_overdue_rotations_happen_once_when_anything_unlocked_looks(issuer: LocalIssuer, clock: Clock) -> None:
    key = issuer.state().keys["k"].key
    issuer.change_key(replace(key, rotate_period=DAY))
    assert issuer.rotate_due() == ()
    clock.now += DAY
    other = an_issuer(issuer.store.path.parent, clock)
    other.vault.unlock(PASSPHRASE)
    assert other.rotate_due() == ("k",)
    assert issuer.rotate_due() == ()
    assert [version.state for version in issuer.state().keys["k"].versions] == ["retiring", "active", "next"]
    clock.now += DAY
    issuer.mint(REQUEST)
    assert issuer.state().keys["k"].active.version == 3
    other.close()


def test_what_stands_in_the_way_of_a_key(issuer: LocalIssuer) -> None:
    key = issuer.state().keys["k"].key
    with pytest.raises(Conflict):
        issuer.create_key(key)
    with pytest.raises(UsageError, match="needs 1d10m"):
        issuer.change_key(replace(key, overlap=DAY))
    with pytest.raises(UsageError, match="cipher"):
        issuer.change_key(replace(key, cipher=Cipher.RSA_2048))
    with pytest.raises(UsageError, match="name"):
        issuer.create_key(TransitKey(name="K"))
    with pytest.raises(NotFound):
        issuer.change_key(TransitKey(name="other"))
    with pytest.raises(Refused, match='transit key "k" is used by issuers: jfrog'):
        issuer.delete_key("k")
    issuer.create_key(TransitKey(name="spare"))
    with pytest.raises(Refused, match="deletion is not allowed"):
        issuer.delete_key("spare")
    issuer.change_key(TransitKey(name="spare", deletion_allowed=True))
    issuer.delete_key("spare")
    assert set(issuer.state().keys) == {"k"}


def test_the_overlap_is_checked_from_the_issuers_side_too(issuer: LocalIssuer) -> None:
    with pytest.raises(UsageError, match="this issuer needs 2d"):
        issuer.put_issuer(JwtIssuer(name="long", signing_key="k", max_ttl=2 * DAY))
    with pytest.raises(UsageError, match="no transit key"):
        issuer.put_issuer(JwtIssuer(name="none", signing_key="missing"))
    with pytest.raises(UsageError, match="has this URL"):
        issuer.put_issuer(JwtIssuer(name="twin", signing_key="k", issuer=issuer.state().url("jfrog")))


def test_another_signing_key_is_announced_before_it_signs_and_the_old_one_stays(
    issuer: LocalIssuer, clock: Clock
) -> None:
    issuer.create_key(TransitKey(name="new"))
    old, new = (issuer.state().keys[name].active.kid for name in ("k", "new"))
    clock.now += DAY
    issuer.put_issuer(JwtIssuer(name="jfrog", signing_key="new"))
    assert {old, new} <= set(kids(issuer))
    assert issuer.mint(REQUEST).kid == old
    clock.now += AGE
    assert issuer.mint(REQUEST).kid == old
    clock.now += 1
    assert issuer.mint(REQUEST).kid == new
    clock.now += DAY
    assert old in kids(issuer)
    with pytest.raises(Refused, match="used by issuers"):
        issuer.delete_key("k")
    clock.now += DAY
    assert old not in kids(issuer)
    issuer.change_key(TransitKey(name="k", deletion_allowed=True))
    issuer.delete_key("k")


def test_a_shorter_cache_time_still_waits_for_those_who_have_the_longer_one(issuer: LocalIssuer, clock: Clock) -> None:
    issuer.put_issuer(JwtIssuer(name="jfrog", signing_key="k", jwks_max_age=3600))
    issuer.rotate_key("k")
    issuer.put_issuer(JwtIssuer(name="jfrog", signing_key="k", jwks_max_age=60))
    clock.now += 3600
    with pytest.raises(Refused, match="ready in 1 s"):
        issuer.rotate_key("k")
    clock.now += 1
    issuer.rotate_key("k")


def test_a_shorter_max_ttl_keeps_the_key_for_tokens_of_the_longer_one(issuer: LocalIssuer, clock: Clock) -> None:
    issuer.put_issuer(JwtIssuer(name="jfrog", signing_key="k", max_ttl=3600))
    issuer.change_key(replace(issuer.state().keys["k"].key, overlap=4200))
    issuer.rotate_key("k")
    retired = issuer.state().keys["k"].versions[0]
    assert retired.expires == clock.now + 1 + DAY + AGE + 300


@pytest.mark.parametrize("cipher", [cipher for cipher in Cipher if cipher is not Cipher.RSA_4096])
def test_no_document_of_any_cipher_has_a_private_member(tmp_path: Path, cipher: Cipher) -> None:
    with ready_issuer(tmp_path / "state", cipher=cipher) as issuer:
        issuer.rotate_key("k")
        token = issuer.mint(REQUEST)
        for document in issuer.documents("jfrog"):
            assert not PRIVATE_MEMBERS & set(members(json.loads(document.body)))
        told = everything_told(issuer, tmp_path / "site")
        assert len(told) > 10_000
        for secret in private_numbers(issuer, cipher):
            assert secret not in told
        keys, discovery = (json.loads(document.body) for document in issuer.documents("jfrog"))
        assert discovery["id_token_signing_alg_values_supported"] == [cipher.algorithm]
        chosen = next(key for key in keys["keys"] if key["kid"] == token.kid)
        said = jwt.decode(
            token.jwt.reveal(),
            jwt.PyJWK(chosen),
            [cipher.algorithm],
            audience="acme.jfrog.io",
            issuer=discovery["issuer"],
            options={"require": ["exp", "iat", "nbf", "sub", "jti"], "verify_iat": False, "verify_nbf": False},
        )
        assert said == token.claims


def everything_told(issuer: LocalIssuer, site: Path) -> str:
    """All that leaves the issuer: served, exported, listed, shown, logged, and in the values that are passed around."""
    state = issuer.state()
    made = publishing.publish(issuer.store, "jfrog", site, issuer.now())
    collections = (calls.KEYS, calls.ISSUERS, calls.ROLES, calls.VAULTS, calls.SECRETS, calls.REGISTRIES)
    return "\n".join(
        [
            *(document.body.decode() for document in issuer.documents("jfrog")),
            *(file.file.read_text() for file in made.files),
            export_state(state),
            *(json.dumps(objects(state, collection)) for collection in collections),
            repr(
                (state, issuer.audit_rows(1000), issuer.vault.status(), issuer.validate(REQUEST), issuer.mint(REQUEST))
            ),
            *(repr(part) for part in (issuer, issuer.vault, issuer.vault.key(), issuer._minter._opened)),
        ]
    )


def private_numbers(issuer: LocalIssuer, cipher: Cipher) -> Iterator[str]:
    """The private halves of the versions that have one, as they could be written."""
    seal = issuer.vault.key()
    for version in (2, 3):
        with issuer.store.reading() as db:
            record = find(db, ("key-version", "k", version))
        assert record is not None
        jwk = issuer.state().keys["k"].versions[version - 1].jwk
        algorithm = jwt.get_algorithm_by_name(cipher.algorithm)
        private = algorithm.to_jwk(load(record.secret(seal), jwk, cipher), as_dict=True)
        found = [str(private[name]) for name in ("d", "p", "q", "dp", "dq", "qi") if name in private]
        assert found
        for text in found:
            raw = base64.urlsafe_b64decode(text + "==")
            yield from (text, raw.hex(), str(int.from_bytes(raw, "big")), base64.b64encode(raw).decode())


@pytest.mark.deep
def test_no_document_of_the_longest_key_has_a_private_member(tmp_path: Path) -> None:
    test_no_document_of_any_cipher_has_a_private_member(tmp_path, Cipher.RSA_4096)


def members(value: Any) -> Iterator[str]:
    """The names of all members, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner)


class Rotations(RuleBasedStateMachine):
    """Two keys and an issuer, used in any order. A verifier fetches the JWKS at its own times, and keeps to the rules.

    What must hold always: every token verifies until its end with a JWKS that is no older than its max-age.
    """

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.context = ready_issuer(Path(mkdtemp(dir=self.folder)), self.clock)
        self.issuer = self.context.__enter__()
        self.issuer.create_key(TransitKey(name="other"))
        self.tokens: list[tuple[str, int]] = []
        self.cache: tuple[frozenset[str], float] = (frozenset(), 0)
        self.fetch()

    def teardown(self) -> None:
        self.context.__exit__(None, None, None)

    @rule(seconds=st.sampled_from([1, 60, 299, 300, 3600, DAY, 2 * DAY]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(name=st.sampled_from(["k", "other"]))
    def rotate(self, name: str) -> None:
        with suppress(Refused):
            self.issuer.rotate_key(name)

    @rule(name=st.sampled_from(["k", "other"]))
    def switch(self, name: str) -> None:
        self.issuer.put_issuer(replace(self.issuer.state().issuers["jfrog"].issuer, signing_key=name))

    @rule(ttl=st.sampled_from([3600, DAY]))
    def change_max_ttl(self, ttl: int) -> None:
        self.issuer.put_issuer(replace(self.issuer.state().issuers["jfrog"].issuer, max_ttl=ttl))

    @rule(age=st.sampled_from([60, 300, 3600]))
    def change_age(self, age: int) -> None:
        self.issuer.put_issuer(replace(self.issuer.state().issuers["jfrog"].issuer, jwks_max_age=age))

    @rule()
    def mint(self) -> None:
        made = self.issuer.mint(REQUEST)
        self.tokens.append((made.kid, int(self.clock.now) + made.ttl))

    @precondition(lambda self: self.tokens)
    @rule()
    def fetch(self) -> None:
        age = self.issuer.state().issuers["jfrog"].issuer.jwks_max_age
        self.cache = (frozenset(kids(self.issuer)), self.clock.now + age)

    @invariant()
    def tokens_verify(self) -> None:
        if not hasattr(self, "cache"):
            return
        if self.clock.now >= self.cache[1]:
            self.fetch()
        good = {kid for kid, expires in self.tokens if expires > self.clock.now}
        assert good <= self.cache[0]
        assert good <= set(kids(self.issuer))

    @invariant()
    def one_signs_and_one_waits(self) -> None:
        for found in self.issuer.state().keys.values():
            states = [version.state for version in found.versions]
            assert states.count(KeyState.ACTIVE) == states.count(KeyState.NEXT) == 1
            assert len({version.kid for version in found.versions}) == len(found.versions)


def test_tokens_verify_whatever_happens_to_keys(tmp_path: Path) -> None:
    Rotations.folder = tmp_path
    run_state_machine_as_test(Rotations, settings=settings(max_examples=12, stateful_step_count=25))


@pytest.mark.deep
def test_tokens_verify_whatever_happens_to_keys_for_long(tmp_path: Path) -> None:
    Rotations.folder = tmp_path
    run_state_machine_as_test(Rotations, settings=settings(max_examples=150, stateful_step_count=40))
