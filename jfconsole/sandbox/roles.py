"""`/access/api/v1/roles` and `/access/api/v1/projects/{key}/roles`: predefined roles, and those that somebody made."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, Refusal, bad_request, forbidden, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.project_admins import administers
from jfconsole.sandbox.project_roles import ROLES, role_body
from jfconsole.sandbox.records import RoleRecord
from jfconsole.sandbox.replies import json_reply, no_content

_NAME_LIMIT = 64
_TEXT_LIMIT = 1024


class RolesArea:
    """Help pages "Create Role", "Create a Custom Global Role" and their neighbours
    (jfrog/terraform-provider-platform resource_global_role.go, jfrog/terraform-provider-project)."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`, before those of projects, whose members are reached in the same way."""
        return [
            route
            for path in ("/api/v1/roles", "/api/v1/projects/{project}/roles")
            for route in (
                Route(path, self.list_roles, methods=["GET"]),
                Route(path, self.create, methods=["POST"]),
                Route(f"{path}/{{name}}", self.get, methods=["GET"]),
                Route(f"{path}/{{name}}", self.update, methods=["PUT"]),
                Route(f"{path}/{{name}}", self.delete, methods=["DELETE"]),
            )
        ]

    async def list_roles(self, request: Request) -> Response:
        """All roles of one kind, the predefined ones first. Inferred: a project lists global ones too."""
        project = self._project(request)
        made = [role for role in self._platform.state.roles if role.project_key in (project, "")]
        return json_reply([role_body(name) for name in ROLES] + [_shown(role) for role in made])

    async def create(self, request: Request) -> Response:
        """Make a role: 201, and for a global one the words that jfrog/terraform-provider-platform reads."""
        project, fields = self._project(request), await f.read_json(request)
        name = f.text(fields, "name", _NAME_LIMIT)
        if name is None:
            raise bad_request(Message.MUST_NOT_BE_BLANK.format(field="name"))
        if name in ROLES or RoleRecord(name, project).key in self._platform.state.roles:
            raise Refusal(409, Message.ROLE_EXISTS.format(name=name))
        role = _changed(RoleRecord(name, project), fields)
        self._platform.state.roles.put(role)
        return json_reply(_shown(role) if project else {"code": "OK", "message": f"Role '{name}' was created"}, 201)

    async def get(self, request: Request) -> Response:
        """One role."""
        project, name = self._project(request), str(request.path_params["name"])
        role = self._platform.state.roles.get(RoleRecord(name, project).key)
        if role is None and name not in ROLES:
            raise not_found(Message.ROLE_NOT_FOUND.format(name=name))
        return json_reply(role_body(name) if role is None else _shown(role))

    async def update(self, request: Request) -> Response:
        """Change a role."""
        role = _changed(self._made(request), await f.read_json(request))
        self._platform.state.roles.put(role)
        return json_reply(_shown(role))

    async def delete(self, request: Request) -> Response:
        """Remove a role: 204. Inferred: members keep its name, which allows nothing any more."""
        self._platform.state.roles.delete(self._made(request).key)
        return no_content()

    def _made(self, request: Request) -> RoleRecord:
        project, name = self._project(request), str(request.path_params["name"])
        role = self._platform.state.roles.get(RoleRecord(name, project).key)
        if role is not None:
            return role
        if name in ROLES:
            raise bad_request(Message.ROLE_PREDEFINED.format(name=name))
        raise not_found(Message.ROLE_NOT_FOUND.format(name=name))

    def _project(self, request: Request) -> str:
        """The project whose roles are meant, empty for none; its administrators may, others may not."""
        caller, key = self._gate.access(request), str(request.path_params.get("project", ""))
        if not key:
            caller.require_admin()
        elif key not in self._platform.state.projects:
            raise not_found(Message.PROJECT_NOT_FOUND.format(name=key))
        elif not administers(self._platform, caller, key):
            raise forbidden(Message.NOT_ADMIN.format(user=caller.username))
        return key


def _changed(role: RoleRecord, fields: f.Fields) -> RoleRecord:
    description = f.text(fields, "description", _TEXT_LIMIT) or ""
    environments, actions = f.names(fields, "environments"), f.names(fields, "actions")
    return replace(
        role,
        description=description if "description" in fields else role.description,
        environments=role.environments if environments is None else environments,
        actions=role.actions if actions is None else actions,
    )


def _shown(role: RoleRecord) -> dict[str, object]:
    """A role; whatever type was asked for, it is a custom one (sample of the help page "Create Role")."""
    return {
        "name": role.name,
        "description": role.description,
        "type": "CUSTOM" if role.project_key else "CUSTOM_GLOBAL",
        "environments": role.environments,
        "actions": role.actions,
    }
