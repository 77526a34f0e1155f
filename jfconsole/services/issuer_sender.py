"""Carries the requests of plans out on the local issuer, which is no platform but a store in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from jfconsole.domain.errors import ErrorDetail, NotFound, ReadOnly, UsageError
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.issuer_fields import sentences
from jfconsole.domain.issuer_roles import read_role
from jfconsole.domain.issuer_state import IssuerState, KeyRecord
from jfconsole.domain.jwt_issuers import read_issuer
from jfconsole.domain.registries import read_registry
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.transit_keys import read_key
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.jfrog.sender import Answer
from jfconsole.services import issuer_calls as calls
from jfconsole.services import issuer_steps as steps

T = TypeVar("T")

_NOT_FOUND: Final = Untrusted("not_found")


@dataclass(frozen=True, slots=True)
class LocalSender:
    """Carries requests out on the local issuer, in a thread."""

    issuer: LocalIssuer
    read_only: bool = False

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Raises what the issuer raises, NotFound where there is no such object, and ReadOnly."""
        if self.read_only and request.method != "GET":
            raise ReadOnly(
                f"Read-only: {request.method} {request.path} was not done",
                "Start without read-only mode to make changes",
            )
        return await asyncio.to_thread(lambda: decode(self._answer(request)))

    def _answer(self, request: Request) -> Answer:
        collection, key, action = calls.parts(request)
        if request.method == "GET":
            body: Json = self._read(collection, key)
        else:
            body = None
            self._write(request, collection, key, action)
        return Answer(200, {}, json.dumps(body).encode())

    def _read(self, collection: str, key: str) -> Json:
        found = objects(self.issuer.state(), collection)
        if not key:
            return list(found)
        if key not in found:
            detail = ErrorDetail(code=_NOT_FOUND)
            raise NotFound(f"There is no {collection} {visible(key)}", detail=detail)
        return found[key]

    def _write(self, request: Request, collection: str, key: str, action: str) -> None:
        body = as_object(request.body)
        if action == "rotate":
            self._rotate(key, body)
        elif action == "destroy":
            self._destroy(key, body)
        elif request.method == "DELETE" and collection == calls.KEYS:
            self.issuer.delete_key(key, taken_back=body.get(calls.TAKEN_BACK) is True)
        elif request.method == "DELETE":
            self._deletions[collection](key)
        elif collection == calls.SECRETS:
            vault, _, name = key.partition("/")
            self.issuer.put_secret(vault, name, request.secrets)
        else:
            self._puts[collection](key, body)

    @property
    def _deletions(self) -> dict[str, Callable[[str], None]]:
        issuer = self.issuer
        return {
            calls.ISSUERS: issuer.delete_issuer,
            calls.ROLES: issuer.delete_role,
            calls.VAULTS: issuer.delete_vault,
            calls.SECRETS: issuer.delete_secret,
            calls.REGISTRIES: issuer.delete_registry,
        }

    @property
    def _puts(self) -> dict[str, Callable[[str, JsonObject], None]]:
        issuer = self.issuer
        return {
            calls.KEYS: self._put_key,
            calls.ISSUERS: lambda key, body: issuer.put_issuer(_certain(read_issuer(body))),
            calls.ROLES: lambda key, body: issuer.put_role(_certain(read_role(body))),
            calls.VAULTS: lambda key, body: issuer.put_vault(key, str(body.get("description") or "")),
            calls.REGISTRIES: lambda key, body: issuer.put_registry(_certain(read_registry(body))),
            calls.SETTINGS: lambda key, body: issuer.set_public_base(str(body.get(steps.PUBLIC_BASE) or "")),
        }

    def _put_key(self, name: str, body: JsonObject) -> None:
        key = _certain(read_key(body))
        if name in self.issuer.state().keys:
            self.issuer.change_key(key)
        else:
            self.issuer.create_key(key)

    def _rotate(self, name: str, body: JsonObject) -> None:
        active = body.get(steps.ACTIVE)
        if isinstance(active, int):
            self.issuer.rotate_key(name, emergency=body.get("emergency") is True, active=active)

    def _destroy(self, name: str, body: JsonObject) -> None:
        version = body.get("version")
        if isinstance(version, int):
            self.issuer.destroy_version(name, version)


def objects(state: IssuerState, collection: str) -> dict[str, JsonObject]:
    """The objects of a collection as steps see them, by key."""
    if collection == calls.KEYS:
        return {name: _key(found) for name, found in state.keys.items()}
    if collection == calls.ISSUERS:
        return {name: found.issuer.document() for name, found in state.issuers.items()}
    if collection == calls.ROLES:
        return {key: role.document() for key, role in state.roles.items()}
    if collection == calls.SECRETS:
        return {
            key: steps.secret_record(key, holds, state.revisions.get(key, 0)) for key, holds in state.secrets.items()
        }
    if collection == calls.REGISTRIES:
        return {address: registry.document() for address, registry in state.registries.items()}
    if collection == calls.SETTINGS:
        return {steps.PUBLIC_BASE: {steps.PUBLIC_BASE: state.public_base}}
    return {name: {"name": name, "description": description} for name, description in state.vaults.items()}


def _key(found: KeyRecord) -> JsonObject:
    """Its configuration, and what rotating and destroying change of it."""
    states: JsonObject = {str(version.version): version.state.value for version in found.versions}
    return {**found.key.document(), steps.ACTIVE: found.active.version, steps.STATES: states}


def _certain(result: tuple[T | None, tuple[FieldProblem, ...]]) -> T:
    value, problems = result
    if value is None:
        raise UsageError(sentences(problems))
    return value
