"""Permissions as Access v2 reads and writes them, and what it checks."""

from collections.abc import Mapping
from dataclasses import dataclass

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import Grants, Patterns, PermissionRecord, Resource

ACTIONS = ("READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE", "SCAN", "EXECUTE")
ANY_LOCAL, ANY_REMOTE, ANY_DISTRIBUTION, ANY = "ANY LOCAL", "ANY REMOTE", "ANY DISTRIBUTION", "ANY"
SPECIAL_TARGETS = frozenset({ANY_LOCAL, ANY_REMOTE, ANY_DISTRIBUTION, ANY})


@dataclass(frozen=True, slots=True)
class _Kind:
    """A resource type: whether its targets are repositories, and whether it has exactly one."""

    repositories: bool = False
    single: bool = False


KINDS: Mapping[str, _Kind] = {
    "artifact": _Kind(repositories=True),
    "build": _Kind(repositories=True, single=True),
    "release_bundle": _Kind(),
    "destination": _Kind(),
    "pipeline_source": _Kind(),
}
"""Resource types (jfrog/terraform-provider-platform resource_permission.go)."""


class PermissionBodies:
    """Reads resources under the rules of the moment."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def resources(self, fields: f.Fields) -> dict[str, Resource]:
        """All resource types of a new permission.

        Raises:
            Refusal: 400.
        """
        value = fields.get("resources")
        if not isinstance(value, dict) or not value:
            raise bad_request(Message.NO_RESOURCES)
        return {str(kind): self.resource(str(kind), _object(body, str(kind))) for kind, body in value.items()}

    def resource(self, kind: str, fields: f.Fields) -> Resource:
        """One resource type, whole.

        Raises:
            Refusal: 400.
        """
        self.check_kind(kind)
        resource = Resource(self._grants(fields), _targets(fields))
        self._check_targets(kind, resource)
        return resource

    def merged(self, kind: str, old: Resource, fields: f.Fields) -> Resource:
        """`old` with what `fields` say.

        Inferred, as the rules of merging are not published: principals and targets that are named are replaced one
        by one, those with no actions or with null are removed, all others stay.

        Raises:
            Refusal: 400.
        """
        new = self._grants(fields)
        grants = Grants(
            {name: actions for name, actions in (old.actions.users | new.users).items() if actions},
            {name: actions for name, actions in (old.actions.groups | new.groups).items() if actions},
        )
        removed = {name for name, body in _named(fields, "targets").items() if body is None}
        targets = {name: body for name, body in (old.targets | _targets(fields)).items() if name not in removed}
        resource = Resource(grants, targets)
        self._check_targets(kind, resource)
        return resource

    def check_kind(self, kind: str) -> None:
        """Raises: Refusal 400 if there is no such resource type; a later release may have any."""
        if kind not in KINDS and not self._platform.future:
            raise bad_request(Message.UNKNOWN_RESOURCE_TYPE.format(kind=kind))

    def _grants(self, fields: f.Fields) -> Grants:
        actions = _object(fields.get("actions"), "actions")
        return Grants(self._principals(actions, "users"), self._principals(actions, "groups"))

    def _principals(self, fields: f.Fields, name: str) -> dict[str, list[str]]:
        """Actions by name. Inferred: names of nobody are accepted, for a directory may yet bring them."""
        found = {}
        for principal, _ in _named(fields, name).items():
            actions = f.names(_named(fields, name), principal) or []
            unknown = [action for action in actions if action not in ACTIONS]
            if unknown and not self._platform.future:
                raise bad_request(Message.UNKNOWN_ACTION.format(action=unknown[0]))
            found[principal] = actions
        return found

    def _check_targets(self, kind: str, resource: Resource) -> None:
        rules = KINDS.get(kind)
        if rules is None:
            return
        if not resource.targets:
            raise bad_request(Message.NO_TARGETS.format(kind=kind))
        if rules.single and len(resource.targets) != 1:
            raise bad_request(Message.ONE_TARGET.format(kind=kind))
        if rules.repositories and self._platform.settings.known_targets_only:
            check_repositories(self._platform, resource.targets)


def check_repositories(platform: Platform, names: Mapping[str, object] | list[str]) -> None:
    """Raises: Refusal 400 if a name is neither special nor a repository that permissions can be about."""
    for name in names:
        repository = platform.state.repositories.get(name)
        if name not in SPECIAL_TARGETS and repository is None:
            raise bad_request(Message.PERMISSION_TARGET_UNKNOWN_REPOSITORY.format(name=name))
        if repository is not None and repository.rclass == "virtual":
            raise bad_request(Message.PERMISSION_TARGET_VIRTUAL)


def shown(permission: PermissionRecord) -> dict[str, object]:
    """The body of a permission as it is answered to its creator."""
    return {"name": permission.name, "resources": permission.resources}


def _targets(fields: f.Fields) -> dict[str, Patterns]:
    """Targets with their patterns: everything unless said otherwise, and null is nothing said."""
    named = {name: _object(body, name) for name, body in _named(fields, "targets").items()}
    found = {
        name: (f.names(body, "include_patterns"), f.names(body, "exclude_patterns")) for name, body in named.items()
    }
    return {
        name: Patterns(["**"] if include is None else include, exclude or [])
        for name, (include, exclude) in found.items()
    }


def _named(fields: f.Fields, name: str) -> dict[str, object]:
    """An object whose keys are names; none at all if absent or null."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(value):
        raise bad_request(Message.INVALID_FIELD.format(field=name))
    return {str(key): item for key, item in value.items()}


def _object(value: object, name: str) -> f.Fields:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(Message.INVALID_FIELD.format(field=name))
    return value
