"""Issuers, roles, registries, vaults and named secrets in the store: what is written, and what stands in the way.

All functions run in a transaction of the caller's; times are epoch seconds.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import Conflict, NotFound, Refused, UsageError
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.issuer_fields import sentences
from jfconsole.domain.issuer_names import name_problem
from jfconsole.domain.issuer_roles import IssuerRole, role_in_issuer_problems, role_problems
from jfconsole.domain.issuer_state import IssuerRecord, IssuerState, Switch
from jfconsole.domain.jwt_issuers import JwtIssuer, issuer_problems, url_problem
from jfconsole.domain.registries import RemoteRegistry, registry_problems
from jfconsole.domain.secret import Secret
from jfconsole.issuer import records
from jfconsole.issuer.keys import rounded_up
from jfconsole.issuer.loading import ISSUER, REGISTRY, ROLE, SECRET, VAULT, issuer_body
from jfconsole.issuer.sealing import DataKey
from jfconsole.issuer.store import set_meta

SECRET_SHAPES: Final = (("password", "username"), ("token",))
"""What a secret for a registry holds. Source: Avassa how-to "Registry", vault secrets."""


def put_issuer(db: sqlite3.Connection, seal: DataKey, state: IssuerState, issuer: JwtIssuer, now: int) -> None:
    """Make or change an issuer. Another signing key is announced now, and signs once verifiers know it.

    Raises UsageError for what cannot be.
    """
    refuse(issuer_problems(issuer))
    refuse(issuer_in_state_problems(state, issuer))
    before = state.issuers.get(issuer.name)
    after = _new_record(issuer, now) if before is None else _changed_record(before, issuer, now)
    records.put(db, seal, (ISSUER, issuer.name, 0), issuer_body(after))


def delete_issuer(db: sqlite3.Connection, state: IssuerState, name: str) -> None:
    """Delete an issuer. Raises NotFound; Refused while it has roles."""
    refuse_issuer_deletion(state, name)
    records.drop(db, (ISSUER, name, 0))
    db.execute("DELETE FROM publications WHERE issuer = ?", (name,))


def refuse_issuer_deletion(state: IssuerState, name: str) -> None:
    """Raise NotFound; Refused while an issuer has roles."""
    if name not in state.issuers:
        raise NotFound(f"There is no issuer {name}", "See `jfconsole issuers list`")
    if roles := [role.name for role in state.roles.values() if role.issuer == name]:
        raise Refused(f"The issuer {name} has roles: {', '.join(roles)}", "Delete them first")


def put_role(db: sqlite3.Connection, seal: DataKey, state: IssuerState, role: IssuerRole) -> None:
    """Make or change a role. Raises NotFound for its issuer, UsageError for what cannot be."""
    refuse(role_problems(role))
    if role.issuer not in state.issuers:
        raise NotFound(f"There is no issuer {role.issuer}", "See `jfconsole issuers list`")
    refuse(role_in_state_problems(state, role))
    records.put(db, seal, (ROLE, role.key, 0), role.document())


def role_in_state_problems(state: IssuerState, role: IssuerRole) -> Iterable[FieldProblem]:
    """What is wrong with a role under its issuer, and that there is none."""
    record = state.issuers.get(role.issuer)
    if record is None:
        yield FieldProblem("issuer", f"There is no issuer {role.issuer}")
        return
    algorithm = state.keys[record.issuer.signing_key].key.cipher.algorithm
    yield from role_in_issuer_problems(role, record.issuer.max_ttl, algorithm)


def delete_role(db: sqlite3.Connection, state: IssuerState, key: str) -> None:
    """Delete a role, `issuer/role`. Raises NotFound; Refused while a registry uses it."""
    if key not in state.roles:
        raise NotFound(f"There is no role {key}", "See `jfconsole roles list`")
    _refuse_used(f"role {key}", state.registries_with(role=key))
    records.drop(db, (ROLE, key, 0))


def put_registry(db: sqlite3.Connection, seal: DataKey, state: IssuerState, registry: RemoteRegistry) -> None:
    """Make or change a registry. Raises UsageError for what cannot be, a role or a secret that is not there."""
    refuse(registry_problems(registry))
    refuse(_registry_in_state_problems(state, registry))
    records.put(db, seal, (REGISTRY, registry.address, 0), registry.document())


def delete_registry(db: sqlite3.Connection, state: IssuerState, address: str) -> None:
    """Delete a registry. Raises NotFound."""
    if address not in state.registries:
        raise NotFound(f"There is no registry {address}", "See `jfconsole registries list`")
    records.drop(db, (REGISTRY, address, 0))


def put_vault(db: sqlite3.Connection, seal: DataKey, name: str, description: str) -> None:
    """Make or change a vault: a folder of named secrets. Raises UsageError."""
    if problem := name_problem(name, "vault"):
        raise UsageError(f"name: {problem}")
    records.put(db, seal, (VAULT, name, 0), {"description": description})


def delete_vault(db: sqlite3.Connection, state: IssuerState, name: str) -> None:
    """Delete a vault. Raises NotFound; Refused while it holds secrets."""
    refuse_vault_deletion(state, name)
    records.drop(db, (VAULT, name, 0))


def refuse_vault_deletion(state: IssuerState, name: str) -> None:
    """Raise NotFound; Refused while a vault holds secrets."""
    if name not in state.vaults:
        raise NotFound(f"There is no vault {name}", "See `jfconsole vaults list`")
    if held := [key for key in state.secrets if key.startswith(f"{name}/")]:
        raise Refused(f"The vault {name} holds secrets: {', '.join(held)}", "Delete them first")


def put_secret(
    db: sqlite3.Connection, seal: DataKey, state: IssuerState, vault: str, name: str, values: Mapping[str, Secret]
) -> None:
    """Put a named secret into a vault: user name and password, or a token. Raises NotFound, UsageError."""
    refuse_secret(state, vault, name, values)
    keys = tuple(sorted(values))
    clear = json.dumps({key: value.reveal() for key, value in values.items()}).encode()
    records.put(db, seal, (SECRET, f"{vault}/{name}", 0), {"keys": list(keys)}, clear)


def refuse_secret(state: IssuerState, vault: str, name: str, values: Mapping[str, Secret]) -> None:
    """Raise NotFound for a vault that is not there, UsageError for what is no secret."""
    if vault not in state.vaults:
        raise NotFound(f"There is no vault {vault}", "See `jfconsole vaults list`")
    if problem := name_problem(name, "secret"):
        raise UsageError(f"name: {problem}")
    if tuple(sorted(values)) not in SECRET_SHAPES or not all(values.values()):
        raise UsageError("A secret holds a username and a password, or a token; neither is empty")


def read_secret(db: sqlite3.Connection, seal: DataKey, key: str) -> dict[str, Secret]:
    """The values of a secret, `vault/secret`. Raises NotFound, Damaged."""
    record = records.find(db, (SECRET, key, 0))
    if record is None:
        raise NotFound(f"There is no secret {key}", "See `jfconsole vaults list`")
    return {name: Secret(value) for name, value in json.loads(record.secret(seal)).items()}


def delete_secret(db: sqlite3.Connection, state: IssuerState, key: str) -> None:
    """Delete a secret, `vault/secret`. Raises NotFound; Refused while a registry uses it."""
    if key not in state.secrets:
        raise NotFound(f"There is no secret {key}", "See `jfconsole vaults list`")
    _refuse_used(f"secret {key}", state.registries_with(secret=key))
    records.drop(db, (SECRET, key, 0))


def set_public_base(db: sqlite3.Connection, state: IssuerState, public_base: str) -> None:
    """Say where issuers without a URL of their own are reached. Raises UsageError."""
    refuse_public_base(state, public_base)
    set_meta(db, "public-base", public_base)


def refuse_public_base(state: IssuerState, public_base: str) -> None:
    """Raise UsageError for what is no URL of an issuer, and where two issuers would have the same."""
    if problem := url_problem(public_base):
        raise UsageError(f"public-base: {problem}")
    after = replace(state, public_base=public_base)
    urls = Counter(after.url(name) for name in after.issuers)
    for url, count in urls.items():
        if count > 1:
            raise UsageError(f"Two issuers would have the URL {url}: verifiers could not tell them apart")


def refuse(problems: Iterable[FieldProblem]) -> None:
    """Raise UsageError with those problems that are certain."""
    certain = [problem for problem in problems if problem.certain]
    if certain:
        raise UsageError(sentences(certain))


def _new_record(issuer: JwtIssuer, now: int) -> IssuerRecord:
    return IssuerRecord(issuer=issuer, switches=(Switch(issuer.signing_key, now, now),))


def _changed_record(before: IssuerRecord, issuer: JwtIssuer, now: int) -> IssuerRecord:
    """With what verifiers and tokens of the old configuration may need for a while."""
    old, switches = before.issuer, before.switches
    if issuer.signing_key != old.signing_key:
        age = max(old.jwks_max_age, issuer.jwks_max_age, before.cached_until - now)
        announced = rounded_up(now)
        switches = (*switches, Switch(issuer.signing_key, announced, announced + age))
    shorter_age, shorter_ttl = issuer.jwks_max_age < old.jwks_max_age, issuer.max_ttl < old.max_ttl
    return IssuerRecord(
        issuer=issuer,
        switches=switches,
        cached_until=max(before.cached_until, rounded_up(now) + old.jwks_max_age if shorter_age else 0),
        tokens_until=max(before.tokens_until, rounded_up(now) + old.max_ttl if shorter_ttl else 0),
    )


def issuer_in_state_problems(state: IssuerState, issuer: JwtIssuer) -> Iterable[FieldProblem]:
    """What is wrong with an issuer beside the others and its key."""
    key = state.keys.get(issuer.signing_key)
    if key is None:
        yield FieldProblem("signing-key", f"There is no transit key {issuer.signing_key}")
    elif key.key.overlap < issuer.least_overlap:
        words = f"The key {key.key.name} stays published for {format_duration(key.key.overlap)} after it retired"
        yield FieldProblem("max-ttl", f"{words}; this issuer needs {format_duration(issuer.least_overlap)}")
    url = issuer.url(state.public_base, state.tenant)
    for name in state.issuers:
        if name != issuer.name and state.url(name) == url:
            yield FieldProblem("issuer", f"The issuer {name} has this URL: verifiers could not tell them apart")
    for role in state.roles.values():
        if role.issuer == issuer.name:
            algorithm = key.key.cipher.algorithm if key else role.algorithm
            for problem in role_in_issuer_problems(role, issuer.max_ttl, algorithm):
                yield FieldProblem(problem.field, f"The role {role.name}: {problem.sentence}")


def _registry_in_state_problems(state: IssuerState, registry: RemoteRegistry) -> Iterable[FieldProblem]:
    """Roles and secrets that its entries name, and that are not there."""
    for entry in registry.credentials:
        if entry.role_key and entry.role_key not in state.roles:
            yield FieldProblem("credentials", f"There is no role {entry.role_key}")
        if entry.secret_key and entry.secret_key not in state.secrets:
            yield FieldProblem("credentials", f"There is no secret {entry.secret_key}")


def _refuse_used(what: str, registries: Iterable[str]) -> None:
    if names := ", ".join(registries):
        raise Refused(f"The {what} is used by the registries: {names}", "Change them first")


def refuse_existing(name: str, existing: Iterable[str], noun: str) -> None:
    """Raise Conflict when there is one of that name."""
    if name in existing:
        raise Conflict(f"There is a {noun} {name} already", "Change it, or take another name")
