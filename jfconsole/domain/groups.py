"""Groups, as the platform's Access service describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.fields import Fields, JsonObject, said
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

NAME_LIMIT: Final = 64
"""Characters of a group name. Source: terraform-provider-platform pkg/platform/resource_group.go; the platform's own
limit is not published, so a longer name is only warned about."""

GROUP_ROLES: Final = (
    "reports_manager",
    "watch_manager",
    "policy_manager",
    "policy_viewer",
    "manage_resources",
    "resources_manager",
    "manage_webhook",
)
"""Global roles as booleans, absent before 7.128.0. Group bodies say `manage_resources`
(terraform-provider-platform, resource_group.go); the help page calls it `resources_manager`: both are read."""

NEW_GROUP_ROLES: Final = tuple(role for role in GROUP_ROLES if role != "resources_manager")
"""The roles that a new group is asked about, by the names that group bodies have."""

ROLE_WORDS: Final = {
    "reports_manager": "manage reports",
    "watch_manager": "manage watches",
    "policy_manager": "manage policies",
    "policy_viewer": "view policies",
    "manage_resources": "manage resources",
    "resources_manager": "manage resources",
    "manage_webhook": "manage webhooks",
    "platform_auditor": "audit the platform",
}

INTERNAL_REALM: Final = "internal"

FORBIDDEN_IN_NAMES: Final = '/\\:|?*"<>'
"""Source: artifactory-oss, NameValidator. Inferred: Access has the same rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group in detail; None means that the server does not say. `extra` holds fields that we do not know.

    `roles` are the global roles by their wire names. `members` are user names.
    Source: JFrog REST API "Create a Group", "Get Group Details".
    """

    name: Untrusted
    description: Untrusted | None = None
    auto_join: bool | None = None
    admin_privileges: bool | None = None
    external_id: Untrusted | None = None
    realm: Untrusted | None = None
    realm_attributes: Untrusted | None = None
    members: tuple[Untrusted, ...] | None = None
    roles: Mapping[str, bool] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_external(self) -> bool:
        """Whether its members come from elsewhere (LDAP, SAML, SCIM, Crowd)."""
        return bool(self.realm) and self.realm != INTERNAL_REALM

    def as_object(self) -> JsonObject:
        """The group as the wire has it; fields that are not said are left out."""
        known = said(
            name=self.name,
            description=self.description,
            auto_join=self.auto_join,
            admin_privileges=self.admin_privileges,
            external_id=self.external_id,
            realm=self.realm,
            realm_attributes=self.realm_attributes,
            members=self.members,
        )
        return {**known, **self.roles, **self.extra}


def group_from(source: Mapping[str, Json], name: str = "") -> Group:
    """The group in a wire object; `name` stands in where the object has none."""
    fields = Fields(source)
    return Group(
        name=fields.text("name") or Untrusted(name),
        description=fields.text("description"),
        auto_join=fields.flag("auto_join"),
        admin_privileges=fields.flag("admin_privileges"),
        external_id=fields.text("external_id"),
        realm=fields.text("realm"),
        realm_attributes=fields.text("realm_attributes"),
        members=fields.names("members"),
        roles=fields.flags(GROUP_ROLES),
        extra=fields.rest,
    )


def why_read_only(realm: str | None) -> str | None:
    """Why the members of a group of that realm are not changed here, as a sentence; None when they are."""
    if not realm or realm == INTERNAL_REALM:
        return None
    return (
        f"The group comes from the realm {realm}: its members are kept there, and the platform cannot change its realm"
    )


def name_problems(name: str, *, limit: int = NAME_LIMIT) -> tuple[str, ...]:
    """What a platform might object to in a new name, in sentences. The platform has the last word."""
    found = []
    if not name.strip():
        found.append("The name is empty")
    if name in {".", "..", "&"}:
        found.append(f"{name} cannot be a name")
    if name != name.strip():
        found.append("The name begins or ends with a blank")
    if len(name) > limit:
        found.append(f"The name has {len(name)} characters, more than {limit}")
    if bad := sorted({char for char in name if char in FORBIDDEN_IN_NAMES}):
        found.append(f"The name contains {' '.join(bad)}, which platforms refuse")
    return tuple(found)
