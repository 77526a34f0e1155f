"""The local issuer for front ends: what it holds, changes of it as plans, minting, serving and publishing.

Changes are plans that go through the one runner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from jfconsole.domain.errors import NotFound, NothingToChange, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_fields import sentences
from jfconsole.domain.issuer_roles import read_role
from jfconsole.domain.issuer_state import IssuerState, KeyRecord
from jfconsole.domain.jwt_issuers import READ_ONLY as ISSUER_READ_ONLY
from jfconsole.domain.jwt_issuers import document_url, jwks_url, read_issuer
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.registries import read_registry
from jfconsole.domain.registry_checks import registry_findings
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.transit_keys import READ_ONLY as KEY_READ_ONLY
from jfconsole.domain.transit_keys import read_key
from jfconsole.issuer import publishing
from jfconsole.issuer.backend import FOLDER, LocalIssuer
from jfconsole.issuer.keys import EMERGENCY_EFFECTS
from jfconsole.services import issuer_calls as calls
from jfconsole.services import issuer_steps as steps
from jfconsole.services.issuer_sender import LocalSender, objects
from jfconsole.services.issuer_steps import Kind

T = TypeVar("T")

_NOT_FOUND: Final = Untrusted("not_found")


class IssuerService:
    """The local issuer of this user, in a folder of the console's state."""

    def __init__(self, state_folder: Path) -> None:
        self.local = LocalIssuer(state_folder / FOLDER)

    def close(self) -> None:
        """Lock the vault and let go of files."""
        self.local.close()

    @property
    def origin(self) -> str:
        """What stands in the journal in the place of a platform's URL."""
        return f"{calls.ORIGIN}{self.local.state().tenant}"

    def sender(self, *, read_only: bool = False) -> LocalSender:
        """What carries out requests on it."""
        return LocalSender(self.local, read_only=read_only)

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
        before = _configuration(objects(state, kind.collection).get(key))
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
        before = _configuration(objects(self.local.state(), kind.collection).get(key))
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


_READERS: Final = {
    steps.KEY.prefix: read_key,
    steps.ISSUER.prefix: read_issuer,
    steps.ROLE.prefix: read_role,
    steps.REGISTRY.prefix: read_registry,
}
