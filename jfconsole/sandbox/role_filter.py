"""Narrowing lists of users and groups to the members of a project, or to those with a role on a resource."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import QueryParams

from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ProjectRecord

_TOGETHER = ("role", "resourceType", "resourceName")
_REPOSITORY = "repo"


@dataclass(frozen=True, slots=True)
class RoleFilter:
    """`role` with `resourceType` and `resourceName`, and `projectKey` (help page "Get a List of Users"); since 7.117.1.

    Inferred: a role on a repository is a role in the project that owns it, and a role's name is written in lower case
    with underscores there.
    """

    role: str | None = None
    repository: str | None = None
    project_key: str | None = None

    @classmethod
    def of(cls, platform: Platform, query: QueryParams) -> "RoleFilter":
        """Read the parameters; releases that do not know them look past them.

        Raises:
            Refusal: 400, some of those that belong together are missing, or the type is not a repository's.
        """
        if not platform.emulation.has_role_filters:
            return cls()
        given = {name: query[name] for name in _TOGETHER if query.get(name)}
        for name in _TOGETHER:
            if given and name not in given:
                raise bad_request(Message.INVALID_QUERY.format(name=name))
        if given.get("resourceType", _REPOSITORY) != _REPOSITORY:
            raise bad_request(Message.INVALID_QUERY.format(name="resourceType"))
        return cls(given.get("role"), given.get("resourceName"), query.get("projectKey") or None)

    def names(self, platform: Platform, kind: Literal["users", "groups"]) -> frozenset[str] | None:
        """The users or groups that pass; None if nothing was asked for."""
        if self.role is None and self.project_key is None:
            return None
        passed = [self._passed(project, kind) for project in self._projects(platform)]
        return frozenset().union(*passed)

    def _projects(self, platform: Platform) -> list[ProjectRecord]:
        repository = platform.state.repositories.get(self.repository or "")
        owner = repository.project_key if repository is not None else None
        return [
            project
            for project in platform.state.projects
            if (self.role is None or project.project_key == owner)
            and (self.project_key is None or project.project_key == self.project_key)
        ]

    def _passed(self, project: ProjectRecord, kind: Literal["users", "groups"]) -> frozenset[str]:
        members: Mapping[str, list[str]] = project.users if kind == "users" else project.groups
        return frozenset(
            name for name, roles in members.items() if self.role is None or self.role in map(_written, roles)
        )


def _written(role: str) -> str:
    return role.lower().replace(" ", "_")
