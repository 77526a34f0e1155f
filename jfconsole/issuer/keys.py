"""Transit keys in the store: made, rotated, destroyed, deleted.

The next version is published from the moment it exists, and signs only when every verifier that keeps to the rules has
seen it. What retires loses its private half at once, and stays published until nothing can need it. All functions run
in a transaction of the caller's; times are epoch seconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import Conflict, NotFound, Refused, UsageError
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.issuer_fields import sentences
from jfconsole.domain.issuer_state import IssuerState, KeyRecord
from jfconsole.domain.transit_keys import SKEW, KeyState, KeyVersion, TransitKey, changed_key_problems, key_problems
from jfconsole.issuer import key_material, records
from jfconsole.issuer.key_material import PrivateKey
from jfconsole.issuer.loading import KEY, KEY_VERSION, version_body
from jfconsole.issuer.sealing import DataKey

EMERGENCY_EFFECTS: Final = (
    "Verifiers that have fetched the keys a while ago refuse new tokens until they fetch them again: five to ten "
    "minutes as a rule",
    "A destroyed key leaves the JWKS at once; verifiers that have it keep accepting it for minutes, and some for as "
    "long as they run: disable the identity mappings on the platform as well",
)
"""What happens when a key is rotated before its next version is known, or destroyed while tokens are good."""


def create(db: sqlite3.Connection, seal: DataKey, state: IssuerState, key: TransitKey, now: int) -> None:
    """Make a key: version 1 signs, version 2 waits, both are published. Raises Conflict, UsageError."""
    if key.name in state.keys:
        raise Conflict(f"There is a transit key {key.name} already", "Change it, or take another name")
    _refuse(key_problems(key))
    records.put(db, seal, (KEY, key.name, 0), key.document())
    first, second = key_material.generate(key.cipher), key_material.generate(key.cipher)
    _put_new(db, seal, key, 1, KeyState.ACTIVE, first, now)
    _put_new(db, seal, key, 2, KeyState.NEXT, second, now)


def change(db: sqlite3.Connection, seal: DataKey, state: IssuerState, key: TransitKey, now: int) -> None:
    """Change a key's configuration. Raises NotFound; UsageError when an issuer needs a longer overlap."""
    before = _found(state, key.name)
    _refuse([*key_problems(key), *changed_key_problems(before.key, key), *overlap_problems(state, key, now)])
    records.put(db, seal, (KEY, key.name, 0), key.document())


def rotate(
    db: sqlite3.Connection,
    seal: DataKey,
    state: IssuerState,
    name: str,
    fresh: PrivateKey,
    now: int,
    *,
    emergency: bool = False,
) -> KeyVersion:
    """Let the next version sign from now on, with `fresh` as the next one; the version that signs now.

    Raises NotFound; Refused when verifiers cannot know the next version yet, unless it is an `emergency`.
    """
    found = _found(state, name)
    if not emergency:
        refuse_unready(state, found, now)
    promoted = replace(found.next, state=KeyState.ACTIVE, activated=now)
    retired = replace(found.active, state=KeyState.RETIRING, retired=now, expires=_expiry(state, found, now))
    records.put(db, seal, (KEY_VERSION, name, promoted.version), version_body(promoted), keep=True)
    records.put(db, seal, (KEY_VERSION, name, retired.version), version_body(retired))
    _put_new(db, seal, found.key, promoted.version + 1, KeyState.NEXT, fresh, rounded_up(now))
    return promoted


def rounded_up(now: int) -> int:
    """A whole second that is not before this moment: what is published during a second was not there at its start."""
    return now + 1


def refuse_unready(state: IssuerState, found: KeyRecord, now: int) -> None:
    """Raise Refused while some verifier may not know the next version, with the time that is left."""
    for issuer in state.users_of(found.key.name, now):
        ready = state.ready_at(issuer, found.key.name, found.next)
        if ready is None:
            raise Refused(
                f"The next key {found.next.kid} is not in what was published for {issuer}",
                f"Publish it: `jfconsole issuers publish {issuer}`, then wait for caches to lapse",
            )
        if now < ready:
            age = state.issuers[issuer].issuer.jwks_max_age
            raise Refused(
                f"Verifiers of {issuer} may keep an older JWKS: the next key is ready in {ready - now} s "
                f"(they may cache for {age} s)",
                "Wait; an emergency rotation does not, and breaks verification meanwhile",
            )


def is_due(state: IssuerState, name: str, now: int) -> bool:
    """Whether a key should have rotated by itself, and can."""
    found = state.keys[name]
    due = found.due()
    if due is None or now < due:
        return False
    ready = [state.ready_at(issuer, name, found.next) for issuer in state.users_of(name, now)]
    return all(moment is not None and moment <= now for moment in ready)


def destroy(db: sqlite3.Connection, seal: DataKey, state: IssuerState, name: str, version: int, now: int) -> None:
    """Take a retiring version out of the JWKS at once and for good. Raises as `retiring`."""
    gone = replace(retiring(state, name, version), state=KeyState.DESTROYED, destroyed=now)
    records.put(db, seal, (KEY_VERSION, name, version), version_body(gone))


def retiring(state: IssuerState, name: str, version: int) -> KeyVersion:
    """A version that can be destroyed. Raises NotFound; Refused for one in use, and for one that is gone already."""
    found = _found(state, name)
    wanted = next((each for each in found.versions if each.version == version), None)
    if wanted is None:
        raise NotFound(f"The key {name} has no version {version}")
    if wanted.state is KeyState.DESTROYED:
        raise Refused(f"Version {version} of {name} is destroyed already")
    if wanted.state is not KeyState.RETIRING:
        raise Refused(
            f"Version {version} of {name} is {wanted.state}: only a retiring one can be destroyed",
            "Rotate first; in an emergency without waiting",
        )
    return wanted


def sweep(db: sqlite3.Connection, seal: DataKey, state: IssuerState, now: int) -> int:
    """Mark retiring versions whose time is over as destroyed; how many there were. They have left the JWKS before."""
    count = 0
    for name, found in state.keys.items():
        for version in found.versions:
            if version.state is KeyState.RETIRING and not version.is_published(now):
                gone = replace(version, state=KeyState.DESTROYED, destroyed=version.expires)
                records.put(db, seal, (KEY_VERSION, name, version.version), version_body(gone))
                count += 1
    return count


def delete(db: sqlite3.Connection, state: IssuerState, name: str, now: int, *, taken_back: bool = False) -> None:
    """Delete a key with all versions. Raises as `refuse_deletion`."""
    refuse_deletion(state, name, now, taken_back=taken_back)
    records.drop(db, (KEY, name, 0))
    for version in _found(state, name).versions:
        records.drop(db, (KEY_VERSION, name, version.version))


def refuse_deletion(state: IssuerState, name: str, now: int, *, taken_back: bool = False) -> None:
    """Raise NotFound; Refused while a key is used, or when it may not be deleted, unless it is `taken_back`.

    Source of the sentences: openbao internal/vault/identity/store_oidc.go and builtin/logical/transit.
    """
    found = _found(state, name)
    if users := state.users_of(name, now):
        raise Refused(f'transit key "{name}" is used by issuers: {", ".join(users)}', "Switch them to another key")
    if not found.key.deletion_allowed and not taken_back:
        raise Refused(f'deletion is not allowed for transit key "{name}"', "Set deletion-allowed to true first")


def _put_new(
    db: sqlite3.Connection,
    seal: DataKey,
    key: TransitKey,
    number: int,
    state: KeyState,
    private: PrivateKey,
    now: int,
) -> None:
    version = KeyVersion(
        version=number,
        state=state,
        jwk=key_material.public_jwk(private.public_key(), key.cipher),
        created=now,
        published=now,
        activated=now if state is KeyState.ACTIVE else None,
    )
    place = (KEY_VERSION, key.name, number)
    records.put(db, seal, place, version_body(version), key_material.dump(private))


def _expiry(state: IssuerState, found: KeyRecord, now: int) -> int:
    """When the version that retires now has nothing left to verify."""
    name, needed = found.key.name, now + found.key.overlap
    for issuer in state.users_of(name, now):
        record = state.issuers[issuer]
        needed = max(needed, record.tokens_until + record.issuer.jwks_max_age + SKEW)
    return needed


def overlap_problems(state: IssuerState, key: TransitKey, now: int) -> Iterator[FieldProblem]:
    """The issuers for which a key would leave the JWKS too early."""
    for name in state.users_of(key.name, now):
        least = state.issuers[name].issuer.least_overlap
        if key.overlap < least:
            words = f"The issuer {name} needs {format_duration(least)}: its max-ttl, its JWKS in caches, and skew"
            yield FieldProblem("overlap", words)


def _found(state: IssuerState, name: str) -> KeyRecord:
    if name not in state.keys:
        raise NotFound(f"There is no transit key {name}", "See `jfconsole keys list`")
    return state.keys[name]


def _refuse(problems: Iterator[FieldProblem] | list[FieldProblem]) -> None:
    certain = [problem for problem in problems if problem.certain]
    if certain:
        raise UsageError(sentences(certain))
