"""Projects as Access reads and writes them."""

import re

from msgspec.structs import replace

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.records import ProjectRecord

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])")
_NAME_LIMIT = 128
_PRIVILEGES = {"manage_members": True, "manage_resources": True, "index_resources": True}
_DEFAULTS: dict[str, object] = {
    "admin_privileges": _PRIVILEGES,
    "storage_quota_bytes": -1,
    "soft_limit": False,
    "storage_quota_email_notification": True,
}


def created(fields: f.Fields) -> ProjectRecord:
    """A new project: key of 2 to 32 lower-case letters, digits and inner hyphens (jfrog/terraform-provider-project).

    Raises:
        Refusal: 400.
    """
    key = f.text(fields, "project_key", 64)
    if key is None or not _KEY.fullmatch(key):
        raise bad_request(Message.INVALID_FIELD.format(field="project_key"))
    return updated(ProjectRecord(key, ""), fields)


def updated(project: ProjectRecord, fields: f.Fields) -> ProjectRecord:
    """`project` with what `fields` say.

    Raises:
        Refusal: 400.
    """
    name = f.text(fields, "display_name", _NAME_LIMIT) or project.display_name
    if not name:
        raise bad_request(Message.INVALID_FIELD.format(field="display_name"))
    text = f.text(fields, "description", 1024) or "" if "description" in fields else project.description
    config = {key: value for key, value in fields.items() if key in _DEFAULTS}
    return replace(project, display_name=name, description=text, config=project.config | config)


def shown(project: ProjectRecord) -> dict[str, object]:
    """The body of a project (help page "Get Projects List")."""
    body: dict[str, object] = {"display_name": project.display_name, "description": project.description}
    return body | _DEFAULTS | project.config | {"project_key": project.project_key}
