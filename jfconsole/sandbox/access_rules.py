"""What a caller may do with which path of which repository: the one place that decides it."""

from collections.abc import Iterator
from dataclasses import dataclass

from jfconsole.sandbox import path_patterns
from jfconsole.sandbox.auth import Caller
from jfconsole.sandbox.permission_bodies import ANY, ANY_DISTRIBUTION, ANY_LOCAL, ANY_REMOTE
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.project_roles import ROLES, Role, actions_of, custom_role
from jfconsole.sandbox.records import Patterns, PermissionRecord, RepositoryRecord

CACHE_SUFFIX = "-cache"
_KIND_OF = {"buildinfo": "build", "releasebundles": "release_bundle"}
"""Repositories whose content belongs to another resource type than `artifact`, by package type."""
_LETTERS = {"READ": "r", "WRITE": "w", "DELETE": "d", "ANNOTATE": "a", "MANAGE": "m", "EXECUTE": "x", "SCAN": "s"}
_BROWSED = frozenset({"READ", "WRITE"})
"""Actions for which a folder counts as covered when something below it could be."""


@dataclass(frozen=True, slots=True)
class _Grant:
    """Actions that the caller has on the paths of one target, from one permission."""

    kind: str
    target: str
    patterns: Patterns
    actions: frozenset[str]


class Rights:
    """The rights of one caller, gathered once for all questions of a request.

    Administrators may do everything. All others have the sum of: the permissions of the user (if the token's scope
    is the user's), of the groups, the roles in projects, and the `artifact:` entries of the token's scope. Whoever is
    logged in does not get what `anonymous` has besides (`SecurityServiceImpl` of Artifactory 6.20, mirrored by
    knottnhupfer/artifactory-oss).
    """

    def __init__(self, platform: Platform, caller: Caller) -> None:
        self._platform = platform
        self._caller = caller
        self._grants = () if caller.admin else tuple(self._gathered())
        self._entries = () if caller.admin else tuple(caller.scope.artifacts())

    def may(self, action: str, repository: RepositoryRecord, path: str, *, folder: bool = False) -> bool:
        """Whether the caller may do `action` (such as `READ`) with `path`.

        On a remote repository the path stands for what is in its cache: READ is no right to fetch, WRITE is.
        """
        if self._caller.admin:
            return True
        browse = folder and action in _BROWSED
        return (
            any(_grants(grant, action, repository, path, folder=browse) for grant in self._grants)
            or any(_allows(entry, action, repository, path, folder=browse) for entry in self._entries)
            or action in self._project_actions(repository)
        )

    def may_see(self, repository: RepositoryRecord) -> bool:
        """Whether anything in `repository` is readable; of a virtual one, anything in a member."""
        if repository.rclass == "virtual":
            members = (self._platform.state.repositories.get(key) for key in repository.repositories)
            return self._caller.admin or any(member is not None and self.may_see(member) for member in members)
        return self.may("READ", repository, "", folder=True)

    def manages(self, permission: PermissionRecord) -> bool:
        """Whether the caller may change who is granted what by `permission`: MANAGE within it."""
        names = self._principals()
        return self._caller.admin or any(
            "MANAGE" in _held(resource.actions.users, names[0]) | _held(resource.actions.groups, names[1])
            for resource in permission.resources.values()
        )

    def _gathered(self) -> Iterator[_Grant]:
        users, groups = self._principals()
        for permission in self._platform.state.permissions:
            for kind, resource in permission.resources.items():
                actions = _held(resource.actions.users, users) | _held(resource.actions.groups, groups)
                if actions:
                    for target, patterns in resource.targets.items():
                        yield _Grant(kind, target, patterns, actions)

    def _principals(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names of users and groups whose permissions the caller has. A user that does not exist has none."""
        caller = self._caller
        by_user = caller.scope.user and caller.username in self._platform.state.users
        return frozenset({caller.username} if by_user else ()), caller.groups

    def _project_actions(self, repository: RepositoryRecord) -> frozenset[str]:
        """Actions by roles in the project that owns `repository`: of the token's scope, of the user, of the groups."""
        project = self._platform.state.projects.get(repository.project_key or "")
        if project is None:
            return frozenset()
        users, groups = self._principals()
        roles = {name for key, names in self._caller.scope.roles if key == project.project_key for name in names}
        roles |= _held(project.users, users) | _held(project.groups, groups)
        held = (self._role(project.project_key, name) for name in roles)
        return actions_of(filter(None, held), repository.environments)

    def _role(self, project: str, name: str) -> Role | None:
        """A role by its name: of the project, made for all, or predefined. Unknown ones allow nothing. Inferred."""
        roles = self._platform.state.roles
        record = roles.get(f"{project}/{name}") or roles.get(f"/{name}")
        return custom_role(record) if record else ROLES.get(name)


def _held(grants: dict[str, list[str]], names: frozenset[str]) -> frozenset[str]:
    return frozenset(action for name in names for action in grants.get(name, ()))


def _grants(grant: _Grant, action: str, repository: RepositoryRecord, path: str, *, folder: bool) -> bool:
    patterns = grant.patterns
    return (
        action in grant.actions
        and grant.kind == _KIND_OF.get(repository.package_type, "artifact")
        and targets(grant.target, repository)
        and path_patterns.covers(patterns.include_patterns, patterns.exclude_patterns, path, folder=folder)
    )


def targets(target: str, repository: RepositoryRecord) -> bool:
    """Whether a target of a permission is, or stands for, `repository`.

    The special ones do not stand for builds and release bundles (`SecurityServiceImpl` of Artifactory 6.20), and
    nothing stands for a virtual repository: what counts is its members. Inferred: federated repositories are local.
    """
    if target == repository.repo_key or target == repository.repo_key + CACHE_SUFFIX:
        return repository.rclass != "virtual"
    if repository.package_type in _KIND_OF:
        return False
    special = {ANY_LOCAL: ("local", "federated"), ANY_REMOTE: ("remote",), ANY_DISTRIBUTION: ("distribution",)}
    special[ANY] = ("local", "federated", "remote", "distribution")
    return repository.rclass in special.get(target, ())


def _allows(entry: tuple[str, str, str], action: str, repository: RepositoryRecord, path: str, *, folder: bool) -> bool:
    """Whether an `artifact:<repository>[/<path>]:<actions>` entry of a scope does.

    Inferred: both parts are Ant patterns, and no path means every path.
    """
    name, pattern, letters = entry
    return (
        (letters == "*" or _LETTERS[action] in letters)
        and repository.rclass != "virtual"
        and path_patterns.matches(name, repository.repo_key)
        and path_patterns.covers([pattern or "**"], (), path, folder=folder)
    )
