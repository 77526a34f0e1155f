"""Who may do what, and why: computed from groups with their members and permissions in detail.

Every answer comes with its reasons: which user, through which group, by which permission, target and pattern. The
platform adds things that no call tells; they are named as caveats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jfconsole.domain.groups import Group
from jfconsole.domain.patterns import judge_path
from jfconsole.domain.permissions import Permission, Principal, ResourceType, Section, Target, ordered
from jfconsole.domain.repositories import CACHE_SUFFIX, RepositoryKind, RepositoryRow
from jfconsole.domain.repository_facts import REMOTE_CAVEAT
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.users import ANONYMOUS, UserRow

_KINDS: Final[tuple[Principal, ...]] = ("users", "groups")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that access follows from, as it was at `loaded_at` (epoch seconds).

    `admins` are users who are administrators by themselves, None when the platform does not list them.
    `virtual` maps virtual repositories to their members, as far as they were read. `notes` say what is missing.
    """

    users: Mapping[str, UserRow]
    groups: Mapping[str, Group]
    permissions: Mapping[str, Permission]
    repositories: Mapping[str, RepositoryRow]
    admins: frozenset[str] | None = None
    virtual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    loaded_at: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """One principal's actions by one target of one permission. `pattern` let the asked path in; None: none asked."""

    kind: Principal
    principal: Untrusted
    permission: Untrusted
    resource_type: str
    target: Untrusted
    patterns: Target
    actions: tuple[Untrusted, ...]
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class AccessPath:
    """How somebody comes by a grant: directly, or as a member of a group."""

    via: Untrusted | None
    grant: Grant


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who may do everything. `via` is the group that makes it so, None when it is the user's own setting."""

    username: Untrusted
    via: Untrusted | None


@dataclass(frozen=True, slots=True)
class Denial:
    """A target that would cover the path, were it not for an exclude pattern."""

    permission: Untrusted
    target: Untrusted
    pattern: str
    users: tuple[Untrusted, ...]
    groups: tuple[Untrusted, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One target of one section, with everybody who is given something there."""

    permission: Untrusted
    resource_type: str
    name: Untrusted
    target: Target
    section: Section


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCan:
    """Who may do something in a repository. `users` counts members of granted groups, administrators not."""

    repository: str
    path: str | None
    action: str | None
    grants: tuple[Grant, ...]
    users: frozenset[Untrusted]
    administrators: tuple[Administrator, ...]
    denials: tuple[Denial, ...]
    caveats: tuple[str, ...]

    @property
    def groups(self) -> tuple[Untrusted, ...]:
        """The groups that are granted something, once each."""
        return tuple(dict.fromkeys(grant.principal for grant in self.grants if grant.kind == "groups"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatCan:
    """What somebody may do. `everything` says why it is all; `paths` hold besides, and what `direct` says in words."""

    subject: str
    everything: tuple[str, ...]
    groups: tuple[Untrusted, ...]
    paths: tuple[AccessPath, ...]
    caveats: tuple[str, ...]
    direct: tuple[str, ...] = ()


class AccessIndex:
    """Answers questions about one world. Building it takes some tenths of a second, a question little."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_target: defaultdict[tuple[str, str], list[_Entry]] = defaultdict(list)
        self._by_principal: defaultdict[tuple[Principal, str], list[tuple[_Entry, Untrusted]]] = defaultdict(list)
        self._groups_of: defaultdict[str, list[Untrusted]] = defaultdict(list)
        self._groups = {name.casefold(): group for name, group in world.groups.items()}
        for permission in world.permissions.values():
            self._add_permission(permission)
        for group in world.groups.values():
            for member in group.members or ():
                self._groups_of[member.casefold()].append(group.name)

    # -- who -------------------------------------------------------------------------------------------

    def who_can(
        self,
        repository: str,
        path: str | None = None,
        action: str | None = None,
        resource_type: str = ResourceType.ARTIFACT,
    ) -> WhoCan:
        """Everybody with grants there. Without a path, whoever may do something somewhere in it."""
        entries = list(self._entries(repository, resource_type))
        grants = tuple(grant for entry in entries for grant in _grants(entry, path, action))
        return WhoCan(
            repository=repository,
            path=path,
            action=action,
            grants=grants,
            users=self._users_behind(grants),
            administrators=self.administrators(),
            denials=tuple(_denials(entries, path, action)),
            caveats=tuple(self._caveats(repository, grants, action)),
        )

    def paths_of(self, username: str, answer: WhoCan) -> tuple[AccessPath, ...]:
        """Every way in which this user comes by a grant of the answer."""
        groups = {name.casefold(): name for name in self.groups_of(username)}
        return tuple(_paths(answer.grants, username, groups))

    def administrators(self) -> tuple[Administrator, ...]:
        """All of them, each reason once, by name."""
        found = [Administrator(Untrusted(name), None) for name in self.world.admins or ()]
        for group in self.world.groups.values():
            if group.admin_privileges:
                found += [Administrator(member, group.name) for member in group.members or ()]
        return tuple(sorted(found, key=lambda admin: (admin.username, admin.via or "")))

    # -- what ------------------------------------------------------------------------------------------

    def what_user_can(self, username: str) -> WhatCan:
        """What a user may do, directly and through groups."""
        groups = self.groups_of(username)
        own = [AccessPath(None, grant) for grant in self._granted("users", username)]
        through = [path for group in groups for path in self._through(group)]
        return WhatCan(
            subject=f"user {visible(username)}",
            everything=tuple(self._why_everything(username, groups)),
            groups=groups,
            paths=(*own, *through),
            caveats=tuple(self._user_caveats(username)),
        )

    def what_groups_can(self, names: Sequence[str]) -> WhatCan:
        """What members of these groups may do by being in them."""
        known = tuple(self._groups[name.casefold()].name for name in names if name.casefold() in self._groups)
        missing = [visible(name) for name in names if name.casefold() not in self._groups]
        return WhatCan(
            subject=f"{'group' if len(names) == 1 else 'groups'} {', '.join(map(visible, names))}",
            everything=tuple(self._admin_groups(known)),
            groups=known,
            paths=tuple(path for name in names for path in self._through(name)),
            caveats=(f"There is no group {', '.join(missing)}",) if missing else (),
        )

    def groups_of(self, username: str) -> tuple[Untrusted, ...]:
        """The groups that a user is a member of."""
        return tuple(self._groups_of.get(username.casefold(), ()))

    @property
    def memberships(self) -> Mapping[str, Sequence[Untrusted]]:
        """The groups of every user who is in one, by user name in lower case."""
        return self._groups_of

    def grants_of(self, kind: Principal, name: str) -> tuple[tuple[Untrusted, str], ...]:
        """The sections (permission, resource type) that name a user or a group, once each."""
        entries = self._by_principal.get((kind, name.casefold()), ())
        return tuple(dict.fromkeys((entry.permission, entry.resource_type) for entry, _ in entries))

    # -- within ----------------------------------------------------------------------------------------

    def _add_permission(self, permission: Permission) -> None:
        for resource_type, section in permission.sections.items():
            for name, target in section.targets.items():
                entry = _Entry(permission.name, resource_type, name, target, section)
                self._by_target[resource_type, name].append(entry)
                for kind in _KINDS:
                    for principal in section.principals(kind):
                        self._by_principal[kind, principal.casefold()].append((entry, principal))

    def _entries(self, repository: str, resource_type: str) -> Iterator[_Entry]:
        for key in self._behind(repository):
            row = self.world.repositories.get(key)
            for name in (key, *(row.catch_alls if row else ())):
                yield from self._by_target.get((resource_type, name), ())

    def _behind(self, repository: str, within: frozenset[str] = frozenset()) -> Sequence[str]:
        """The repositories that hold the content: the members of a virtual one, the remote one of a cache."""
        known = self.world.repositories
        if repository in self.world.virtual:
            inner = within | {repository}
            members = (member for member in self.world.virtual[repository] if member not in inner)
            return tuple(dict.fromkeys(key for member in members for key in self._behind(member, inner)))
        base = repository.removesuffix(CACHE_SUFFIX)
        return (base,) if repository not in known and base in known else (repository,)

    def _users_behind(self, grants: Iterable[Grant]) -> frozenset[Untrusted]:
        found: set[Untrusted] = set()
        groups: set[str] = set()
        for grant in grants:
            if grant.kind == "users":
                found.add(grant.principal)
            else:
                groups.add(grant.principal.casefold())
        for name in groups:
            group = self._groups.get(name)
            found.update((group.members if group else None) or ())
        return frozenset(found)

    def _granted(self, kind: Principal, name: str) -> Iterator[Grant]:
        for entry, principal in self._by_principal.get((kind, name.casefold()), ()):
            actions = entry.section.principals(kind)[principal]
            if actions:
                yield _grant(entry, kind, principal, ordered(actions), None)

    def _through(self, group: str) -> list[AccessPath]:
        held = self._groups.get(group.casefold())
        return [AccessPath(held.name if held else Untrusted(group), grant) for grant in self._granted("groups", group)]

    def _why_everything(self, username: str, groups: Sequence[str]) -> Iterator[str]:
        if username.casefold() in {name.casefold() for name in self.world.admins or ()}:
            yield "is an administrator"
        yield from self._admin_groups(groups)

    def _admin_groups(self, groups: Iterable[str]) -> Iterator[str]:
        for name in groups:
            if self._groups[name.casefold()].admin_privileges:
                yield f"group {visible(name)} makes its members administrators"

    def _user_caveats(self, username: str) -> Iterator[str]:
        yield from self.world.notes
        if self.world.admins is None:
            yield "Whether this user is an administrator by himself is not known here"
        if username not in self.world.users:
            yield f"There is no user {visible(username)}"
        if username == ANONYMOUS:
            yield "This holds for calls without credentials, where anonymous access is switched on"

    def _caveats(self, repository: str, grants: Sequence[Grant], action: str | None) -> Iterator[str]:
        yield from self.world.notes
        asked = self.world.repositories.get(repository)
        behind = [row for key in self._behind(repository) if (row := self.world.repositories.get(key)) is not None]
        if asked is None and not behind:
            yield f"There is no repository {visible(repository)} that we may see"
        if asked is not None and asked.kind == RepositoryKind.VIRTUAL.value:
            members = ", ".join(map(visible, self.world.virtual.get(repository, ()))) or "not known here"
            yield f"It is virtual: what counts are its members ({members}); deploying goes to one of them"
        if action in (None, "READ") and any(row.kind == RepositoryKind.REMOTE.value for row in behind):
            yield REMOTE_CAVEAT
        if any(grant.kind == "users" and grant.principal == ANONYMOUS for grant in grants):
            yield "Calls without credentials get in too, where anonymous access is switched on"
        if self.world.admins is None:
            yield "Users who are administrators by themselves are not known here, and may do everything"


def _paths(grants: Iterable[Grant], username: str, groups: Mapping[str, Untrusted]) -> Iterator[AccessPath]:
    wanted = username.casefold()
    for grant in grants:
        held = grant.principal.casefold()
        if grant.kind == "users" and held == wanted:
            yield AccessPath(None, grant)
        elif grant.kind == "groups" and held in groups:
            yield AccessPath(groups[held], grant)


def _grants(entry: _Entry, path: str | None, action: str | None) -> Iterator[Grant]:
    for kind in _KINDS:
        yield from _of_kind(entry, kind, path, action)


def _of_kind(entry: _Entry, kind: Principal, path: str | None, action: str | None) -> Iterator[Grant]:
    pattern = None
    if path is not None:
        verdict = judge_path(path, entry.target.include, entry.target.exclude)
        if not verdict.admitted:
            return
        pattern = verdict.included_by
    for principal, actions in entry.section.principals(kind).items():
        held = ordered(actions)
        if held if action is None else action in held:
            yield _grant(entry, kind, principal, held, pattern)


def _grant(
    entry: _Entry, kind: Principal, principal: Untrusted, actions: tuple[Untrusted, ...], pattern: str | None
) -> Grant:
    return Grant(kind, principal, entry.permission, entry.resource_type, entry.name, entry.target, actions, pattern)


def _denials(entries: Iterable[_Entry], path: str | None, action: str | None) -> Iterator[Denial]:
    if path is None:
        return
    for entry in entries:
        verdict = judge_path(path, entry.target.include, entry.target.exclude)
        if verdict.included_by is None or verdict.excluded_by is None:
            continue
        users, groups = (
            tuple(name for name, held in entry.section.principals(kind).items() if action is None or action in held)
            for kind in _KINDS
        )
        if users or groups:
            yield Denial(entry.permission, entry.name, verdict.excluded_by, users, groups)
