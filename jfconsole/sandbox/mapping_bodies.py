"""Identity mappings as Access reads and writes them."""

import re
from collections.abc import Mapping

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import identity_patterns, scopes
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.identity_patterns import BadPattern
from jfconsole.sandbox.issuing import DEFAULT_AUDIENCE
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import IntegrationRecord, MappingRecord, TokenSpec

_SPECIAL = re.compile(r"""[!@#$%^&*()+={}\[\]:;'"<>,./?~`|\\\s]""")
_LONG = 10_000
_DEFAULT_EXPIRY = 3600
"""Seconds, by the help page "Create an Identity Mapping"; the web interface always sends a number of its own."""
_LONGEST_EXPIRY = 10 * 365 * 86_400
"""Inferred: somewhere between 86,400, which works, and 1,200,000,000, which does not
(jfrog/terraform-provider-platform#216 and acceptance tests)."""


def created(platform: Platform, integration: IntegrationRecord, project: str | None, fields: f.Fields) -> MappingRecord:
    """A new identity mapping of `integration`, for `project` if there is one.

    What may not be in a name is what jfrog/terraform-provider-platform refuses. Inferred: the server does so too.

    Raises:
        Refusal: 400.
    """
    name = f.text(fields, "name", 255)
    if name is None:
        raise bad_request(Message.MUST_NOT_BE_BLANK.format(field="name"))
    if _SPECIAL.search(name):
        raise bad_request(Message.INVALID_FIELD.format(field="name"))
    return _read(platform, MappingRecord(name, integration.name, {}, TokenSpec(), project_key=project), fields)


def replaced(platform: Platform, old: MappingRecord, fields: f.Fields) -> MappingRecord:
    """What takes the place of `old`: all of it is sent, the name stays.

    Raises:
        Refusal: 400.
    """
    if fields.get("name", old.name) != old.name:
        raise bad_request(Message.INVALID_FIELD.format(field="name"))
    fresh = MappingRecord(old.name, old.provider_name, {}, TokenSpec(), project_key=old.project_key)
    return _read(platform, fresh, fields)


def shown(platform: Platform, record: MappingRecord) -> dict[str, object]:
    """The object that Access answers with (help page "Get Identity Mapping")."""
    spec = record.token_spec
    texts = {name: getattr(spec, name) for name in ("username", "username_pattern", "groups_pattern")}
    token: dict[str, object] = {name: value for name, value in texts.items() if value}
    token |= {"scope": spec.scope, "audience": spec.audience, "expires_in": spec.expires_in}
    if platform.emulation.has_self_revocable:
        token["self_revocable"] = spec.self_revocable
    body: dict[str, object] = {"name": record.name, "description": record.description}
    body |= {"provider_name": record.provider_name, "claims": record.claims, "token_spec": token}
    if record.priority is not None:
        body["priority"] = record.priority
    return body | ({"project_key": record.project_key} if record.project_key else {})


def _read(platform: Platform, record: MappingRecord, fields: f.Fields) -> MappingRecord:
    """`record` with what `fields` say. A `project_key` among them says nothing
    (CHANGELOG of jfrog/terraform-provider-platform, #311)."""
    if (f.text(fields, "provider_name", 255) or record.provider_name) != record.provider_name:
        raise bad_request(Message.INVALID_FIELD.format(field="provider_name"))
    record.description = f.text(fields, "description", _LONG) or ""
    record.priority = f.whole(fields, "priority")
    if record.priority == 0:
        raise bad_request(Message.INVALID_FIELD.format(field="priority"))
    record.claims = dict(_object(fields, "claims"))
    record.token_spec = _token_spec(platform, _object(fields, "token_spec"))
    return record


def _token_spec(platform: Platform, fields: f.Fields) -> TokenSpec:
    dynamic = platform.emulation.has_dynamic_mapping
    spec = TokenSpec(
        username=f.text(fields, "username", 255) or "",
        username_pattern=_pattern(fields, "username_pattern") if dynamic else "",
        groups_pattern=_pattern(fields, "groups_pattern") if dynamic else "",
        scope=f.text(fields, "scope", _LONG) or "",
        audience=_audience(fields),
        expires_in=_expires_in(fields),
        self_revocable=platform.emulation.has_self_revocable and f.flag(fields, "self_revocable"),
    )
    if spec.username and spec.username_pattern:
        raise bad_request(Message.INVALID_FIELD.format(field="token_spec username_pattern"))
    _check_scope(spec)
    return spec


def _check_scope(spec: TokenSpec) -> None:
    """A scope may be missing where a user or a pattern says enough (help page "Create an Identity Mapping")."""
    if not spec.scope and (spec.username or spec.username_pattern or spec.groups_pattern):
        return
    try:
        scopes.parse(spec.scope)
    except scopes.BadScope as bad:
        raise bad_request(Message.MAPPING_SCOPE) from bad


def _pattern(fields: f.Fields, name: str) -> str:
    """Inferred: a pattern outside the grammar is refused at once."""
    text = f.text(fields, name, 1024) or ""
    try:
        if text:
            identity_patterns.parse(text)
    except BadPattern as bad:
        raise bad_request(Message.INVALID_FIELD.format(field=f"token_spec {name}")) from bad
    return text


def _audience(fields: f.Fields) -> str:
    """A text, or a list of texts as in an older sample of the documentation."""
    value = fields.get("audience")
    if isinstance(value, list):
        return " ".join(f.names(fields, "audience") or []) or DEFAULT_AUDIENCE
    return f.text(fields, "audience", 255) or DEFAULT_AUDIENCE


def _expires_in(fields: f.Fields) -> int:
    seconds = f.seconds(fields, "expires_in")
    if seconds is None:
        return _DEFAULT_EXPIRY
    if not 1 <= seconds <= _LONGEST_EXPIRY:
        raise bad_request(Message.MAPPING_EXPIRY)
    return seconds


def _object(fields: f.Fields, name: str) -> Mapping[str, object]:
    value = fields.get(name)
    if value is None:
        raise bad_request(Message.MUST_NOT_BE_BLANK.format(field=name))
    if not isinstance(value, dict):
        raise bad_request(Message.INVALID_FIELD.format(field=name))
    return value
