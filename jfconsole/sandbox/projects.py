"""`/access/api/v1/projects`: projects, their members and their repositories; environments."""

from collections.abc import Mapping

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import paging
from jfconsole.sandbox import project_bodies as bodies
from jfconsole.sandbox.auth import Caller, Gate
from jfconsole.sandbox.errors import Message, Refusal, forbidden, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.project_admins import administers
from jfconsole.sandbox.records import ProjectRecord
from jfconsole.sandbox.replies import json_reply, no_content, page_reply

_PATH = "/api/v1/projects"
_ENVIRONMENTS = ("DEV", "PROD")
_CREATED = 201


class ProjectsArea:
    """Projects (help pages "Get Projects List", "Create a Project", "Update User in Project" and others).

    Administrators may do everything; project administrators see their project and manage its members.
    """

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`. `_` is not a project."""
        attach, member = f"{_PATH}/_/attach/repositories/{{repository}}", f"{_PATH}/{{key}}/{{kind}}"
        return [
            Route(_PATH, self.list_projects, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route("/api/v2/projects", self.list_v2, methods=["GET"]),
            Route(f"{attach}/{{key}}", self.attach, methods=["PUT"]),
            Route(attach, self.detach, methods=["DELETE"]),
            Route(f"{_PATH}/{{key}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{key}}", self.update, methods=["PUT"]),
            Route(f"{_PATH}/{{key}}", self.delete, methods=["DELETE"]),
            Route(member, self.members, methods=["GET"]),
            Route(f"{member}/{{name}}", self.member, methods=["GET"]),
            Route(f"{member}/{{name}}", self.set_member, methods=["PUT"]),
            Route(f"{member}/{{name}}", self.remove_member, methods=["DELETE"]),
            Route("/api/v1/environments", self.environments, methods=["GET"]),
        ]

    async def list_projects(self, request: Request) -> Response:
        """All projects, or those that the caller administers, as a bare array."""
        caller = self._gate.access(request)
        return json_reply([bodies.shown(one) for one in self._sorted() if self._readable(caller, one)])

    async def list_v2(self, request: Request) -> Response:
        """One page of names. Since 7.117.0. Inferred: pages are as elsewhere in Access v2."""
        caller = self._gate.access(request)
        if not self._platform.emulation.has_projects_v2:
            raise Refusal(404, Message.ACCESS_STATUS.format(status=404, phrase="Not Found"))
        readable = {one.project_key: one for one in self._platform.state.projects if self._readable(caller, one)}
        keys = paging.Page.of(request.query_params).cut(readable)
        rows = ({"name": readable[key].display_name, "project_key": key} for key in keys)
        return page_reply("projects", rows, keys)

    async def create(self, request: Request) -> Response:
        """Make a project: 201."""
        self._gate.access(request).require_admin()
        project = bodies.created(await f.read_json(request))
        if project.key in self._platform.state.projects:
            raise Refusal(409, Message.PROJECT_EXISTS.format(name=project.key))
        self._platform.state.projects.put(project)
        return json_reply(bodies.shown(project), _CREATED)

    async def get(self, request: Request) -> Response:
        """One project."""
        caller, project = self._gate.access(request), self._named(request)
        if not self._readable(caller, project):
            raise forbidden(Message.NOT_ADMIN.format(user=caller.username))
        return json_reply(bodies.shown(project))

    async def update(self, request: Request) -> Response:
        """Change a project."""
        self._gate.access(request).require_admin()
        project = bodies.updated(self._named(request), await f.read_json(request))
        self._platform.state.projects.put(project)
        return json_reply(bodies.shown(project))

    async def delete(self, request: Request) -> Response:
        """Remove a project; its repositories belong to nobody then. Inferred: that."""
        self._gate.access(request).require_admin()
        key, state = self._named(request).key, self._platform.state
        for repository in [one for one in state.repositories if one.project_key == key]:
            state.repositories.put(replace(repository, project_key=None))
        for role in [role for role in state.roles if role.project_key == key]:
            state.roles.delete(role.key)
        state.projects.delete(key)
        return no_content()

    async def members(self, request: Request) -> Response:
        """Users or groups with their roles; an empty list if there are none."""
        members = self._members(self._administered(request), request)
        return json_reply({"members": [{"name": name, "roles": roles} for name, roles in sorted(members.items())]})

    async def member(self, request: Request) -> Response:
        """The roles of one user or group."""
        name, members = _name(request), self._members(self._administered(request), request)
        if name not in members:
            raise not_found(Message.MEMBER_NOT_FOUND.format(name=name))
        return json_reply({"name": name, "roles": members[name]})

    async def set_member(self, request: Request) -> Response:
        """Give a user or group these roles and no others; 404 for names of nobody."""
        project, name = self._administered(request), _name(request)
        roles = f.names(await f.read_json(request), "roles") or []
        members = self._members(project, request)
        known = self._platform.state.users if request.path_params["kind"] == "users" else self._platform.state.groups
        if name not in known:
            raise not_found(Message.MEMBER_NOT_FOUND.format(name=name))
        self._save_members(project, request, {**members, name: roles})
        return json_reply({"name": name, "roles": roles})

    async def remove_member(self, request: Request) -> Response:
        """Take a user or group out of a project."""
        project, name = self._administered(request), _name(request)
        members = self._members(project, request)
        if name not in members:
            raise not_found(Message.MEMBER_NOT_FOUND.format(name=name))
        self._save_members(project, request, {key: roles for key, roles in members.items() if key != name})
        return no_content()

    def _members(self, project: ProjectRecord, request: Request) -> Mapping[str, list[str]]:
        kind = request.path_params["kind"]
        if kind not in ("users", "groups"):
            raise not_found(Message.ACCESS_STATUS.format(status=404, phrase="Not Found"))
        return project.users if kind == "users" else project.groups

    def _save_members(self, project: ProjectRecord, request: Request, members: Mapping[str, list[str]]) -> None:
        changed = {str(request.path_params["kind"]): dict(members)}
        self._platform.state.projects.put(replace(project, **changed))

    async def attach(self, request: Request) -> Response:
        """Give a repository to a project, from another one only with `force`: 204."""
        self._gate.access(request).require_admin()
        project, key = self._named(request), str(request.path_params["repository"])
        repository = self._platform.state.repositories.get(key)
        if repository is None:
            raise not_found(Message.REPOSITORY_NOT_FOUND.format(name=key))
        force = paging.flag(request.query_params, "force")
        if repository.project_key not in (None, project.key) and not force:
            raise Refusal(409, Message.REPOSITORY_OF_OTHER_PROJECT.format(name=key, project=repository.project_key))
        self._platform.state.repositories.put(replace(repository, project_key=project.key))
        return no_content()

    async def detach(self, request: Request) -> Response:
        """Take a repository out of its project: 204."""
        self._gate.access(request).require_admin()
        key = str(request.path_params["repository"])
        repository = self._platform.state.repositories.get(key)
        if repository is None:
            raise not_found(Message.REPOSITORY_NOT_FOUND.format(name=key))
        self._platform.state.repositories.put(replace(repository, project_key=None))
        return no_content()

    async def environments(self, request: Request) -> Response:
        """The built-in environments."""
        self._gate.access(request).require_admin()
        return json_reply([{"name": name} for name in _ENVIRONMENTS])

    def _administered(self, request: Request) -> ProjectRecord:
        caller, project = self._gate.access(request), self._named(request)
        if not administers(self._platform, caller, project.key):
            raise forbidden(Message.NOT_ADMIN.format(user=caller.username))
        return project

    def _readable(self, caller: Caller, project: ProjectRecord) -> bool:
        return administers(self._platform, caller, project.key) or caller.scope.allows(f"project:{project.key}", "r")

    def _named(self, request: Request) -> ProjectRecord:
        key = str(request.path_params["key"])
        project = self._platform.state.projects.get(key)
        if project is None:
            raise not_found(Message.PROJECT_NOT_FOUND.format(name=key))
        return project

    def _sorted(self) -> list[ProjectRecord]:
        return sorted(self._platform.state.projects, key=lambda project: project.key)


def _name(request: Request) -> str:
    return str(request.path_params["name"])
