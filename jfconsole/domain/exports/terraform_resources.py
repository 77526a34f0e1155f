"""Objects of the platform as resources of Terraform's JFrog providers, attribute by attribute.

Source: jfrog/terraform-provider-platform docs/resources/{group,group_members,permission,oidc_configuration,
oidc_identity_mapping}.md; jfrog/terraform-provider-artifactory docs/resources/{managed_user,unmanaged_user,
scoped_token}.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from jfconsole.domain.exports.hcl import Encoded, Expression, Value
from jfconsole.domain.fields import JsonObject, as_names, as_object
from jfconsole.domain.integrations import ProviderType, provider_type
from jfconsole.domain.permissions import ResourceType
from jfconsole.domain.requests import Json
from jfconsole.domain.scopes import group_names, parse_scope

GROUP: Final = "platform_group"
MEMBERS: Final = "platform_group_members"
USER: Final = "artifactory_unmanaged_user"
USER_WITH_PASSWORD: Final = "artifactory_managed_user"  # noqa: S105 (a name)
PERMISSION: Final = "platform_permission"
TOKEN: Final = "artifactory_scoped_token"  # noqa: S105 (a name)
INTEGRATION: Final = "platform_oidc_configuration"
MAPPING: Final = "platform_oidc_identity_mapping"

_LAST: Final = 1_000_000
"""The priority of a mapping that has none: the platform looks at it last, and Terraform wants a number."""

_PROVIDER_TYPES: Final = {
    ProviderType.GENERIC: "generic",
    ProviderType.GITHUB: "GitHub",
    ProviderType.GITHUB_ENTERPRISE: "GitHubEnterprise",
    ProviderType.AZURE: "Azure",
}
_GROUP: Final = ("name", "description", "external_id", "auto_join", "admin_privileges")
_USER: Final = ("email", "admin", "profile_updatable", "disable_ui_access", "internal_password_disabled")
_INTEGRATION: Final = (
    "name",
    "description",
    "issuer_url",
    "provider_type",
    "organization",
    "audience",
    "token_issuer",
    "azure_app_id",
    "enable_permissive_configuration",
    "use_default_proxy",
    "project_key",
)
_SPEC: Final = ("username", "username_pattern", "groups_pattern", "scope", "audience", "expires_in")
_MAPPING: Final = ("name", "description", "provider_name", "priority", "claims", "token_spec", "project_key")
_SCOPE_LIMITS: Final = (60, 86_400)


class Named(Protocol):
    """How the name of a group, a user or an integration is written: as a reference where the plan has the object."""

    def __call__(self, kind: str, name: str) -> Value: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Resource:
    """The attributes of a resource, what it must come after, and what could not be said in sentences."""

    attributes: Mapping[str, Value]
    after: tuple[Expression, ...] = ()
    notes: tuple[str, ...] = ()


def group(fields: JsonObject, named: Named) -> Resource:
    """A group without its members, which are a resource of their own."""
    return Resource(_said(fields, _GROUP), notes=_unsaid(fields, {*_GROUP, "members"}))


def members(fields: JsonObject, named: Named) -> Resource:
    """All members of a group: who is not in the list is put out."""
    names = as_names(fields.get("members")) or ()
    return Resource(
        {"name": named("group", _text(fields, "name")), "members": [named("user", name) for name in names]},
        notes=("The whole list of members: whoever is missing in it is taken out",),
    )


def user(fields: JsonObject, named: Named, password: Expression | None) -> Resource:
    """A user. What the platform takes for granted where nothing is said differs for one attribute, so it is said."""
    groups = as_names(fields.get("groups"))
    found: dict[str, Value] = {"name": _text(fields, "username")}
    found |= _said({"disable_ui_access": False, **fields}, _USER)
    if password is not None:
        found["password"] = password
    if groups is not None:
        found["groups"] = [named("group", name) for name in groups]
    notes = _unsaid(fields, {"username", "groups", *_USER})
    kept = ("Terraform keeps the password in its state, in clear text",) if password is not None else ()
    return Resource(found, notes=(*notes, *kept))


def permission(fields: JsonObject, named: Named) -> Resource:
    """A permission with the sections that are known."""
    resources = as_object(fields.get("resources"))
    known = [kind.value for kind in ResourceType if kind.value in resources]
    others = [kind for kind in resources if kind not in known]
    sections: dict[str, Value] = {kind: _section(as_object(resources[kind]), named) for kind in known}
    notes = [f"The provider has no resource type {kind}: that section is left out" for kind in others]
    return Resource({"name": _text(fields, "name"), **sections}, notes=tuple(notes))


def token(fields: JsonObject, named: Named) -> Resource:
    """A token. Terraform makes a new one whenever an attribute changes, and cannot adopt one that exists."""
    scope, username = _text(fields, "scope"), _text(fields, "username")
    found: dict[str, Value] = {}
    if username:
        found["username"] = named("user", username)
    found["scopes"] = [part.wire() for part in parse_scope(scope)]
    found["audiences"] = _text(fields, "audience").split() or ["*@*"]
    found |= _said(fields, ("expires_in", "refreshable", "include_reference_token", "description", "project_key"))
    notes = ["Terraform keeps the token in its state, in clear text: guard the state as you would the token"]
    if fields.get("force_revocable"):
        notes.append("The provider cannot force it to be revocable: one that lives less than 6 h might not be")
    if "expires_in" not in fields:
        notes.append("No lifetime was asked for; say expires_in, since the provider may ask for one without an end")
    return Resource(found, after=_groups_of(scope, named), notes=tuple(notes))


def integration(fields: JsonObject, named: Named) -> Resource:
    """An OIDC integration."""
    found = dict(_said(fields, _INTEGRATION))
    kind = provider_type(_text(fields, "provider_type"))
    if kind is not None:
        found["provider_type"] = _PROVIDER_TYPES[kind]
    return Resource(found, notes=_unsaid(fields, set(_INTEGRATION)))


def mapping(fields: JsonObject, named: Named) -> Resource:
    """An identity mapping."""
    spec = as_object(fields.get("token_spec"))
    described: dict[str, Value] = dict(_said(spec, _SPEC))
    if isinstance(described.get("username"), str):
        described["username"] = named("user", _text(spec, "username"))
    priority = fields.get("priority")
    ahead, behind = _said(fields, ("name", "description")), _said(fields, ("project_key",))
    found: dict[str, Value] = {
        **ahead,
        "provider_name": named("integration", _text(fields, "provider_name")),
        "priority": priority if isinstance(priority, int) else _LAST,
        "claims_json": Encoded(as_object(fields.get("claims"))),
        "token_spec": described,
        **behind,
    }
    notes = [*_unsaid(fields, set(_MAPPING)), *_unsaid(spec, set(_SPEC))]
    if not isinstance(priority, int):
        notes.append("It has no priority, so it is looked at last; Terraform wants a number")
    lifetime = spec.get("expires_in")
    if isinstance(lifetime, int) and not _SCOPE_LIMITS[0] <= lifetime <= _SCOPE_LIMITS[1]:
        notes.append("The provider takes lifetimes of 60 to 86400 seconds only")
    return Resource(found, after=_groups_of(_text(spec, "scope"), named), notes=tuple(notes))


def _section(section: JsonObject, named: Named) -> Value:
    actions = as_object(section.get("actions"))
    given: dict[str, Value] = {
        kind: _principals(as_object(actions[kind]), one, named)
        for kind, one in (("users", "user"), ("groups", "group"))
        if as_object(actions.get(kind))
    }
    targets = as_object(section.get("targets"))
    placed: dict[str, Value] = {"targets": [_target(name, as_object(target)) for name, target in targets.items()]}
    return {"actions": given, **placed} if given else placed


def _principals(principals: JsonObject, kind: str, named: Named) -> list[Value]:
    return [
        {"name": named(kind, name), "permissions": list[Value](as_names(held) or ())}
        for name, held in principals.items()
    ]


def _target(name: str, target: JsonObject) -> Value:
    patterns: dict[str, Value] = {
        side: list[Value](found)
        for side in ("include_patterns", "exclude_patterns")
        if (found := as_names(target.get(side)))
    }
    return {"name": name, **patterns}


def _groups_of(scope: str, named: Named) -> tuple[Expression, ...]:
    """The groups of a scope that the plan makes: the resource names them in a text, so it must be told to wait."""
    found = (named("group", name) for name in group_names(scope))
    return tuple(Expression(name.text.removesuffix(".name")) for name in found if isinstance(name, Expression))


def _said(fields: JsonObject, names: Sequence[str]) -> dict[str, Value]:
    """Those plain fields that say something; empty texts do not."""
    return {name: value for name in names if (value := _plain(fields.get(name))) is not None and value != ""}


def _plain(value: Json) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool) else None


def _unsaid(fields: JsonObject, known: Iterable[str]) -> tuple[str, ...]:
    """What the provider has no attribute for, where it says anything."""
    left = sorted(name for name, value in fields.items() if name not in set(known) and value not in (None, "", False))
    return (f"The provider has no attribute for {', '.join(left)}",) if left else ()


def _text(fields: JsonObject, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
