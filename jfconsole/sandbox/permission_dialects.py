"""Permissions in the two older dialects: sections with word actions (v2), and one pattern with letter actions (v1)."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.permission_bodies import check_repositories
from jfconsole.sandbox.permission_words import LETTERS, WORDS, translated, understood
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import Grants, Patterns, PermissionRecord, Resource

SECTIONS: Mapping[str, str] = {"repo": "artifact", "build": "build", "releaseBundle": "release_bundle"}
"""Sections of the v2 dialect and the resource types they are today (jfrog/jfrog-client-go permissiontarget.go)."""
_BUILD_INFO = "artifactory-build-info"


_INCLUDE, _EXCLUDE = "include-patterns", "exclude-patterns"


def read_v2(platform: Platform, fields: f.Fields) -> dict[str, Resource]:
    """The resource types of a v2 body; a section that is null is not there.

    Raises:
        Refusal: 400.
    """
    found = {name: fields.get(name) for name in SECTIONS if fields.get(name) is not None}
    if not found:
        raise bad_request(Message.TARGET_EMPTY)
    return {SECTIONS[name]: _read_section(platform, name, _object(section)) for name, section in found.items()}


def _read_section(platform: Platform, name: str, fields: f.Fields) -> Resource:
    repositories = f.names(fields, "repositories")
    if name == "build":
        repositories = [_BUILD_INFO] if repositories is None else repositories
        if len(repositories) != 1 or not _is_build_info(platform, repositories[0]):
            raise bad_request(Message.TARGET_BUILD.format(name=_BUILD_INFO))
    if not repositories:
        raise bad_request(Message.TARGET_NO_REPOSITORIES)
    check_repositories(platform, repositories)
    actions = _object(fields.get("actions"))
    include, exclude = f.names(fields, _INCLUDE), f.names(fields, _EXCLUDE)
    patterns = Patterns(["**"] if include is None else _filled(include), _filled(exclude or []))
    return Resource(
        Grants(_read_principals(actions, "users", WORDS), _read_principals(actions, "groups", WORDS)),
        dict.fromkeys(repositories, patterns),
    )


def _is_build_info(platform: Platform, key: str) -> bool:
    repository = platform.state.repositories.get(key)
    return repository is not None and repository.package_type == "buildinfo"


def read_v1(platform: Platform, fields: f.Fields) -> Resource:
    """The artifacts of a v1 body; patterns are separated by commas.

    Raises:
        Refusal: 400.
    """
    repositories = f.names(fields, "repositories")
    if not repositories:
        raise bad_request(Message.TARGET_NO_REPOSITORIES)
    check_repositories(platform, repositories)
    include, exclude = f.text(fields, "includesPattern", 10_000), f.text(fields, "excludesPattern", 10_000)
    patterns = Patterns(_split(include or "**"), _split(exclude or ""))
    principals = _object(fields.get("principals"))
    return Resource(
        Grants(_read_principals(principals, "users", LETTERS), _read_principals(principals, "groups", LETTERS)),
        dict.fromkeys(repositories, patterns),
    )


def _read_principals(fields: f.Fields, name: str, names: Mapping[str, str]) -> dict[str, list[str]]:
    principals = _object(fields.get(name))
    return {principal: understood(f.names(principals, principal) or [], names) for principal in principals}


def write_v2(permission: PermissionRecord) -> dict[str, object]:
    """A permission as the v2 dialect shows it. Resource types it has no section for are not shown."""
    body: dict[str, object] = {"name": permission.name}
    for section, kind in SECTIONS.items():
        resource = permission.resources.get(kind)
        if resource is not None:
            body[section] = _section(resource) | {"actions": _written(resource, WORDS)}
    return body


def held_v2(permission: PermissionRecord, users: Iterable[str], groups: Iterable[str]) -> dict[str, object] | None:
    """What `users` and `groups` together are granted by a permission, or None if nothing; `actions` is one list."""
    body: dict[str, object] = {"name": permission.name}
    for section, kind in SECTIONS.items():
        resource = permission.resources.get(kind)
        if resource is not None:
            by_user = [action for name in users for action in resource.actions.users.get(name, ())]
            by_group = [action for name in groups for action in resource.actions.groups.get(name, ())]
            if actions := translated([*by_user, *by_group], WORDS):
                body[section] = _section(resource) | {"actions": actions}
    return body if len(body) > 1 else None


def write_v1(permission: PermissionRecord) -> dict[str, object]:
    """A permission as the v1 dialect shows it: its artifacts."""
    resource = permission.resources.get("artifact", Resource())
    patterns = _patterns(resource)
    return {
        "name": permission.name,
        "includesPattern": ",".join(patterns.include_patterns),
        "excludesPattern": ",".join(patterns.exclude_patterns),
        "repositories": list(resource.targets),
        "principals": _written(resource, LETTERS),
    }


def _section(resource: Resource) -> dict[str, object]:
    patterns = _patterns(resource)
    return {
        _INCLUDE: patterns.include_patterns,
        _EXCLUDE: patterns.exclude_patterns,
        "repositories": list(resource.targets),
    }


def _patterns(resource: Resource) -> Patterns:
    """Inferred: where targets have patterns of their own, which these dialects cannot say, the first one counts."""
    return next(iter(resource.targets.values()), Patterns())


def _written(resource: Resource, names: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    return {
        "users": {name: translated(actions, names) for name, actions in resource.actions.users.items()},
        "groups": {name: translated(actions, names) for name, actions in resource.actions.groups.items()},
    }


def replaced_v2(old: PermissionRecord, resources: dict[str, Resource], by: str) -> PermissionRecord:
    """`old` with the sections of a v2 body: those it lacks go, resource types without a section stay."""
    kept = {kind: resource for kind, resource in old.resources.items() if kind not in SECTIONS.values()}
    return replace(old, resources=resources | kept, modified_by=by)


def _split(text: str) -> list[str]:
    return _filled(part.strip() for part in text.split(","))


def _filled(patterns: Iterable[str]) -> list[str]:
    return [pattern for pattern in patterns if pattern]


def _object(value: object) -> f.Fields:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(Message.INVALID_BODY)
    return value
