"""What can be said about a permission: as a row, as JSON, line by line, and what a filter may ask.

The list has names only. Everything else is known for permissions that were read one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jfconsole.domain.diff_words import target_words
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import FieldSpec, FieldValue, Schema
from jfconsole.domain.permissions import ACTIONS, CATCH_ALLS, Permission, Principal, ResourceType, Section, Target
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.text import Untrusted, concerns, visible
from jfconsole.domain.token_words import NOT_SAID, Fact

BUILT_IN: Final = frozenset({"Anything", "Any Remote"})
"""Permissions of a fresh platform. Source: the samples of JFrog REST API "Get All Permissions"."""

_GRANTING_MUCH: Final = frozenset({"WRITE", "DELETE", "MANAGE"})


@dataclass(frozen=True, slots=True)
class PermissionView:
    """A permission as a list shows it. `detail` is None until it was read; plain words search `haystack`."""

    name: Untrusted
    detail: Permission | None
    haystack: str


def view_permissions(
    names: Iterable[Untrusted], details: Mapping[str, Permission] | None = None
) -> list[PermissionView]:
    """Views of listed permissions in the same order."""
    known = details or {}
    return [view_permission(name, known.get(name)) for name in names]


def view_permission(name: Untrusted, detail: Permission | None = None) -> PermissionView:
    """One view; plain words find also the targets, users and groups that it names."""
    words = [name]
    for section in (detail.sections if detail else {}).values():
        words += [*section.targets, *section.users, *section.groups]
    return PermissionView(name, detail, "\n".join(words).lower())


def permission_record(permission: Permission) -> JsonObject:
    """The permission as `--json` prints it and `apply -f` reads it: as the platform has it."""
    return permission.as_object()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One row of the matrix of principals and actions; `unknown` are actions that this console does not know."""

    kind: Principal
    name: Untrusted
    actions: frozenset[str]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Actions beyond the known ones, by name."""
        return tuple(sorted(self.actions - set(ACTIONS)))


def matrix(section: Section) -> tuple[MatrixRow, ...]:
    """Groups, then users, each with the actions they have."""
    kinds: tuple[Principal, ...] = ("groups", "users")
    return tuple(
        MatrixRow(kind, name, frozenset(actions))
        for kind in kinds
        for name, actions in sorted(section.principals(kind).items())
    )


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as it is shown: with those that it, as a catch-all, covers alike."""

    name: Untrusted
    target: Target
    covered: tuple[Untrusted, ...] = ()


def collapsed_targets(section: Section, repositories: Iterable[RepositoryRow]) -> tuple[TargetLine, ...]:
    """The targets, with repositories that a catch-all of the same patterns covers folded into it.

    Some platforms expand a catch-all into hundreds of repositories (terraform-provider-platform#325).
    """
    covered = covered_targets(section, repositories)
    folded: dict[str, list[Untrusted]] = {}
    for name, catch_all in covered.items():
        folded.setdefault(catch_all, []).append(Untrusted(name))
    return tuple(
        TargetLine(name, target, tuple(folded.get(name, ())))
        for name, target in section.targets.items()
        if name not in covered
    )


def covered_targets(section: Section, repositories: Iterable[RepositoryRow]) -> dict[str, str]:
    """Targets that are named one by one, by the catch-all of the same section that covers them alike."""
    rows = {row.key: row for row in repositories}
    return {name: found for name in section.targets if (found := _cover(section, rows.get(name)))}


def _cover(section: Section, row: RepositoryRow | None) -> str | None:
    for catch_all in row.catch_alls if row else ():
        wide = section.targets.get(Untrusted(catch_all))
        if row and wide is not None and _alike(wide, section.targets[row.key]):
            return catch_all
    return None


def _alike(one: Target, other: Target) -> bool:
    return set(one.include) == set(other.include) and set(one.exclude) == set(other.exclude)


def matching_repositories(name: str, repositories: Iterable[RepositoryRow]) -> tuple[Untrusted, ...]:
    """The repositories that a target of that name selects: itself, or all of a kind."""
    if name in CATCH_ALLS:
        return tuple(row.key for row in repositories if name in row.catch_alls)
    return tuple(row.key for row in repositories if row.key == name)


def describe_permission(permission: Permission) -> tuple[Fact, ...]:
    """Everything that the platform tells about a permission; cleaned text."""
    lines = [Fact("name", visible(permission.name))]
    for kind, section in permission.sections.items():
        lines += _section_facts(visible(kind), section)
    lines += [
        Fact("created by", visible(permission.created_by) if permission.created_by else NOT_SAID),
        Fact("modified by", visible(permission.modified_by) if permission.modified_by else NOT_SAID),
    ]
    if permission.name in BUILT_IN:
        lines.append(Fact("beware", "It came with the platform"))
    return (*lines, *(Fact("beware", f"the name has {concern}") for concern in concerns(permission.name)))


def _section_facts(kind: str, section: Section) -> Iterator[Fact]:
    for name, target in section.targets.items():
        yield Fact(kind, f"on {visible(name)}: {target_words(target.as_object())}")
    for row in matrix(section):
        known = [action for action in ACTIONS if action in row.actions]
        words = ", ".join([*known, *map(visible, row.unknown)])
        yield Fact(kind, f"{row.kind[:-1]} {visible(row.name)}: {words or 'nothing'}")


def permission_schema() -> Schema[PermissionView]:
    """The filter schema of permission lists."""
    return Schema(
        lambda row: row.haystack,
        {
            FieldSpec("name", "text", ("permission",), "its name"): lambda row: row.name,
            FieldSpec("target", "text", ("repo", "repository"), "a target it names"): lambda row: _all(row, "targets"),
            FieldSpec("group", "text", (), "a group it names"): lambda row: _all(row, "groups"),
            FieldSpec("user", "text", (), "a user it names"): lambda row: _all(row, "users"),
            FieldSpec("type", "choice", ("section",), "a resource type", tuple(ResourceType)): _types,
            FieldSpec("action", "choice", (), "an action it gives to somebody", ACTIONS): _actions,
            FieldSpec("targets", "number", (), "how many targets"): lambda row: _count(row, "targets"),
            FieldSpec("builtin", "flag", (), "it came with the platform"): lambda row: row.name in BUILT_IN,
            FieldSpec("catchall", "flag", ("any",), "it covers all repositories of a kind"): lambda row: any(
                name in CATCH_ALLS for name in _all(row, "targets")
            ),
            FieldSpec("strong", "flag", (), "it gives WRITE, DELETE or MANAGE"): lambda row: bool(
                _GRANTING_MUCH & set(_actions(row))
            ),
        },
    )


def _sections(row: PermissionView) -> Iterable[Section]:
    return row.detail.sections.values() if row.detail else ()


def _all(row: PermissionView, part: str) -> tuple[str, ...]:
    return tuple(name for section in _sections(row) for name in getattr(section, part))


def _types(row: PermissionView) -> tuple[str, ...]:
    return tuple(row.detail.sections) if row.detail else ()


def _actions(row: PermissionView) -> tuple[str, ...]:
    held = [(*section.users.values(), *section.groups.values()) for section in _sections(row)]
    return tuple({action for principals in held for actions in principals for action in actions})


def _count(row: PermissionView, part: str) -> FieldValue:
    return len(_all(row, part)) if row.detail else math.nan
