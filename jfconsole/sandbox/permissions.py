"""`/access/api/v2/permissions`: who may do what with which resources."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import paging
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, Refusal, bad_request, not_found
from jfconsole.sandbox.names import check_permission
from jfconsole.sandbox.permission_bodies import PermissionBodies, shown
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import PermissionRecord, Resource
from jfconsole.sandbox.replies import json_reply, no_content, page_reply, segment

_PATH = "/api/v2/permissions"
_SCOPE = "system:permissions"
_LIMIT_END = 99_999
"""The limit of a page must be below it (help page "Get Permissions")."""


class PermissionsArea:
    """Permissions as Access v2 has them (help pages "Get Permissions", "Create Permission" and others).

    A permission can only be changed by resource type, and not be renamed (jfrog/terraform-provider-platform
    resource_permission.go). Inferred: the methods for the whole are refused with 405.
    """

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate
        self._bodies = PermissionBodies(platform)

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        permission, resource = f"{_PATH}/{{name}}", f"{_PATH}/{{name}}/{{kind}}"
        return [
            Route(_PATH, self.list_permissions, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(permission, self.get, methods=["GET"]),
            Route(permission, self.delete, methods=["DELETE"]),
            Route(resource, self.get_resource, methods=["GET"]),
            Route(resource, self.put_resource, methods=["PUT"]),
            Route(resource, self.patch_resource, methods=["PATCH"]),
            Route(resource, self.delete_resource, methods=["DELETE"]),
        ]

    async def list_permissions(self, request: Request) -> Response:
        """One page of names; the address of each is a path alone."""
        self._gate.access(request).require(_SCOPE, "r")
        page = paging.Page.of(request.query_params)
        if page.limit >= _LIMIT_END:
            raise bad_request(Message.INVALID_QUERY.format(name="limit"))
        names = page.cut(permission.name for permission in self._platform.state.permissions)
        rows = ({"name": name, "uri": f"/access{_PATH}/{segment(name)}"} for name in names)
        return page_reply("permissions", rows, names)

    async def create(self, request: Request) -> Response:
        """Make a permission: 201."""
        caller = self._gate.access(request)
        caller.require_admin()
        fields = await f.read_json(request)
        name = check_permission(fields.get("name"))
        if name in self._platform.state.permissions:
            raise Refusal(409, Message.PERMISSION_EXISTS.format(name=name))
        resources = self._bodies.resources(fields)
        permission = PermissionRecord(name, resources, created_by=caller.username, modified_by=caller.username)
        self._platform.state.permissions.put(permission)
        return json_reply(shown(permission), 201)

    async def get(self, request: Request) -> Response:
        """A permission, and who made and last changed it."""
        self._gate.access(request).require_admin()
        permission = self._named(request)
        by = {"created_by": permission.created_by, "modified_by": permission.modified_by}
        return json_reply(shown(permission) | by)

    async def delete(self, request: Request) -> Response:
        """Remove a permission."""
        self._gate.access(request).require_admin()
        self._platform.state.permissions.delete(self._named(request).name)
        return no_content()

    async def get_resource(self, request: Request) -> Response:
        """One resource type of a permission."""
        self._gate.access(request).require_admin()
        return json_reply(self._resource(self._named(request), self._kind(request)))

    async def put_resource(self, request: Request) -> Response:
        """Replace a resource type, or add it."""
        permission, kind = self._to_change(request), self._kind(request)
        return self._save(request, permission, kind, self._bodies.resource(kind, await f.read_json(request)))

    async def patch_resource(self, request: Request) -> Response:
        """Change part of a resource type."""
        permission, kind = self._to_change(request), self._kind(request)
        old = self._resource(permission, kind)
        return self._save(request, permission, kind, self._bodies.merged(kind, old, await f.read_json(request)))

    async def delete_resource(self, request: Request) -> Response:
        """Remove a resource type. Inferred: not the last one, for a permission has at least one."""
        permission, kind = self._to_change(request), self._kind(request)
        self._resource(permission, kind)
        left = {name: resource for name, resource in permission.resources.items() if name != kind}
        if not left:
            raise bad_request(Message.LAST_RESOURCE.format(name=permission.name))
        self._put(request, replace(permission, resources=left))
        return no_content()

    def _to_change(self, request: Request) -> PermissionRecord:
        self._gate.access(request).require_admin()
        return self._named(request)

    def _save(self, request: Request, permission: PermissionRecord, kind: str, resource: Resource) -> Response:
        self._put(request, replace(permission, resources=permission.resources | {kind: resource}))
        return json_reply(resource)

    def _put(self, request: Request, permission: PermissionRecord) -> None:
        caller = self._gate.access(request)
        self._platform.state.permissions.put(replace(permission, modified_by=caller.username))

    def _named(self, request: Request) -> PermissionRecord:
        name = str(request.path_params["name"])
        permission = self._platform.state.permissions.get(name)
        if permission is None:
            raise not_found(Message.PERMISSION_NOT_FOUND.format(name=name))
        return permission

    def _resource(self, permission: PermissionRecord, kind: str) -> Resource:
        resource = permission.resources.get(kind)
        if resource is None:
            raise not_found(Message.RESOURCE_NOT_FOUND.format(name=permission.name, kind=kind))
        return resource

    def _kind(self, request: Request) -> str:
        kind = str(request.path_params["kind"])
        self._bodies.check_kind(kind)
        return kind
