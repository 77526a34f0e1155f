"""OIDC integrations as Access reads and writes them."""

import re
from urllib.parse import urlsplit

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import IntegrationRecord

GITHUB, GITHUB_ENTERPRISE, AZURE, GENERIC = "GitHub", "GitHub Enterprise", "Azure", "Generic OpenID Connect"
_TYPES = {
    "github": GITHUB,
    "githubenterprise": GITHUB_ENTERPRISE,
    "azure": AZURE,
    "generic": GENERIC,
    "genericoidc": GENERIC,
    "genericopenidconnect": GENERIC,
}
"""Types of provider by what is left of their names without case, spaces and signs: clients spell them in many ways
(jfrog/terraform-provider-platform, jfrog/jfrog-cli, jfrog/ai-agent-examples, jfrog/jfrog-credentials-provider)."""
_NAME = re.compile(r"[a-z][a-z0-9-]+")
_LONG = 10_000


def created(platform: Platform, fields: f.Fields) -> IntegrationRecord:
    """A new integration; the expression of its name is that of jfrog/terraform-provider-platform.

    Inferred: the server refuses what its provider does.

    Raises:
        Refusal: 400; 404 for a project that does not exist.
    """
    name = f.text(fields, "name", 255)
    if name is None:
        raise bad_request(Message.MUST_NOT_BE_BLANK.format(field="name"))
    if not _NAME.fullmatch(name):
        raise bad_request(Message.INVALID_FIELD.format(field="name"))
    project = f.text(fields, "project_key", 32) if platform.emulation.has_oidc_projects else None
    if project is not None and project not in platform.state.projects:
        raise not_found(Message.PROJECT_NOT_FOUND.format(name=project))
    return _read(platform, name, project, fields, kind=GENERIC)


def replaced(platform: Platform, old: IntegrationRecord, fields: f.Fields) -> IntegrationRecord:
    """What takes the place of `old`: all of it is sent, name and project stay. Inferred: the type may change.

    Raises:
        Refusal: 400.
    """
    if fields.get("name", old.name) != old.name:
        raise bad_request(Message.INVALID_FIELD.format(field="name"))
    return _read(platform, old.name, old.project_key, fields, kind=old.provider_type)


def shown(platform: Platform, record: IntegrationRecord) -> dict[str, object]:
    """The object that Access answers with (help page "Get OIDC Configuration"); empty texts are kept."""
    body: dict[str, object] = {
        "name": record.name,
        "issuer_url": record.issuer_url,
        "provider_type": record.provider_type,
        "audience": record.audience,
        "description": record.description,
    }
    if record.provider_type in (AZURE, GENERIC):
        body["token_issuer"] = record.issuer
    if record.provider_type == AZURE:
        body["azure_app_id"] = record.azure_app_id
    if record.provider_type in (GITHUB, GITHUB_ENTERPRISE) and platform.emulation.has_organizations:
        body["organization"] = record.organization
        body["enable_permissive_configuration"] = record.enable_permissive_configuration
    if platform.emulation.has_default_proxy:
        body["use_default_proxy"] = record.use_default_proxy
    return body | ({"project_key": record.project_key} if record.project_key else {})


def _read(platform: Platform, name: str, project: str | None, fields: f.Fields, *, kind: str) -> IntegrationRecord:
    emulation = platform.emulation
    record = IntegrationRecord(
        name,
        issuer_url=_issuer_url(fields),
        provider_type=_provider_type(platform, fields, kind),
        audience=f.text(fields, "audience", _LONG) or "",
        description=f.text(fields, "description", _LONG) or "",
        project_key=project,
    )
    if record.provider_type in (AZURE, GENERIC):
        record.token_issuer = f.text(fields, "token_issuer", _LONG) or record.issuer_url
    if record.provider_type == AZURE:
        record.azure_app_id = f.text(fields, "azure_app_id", 255) or ""
    if emulation.has_default_proxy:
        record.use_default_proxy = f.flag(fields, "use_default_proxy")
    if record.provider_type in (GITHUB, GITHUB_ENTERPRISE) and emulation.has_organizations:
        record.organization = f.text(fields, "organization", 255) or ""
        record.enable_permissive_configuration = f.flag(fields, "enable_permissive_configuration")
        if not record.organization.strip() and not record.enable_permissive_configuration:
            raise bad_request(Message.ORGANIZATION)
    return record


def _issuer_url(fields: f.Fields) -> str:
    """Inferred: http is let through here, as only clients are known to refuse it; fetching is another matter."""
    url = f.text(fields, "issuer_url", _LONG)
    if url is None or not url.strip():
        raise bad_request(Message.MUST_NOT_BE_BLANK.format(field="issuer_url"))
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise bad_request(Message.INVALID_FIELD.format(field="issuer_url")) from error
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise bad_request(Message.INVALID_FIELD.format(field="issuer_url"))
    return url


def _provider_type(platform: Platform, fields: f.Fields, kind: str) -> str:
    """The type that is meant; `kind` if none is named. A platform of the future knows more types than we do."""
    text = f.text(fields, "provider_type", 255)
    if text is None:
        return kind
    found = _TYPES.get(re.sub(r"[^a-z]", "", text.lower()))
    if found is None and platform.future:
        return kind
    if found is None or (found == GITHUB_ENTERPRISE and not platform.emulation.has_github_enterprise):
        raise bad_request(Message.INVALID_FIELD.format(field="provider_type"))
    return found
