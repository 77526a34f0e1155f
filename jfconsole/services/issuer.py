"""The local issuer for front ends: what it holds, changes of it as plans, minting, serving and publishing.

Changes go through the one runner. What they are sent to is no platform but the store in this process: `LocalSender`
speaks for it, with the same errors.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from jfconsole.domain.errors import ErrorDetail, NotFound, NothingToChange, UsageError
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.issuer_fields import sentences
from jfconsole.domain.issuer_roles import read_role
from jfconsole.domain.issuer_state import IssuerState, KeyRecord
from jfconsole.domain.jwt_issuers import READ_ONLY as ISSUER_READ_ONLY
from jfconsole.domain.jwt_issuers import document_url, jwks_url, read_issuer
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.registries import read_registry
from jfconsole.domain.registry_checks import registry_findings
from jfconsole.domain.requests import Json, Request
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.transit_keys import READ_ONLY as KEY_READ_ONLY
from jfconsole.domain.transit_keys import read_key
from jfconsole.issuer import publishing
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.keys import EMERGENCY_EFFECTS
from jfconsole.jfrog.sender import Answer
from jfconsole.services import issuer_calls as calls
from jfconsole.services import issuer_steps as steps
from jfconsole.services.issuer_steps import Kind
from jfconsole.services.journal import Journal
from jfconsole.services.runner import Runner

T = TypeVar("T")

_NOT_FOUND: Final = Untrusted("not_found")


@dataclass(frozen=True, slots=True)
class LocalSender:
    """Carries requests out on the local issuer, in a thread."""

    issuer: LocalIssuer

    async def send(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Raises what the issuer raises; NotFound says that there is no such object."""
        return await asyncio.to_thread(lambda: decode(self._answer(request)))

    def _answer(self, request: Request) -> Answer:
        collection, key, action = calls.parts(request)
        if request.method == "GET":
            body: Json = self._read(collection, key)
        else:
            body = None
            self._write(request.method, collection, key, action, as_object(request.body))
        return Answer(200, {}, json.dumps(body).encode())

    def _read(self, collection: str, key: str) -> Json:
        objects = _objects(self.issuer.state(), collection)
        if not key:
            return list(objects)
        if key not in objects:
            detail = ErrorDetail(code=_NOT_FOUND)
            raise NotFound(f"There is no {collection} {visible(key)}", detail=detail)
        return objects[key]

    def _write(self, method: str, collection: str, key: str, action: str, body: JsonObject) -> None:
        if action == "rotate":
            self._rotate(key, body)
        elif method == "DELETE":
            self._deletions[collection](key)
        else:
            self._puts[collection](key, body)

    @property
    def _deletions(self) -> dict[str, Callable[[str], None]]:
        issuer = self.issuer
        return {
            calls.KEYS: issuer.delete_key,
            calls.ISSUERS: issuer.delete_issuer,
            calls.ROLES: issuer.delete_role,
            calls.VAULTS: issuer.delete_vault,
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
        }

    def _put_key(self, name: str, body: JsonObject) -> None:
        key = _certain(read_key(body))
        if name in self.issuer.state().keys:
            self.issuer.change_key(key)
        else:
            self.issuer.create_key(key)

    def _rotate(self, name: str, body: JsonObject) -> None:
        found = self.issuer.state().keys.get(name)
        if found is not None and found.active.version != body.get(steps.ACTIVE):
            return
        self.issuer.rotate_key(name, emergency=body.get("emergency") is True)


class IssuerService:
    """The local issuer of this user, in a folder of the console's state."""

    def __init__(self, state_folder: Path) -> None:
        self.local = LocalIssuer(state_folder / "issuer")

    def close(self) -> None:
        """Lock the vault and let go of files."""
        self.local.close()

    @property
    def origin(self) -> str:
        """What stands in the journal in the place of a platform's URL."""
        return f"issuer:{self.local.state().tenant}"

    def runner(self, journal: Journal, reports: Path) -> Runner:
        """The one runner, sending to the local issuer."""
        return Runner(journal, reports, self.connect, steps.HANDLERS)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[LocalSender]:
        """What a runner sends to."""
        yield LocalSender(self.local)

    # -- reading ---------------------------------------------------------------------------------------

    def keys(self) -> tuple[JsonObject, ...]:
        """The transit keys as they are shown, with their versions and users."""
        state = self.local.state()
        return tuple(self._key(state, found) for found in state.keys.values())

    def issuers(self) -> tuple[JsonObject, ...]:
        """The issuers as they are shown, with their URLs."""
        state = self.local.state()
        return tuple(self._issuer(state, name) for name in state.issuers)

    def roles(self) -> tuple[JsonObject, ...]:
        """The roles of all issuers."""
        return tuple(role.document() for role in self.local.state().roles.values())

    def registries(self) -> tuple[JsonObject, ...]:
        """The remote registries."""
        return tuple(registry.document() for registry in self.local.state().registries.values())

    def vaults(self) -> tuple[JsonObject, ...]:
        """The vaults with the names of their secrets."""
        state = self.local.state()
        return tuple(
            {
                "name": name,
                "description": description,
                "secrets": [key.partition("/")[2] for key in state.secrets if key.startswith(f"{name}/")],
            }
            for name, description in state.vaults.items()
        )

    # -- changing --------------------------------------------------------------------------------------

    def plan_apply(self, kind: Kind, record: JsonObject) -> Plan:
        """Bring an object to the state of a record; what it does not say stays. Raises UsageError, NothingToChange."""
        state = self.local.state()
        said = {name: value for name, value in record.items() if name not in _READ_ONLY[kind.prefix]}
        key = _key_of(kind, said)
        before = _configuration(_objects(state, kind.collection).get(key))
        after, advice = _checked(kind, {**(before or {}), **said})
        if before is None:
            step: Step | None = steps.create_step(kind, key, after)
        else:
            step = steps.update_step(kind, key, before, after)
        if step is None:
            raise NothingToChange(f"The {kind.noun} {visible(key)} is as wanted already")
        return self._plan(step, (*_breaking(kind, before, after), *advice, *_beside(kind, state, after)))

    def plan_delete(self, kind: Kind, key: str) -> Plan:
        """Delete an object. Raises NotFound."""
        before = _configuration(_objects(self.local.state(), kind.collection).get(key))
        if before is None:
            raise NotFound(f"There is no {kind.noun} {visible(key)}")
        step = steps.delete_step(kind, key, before)
        return self._plan(step, (step.loses,) if step.loses else ())

    def plan_rotate(self, name: str, *, emergency: bool) -> Plan:
        """Rotate a key. Raises NotFound."""
        found = self.local.state().keys.get(name)
        if found is None:
            raise NotFound(f"There is no transit key {visible(name)}", "See `jfconsole keys list`")
        step = steps.rotate_step(name, found.active.version, emergency=emergency)
        return self._plan(step, EMERGENCY_EFFECTS if emergency else ())

    def publish(self, issuer: str, directory: Path) -> publishing.Export:
        """Write the documents of an issuer as files. Raises NotFound, OSError."""
        return publishing.publish(self.local.store, issuer, directory, self.local.now())

    def serve(self, host: str, port: int, announce: Callable[[str, Sequence[str]], None]) -> None:
        """Serve the documents of all issuers on loopback until a signal ends it; port 0 is a free one.

        `announce` is told the server's URL and those of its issuers once it accepts connections. Raises Refused for
        another address, OSError when it cannot listen.
        """
        from jfconsole.issuer import public_server
        from jfconsole.issuer.public_app import PublicApp

        with public_server.listen(host, port) as listener:
            hosts = public_server.own_hosts(listener)
            url = f"http://{min(hosts - {f'localhost:{listener.getsockname()[1]}'})}"

            def ready() -> None:
                state = self.local.state()
                announce(url, [state.url(name) for name in state.issuers])

            public_server.server(PublicApp(self.local.state, hosts), ready).run(sockets=[listener])

    # -- inside ----------------------------------------------------------------------------------------

    def _plan(self, step: Step, effects: Iterable[str]) -> Plan:
        confirmation = Confirmation(verb=step.title, effects=tuple(effects))
        return Plan(title=step.title, origin=self.origin, steps=(step,), confirmation=confirmation)

    def _key(self, state: IssuerState, found: KeyRecord) -> JsonObject:
        versions: list[Json] = [
            {
                "version": version.version,
                "state": version.state.value,
                "kid": version.kid,
                "published": version.published,
                "activated": version.activated,
                "retired": version.retired,
                "expires": version.expires,
            }
            for version in found.versions
        ]
        users: list[Json] = list(state.users_of(found.key.name, self.local.now()))
        told: JsonObject = {"algorithm": found.key.cipher.algorithm, "versions": versions, "used-by": users}
        return {**found.key.document(), **told}

    def _issuer(self, state: IssuerState, name: str) -> JsonObject:
        url, publication = state.url(name), state.publications.get(name)
        current = publishing.is_current(state, name, self.local.now())
        told: JsonObject = {
            "issuer-url": url,
            "discovery-url": document_url(url),
            "jwks-url": jwks_url(url),
            "tenant": state.tenant,
            "roles": [role.name for role in state.roles.values() if role.issuer == name],
            "published": None if publication is None else {"last": publication.last, "current": current},
        }
        return {**state.issuers[name].issuer.document(), **told}


_READ_ONLY: Final = {
    steps.KEY.prefix: (*KEY_READ_ONLY, steps.ACTIVE),
    steps.ISSUER.prefix: ISSUER_READ_ONLY,
    steps.ROLE.prefix: (),
    steps.VAULT.prefix: ("secrets",),
    steps.REGISTRY.prefix: (),
}


def _objects(state: IssuerState, collection: str) -> dict[str, JsonObject]:
    if collection == calls.KEYS:
        return {
            name: {**found.key.document(), steps.ACTIVE: found.active.version} for name, found in state.keys.items()
        }
    if collection == calls.ISSUERS:
        return {name: found.issuer.document() for name, found in state.issuers.items()}
    if collection == calls.ROLES:
        return {key: role.document() for key, role in state.roles.items()}
    if collection == calls.REGISTRIES:
        return {address: registry.document() for address, registry in state.registries.items()}
    return {name: {"name": name, "description": description} for name, description in state.vaults.items()}


def _configuration(found: JsonObject | None) -> JsonObject | None:
    return None if found is None else {name: value for name, value in found.items() if name != steps.ACTIVE}


def _key_of(kind: Kind, record: JsonObject) -> str:
    name = record.get(kind.named_by)
    if not isinstance(name, str) or not name:
        raise UsageError(f"The {kind.noun} needs {'an' if kind.named_by[0] in 'aeiou' else 'a'} {kind.named_by}")
    return f"{record.get('issuer')}/{name}" if kind is steps.ROLE else name


def _checked(kind: Kind, document: JsonObject) -> tuple[JsonObject, tuple[str, ...]]:
    """The whole document, and advice on it. Raises UsageError."""
    if kind is steps.VAULT:
        return {"name": document["name"], "description": str(document.get("description") or "")}, ()
    value, problems = _READERS[kind.prefix](document)
    certain = [problem for problem in problems if problem.certain]
    if value is None or certain:
        raise UsageError(sentences(certain or problems))
    return value.document(), tuple(problem.sentence for problem in problems)


def _breaking(kind: Kind, before: JsonObject | None, after: JsonObject) -> Iterable[str]:
    """What a change of an issuer breaks."""
    if kind is steps.ISSUER and before is not None:
        if before["issuer"] != after["issuer"]:
            yield "Platforms that trust the issuer by its old URL refuse its tokens: change their integrations"
        if before["signing-key"] != after["signing-key"]:
            yield "The new key is published now and signs once verifiers know it; the old one stays published"


def _beside(kind: Kind, state: IssuerState, after: JsonObject) -> Iterable[str]:
    """What is wrong with a registry beside the roles and secrets as they are now."""
    if kind is steps.REGISTRY:
        registry, _ = read_registry(after)
        for finding in registry_findings(registry, state) if registry is not None else ():
            yield f"{finding.sentence}. {finding.fix}"


def _certain(result: tuple[T | None, tuple[FieldProblem, ...]]) -> T:
    value, problems = result
    if value is None:
        raise UsageError(sentences(problems))
    return value


_READERS: Final = {
    steps.KEY.prefix: read_key,
    steps.ISSUER.prefix: read_issuer,
    steps.ROLE.prefix: read_role,
    steps.REGISTRY.prefix: read_registry,
}
