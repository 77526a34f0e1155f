"""The local issuer for front ends: what it holds, changes of it as plans, minting, serving and publishing.

Changes are plans that go through the one runner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from jfconsole.domain.errors import Conflict, ConsoleError, NotFound, NothingToChange, UsageError
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.issuer_fields import sentences
from jfconsole.domain.issuer_names import name_problem
from jfconsole.domain.issuer_roles import IssuerRole, read_role
from jfconsole.domain.issuer_state import IssuerState, KeyRecord
from jfconsole.domain.jwt_issuers import READ_ONLY as ISSUER_READ_ONLY
from jfconsole.domain.jwt_issuers import JwtIssuer, document_url, jwks_url, read_issuer
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.registries import read_registry
from jfconsole.domain.registry_checks import registry_findings
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.transit_keys import READ_ONLY as KEY_READ_ONLY
from jfconsole.domain.transit_keys import TransitKey, changed_key_problems, read_key
from jfconsole.issuer import backup, configuration, publishing
from jfconsole.issuer import keys as key_rules
from jfconsole.issuer.backend import LocalIssuer
from jfconsole.issuer.store import FOLDER
from jfconsole.services import issuer_calls as calls
from jfconsole.services import issuer_steps as steps
from jfconsole.services.issuer_sender import LocalSender, objects
from jfconsole.services.issuer_steps import Kind
from jfconsole.services.issuer_view import IssuerView, look
from jfconsole.services.public_server import PublicServer


class Serving(Protocol):
    """Is told what the public server does."""

    def ready(self, url: str, listening: str, issuers: Sequence[str]) -> None:
        """It accepts connections: where it is reached, where it listens, and the URLs of its issuers."""
        ...

    def hit(self, at: float, method: str, path: str, status: int) -> None:
        """It answered; `at` in epoch seconds. The path is what a stranger sent."""
        ...


class IssuerService:
    """The local issuer of this user, in a folder of the console's state."""

    def __init__(self, state_folder: Path) -> None:
        self.local = LocalIssuer(state_folder / FOLDER)
        self.public_server = PublicServer(state_folder)

    def close(self) -> None:
        """End the public server, lock the vault and let go of files."""
        self.public_server.stop()
        self.local.close()

    @property
    def origin(self) -> str:
        """What stands in the journal in the place of a platform's URL."""
        return f"{calls.ORIGIN}{self.local.state().tenant}"

    def sender(self, *, read_only: bool = False) -> LocalSender:
        """What carries out requests on it."""
        return LocalSender(self.local, read_only=read_only)

    def look(self) -> IssuerView:
        """Everything public, at one moment, and what opens the rest. Raises Damaged, StoreClosed."""
        return look(self.local)

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

    def secrets(self) -> tuple[JsonObject, ...]:
        """The named secrets of all vaults: what they hold, never their values."""
        return tuple(objects(self.local.state(), calls.SECRETS).values())

    def urls_signed_by(self, key: str) -> frozenset[str]:
        """The URLs of the issuers whose JWKS has this key."""
        state = self.local.state()
        return frozenset(state.url(name) for name in state.users_of(key, self.local.now()))

    # -- changing --------------------------------------------------------------------------------------

    def plan_apply(self, kind: Kind, record: JsonObject, *, among: bool = True) -> Plan:
        """Bring an object to the state of a record; what it does not say stays. Raises UsageError, NothingToChange.

        Without `among` it is judged by itself: what it names may be made by earlier steps of a larger plan.
        """
        state = self.local.state()
        said = {name: value for name, value in record.items() if name not in _READ_ONLY[kind.prefix]}
        key = _key_of(kind, said)
        before = _configuration(objects(state, kind.collection).get(key))
        after, advice = self._checked(state if among else None, kind, {**(before or {}), **said})
        if before is None:
            step: Step | None = steps.create_step(kind, key, after)
        else:
            step = steps.update_step(kind, key, before, after)
        if step is None:
            raise NothingToChange(f"The {kind.noun} {visible(key)} is as wanted already")
        return self._plan([step], (*_breaking(kind, before, after), *advice, *_beside(kind, state, after)))

    def plan_create(self, kind: Kind, record: JsonObject) -> Plan:
        """Make an object that is not there yet. Raises Conflict where it is, and as `plan_apply`."""
        key = _key_of(kind, record)
        if key in objects(self.local.state(), kind.collection):
            raise Conflict(f"There is a {kind.noun} {visible(key)} already", "Edit it, or take another name")
        return self.plan_apply(kind, record)

    def plan_delete(self, kind: Kind, *keys: str) -> Plan:
        """Delete objects. Raises NotFound; Refused for what is in use, with what uses it."""
        state = self.local.state()
        found = [steps.delete_step(kind, key, self._deletable(state, kind, key)) for key in keys]
        title = found[0].title if len(found) == 1 else f"Delete {len(found)} {kind.noun}s"
        told = [_ISSUER_GONE] if kind is steps.ISSUER else [step.loses for step in found if step.loses]
        return self._plan(found, dict.fromkeys(told), title=title)

    def plan_rotate(self, name: str, *, emergency: bool, affected: Iterable[str] = ()) -> Plan:
        """Rotate a key. `affected` tells whom an emergency reaches, in sentences.

        Raises NotFound; Refused while verifiers cannot know the next version, unless it is an emergency.
        """
        state = self.local.state()
        found = state.keys.get(name)
        if found is None:
            raise NotFound(f"There is no transit key {visible(name)}", "See `jfconsole keys list`")
        step = steps.rotate_step(name, found.active.version, emergency=emergency)
        if emergency:
            return self._plan([step], (*affected, *key_rules.EMERGENCY_EFFECTS), phrase=name)
        key_rules.refuse_unready(state, found, self.local.now())
        return self._plan([step], (_ROTATION,))

    def plan_destroy(self, name: str, version: int, affected: Iterable[str] = ()) -> Plan:
        """Take a retiring version of a key out of the JWKS. Raises NotFound; Refused for a version in use."""
        key_rules.retiring(self.local.state(), name, version)
        step = steps.destroy_step(name, version)
        return self._plan([step], (step.loses, *affected, key_rules.EMERGENCY_EFFECTS[1]), phrase=f"{name} {version}")

    def plan_secret(self, key: str, values: Mapping[str, Secret]) -> Plan:
        """Write a secret, `vault/secret`: a user name and a password, or a token. Raises NotFound, UsageError."""
        state = self.local.state()
        vault, _, name = key.partition("/")
        configuration.refuse_secret(state, vault, name, values)
        before = objects(state, calls.SECRETS).get(key)
        after = steps.secret_record(key, sorted(values), state.revisions.get(key, 0) + 1)
        step = steps.secret_step(key, before, after, values)
        return self._plan([step], (step.loses,) if step.loses else ())

    def publish(self, issuer: str, directory: Path) -> publishing.Export:
        """Write the documents of an issuer as files. Raises NotFound, OSError."""
        return publishing.publish(self.local.store, issuer, directory, self.local.now())

    def tend(self, *, rotate: bool) -> None:
        """Lock the vault where it was left alone for too long; while it is open, let overdue keys rotate."""
        if not self.local.vault.locked and rotate:
            with suppress(ConsoleError):
                self.local.rotate_due()

    def back_up(self, path: Path, passphrase: Secret) -> None:
        """Write everything to a new file that this passphrase opens. Raises VaultLocked, Refused, OSError."""
        backup.back_up(self.local.store, self.local.vault, path, passphrase)

    def restore(self, path: Path, passphrase: Secret) -> str:
        """Put a backup where no store is; its passphrase opens it. Answers what is old about it, in a sentence.

        Raises Refused, WrongKey, OSError.
        """
        self.local.close()
        backup.restore(path, self.local.store.path, passphrase)
        self.local.vault.unlock(passphrase)
        newest = self.local.audit_rows(1)
        self.local.note_restored()
        self.local.vault.lock()
        then = f"at {utc_text(newest[0].at)}" if newest else "when it was made"
        return f"Keys are as they were {then}: one rotated or destroyed since signs again. Rotate it, and publish"

    def serve(self, host: str, port: int, serving: Serving, public_url: str = "") -> None:
        """Serve the documents of all issuers on loopback until a signal ends it; port 0 is a free one.

        `public_url` is where a proxy in front is reached: its host is answered, too. Raises Refused for an address
        that is not loopback, OSError when it cannot listen.
        """
        from jfconsole.issuer import public_server
        from jfconsole.issuer.public_app import PublicApp

        with public_server.listen(host, port) as listener:
            own = public_server.own_hosts(listener)
            url = f"http://{min(own - {f'localhost:{listener.getsockname()[1]}'})}"
            hosts = own | {urlsplit(public_url).netloc} if public_url else own

            def ready() -> None:
                state = self.local.state()
                serving.ready(public_url or url, url, [state.url(name) for name in state.issuers])

            app = PublicApp(self.local.state, hosts, serving.hit)
            public_server.server(app, ready).run(sockets=[listener])

    # -- inside ----------------------------------------------------------------------------------------

    def _plan(
        self, planned: Sequence[Step], effects: Iterable[str], *, title: str = "", phrase: str | None = None
    ) -> Plan:
        title = title or planned[0].title
        confirmation = Confirmation(verb=title, effects=tuple(effects), phrase=phrase)
        return Plan(title=title, origin=self.origin, steps=tuple(planned), confirmation=confirmation)

    def _deletable(self, state: IssuerState, kind: Kind, key: str) -> JsonObject:
        """An object that nothing stands in the way of deleting. Raises NotFound, Refused."""
        before = _configuration(objects(state, kind.collection).get(key))
        if before is None:
            raise NotFound(f"There is no {kind.noun} {visible(key)}")
        if kind is steps.KEY:
            key_rules.refuse_deletion(state, key, self.local.now())
        elif kind is steps.ISSUER:
            configuration.refuse_issuer_deletion(state, key)
        elif kind is steps.VAULT:
            configuration.refuse_vault_deletion(state, key)
        return before

    def _checked(
        self, state: IssuerState | None, kind: Kind, document: JsonObject
    ) -> tuple[JsonObject, tuple[str, ...]]:
        """The whole document, and advice on it. Raises UsageError."""
        if kind is steps.VAULT:
            return _vault_record(document), ()
        value, problems = _READERS[kind.prefix](document)
        if state is not None and value is not None:
            problems = (*problems, *self._problems_among(state, value))
        certain = [problem for problem in problems if problem.certain]
        if value is None or certain:
            raise UsageError(sentences(certain or problems))
        return value.document(), tuple(problem.sentence for problem in problems)

    def _problems_among(self, state: IssuerState, value: object) -> Iterable[FieldProblem]:
        """What is wrong with an object among the others."""
        if isinstance(value, IssuerRole):
            return configuration.role_in_state_problems(state, value)
        if isinstance(value, JwtIssuer):
            return configuration.issuer_in_state_problems(state, value)
        before = state.keys.get(value.name) if isinstance(value, TransitKey) else None
        if before is None or not isinstance(value, TransitKey):
            return ()
        return (*changed_key_problems(before.key, value), *key_rules.overlap_problems(state, value, self.local.now()))

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
    steps.KEY.prefix: (*KEY_READ_ONLY, steps.ACTIVE, steps.STATES),
    steps.ISSUER.prefix: ISSUER_READ_ONLY,
    steps.ROLE.prefix: (),
    steps.VAULT.prefix: ("secrets",),
    steps.REGISTRY.prefix: (),
}


def _configuration(found: JsonObject | None) -> JsonObject | None:
    """What a person sets of an object."""
    if found is None:
        return None
    return {name: value for name, value in found.items() if name not in (steps.ACTIVE, steps.STATES)}


def _key_of(kind: Kind, record: JsonObject) -> str:
    name = record.get(kind.named_by)
    if not isinstance(name, str) or not name:
        raise UsageError(f"The {kind.noun} needs {'an' if kind.named_by[0] in 'aeiou' else 'a'} {kind.named_by}")
    return f"{record.get('issuer')}/{name}" if kind is steps.ROLE else name


def _vault_record(document: JsonObject) -> JsonObject:
    if problem := name_problem(str(document["name"]), "vault"):
        raise UsageError(f"name: {problem}")
    return {"name": document["name"], "description": str(document.get("description") or "")}


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


_ISSUER_GONE: Final = "Its discovery document and its keys are served no more: no token in its name verifies then"

_ROTATION: Final = (
    "The next version signs from now on; the one that signed stays published until no token under it can be good"
)


_READERS: Final = {
    steps.KEY.prefix: read_key,
    steps.ISSUER.prefix: read_issuer,
    steps.ROLE.prefix: read_role,
    steps.REGISTRY.prefix: read_registry,
}
