"""The permission linter: what in a platform's permissions has no effect, reaches nobody, or reaches too far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jfconsole.domain.access import World
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.patterns import admits_nothing
from jfconsole.domain.permissions import CATCH_ALLS, Permission, ResourceType, Section, section_problems
from jfconsole.domain.repositories import RepositoryKind
from jfconsole.domain.text import Untrusted, visible

_ON_REPOSITORIES: Final[frozenset[str]] = frozenset(
    {ResourceType.ARTIFACT, ResourceType.BUILD, ResourceType.RELEASE_BUNDLE}
)
"""Types whose targets are repositories; the targets of others cannot be listed."""

_FAR_REACHING: Final = ("WRITE", "MANAGE")


class Rule(StrEnum):
    """What is looked for. The values are stable: scripts and saved views name them."""

    TARGET = "target-matches-nothing"
    PATTERN = "patterns-match-nothing"
    PRINCIPAL = "missing-principal"
    FAR_REACHING = "catch-all-write-or-manage"
    NO_EFFECT = "no-effect"
    ORPHAN = "orphaned-group"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `permission` is empty for a finding about a group; `sentence` and `fix` are cleaned."""

    rule: Rule
    permission: Untrusted
    section: str
    subject: Untrusted
    sentence: str
    fix: str


def lint_permissions(world: World) -> tuple[Finding, ...]:
    """Every finding, by permission, then the groups."""
    folded = _Names(world)
    found = [finding for permission in world.permissions.values() for finding in _lint(permission, world, folded)]
    return (*found, *_orphans(world))


def finding_record(finding: Finding) -> JsonObject:
    """The finding as `lint permissions --json` prints it; keys are stable."""
    return {
        "rule": finding.rule.value,
        "permission": finding.permission or None,
        "section": finding.section or None,
        "subject": finding.subject,
        "sentence": finding.sentence,
        "fix": finding.fix,
    }


class _Names:
    """Who exists, whatever the case it is spelt in."""

    def __init__(self, world: World) -> None:
        self.users = {name.casefold() for name in world.users}
        self.groups = {name.casefold() for name in world.groups}
        self.kinds = {row.kind for row in world.repositories.values()}
        self.catch_alls = {name for row in world.repositories.values() for name in row.catch_alls}


def _lint(permission: Permission, world: World, names: _Names) -> Iterator[Finding]:
    for kind, section in permission.sections.items():
        if kind in _ON_REPOSITORIES:
            yield from _targets(permission, kind, section, world, names)
        yield from _patterns(permission, kind, section)
        yield from _principals(permission, kind, section, names)
        yield from _far_reaching(permission, kind, section)
        for problem in section_problems(kind, section):
            yield Finding(
                Rule.NO_EFFECT, permission.name, kind, permission.name, visible(problem), "Change the section"
            )


def _targets(permission: Permission, kind: str, section: Section, world: World, names: _Names) -> Iterator[Finding]:
    for target in section.targets:
        if reason := _why_nothing(target, world, names):
            sentence = f"{visible(target)} {reason}: nothing is given there"
            yield Finding(Rule.TARGET, permission.name, kind, target, sentence, f"Take {visible(target)} out")


def _why_nothing(target: str, world: World, names: _Names) -> str:
    if target in CATCH_ALLS:
        return "" if target in names.catch_alls else "covers no repository"
    row = world.repositories.get(target)
    if row is None:
        return "is no repository"
    virtual = row.kind == RepositoryKind.VIRTUAL.value
    return "is virtual, and permissions hold for its members only" if virtual else ""


def _patterns(permission: Permission, kind: str, section: Section) -> Iterator[Finding]:
    for name, target in section.targets.items():
        if admits_nothing(target.include, target.exclude):
            excludes = ", ".join(map(visible, target.exclude))
            yield Finding(
                Rule.PATTERN,
                permission.name,
                kind,
                name,
                f"On {visible(name)}, everything that is included is excluded again ({excludes})",
                "Change the patterns, or take the target out",
            )


def _principals(permission: Permission, kind: str, section: Section, names: _Names) -> Iterator[Finding]:
    for noun, held, known in (("user", section.users, names.users), ("group", section.groups, names.groups)):
        for name in held:
            if name.casefold() not in known:
                sentence = (
                    f"The {noun} {visible(name)} does not exist, yet is given {', '.join(map(visible, held[name]))}"
                )
                fix = f"Take the {noun} out: whoever gets that name next has it too"
                yield Finding(Rule.PRINCIPAL, permission.name, kind, name, sentence, fix)


def _far_reaching(permission: Permission, kind: str, section: Section) -> Iterator[Finding]:
    wide = [name for name in section.targets if name in CATCH_ALLS]
    for noun, held in (("user", section.users), ("group", section.groups)):
        for name, actions in held.items():
            if wide and (far := [action for action in _FAR_REACHING if action in actions]):
                sentence = f"The {noun} {visible(name)} has {' and '.join(far)} on {', '.join(map(visible, wide))}"
                yield Finding(Rule.FAR_REACHING, permission.name, kind, name, sentence, "Name the repositories instead")


def _orphans(world: World) -> Iterator[Finding]:
    named = {
        name.casefold()
        for permission in world.permissions.values()
        for section in permission.sections.values()
        for name in section.groups
    }
    for group in world.groups.values():
        if group.name.casefold() in named or group.admin_privileges or any(group.roles.values()):
            continue
        sentence = f"No permission names the group {visible(group.name)}, and it gives nothing by itself"
        yield Finding(
            Rule.ORPHAN, Untrusted(""), "", group.name, sentence, "Delete it, unless tokens or projects use it"
        )
