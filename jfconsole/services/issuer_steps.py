"""Steps on the local issuer: keys, issuers, roles, registries and vaults made, changed and deleted; keys rotated."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.plans import Step
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.transit_keys import KeyState
from jfconsole.jfrog.sender import Sender
from jfconsole.services import issuer_calls as calls
from jfconsole.services.handlers import StepHandler
from jfconsole.services.objects import Create, Delete, ObjectKind, Update

ACTIVE: Final = "active-version"
"""The field of a key that a rotation changes; no part of its configuration."""

ROTATE: Final = "transit-key.rotate"

STATES: Final = "states"
"""The field of a key that says in which state each of its versions is; no part of its configuration."""

DESTROY: Final = "transit-key.destroy"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object of the issuer: the prefix of its steps, its collection, its noun, the field that names it."""

    prefix: str
    collection: str
    noun: str
    named_by: str = "name"


KEY: Final = Kind("transit-key", calls.KEYS, "transit key")
ISSUER: Final = Kind("jwt-issuer", calls.ISSUERS, "issuer")
ROLE: Final = Kind("issuer-role", calls.ROLES, "role")
VAULT: Final = Kind("vault", calls.VAULTS, "vault")
SECRET: Final = Kind("vault-secret", calls.SECRETS, "secret")
REGISTRY: Final = Kind("remote-registry", calls.REGISTRIES, "registry", "address")
SETTINGS: Final = Kind("issuer-settings", calls.SETTINGS, "public base")

PUBLIC_BASE: Final = "public-base"
"""The one setting of the issuer as a whole, and the key of its object."""


def create_step(kind: Kind, key: str, after: JsonObject) -> Step:
    """Make an object."""
    return Step(
        kind=f"{kind.prefix}.create",
        key=key,
        title=f"Create {kind.noun} {visible(key)}",
        before=None,
        after=after,
        requests=(calls.put(kind.collection, key, after),),
        inverse=replace(_delete(kind, key, after), requests=(calls.take_back(kind.collection, key),)),
        unique=True,
    )


def update_step(kind: Kind, key: str, before: JsonObject, after: JsonObject) -> Step | None:
    """Change an object; None when nothing differs."""
    if before == after:
        return None
    step, back = _update(kind, key, before, after), _update(kind, key, after, before)
    return replace(step, inverse=back)


def delete_step(kind: Kind, key: str, before: JsonObject) -> Step:
    """Delete an object. A key does not come back, as another one would have other versions; nor does a secret."""
    step = _delete(kind, key, before)
    if kind is SECRET:
        return replace(step, loses=f"What {visible(key)} holds is gone for good")
    if kind is KEY:
        return replace(step, loses="The key is gone for good, and no token that it signed verifies any more")
    return replace(step, inverse=replace(create_step(kind, key, before), inverse=None))


def rotate_step(key: str, active: int, *, emergency: bool) -> Step:
    """Let the next version of a key sign. It cannot be taken back: the private half of the old one is gone."""
    return Step(
        kind=ROTATE,
        key=key,
        title=f"Rotate transit key {visible(key)}{' at once' if emergency else ''}",
        before={ACTIVE: active},
        after={ACTIVE: active + 1},
        requests=(calls.rotate(key, active, emergency=emergency),),
        loses="A rotation is not taken back: rotate again",
    )


def destroy_step(key: str, version: int) -> Step:
    """Take a retiring version of a key out of the JWKS for good."""
    return Step(
        kind=DESTROY,
        key=key,
        title=f"Destroy version {version} of transit key {visible(key)}",
        before={STATES: {str(version): KeyState.RETIRING.value}},
        after={STATES: {str(version): KeyState.DESTROYED.value}},
        requests=(calls.destroy(key, version),),
        loses="A destroyed version does not come back, and tokens under it verify no more",
    )


def secret_record(key: str, holds: Sequence[str], revision: int) -> JsonObject:
    """What there is to tell of a secret, `vault/secret`: not its values, and how often it was written."""
    return {"name": key, "holds": [*holds], "revision": revision}


def secret_step(key: str, before: JsonObject | None, after: JsonObject, values: Mapping[str, Secret]) -> Step:
    """Write a secret. Where there was one, it does not come back."""
    made = before is None
    return Step(
        kind=f"{SECRET.prefix}.{'create' if made else 'update'}",
        key=key,
        title=f"{'Put' if made else 'Replace'} secret {visible(key)}",
        before=before,
        after=after,
        requests=(calls.put_secret(key, values),),
        inverse=_delete(SECRET, key, after) if made else None,
        loses="" if made else "What it held before is gone for good",
        unique=made,
    )


def public_base_step(before: str, after: str) -> Step | None:
    """Say where issuers without a URL of their own are reached; None when nothing differs."""
    step = update_step(SETTINGS, PUBLIC_BASE, {PUBLIC_BASE: before}, {PUBLIC_BASE: after})
    return None if step is None else replace(step, title=f"Change the public base to {visible(after)}")


def _update(kind: Kind, key: str, before: JsonObject, after: JsonObject) -> Step:
    return Step(
        kind=f"{kind.prefix}.update",
        key=key,
        title=f"Change {kind.noun} {visible(key)}",
        before=before,
        after=after,
        requests=(calls.put(kind.collection, key, after),),
    )


def _delete(kind: Kind, key: str, before: JsonObject) -> Step:
    return Step(
        kind=f"{kind.prefix}.delete",
        key=key,
        title=f"Delete {kind.noun} {visible(key)}",
        before=before,
        after=None,
        requests=(calls.delete(kind.collection, key),),
    )


def _object_kind(kind: Kind) -> ObjectKind:
    async def fetch(sender: Sender, key: str) -> JsonObject:
        return as_object(await _read(sender, kind, key))

    async def names(sender: Sender) -> Collection[str]:
        found = await _read(sender, kind)
        return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []

    return ObjectKind(kind.noun, fetch, names, frozenset({ACTIVE, STATES}))


async def _read(sender: Sender, kind: Kind, key: str = "") -> Json:
    found: Json = await sender.send(calls.read(kind.collection, key), lambda answer: json.loads(answer.body))
    return found


def _handlers(kind: Kind) -> Mapping[str, StepHandler]:
    found = _object_kind(kind)
    return {
        f"{kind.prefix}.create": Create(found),
        f"{kind.prefix}.update": Update(found),
        f"{kind.prefix}.delete": Delete(found),
    }


HANDLERS: Final[Mapping[str, StepHandler]] = {
    **_handlers(KEY),
    **_handlers(ISSUER),
    **_handlers(ROLE),
    **_handlers(VAULT),
    **_handlers(SECRET),
    **_handlers(REGISTRY),
    f"{SETTINGS.prefix}.update": Update(_object_kind(SETTINGS)),
    ROTATE: Update(_object_kind(KEY)),
    DESTROY: Update(_object_kind(KEY)),
}
