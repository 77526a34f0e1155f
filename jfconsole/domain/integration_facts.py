"""What can be said about an OIDC integration: line by line, as JSON, and what a filter may ask."""

from __future__ import annotations

from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.group_facts import unknown_fields
from jfconsole.domain.integrations import Integration
from jfconsole.domain.provider_catalog import provider_of
from jfconsole.domain.text import concerns, visible
from jfconsole.domain.token_words import NOT_SAID, Fact


def integration_record(integration: Integration) -> JsonObject:
    """The integration as `--json` prints it and `apply -f` reads it: as the platform has it."""
    return integration.as_object()


def integration_schema() -> Schema[Integration]:
    """The filter schema of integration lists."""
    return Schema(
        _haystack,
        {
            FieldSpec("name", "text", ("integration",), "its name"): lambda row: row.name,
            FieldSpec("issuer", "text", ("url", "issuer_url"), "the URL of its issuer"): lambda row: row.issuer_url,
            FieldSpec("type", "text", ("provider_type",), "its provider type"): lambda row: row.provider_type,
            FieldSpec("audience", "text", ("aud",), "the audience it wants"): lambda row: row.audience,
            FieldSpec("organization", "text", ("org",), "its GitHub organisation"): lambda row: row.organization,
            FieldSpec("project", "text", (), "the project it belongs to"): lambda row: row.project_key,
            FieldSpec("description", "text", ("desc",), "its description"): lambda row: row.description,
            FieldSpec("permissive", "flag", (), "it takes every organisation"): lambda row: bool(
                row.enable_permissive_configuration
            ),
        },
    )


def platform_words(integration: Integration) -> str:
    """Which known platform its issuer belongs to; empty for a host that is not known."""
    known = provider_of(integration.issuer_url or "")
    return known.title if known else ""


def describe_integration(integration: Integration) -> tuple[Fact, ...]:
    """Everything that the platform tells about an integration; cleaned text."""
    lines = [
        Fact("name", visible(integration.name)),
        Fact("description", visible(integration.description or "") or "none"),
        Fact("provider URL", visible(integration.issuer_url or "") or NOT_SAID),
        Fact("type", visible(integration.provider_type or "") or NOT_SAID),
        Fact("platform", platform_words(integration) or "none that this console knows"),
        Fact("wants issuer", f"{visible(integration.expected_issuer) or NOT_SAID}, to the letter"),
        Fact("wants audience", visible(integration.audience or "") or "any"),
    ]
    if integration.kind is not None and integration.kind.is_github:
        permissive = integration.enable_permissive_configuration
        every = "every one: the configuration is permissive"
        lines.append(Fact("organisation", every if permissive else visible(integration.organization or "") or "none"))
    if integration.azure_app_id:
        lines.append(Fact("Azure app id", visible(integration.azure_app_id)))
    if integration.use_default_proxy is not None:
        lines.append(Fact("default proxy", "yes" if integration.use_default_proxy else "no"))
    lines.append(Fact("project", visible(integration.project_key or "") or "none: it is global"))
    lines += [Fact("beware", f"the name has {concern}") for concern in concerns(integration.name)]
    return (*lines, *unknown_fields(integration.extra))


def _haystack(row: Integration) -> str:
    said = (row.name, row.issuer_url, row.provider_type, row.audience, row.organization, row.description)
    return "\n".join(text for text in said if text).lower()
