"""OIDC integrations: which issuers of tokens a platform trusts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jfconsole.domain.connection import is_loopback
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import Fields, JsonObject, said
from jfconsole.domain.issuers import issuer_parts
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible

NAME_LIMIT: Final = 255
"""Source: terraform-provider-platform pkg/platform/resource_oidc_configuration.go."""

GITHUB_HOST: Final = "token.actions.githubusercontent.com"

IMMUTABLE: Final = ("name", "provider_type", "project_key")
"""Fields that cannot be changed later. Source: terraform-provider-platform, which replaces the object."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]+")


class ProviderType(StrEnum):
    """The provider types by their wire names. Source: terraform-provider-platform, resource_oidc_configuration.go."""

    GITHUB = "GitHub"
    GITHUB_ENTERPRISE = "GitHub Enterprise"
    AZURE = "Azure"
    GENERIC = "Generic OpenID Connect"

    @property
    def is_github(self) -> bool:
        """Whether it has an organisation."""
        return self in (ProviderType.GITHUB, ProviderType.GITHUB_ENTERPRISE)


_SPELLINGS: Final = {
    "github": ProviderType.GITHUB,
    "githubenterprise": ProviderType.GITHUB_ENTERPRISE,
    "azure": ProviderType.AZURE,
    "generic": ProviderType.GENERIC,
    "genericoidc": ProviderType.GENERIC,
    "genericopenidconnect": ProviderType.GENERIC,
}
"""Other spellings in use: `generic` and `GitHubEnterprise` are Terraform's, `GenericOidc` is the JFrog CLI's, and
JFrog's own agent examples send `Generic`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """An OIDC integration; None means that the server does not say. `extra` holds fields that we do not know.

    `audience`, where there is one, must stand in the token's `aud`. `token_issuer` is the expected `iss` where it
    differs from `issuer_url`. Source: JFrog REST API "Create OIDC Configuration", terraform-provider-platform.
    """

    name: Untrusted
    issuer_url: Untrusted | None = None
    provider_type: Untrusted | None = None
    audience: Untrusted | None = None
    description: Untrusted | None = None
    token_issuer: Untrusted | None = None
    azure_app_id: Untrusted | None = None
    organization: Untrusted | None = None
    enable_permissive_configuration: bool | None = None
    use_default_proxy: bool | None = None
    project_key: Untrusted | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def kind(self) -> ProviderType | None:
        """The provider type, however it is spelt; None for one that we do not know."""
        return provider_type(self.provider_type or "")

    @property
    def expected_issuer(self) -> str:
        """What `iss` of a token must be, character for character."""
        return self.token_issuer or self.issuer_url or ""

    @property
    def common_claims(self) -> JsonObject:
        """Claims that every token has which gets as far as the mappings."""
        return {"iss": self.expected_issuer} if self.expected_issuer else {}

    def as_object(self) -> JsonObject:
        """The integration as the wire has it; fields that are not said are left out."""
        known = said(
            name=self.name,
            issuer_url=self.issuer_url,
            provider_type=self.provider_type,
            audience=self.audience,
            description=self.description,
            token_issuer=self.token_issuer,
            azure_app_id=self.azure_app_id,
            organization=self.organization,
            enable_permissive_configuration=self.enable_permissive_configuration,
            use_default_proxy=self.use_default_proxy,
            project_key=self.project_key or None,
        )
        return {**known, **self.extra}


def integration_from(source: Mapping[str, Json], name: str = "") -> Integration:
    """The integration in a wire object; `name` stands in where the object has none."""
    fields = Fields(source)
    return Integration(
        name=fields.text("name") or Untrusted(name),
        issuer_url=fields.text("issuer_url"),
        provider_type=fields.text("provider_type"),
        audience=fields.text("audience"),
        description=fields.text("description"),
        token_issuer=fields.text("token_issuer"),
        azure_app_id=fields.text("azure_app_id"),
        organization=fields.text("organization"),
        enable_permissive_configuration=fields.flag("enable_permissive_configuration"),
        use_default_proxy=fields.flag("use_default_proxy"),
        project_key=fields.text("project_key") or None,
        extra=fields.rest,
    )


def provider_type(text: str) -> ProviderType | None:
    """The provider type of a spelling; case, blanks, dashes and underscores do not matter."""
    return _SPELLINGS.get(re.sub(r"[\s_-]", "", text).lower())


def integration_problems(integration: Integration) -> tuple[FieldProblem, ...]:
    """Why a platform would refuse this integration, or what in it will not work, field by field."""
    kind = integration.kind
    return (
        *_name_problems(integration.name),
        *_issuer_problems(integration.issuer_url or "", kind),
        *_type_problems(integration, kind),
        *_organization_problems(integration, kind),
    )


def _name_problems(name: str) -> Iterator[FieldProblem]:
    if not name:
        yield FieldProblem("name", "The name is empty")
    elif not _NAME.fullmatch(name):
        yield FieldProblem(
            "name", "The name has small letters, digits and dashes, starts with a letter, and has two or more of them"
        )
    if len(name) > NAME_LIMIT:
        yield FieldProblem("name", f"The name has {len(name)} characters, more than {NAME_LIMIT}")


def _issuer_problems(url: str, kind: ProviderType | None) -> Iterator[FieldProblem]:
    """Source of the prefix: terraform-provider-platform; of the slash: setup-jfrog-cli#155."""
    parts = issuer_parts(url)
    if not url.strip():
        yield FieldProblem("issuer_url", "The provider URL is empty")
        return
    if parts is None:
        yield FieldProblem("issuer_url", "The provider URL is no URL: write https://…")
        return
    host = parts.hostname or ""
    if parts.scheme != "https":
        local = parts.scheme == "http" and is_loopback(host)
        yield FieldProblem("issuer_url", "The provider URL must begin with https://", certain=not local)
    if parts.username is not None or parts.query or parts.fragment:
        yield FieldProblem("issuer_url", "The provider URL has no user, no ? and no #")
    if kind is ProviderType.GITHUB and host != GITHUB_HOST:
        yield FieldProblem("issuer_url", f"The type GitHub goes with https://{GITHUB_HOST}; take another type")
    if host == GITHUB_HOST and url.endswith("/"):
        yield FieldProblem(
            "issuer_url", "GitHub's URL has no slash at the end: with one, exchanges fail to get the public key"
        )


def _type_problems(integration: Integration, kind: ProviderType | None) -> Iterator[FieldProblem]:
    if not integration.provider_type:
        yield FieldProblem("provider_type", "Choose a provider type", certain=False)
    elif kind is None:
        shown = visible(integration.provider_type)
        yield FieldProblem("provider_type", f"{shown} is no provider type that this console knows", certain=False)
    if integration.token_issuer and kind is not None and kind.is_github:
        yield FieldProblem("token_issuer", "The type GitHub knows no other token issuer", certain=False)
    if integration.azure_app_id and kind is not ProviderType.AZURE:
        yield FieldProblem("azure_app_id", "Only the type Azure has an application id")


def _organization_problems(integration: Integration, kind: ProviderType | None) -> Iterator[FieldProblem]:
    """Source: JFrog REST API "Create OIDC Configuration"; JFrog's own agent examples record
    `oidc_setting Organization is not valid`."""
    github = kind is not None and kind.is_github
    permissive = bool(integration.enable_permissive_configuration)
    if github and not permissive and not (integration.organization or "").strip():
        yield FieldProblem("organization", "Name the GitHub organisation whose workflows get in", certain=False)
    if integration.organization and not github and kind is not None:
        yield FieldProblem("organization", "Only the GitHub types have an organisation")
    if permissive and not github and kind is not None:
        yield FieldProblem("enable_permissive_configuration", "Only the GitHub types have a permissive configuration")
