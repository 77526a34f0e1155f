"""The public state of the store as values, and values as its records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.issuer_roles import IssuerRole, read_role
from jfconsole.domain.issuer_state import IssuerRecord, IssuerState, KeyRecord, Publication, Switch
from jfconsole.domain.jwt_issuers import read_issuer
from jfconsole.domain.public_jwk import load_jwk
from jfconsole.domain.registries import RemoteRegistry, read_registry
from jfconsole.domain.requests import Json
from jfconsole.domain.transit_keys import Cipher, KeyState, KeyVersion, read_key
from jfconsole.issuer.records import Record, all_records
from jfconsole.issuer.sealing import damaged
from jfconsole.issuer.store import get_meta

T = TypeVar("T")

KEY: Final = "key"
KEY_VERSION: Final = "key-version"
ISSUER: Final = "issuer"
ROLE: Final = "role"
VAULT: Final = "vault"
REGISTRY: Final = "registry"
SECRET: Final = "secret"  # noqa: S105  # the name of a kind

PUBLISHED: Final = "published"
"""The store's own value that counts publications."""


def load_state(db: sqlite3.Connection) -> IssuerState:
    """Everything public. Works while the vault is locked. Raises Damaged for a record that makes no sense."""
    by_kind: dict[str, list[Record]] = {}
    for record in all_records(db):
        by_kind.setdefault(record.kind, []).append(record)
    versions: dict[str, list[KeyVersion]] = {}
    for record in by_kind.get(KEY_VERSION, ()):
        versions.setdefault(record.name, []).append(_version(record))
    generation = get_meta(db, "generation") or "0"
    return IssuerState(
        tenant=get_meta(db, "tenant") or "",
        public_base=get_meta(db, "public-base") or "",
        generation=int(generation) if generation.isdecimal() else 0,
        keys={record.name: _key(record, versions.get(record.name, [])) for record in by_kind.get(KEY, ())},
        issuers={record.name: _issuer(record) for record in by_kind.get(ISSUER, ())},
        roles={record.name: _role(record) for record in by_kind.get(ROLE, ())},
        vaults={record.name: str(record.value().get("description", "")) for record in by_kind.get(VAULT, ())},
        secrets={record.name: _secret_keys(record) for record in by_kind.get(SECRET, ())},
        revisions={record.name: record.revision for record in by_kind.get(SECRET, ())},
        publications=_publications(db),
        registries={record.name: _registry(record) for record in by_kind.get(REGISTRY, ())},
    )


def version_body(version: KeyVersion) -> JsonObject:
    """A key version as its record."""
    return {
        "state": version.state.value,
        "jwk": version.jwk.stored(),
        "kid": version.kid,
        "created": version.created,
        "published": version.published,
        "activated": version.activated,
        "retired": version.retired,
        "expires": version.expires,
        "destroyed": version.destroyed,
    }


def issuer_body(record: IssuerRecord) -> JsonObject:
    """An issuer as its record."""
    switches: list[Json] = [
        {"key": switch.key, "announced": switch.announced, "effective": switch.effective} for switch in record.switches
    ]
    times: JsonObject = {"cached-until": record.cached_until, "tokens-until": record.tokens_until}
    return {"issuer": record.issuer.document(), "switches": switches, **times}


def publication_body(publication: Publication) -> str:
    """A publication as it is kept."""
    body: JsonObject = {
        "directory": publication.directory,
        "first": publication.first,
        "last": publication.last,
        "digest": publication.digest,
        "kids": dict(publication.kids),
    }
    return json.dumps(body)


def _version(record: Record) -> KeyVersion:
    body = record.value()
    try:
        version = KeyVersion(
            version=record.version,
            state=KeyState(str(body["state"])),
            jwk=load_jwk(as_object(body["jwk"])),
            created=_time(body, "created"),
            published=_time(body, "published"),
            activated=_time_or_none(body, "activated"),
            retired=_time_or_none(body, "retired"),
            expires=_time_or_none(body, "expires"),
            destroyed=_time_or_none(body, "destroyed"),
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise damaged(record.place) from problem
    if version.kid != body.get("kid"):
        raise damaged(record.place)
    return version


def _key(record: Record, versions: list[KeyVersion]) -> KeyRecord:
    key = _read(record, read_key(record.value()))
    found = KeyRecord(key=key, versions=tuple(versions))
    states = [version.state for version in versions]
    of_this_cipher = all(_is_of(version, key.cipher) for version in versions)
    one_each = states.count(KeyState.ACTIVE) == 1 and states.count(KeyState.NEXT) == 1
    if not (one_each and of_this_cipher and key.name == record.name):
        raise damaged(record.place)
    return found


def _issuer(record: Record) -> IssuerRecord:
    body = record.value()
    issuer = _read(record, read_issuer(body.get("issuer")))
    try:
        switches = tuple(_switches(body["switches"]))
        found = IssuerRecord(
            issuer=issuer,
            switches=switches,
            cached_until=_time(body, "cached-until"),
            tokens_until=_time(body, "tokens-until"),
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise damaged(record.place) from problem
    if not switches or switches[-1].key != issuer.signing_key or issuer.name != record.name:
        raise damaged(record.place)
    return found


def _switches(value: Json) -> Iterator[Switch]:
    for item in value if isinstance(value, list) else ():
        said = as_object(item)
        yield Switch(str(said["key"]), _time(said, "announced"), _time(said, "effective"))


def _role(record: Record) -> IssuerRole:
    role = _read(record, read_role(record.value()))
    if role.key != record.name:
        raise damaged(record.place)
    return role


def _registry(record: Record) -> RemoteRegistry:
    registry = _read(record, read_registry(record.value()))
    if registry.address != record.name:
        raise damaged(record.place)
    return registry


def _read(record: Record, result: tuple[T | None, tuple[FieldProblem, ...]]) -> T:
    value, problems = result
    if value is None or any(problem.certain for problem in problems):
        raise damaged(record.place)
    return value


def _secret_keys(record: Record) -> tuple[str, ...]:
    keys = record.value().get("keys")
    if not isinstance(keys, list):
        raise damaged(record.place)
    return tuple(str(key) for key in keys)


def _publications(db: sqlite3.Connection) -> Mapping[str, Publication]:
    found = {}
    for issuer, body in db.execute("SELECT issuer, body FROM publications"):
        try:
            said = json.loads(body)
            kids = {str(kid): int(since) for kid, since in said["kids"].items()}
            found[str(issuer)] = Publication(
                directory=str(said["directory"]),
                first=int(said["first"]),
                last=int(said["last"]),
                digest=str(said["digest"]),
                kids=kids,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise damaged(("publication", str(issuer))) from problem
    return found


def _is_of(version: KeyVersion, cipher: Cipher) -> bool:
    return version.jwk.alg == cipher.algorithm


def _time(body: JsonObject, name: str) -> int:
    value = body[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is no time")
    return value


def _time_or_none(body: JsonObject, name: str) -> int | None:
    return None if body[name] is None else _time(body, name)
