"""Remote registries: where images are pulled from, and which credentials go with which of their repositories.

Source: Avassa API reference, "Remote Registries", and its how-to "JFrog JWT". Inferred: the field `platform-url`, for
a platform that is reached elsewhere than under the address of its registry; `provider-name`, which Avassa fixes; and
`login-repository`, for clients that ask for credentials by the address alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.certificates import certificate_problem
from jfconsole.domain.connection import platform_url
from jfconsole.domain.errors import UsageError
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.image_names import address_problem, covers, path_problem
from jfconsole.domain.integrations import Integration, integration_problems
from jfconsole.domain.issuer_fields import DocumentFields
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible

EVERY_REPOSITORY: Final = "*"
"""The entry that serves where no other does."""

PROVIDER: Final = "strongbox"
"""The integration that an exchange names. Source: Avassa how-to "JFrog JWT"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryCredential:
    """What is sent for the images of a repository: a token of a role, exchanged, or a secret of a vault."""

    repository: str
    jwt_issuer: str = ""
    jwt_role: str = ""
    vault: str = ""
    secret: str = ""

    @property
    def role_key(self) -> str:
        """`issuer/role`; empty for a secret."""
        return f"{self.jwt_issuer}/{self.jwt_role}" if self.jwt_issuer else ""

    @property
    def secret_key(self) -> str:
        """`vault/secret`; empty for a role."""
        return f"{self.vault}/{self.secret}" if self.vault else ""

    @property
    def words(self) -> str:
        """What it sends, for people."""
        return f"role {self.role_key}" if self.jwt_issuer else f"secret {self.secret_key}"

    def document(self) -> JsonObject:
        """The entry as it is shown and applied."""
        if self.jwt_issuer or self.jwt_role:
            return {"repository": self.repository, "jwt-issuer": self.jwt_issuer, "jwt-role": self.jwt_role}
        return {"repository": self.repository, "vault": self.vault, "secret": self.secret}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRegistry:
    """A registry. Its tokens are made for `address`, to the letter; `override_address` is where it is reached instead.

    `ca_cert` are further authorities, as PEM. `login_repository` says whose credentials a client gets that asks by
    the address alone; empty for those of `*`.
    """

    address: str
    override_address: str = ""
    platform_url: str = ""
    provider_name: str = PROVIDER
    ca_cert: tuple[str, ...] = ()
    login_repository: str = ""
    credentials: tuple[RegistryCredential, ...] = ()

    @property
    def platform(self) -> str:
        """The base URL of the platform that exchanges tokens for it."""
        return self.platform_url or f"https://{self.override_address or self.address}"

    @property
    def exchanges(self) -> bool:
        """Whether tokens are exchanged for it: some entry uses a role."""
        return any(entry.jwt_issuer for entry in self.credentials)

    @property
    def authorities(self) -> str:
        """The further authorities as one text."""
        return "\n".join(self.ca_cert)

    def entry(self, repository: str) -> RegistryCredential | None:
        """The entry for a repository: the longest that covers it, else `*`. Without a name, `*` alone serves."""
        return chosen(self.credentials, repository)

    @property
    def login_entry(self) -> RegistryCredential | None:
        """The entry for clients that ask by the address alone."""
        return self.entry(self.login_repository)

    def document(self) -> JsonObject:
        """The configuration as it is shown and applied."""
        return {
            "address": self.address,
            "override-address": self.override_address or None,
            "platform-url": self.platform_url or None,
            "provider-name": self.provider_name,
            "ca-cert": list(self.ca_cert),
            "login-repository": self.login_repository or None,
            "credentials": [entry.document() for entry in self.credentials],
        }


def chosen(entries: Sequence[RegistryCredential], repository: str) -> RegistryCredential | None:
    """The longest entry that covers a repository, part by part; else the one of `*`; else none."""
    fitting = [
        entry for entry in entries if entry.repository == EVERY_REPOSITORY or covers(entry.repository, repository)
    ]
    return max(fitting, key=_length, default=None)


def _length(entry: RegistryCredential) -> int:
    return 0 if entry.repository == EVERY_REPOSITORY else len(entry.repository)


def registry_at(registries: Iterable[RemoteRegistry], server: str) -> RemoteRegistry | None:
    """The registry that a client means: it says `host`, `host:port` or a URL. Where it is reached counts, too."""
    address = server.strip().rpartition("://")[2].partition("/")[0].lower()
    listed = tuple(registries)
    exact = (registry for registry in listed if registry.address == address)
    return next(exact, None) or next((one for one in listed if address and one.override_address == address), None)


def registry_url(registry: RemoteRegistry) -> str:
    """Where the registry itself is: with the platform where they share host and port, else under its own address."""
    parts = urlsplit(registry.platform)
    address = registry.override_address or registry.address
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc == address else f"https://{address}"


def read_registry(document: Json) -> tuple[RemoteRegistry | None, tuple[FieldProblem, ...]]:
    """A registry from its document, and what is wrong with it; None when a field cannot be read at all."""
    fields = DocumentFields(document)
    url = fields.text("platform-url")
    registry = RemoteRegistry(
        address=fields.text("address"),
        override_address=fields.text("override-address"),
        platform_url=_platform(fields, url) if url else "",
        provider_name=fields.text("provider-name", PROVIDER),
        ca_cert=fields.texts("ca-cert"),
        login_repository=fields.text("login-repository"),
        credentials=tuple(_entries(fields)),
    )
    if problems := fields.finish():
        return None, problems
    return registry, tuple(registry_problems(registry))


def _platform(fields: DocumentFields, url: str) -> str:
    try:
        return platform_url(url)
    except UsageError as problem:
        fields.problems.append(FieldProblem("platform-url", f"{problem.message}. {problem.hint}"))
        return ""


def _entries(fields: DocumentFields) -> Iterator[RegistryCredential]:
    for item in fields.objects("credentials"):
        entry = DocumentFields(item)
        yield RegistryCredential(
            repository=entry.text("repository"),
            jwt_issuer=entry.text("jwt-issuer"),
            jwt_role=entry.text("jwt-role"),
            vault=entry.text("vault"),
            secret=entry.text("secret"),
        )
        fields.problems += (FieldProblem("credentials", problem.sentence) for problem in entry.finish())


def registry_problems(registry: RemoteRegistry) -> Iterator[FieldProblem]:
    """What is wrong with a registry by itself; see `registry_checks` for what it meets elsewhere."""
    if problem := address_problem(registry.address):
        yield FieldProblem("address", problem)
    if registry.override_address and (problem := address_problem(registry.override_address)):
        yield FieldProblem("override-address", problem)
    for found in integration_problems(Integration(name=Untrusted(registry.provider_name))):
        if found.field == "name":
            yield FieldProblem("provider-name", found.sentence)
    for text in registry.ca_cert:
        if problem := certificate_problem(text):
            yield FieldProblem("ca-cert", problem)
    yield from _credential_problems(registry.credentials)
    yield from _login_problems(registry)


def _credential_problems(entries: Sequence[RegistryCredential]) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for entry in entries:
        name = entry.repository
        if name != EVERY_REPOSITORY and (problem := path_problem(name)):
            yield FieldProblem("credentials", f"{problem}; or * for all others")
        if name in seen:
            yield FieldProblem("credentials", f"{visible(name)} has two entries: nobody could tell which one counts")
        seen.add(name)
        yield from _kind_problems(entry)


def _kind_problems(entry: RegistryCredential) -> Iterator[FieldProblem]:
    name, role, secret = visible(entry.repository)[:80], (entry.jwt_issuer, entry.jwt_role), (entry.vault, entry.secret)
    if any(role) == any(secret):
        words = "jwt-issuer with jwt-role, or vault with secret: one of the two pairs"
        yield FieldProblem("credentials", f"{name} needs {words}")
    elif not (all(role) or all(secret)):
        half = "jwt-issuer and jwt-role" if any(role) else "vault and secret"
        yield FieldProblem("credentials", f"{name} needs both {half}")


def _login_problems(registry: RemoteRegistry) -> Iterator[FieldProblem]:
    name = registry.login_repository
    if name and (problem := path_problem(name)):
        yield FieldProblem("login-repository", problem)
    elif name and registry.login_entry is None:
        yield FieldProblem("login-repository", f"No entry covers {name}")
