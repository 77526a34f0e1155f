"""The forms for a remote registry, for one entry of its credentials, and for which entry an image uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from jfconsole.domain.answers import flag, text
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.globs import glob_match
from jfconsole.domain.image_names import address_problem, parse_image
from jfconsole.domain.issuer_roles import PULL_TTL
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.registries import (
    EVERY_REPOSITORY,
    PROVIDER,
    RegistryCredential,
    RemoteRegistry,
    read_registry,
    registry_problems,
)
from jfconsole.domain.registry_checks import registry_findings
from jfconsole.domain.text import visible
from jfconsole.services.registries import explain, explanation_facts, read_authorities

ADDRESS = "address"
PROVIDER_NAME = "provider_name"
PLATFORM = "platform_url"
OVERRIDE = "override_address"
LOGIN = "login_repository"
AUTHORITIES = "authorities"
FILE = "authorities_file"
REPOSITORY = "repository"
SENDS = "sends"
ROLE = "role"
SECRET = "secret"  # noqa: S105  # the name of a field
REMOVE = "remove"
IMAGE = "image"

A_ROLE: Final = "a token of a role"
A_SECRET: Final = "a secret of a vault"  # noqa: S105  # the name of a kind

_SYSTEM: Final = "those of the system"
_FROM_FILE: Final = "further ones, from a file"
_KEPT: Final = "as they are"


def new_registry_form(state: IssuerState, platform_url: str, address: str) -> Form:
    """For a registry of the platform that the console talks to, unless told otherwise; with its general entry."""
    start = RemoteRegistry(
        address="" if address in state.registries else address,
        platform_url="" if platform_url == f"https://{address}" else platform_url,
    )
    first, second = _fitting_role(state, address), next(iter(state.secrets), "")
    kind = A_SECRET if second and not first else A_ROLE
    entry = _sent(kind, first, second, "What is sent for every image; further entries for some of them come later.")
    named, *rest = _fields(start, new=True)
    return Form(title="New registry", fields=(named, *entry, *rest))


def edit_registry_form(registry: RemoteRegistry) -> Form:
    """For one that is there; its credentials are edited one by one."""
    return Form(title=f"Registry {visible(registry.address)}", fields=_fields(registry, new=False))


def registry_record(answers: Answers) -> JsonObject:
    """The document of the answers. Raises UsageError for a file of authorities that is none."""
    record: JsonObject = {
        "address": text(answers, ADDRESS),
        "override-address": text(answers, OVERRIDE) or None,
        "platform-url": text(answers, PLATFORM) or None,
        "provider-name": text(answers, PROVIDER_NAME) or PROVIDER,
        "login-repository": text(answers, LOGIN) or None,
    }
    if SENDS in answers:
        record["credentials"] = [entry_of({**answers, REPOSITORY: EVERY_REPOSITORY}).document()]
    wanted = text(answers, AUTHORITIES)
    if wanted == _FROM_FILE:
        record["ca-cert"] = [*read_authorities(Path(text(answers, FILE)))]
    elif wanted == _SYSTEM:
        record["ca-cert"] = []
    return record


def entry_form(state: IssuerState, registry: RemoteRegistry, entry: RegistryCredential | None) -> Form:
    """For one entry, a new one without `entry`; what stands in its way is told while it is typed."""
    first, second = _fitting_role(state, registry.address), next(iter(state.secrets), "")
    start = entry or RegistryCredential(repository="" if registry.entry("") else EVERY_REPOSITORY)
    sent = _sent(
        A_SECRET if start.vault or (second and not first) else A_ROLE,
        start.role_key or first,
        start.secret_key or second,
        "Roles and secrets may be mixed within a registry.",
    )
    repository = FormField(
        id=REPOSITORY,
        label="Repository",
        help="`*` for all that no other entry covers, or where names of images begin: team, or team/app.",
        required=True,
        default=start.repository,
    )
    remove = FormField(
        id=REMOVE, label="Take it out", help="The registry goes on without this entry.", kind=FieldKind.FLAG
    )
    return Form(
        title=f"Credentials of {visible(registry.address)}",
        fields=(repository, *sent, *((replace(remove, default=False),) if entry else ())),
        check=lambda answers: _entry_problems(registry, entry, answers),
        preview=lambda answers: _entry_words(state, registry, entry, answers),
        onward="Keep",
    )


def entry_of(answers: Answers) -> RegistryCredential:
    """The entry of the answers."""
    sends = text(answers, SENDS)
    owner, _, name = text(answers, ROLE if sends == A_ROLE else SECRET).partition("/")
    if sends == A_ROLE:
        return RegistryCredential(repository=text(answers, REPOSITORY), jwt_issuer=owner, jwt_role=name)
    return RegistryCredential(repository=text(answers, REPOSITORY), vault=owner, secret=name)


def with_entry(
    entries: Sequence[RegistryCredential], entry: RegistryCredential | None, answers: Answers
) -> tuple[RegistryCredential, ...]:
    """The entries with the answers in the place of `entry`, at the end without one; or without it."""
    wanted = () if flag(answers, REMOVE) else (entry_of(answers),)
    if entry is None:
        return (*entries, *wanted)
    at = list(entries).index(entry)
    return (*entries[:at], *wanted, *entries[at + 1 :])


def explain_form(state: IssuerState, address: str) -> Form:
    """Says below what is typed which entry serves it. Nothing is sent before it is tried, and nothing changes."""
    field = FormField(
        id=IMAGE,
        label="Image",
        help="As a client is told to pull it: registry.example.com/team/app:1.0",
        required=True,
        default=f"{address}/",
        check=_image_problem,
    )
    return Form(title="Which entry serves an image", fields=(field,), preview=_explained(state), onward="Pull it")


def _fitting_role(state: IssuerState, address: str) -> str:
    """A role that mints for this address, for long enough; else any."""
    fitting = (
        key
        for key, role in state.roles.items()
        if role.max_ttl >= PULL_TTL and any(glob_match(pattern, address) for pattern in role.allowed_audiences)
    )
    return next(fitting, next(iter(state.roles), ""))


def _explained(state: IssuerState) -> Callable[[Answers], Sequence[str]]:
    def preview(answers: Answers) -> Sequence[str]:
        image = text(answers, IMAGE)
        if image.endswith("/"):
            return ("Type the name of an image: which entry serves it is told, and nothing is sent",)
        try:
            facts = explanation_facts(explain(state, image))
        except ConsoleError as error:
            return (visible(error.message),)
        return [f"{fact.label}: {fact.text}" for fact in facts[2:]]

    return preview


def _sent(kind: str, role: str, secret: str, told: str) -> tuple[FormField, ...]:
    """What is sent: a token of a role, or a secret."""
    return (
        FormField(id=SENDS, label="Sends", help=told, kind=FieldKind.CHOICE, choices=(A_ROLE, A_SECRET), default=kind),
        FormField(
            id=ROLE,
            label="Role",
            help="ISSUER/ROLE: its token is minted at each pull, and exchanged at the platform.",
            kind=FieldKind.NAME,
            source="roles",
            required=True,
            default=role,
            check=lambda given: _pair_problem(given, "issuer/role"),
            when=lambda answers: text(answers, SENDS) == A_ROLE,
        ),
        FormField(
            id=SECRET,
            label="Secret",
            help="VAULT/SECRET: the user name and password, or the token, that are sent as they are.",
            kind=FieldKind.NAME,
            source="secrets",
            required=True,
            default=secret,
            check=lambda given: _pair_problem(given, "vault/secret"),
            when=lambda answers: text(answers, SENDS) == A_SECRET,
        ),
    )


def _fields(registry: RemoteRegistry, *, new: bool) -> tuple[FormField, ...]:
    return (
        FormField(
            id=ADDRESS,
            label="Address",
            help="As it stands in the names of images, with its port. Tokens are made for it, to the letter.",
            required=True,
            default=registry.address,
            fixed=not new,
            check=address_problem,
        ),
        FormField(
            id=PROVIDER_NAME,
            label="Integration",
            help="What an exchange names. Avassa always says strongbox.",
            default=registry.provider_name,
            check=lambda given: _problem("provider-name", {"provider-name": given}),
        ),
        FormField(
            id=PLATFORM,
            label="Platform",
            help="Where tokens are exchanged, where that is not https://ADDRESS.",
            default=registry.platform_url,
            check=lambda given: _problem("platform-url", {"platform-url": given}),
        ),
        FormField(
            id=OVERRIDE,
            label="Reached at",
            help="Another address under which the registry is reached; the tokens stay for the first.",
            default=registry.override_address,
            check=address_problem,
        ),
        *_authorities(registry),
        FormField(
            id=LOGIN,
            label="Logins get",
            help="Clients ask by the address alone: the repository whose entry they get; empty for that of *.",
            default=registry.login_repository,
        ),
    )


def _authorities(registry: RemoteRegistry) -> tuple[FormField, ...]:
    count = len(registry.ca_cert)
    kept = f"{_KEPT}: {count} of its own" if count else ""
    return (
        FormField(
            id=AUTHORITIES,
            label="Authorities",
            help="Whose certificates are believed when registry and platform are asked.",
            kind=FieldKind.CHOICE,
            choices=(*((kept,) if kept else ()), _SYSTEM, _FROM_FILE),
            default=kept or _SYSTEM,
        ),
        FormField(
            id=FILE,
            label="File",
            help="A PEM file with one certificate or several; they are kept with the registry. No private key.",
            required=True,
            when=lambda answers: text(answers, AUTHORITIES) == _FROM_FILE,
        ),
    )


def _entry_problems(registry: RemoteRegistry, entry: RegistryCredential | None, answers: Answers) -> Mapping[str, str]:
    after = replace(registry, credentials=with_entry(registry.credentials, entry, answers))
    known = {problem.sentence for problem in registry_problems(registry)}
    found = [problem.sentence for problem in registry_problems(after) if problem.sentence not in known]
    return {REPOSITORY: found[0]} if found else {}


def _entry_words(
    state: IssuerState, registry: RemoteRegistry, entry: RegistryCredential | None, answers: Answers
) -> Sequence[str]:
    """Which images it serves, and what stands in its way."""
    if flag(answers, REMOVE):
        return ("It is taken out: what it served is served by the next shorter entry, or by *",)
    wanted = entry_of(answers)
    if not wanted.repository:
        return ("Say which images it is for",)
    after = replace(registry, credentials=with_entry(registry.credentials, entry, answers))
    served = (
        "everything that no other entry covers"
        if wanted.repository == EVERY_REPOSITORY
        else (f"{registry.address}/{visible(wanted.repository)} and what lies below it")
    )
    found = [one for one in registry_findings(after, state) if one.repository == wanted.repository]
    return (f"For {served}", *(f"{one.sentence}. {one.fix}" for one in found))


def _image_problem(given: str) -> str | None:
    try:
        parse_image(given)
    except ValueError as problem:
        return str(problem)
    return None


def _pair_problem(given: str, shape: str) -> str | None:
    owner, slash, name = given.partition("/")
    return None if owner and slash and name and "/" not in name else f"It is written {shape}"


def _problem(field: str, part: JsonObject) -> str | None:
    """What is wrong with one field of a document, by itself."""
    _, problems = read_registry({"address": "registry.example", **part})
    return next((problem.sentence for problem in problems if problem.field == field), None)
