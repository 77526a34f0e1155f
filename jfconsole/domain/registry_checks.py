"""What stands between a remote registry and a pull: its roles, the platform's integration, the identity mappings.

They are advice, each with what to change: the other side may be set up later, and by somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from jfconsole.domain.claims import evaluate
from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.globs import glob_match, is_glob
from jfconsole.domain.integrations import Integration, ProviderType
from jfconsole.domain.issuer_roles import PULL_TTL, IssuerRole
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.issuers import issuer_difference
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry
from jfconsole.domain.subject_templates import expand, variables
from jfconsole.domain.text import Untrusted, visible

_TENANT: Final = "SYS_TENANT"


class Code(StrEnum):
    """What is wrong. Stable: reports and scripts name them."""

    NO_ENTRY = "no-entry"
    NO_LOGIN_ENTRY = "no-login-entry"
    ROLE_MISSING = "role-missing"
    SECRET_MISSING = "secret-missing"  # noqa: S105 (a code)
    AUDIENCE_NOT_ALLOWED = "audience-not-allowed"
    AUDIENCE_BY_PATTERN = "audience-by-pattern"
    TTL_TOO_SHORT = "ttl-too-short"
    SUBJECT_OPEN = "subject-open"
    SUBJECT_VARIES = "subject-varies"
    INTEGRATION_MISSING = "integration-missing"
    PROVIDER_URL_DIFFERS = "provider-url-differs"
    INTEGRATION_AUDIENCE = "integration-audience"
    NO_MAPPING_MATCHES = "no-mapping-matches"
    TWO_ISSUERS = "two-issuers"


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Fields of a role would have to be others."""

    before: IssuerRole
    after: IssuerRole


@dataclass(frozen=True, slots=True)
class ChangeIntegration:
    """The integration would have to be there (`before` is None), or have other fields."""

    before: Integration | None
    after: Integration


Repair: TypeAlias = ChangeRole | ChangeIntegration


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryFinding:
    """Something that keeps images of a registry from being pulled, and what to do. Cleaned text.

    `repository` is that of the entry, empty for what concerns them all. `repair` is the change where a plan can make
    it.
    """

    code: Code
    sentence: str
    fix: str
    repository: str = ""
    repair: Repair | None = None

    def document(self) -> JsonObject:
        """For `--json`; keys are stable."""
        return {
            "code": self.code.value,
            "repository": self.repository or None,
            "sentence": self.sentence,
            "fix": self.fix,
            "repairable": self.repair is not None,
        }


@dataclass(frozen=True, slots=True)
class PlatformTrust:
    """What the platform says about the integration that a registry names; None: it has none of that name."""

    integration: Integration | None
    mappings: tuple[IdentityMapping, ...] = ()


def registry_findings(
    registry: RemoteRegistry, state: IssuerState, trust: PlatformTrust | None = None
) -> tuple[RegistryFinding, ...]:
    """What is wrong with a registry beside the issuer's roles and secrets and, where it was asked, the platform."""
    return tuple(_findings(registry, state, trust))


def _findings(registry: RemoteRegistry, state: IssuerState, trust: PlatformTrust | None) -> Iterator[RegistryFinding]:
    yield from _entry_findings(registry)
    for entry in registry.credentials:
        yield from _local_findings(registry, entry, state)
    if trust is not None:
        yield from _platform_findings(registry, state, trust)


def _entry_findings(registry: RemoteRegistry) -> Iterator[RegistryFinding]:
    if not registry.credentials:
        yield RegistryFinding(
            code=Code.NO_ENTRY,
            sentence="It has no credentials: no image can be pulled",
            fix="Add an entry for *, or for a repository",
        )
    elif registry.login_entry is None:
        yield RegistryFinding(
            code=Code.NO_LOGIN_ENTRY,
            sentence="Clients ask by the address alone, and there is no entry for *",
            fix=f"Add one, or `jfconsole registries login-config {registry.address} --repository REPOSITORY`",
        )


def _local_findings(
    registry: RemoteRegistry, entry: RegistryCredential, state: IssuerState
) -> Iterator[RegistryFinding]:
    where = entry.repository
    if not entry.jwt_issuer:
        if entry.secret_key not in state.secrets:
            yield RegistryFinding(
                code=Code.SECRET_MISSING,
                sentence=f"{where}: there is no secret {entry.secret_key}",
                fix="Put it into the vault, or name another one",
                repository=where,
            )
        return
    role = state.roles.get(entry.role_key)
    if role is None:
        yield RegistryFinding(
            code=Code.ROLE_MISSING,
            sentence=f"{where}: there is no role {entry.role_key}",
            fix="Make it: `jfconsole roles apply`",
            repository=where,
        )
        return
    yield from _role_findings(registry.address, where, role)


def _role_findings(address: str, where: str, role: IssuerRole) -> Iterator[RegistryFinding]:
    yield from _audience_findings(address, where, role)
    if role.max_ttl < PULL_TTL:
        asked = format_duration(PULL_TTL)
        after = replace(role, max_ttl=PULL_TTL)
        yield RegistryFinding(
            code=Code.TTL_TOO_SHORT,
            sentence=f"A pull asks for {asked}, and {role.key} gives {format_duration(role.max_ttl)} at most",
            fix=f"Raise max-ttl of the role to {asked} or more",
            repository=where,
            repair=ChangeRole(role, after),
        )
    if not role.subject_template:
        yield RegistryFinding(
            code=Code.SUBJECT_OPEN,
            sentence=f"{role.key} sets no subject, and a pull names none: nothing is minted",
            fix="Give the role a subject-template",
            repository=where,
        )
    elif set(variables(role.subject_template)) - {_TENANT}:
        yield RegistryFinding(
            code=Code.SUBJECT_VARIES,
            sentence=f"The subject of {role.key} depends on who mints: a mapping fits one user of this machine alone",
            fix="Leave ${SYS_USERNAME} out of the subject-template, or map each of them",
            repository=where,
        )


def _audience_findings(address: str, where: str, role: IssuerRole) -> Iterator[RegistryFinding]:
    if address in role.allowed_audiences:
        return
    listed = ", ".join(role.allowed_audiences) or "none"
    after = replace(role, allowed_audiences=(*role.allowed_audiences, address))
    by_pattern = any(is_glob(pattern) and glob_match(pattern, address) for pattern in role.allowed_audiences)
    if by_pattern or (not role.allowed_audiences and address in role.default_audiences):
        yield RegistryFinding(
            code=Code.AUDIENCE_BY_PATTERN,
            sentence=f"{role.key} admits {address} by a pattern or a default only ({visible(listed)})",
            fix=f"Write {address} into allowed-audiences, so that tokens for no other address can be made",
            repository=where,
            repair=ChangeRole(role, after),
        )
        return
    yield RegistryFinding(
        code=Code.AUDIENCE_NOT_ALLOWED,
        sentence=f"{role.key} does not allow the audience {address}, to the letter and with its port"
        f" (allowed: {visible(listed)})",
        fix=f"Add {address} to allowed-audiences",
        repository=where,
        repair=ChangeRole(role, after),
    )


def _platform_findings(registry: RemoteRegistry, state: IssuerState, trust: PlatformTrust) -> Iterator[RegistryFinding]:
    entries = [entry for entry in registry.credentials if entry.role_key in state.roles]
    issuers = list(dict.fromkeys(entry.jwt_issuer for entry in entries))
    if not issuers:
        return
    url, name = state.url(issuers[0]), registry.provider_name
    if trust.integration is None:
        made = Integration(
            name=Untrusted(name),
            issuer_url=Untrusted(url),
            provider_type=Untrusted(ProviderType.GENERIC.value),
            audience=Untrusted(registry.address),
        )
        yield RegistryFinding(
            code=Code.INTEGRATION_MISSING,
            sentence=f"The platform has no integration {name}, which an exchange names",
            fix=f"Make it: {ProviderType.GENERIC.value}, provider URL {url}, audience {registry.address}",
            repair=ChangeIntegration(None, made),
        )
        return
    yield from _integration_findings(registry, trust.integration, url)
    for issuer in issuers[1:]:
        yield RegistryFinding(
            code=Code.TWO_ISSUERS,
            sentence=f"Its entries mint with {issuers[0]} and {issuer}, and an integration trusts one issuer",
            fix="Let all entries of a registry use roles of one issuer",
        )
    for entry in entries:
        if entry.jwt_issuer == issuers[0]:
            yield from _mapping_findings(registry, entry, state, trust)


def _integration_findings(registry: RemoteRegistry, found: Integration, url: str) -> Iterator[RegistryFinding]:
    name = visible(found.name)
    if difference := issuer_difference(found.expected_issuer, url):
        after = replace(found, issuer_url=Untrusted(url), token_issuer=Untrusted(url) if found.token_issuer else None)
        yield RegistryFinding(
            code=Code.PROVIDER_URL_DIFFERS,
            sentence=f"{name} trusts another issuer than the one that mints. {difference}",
            fix=f"Write {url} as its provider URL",
            repair=ChangeIntegration(found, after),
        )
    if found.audience != registry.address:
        after = replace(found, audience=Untrusted(registry.address))
        yield RegistryFinding(
            code=Code.INTEGRATION_AUDIENCE,
            sentence=f"The audience of {name} is {visible(found.audience or 'any')}, and tokens are for"
            f" {registry.address}",
            fix=f"Write {registry.address} as its audience",
            repair=ChangeIntegration(found, after),
        )


def _mapping_findings(
    registry: RemoteRegistry, entry: RegistryCredential, state: IssuerState, trust: PlatformTrust
) -> Iterator[RegistryFinding]:
    role = state.roles[entry.role_key]
    if not role.subject_template or set(variables(role.subject_template)) - {_TENANT}:
        return
    subject = expand(role.subject_template, {_TENANT: state.tenant})
    claims: JsonObject = {"iss": state.url(entry.jwt_issuer), "sub": subject, "aud": registry.address}
    claims |= {name: value for name, value in role.fixed_claims if not variables(value)}
    if evaluate(trust.mappings, claims).winner is not None:
        return
    yield RegistryFinding(
        code=Code.NO_MAPPING_MATCHES,
        sentence=f"No identity mapping of {registry.provider_name} admits the subject {subject}",
        fix=f'Make one with the claims {{"sub": "{subject}"}}, for a user or a group that may read the repositories',
        repository=entry.repository,
    )
