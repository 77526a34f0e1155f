"""Permissions: for each resource type, who (users and groups) may do what (actions) where (targets and patterns)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from jfconsole.domain.fields import Fields, JsonObject, as_names, as_object, said
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted

NAME_LIMIT: Final = 255
"""Characters of a permission's name. Source: terraform-provider-platform pkg/platform/resource_permission.go."""

ACTIONS: Final = ("READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE", "SCAN", "EXECUTE")
"""Actions in the order in which they are shown. Source: terraform-provider-platform, resource_permission.go."""

ACTION_WORDS: Final = {
    "READ": "download and read metadata",
    "ANNOTATE": "set properties",
    "WRITE": "deploy, and fill the caches of remote repositories",
    "DELETE": "delete and overwrite",
    "MANAGE": "change what others may do here",
    "SCAN": "trigger Xray scans and edit Xray metadata",
    "EXECUTE": "run or distribute",
}

EVERY_PATH: Final = "**"
ANY_LOCAL: Final = "ANY LOCAL"
ANY_REMOTE: Final = "ANY REMOTE"
ANY_DISTRIBUTION: Final = "ANY DISTRIBUTION"
ANY: Final = "ANY"
CATCH_ALLS: Final = (ANY_LOCAL, ANY_REMOTE, ANY_DISTRIBUTION, ANY)
"""Targets that stand for all repositories of a kind; the words are separated by a blank, never by `_` or `-`.
Source: terraform-provider-platform, resource_permission.go; `ANY` is legacy."""

Principal: TypeAlias = Literal["users", "groups"]
"""The two kinds of those who are given actions, by their wire names."""


class ResourceType(StrEnum):
    """The documented keys of `resources`; a newer platform may have others."""

    ARTIFACT = "artifact"
    BUILD = "build"
    RELEASE_BUNDLE = "release_bundle"
    DESTINATION = "destination"
    PIPELINE_SOURCE = "pipeline_source"


_REPOSITORY_ACTIONS: Final = ("READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE", "SCAN")
ACTIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    ResourceType.ARTIFACT: _REPOSITORY_ACTIONS,
    ResourceType.BUILD: _REPOSITORY_ACTIONS,
    ResourceType.RELEASE_BUNDLE: ("READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE", "SCAN", "EXECUTE"),
    ResourceType.DESTINATION: ("DELETE", "MANAGE", "EXECUTE"),
    ResourceType.PIPELINE_SOURCE: ("READ", "MANAGE", "EXECUTE"),
}
"""Actions that mean something for a type. Source: terraform-provider-platform, resource_permission.go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where in one repository (or build, destination …) actions hold: Ant patterns of paths.

    Source of the defaults: JFrog REST API "Create Permission".
    """

    include: tuple[Untrusted, ...] = (Untrusted(EVERY_PATH),)
    exclude: tuple[Untrusted, ...] = ()
    extra: Mapping[str, Json] = field(default_factory=dict, hash=False)

    @property
    def everywhere(self) -> bool:
        """Whether it covers every path."""
        return EVERY_PATH in self.include and not self.exclude

    def as_object(self) -> JsonObject:
        """The target as the wire has it."""
        return {"include_patterns": [*self.include], "exclude_patterns": [*self.exclude], **self.extra}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a permission says about one resource type. Actions keep the platform's order and its unknown words.

    `extra_actions` holds members of `actions` that are neither users nor groups, `extra` those beside it.
    """

    targets: Mapping[Untrusted, Target] = field(default_factory=dict)
    users: Mapping[Untrusted, tuple[Untrusted, ...]] = field(default_factory=dict)
    groups: Mapping[Untrusted, tuple[Untrusted, ...]] = field(default_factory=dict)
    extra_actions: Mapping[str, Json] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def opaque(self) -> bool:
        """Whether a part that we know has a form that we do not: then it is shown, and not edited."""
        return not {"users", "groups"}.isdisjoint(self.extra_actions) or not {"actions", "targets"}.isdisjoint(
            self.extra
        )

    def principals(self, kind: Principal) -> Mapping[Untrusted, tuple[Untrusted, ...]]:
        """The users or the groups with their actions."""
        return self.users if kind == "users" else self.groups

    def granting(self, kind: Principal, name: str, actions: Iterable[str]) -> Section:
        """With exactly these actions for this user or group; none takes it out.

        Actions that this console does not know stay with whoever has them.
        """
        asked = tuple(actions)
        unknown = [action for action in self.principals(kind).get(Untrusted(name), ()) if action not in ACTIONS]
        wanted = ordered((*asked, *unknown)) if asked else ()
        others = {known: held for known, held in self.principals(kind).items() if known != name}
        granted = {**others, Untrusted(name): wanted} if wanted else others
        return replace(self, users=granted) if kind == "users" else replace(self, groups=granted)

    def targeting(self, name: str, target: Target | None) -> Section:
        """With this target, in place of the one of that name; None takes it out."""
        if target is None:
            return replace(self, targets={known: held for known, held in self.targets.items() if known != name})
        return replace(self, targets={**self.targets, Untrusted(name): target})

    def without(self, kind: Principal, names: Iterable[str]) -> Section:
        """Without these users or groups."""
        section = self
        for name in names:
            section = section.granting(kind, name, ())
        return section

    def as_object(self) -> JsonObject:
        """The section as the wire has it: what a PUT of the resource type sends."""
        return {
            "actions": {
                "users": {name: [*actions] for name, actions in self.users.items()},
                "groups": {name: [*actions] for name, actions in self.groups.items()},
                **self.extra_actions,
            },
            "targets": {name: target.as_object() for name, target in self.targets.items()},
            **self.extra,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A permission with its sections by resource type; types that we do not know are sections like the others.

    Source: JFrog REST API "Create Permission", "Get Permission Details by Permission Name".
    """

    name: Untrusted
    sections: Mapping[Untrusted, Section] = field(default_factory=dict)
    created_by: Untrusted | None = None
    modified_by: Untrusted | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    def with_section(self, resource_type: str, section: Section | None) -> Permission:
        """With this section, in place of the one of that type; None takes it out."""
        others = {known: held for known, held in self.sections.items() if known != resource_type}
        return replace(self, sections=others if section is None else {**others, Untrusted(resource_type): section})

    def as_object(self) -> JsonObject:
        """The permission as the wire has it; what is not said is left out."""
        return {
            "name": self.name,
            "resources": {kind: section.as_object() for kind, section in self.sections.items()},
            **said(created_by=self.created_by, modified_by=self.modified_by),
            **self.extra,
        }


def permission_from(source: Mapping[str, Json], name: str = "") -> Permission:
    """The permission in a wire object; `name` stands in where the object has none."""
    fields = Fields(source)
    return Permission(
        name=fields.text("name") or Untrusted(name),
        sections={
            Untrusted(kind): section_from(as_object(section))
            for kind, section in (fields.object("resources") or {}).items()
        },
        created_by=fields.text("created_by"),
        modified_by=fields.text("modified_by"),
        extra=fields.rest,
    )


def section_from(source: Mapping[str, Json]) -> Section:
    """The section in a wire object. Nulls count as empty."""
    fields = Fields(source)
    actions = Fields(fields.object("actions") or {})
    return Section(
        targets=fields.converted("targets", _targets) or {},
        users=actions.converted("users", _principals) or {},
        groups=actions.converted("groups", _principals) or {},
        extra_actions=actions.rest,
        extra=fields.rest,
    )


def ordered(actions: Iterable[str]) -> tuple[Untrusted, ...]:
    """Actions once each, known ones in their usual order, then the others by name."""
    wanted = set(actions)
    known = [action for action in ACTIONS if action in wanted]
    return tuple(Untrusted(action) for action in (*known, *sorted(wanted - set(ACTIONS))))


def section_problems(resource_type: str, section: Section) -> tuple[str, ...]:
    """Why a platform would refuse this section, or what in it has no effect, in sentences.

    Source: terraform-provider-platform, resource_permission.go. Types that we do not know are left to the platform.
    """
    if resource_type not in ACTIONS_OF:
        return ()
    found = []
    if not section.targets:
        found.append(f"The section {resource_type} needs a target: a section cannot be empty, remove it instead")
    if resource_type == ResourceType.BUILD and len(section.targets) > 1:
        found.append("A build section has exactly one target, a build-info repository; builds are chosen by patterns")
    meaningful = set(ACTIONS_OF[resource_type])
    given = {action for held in (*section.users.values(), *section.groups.values()) for action in held}
    if idle := [action for action in ACTIONS if action in given - meaningful]:
        found.append(f"{', '.join(idle)} means nothing for {resource_type}")
    found += [
        f"{name} is no target: write {near}" for name in section.targets if (near := _meant(name)) and near != name
    ]
    return tuple(found)


def _meant(name: str) -> str | None:
    """The catch-all that a misspelt target means; they select nothing when spelt otherwise."""
    plain = name.upper().replace("_", " ").replace("-", " ").replace("ALL ", "ANY ")
    return plain if plain in CATCH_ALLS else None


def _targets(source: JsonObject) -> dict[Untrusted, Target] | None:
    objects = {Untrusted(name): target for name, target in source.items() if isinstance(target, dict)}
    return {name: _target_from(target) for name, target in objects.items()} if len(objects) == len(source) else None


def _target_from(source: JsonObject) -> Target:
    fields = Fields(source)
    include = fields.names("include_patterns")
    exclude = fields.names("exclude_patterns")
    default = Target()
    return Target(
        include=default.include if include is None else include,
        exclude=default.exclude if exclude is None else exclude,
        extra=fields.rest,
    )


def _principals(source: JsonObject) -> dict[Untrusted, tuple[Untrusted, ...]] | None:
    held = {Untrusted(name): names for name, actions in source.items() if (names := as_names(actions)) is not None}
    return held if len(held) == len(source) else None
