"""`/artifactory/api/v2/security/permissions` and its elder `/artifactory/api/security/permissions`."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import permission_dialects as dialects
from jfconsole.sandbox.access_rules import Rights
from jfconsole.sandbox.auth import Caller, Gate
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Message, Refusal, forbidden, not_found
from jfconsole.sandbox.names import check_permission
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import PermissionRecord, Resource
from jfconsole.sandbox.replies import base_url, json_reply, legacy_name, segment

_V2 = "/api/v2/security/permissions"
_V1 = "/api/security/permissions"
_LIST = "application/vnd.org.jfrog.artifactory.security.PermissionTargets+json"
_ONE = "application/vnd.org.jfrog.artifactory.security.PermissionTarget+json"


class LegacyPermissionsArea:
    """Permission targets, as `RestSecurityRequestHandlerV2Impl` of Artifactory 6.20 has them.

    Administrators may do everything; who has MANAGE in a permission may read it and change its principals.
    """

    def __init__(self, platform: Platform, gate: Gate, directory: Directory) -> None:
        self._platform = platform
        self._gate = gate
        self._directory = directory

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(_V2, self.list_permissions, methods=["GET"]),
            Route(f"{_V2}/users/{{name}}", self.of_user, methods=["GET"]),
            Route(f"{_V2}/groups/{{name}}", self.of_group, methods=["GET"]),
            Route(f"{_V2}/{{name}}", self.get, methods=["GET"]),
            Route(f"{_V2}/{{name}}", self.create, methods=["POST"]),
            Route(f"{_V2}/{{name}}", self.put, methods=["PUT"]),
            Route(f"{_V2}/{{name}}", self.delete, methods=["DELETE"]),
            Route(_V1, self.list_permissions, methods=["GET"]),
            Route(f"{_V1}/{{name}}", self.get_v1, methods=["GET"]),
            Route(f"{_V1}/{{name}}", self.put_v1, methods=["PUT"]),
            Route(f"{_V1}/{{name}}", self.delete, methods=["DELETE"]),
        ]

    async def list_permissions(self, request: Request) -> Response:
        """The permissions that the caller manages, without pages; addresses are absolute."""
        rights = Rights(self._platform, self._gate.artifactory(request))
        base = f"{base_url(self._platform, request)}{request.url.path}"
        names = sorted(one.name for one in self._platform.state.permissions if rights.manages(one))
        return json_reply([{"name": name, "uri": f"{base}/{segment(name)}"} for name in names], media_type=_LIST)

    async def of_user(self, request: Request) -> Response:
        """What a user is granted, by itself and by its groups."""
        self._gate.artifactory_admin(request)
        user = self._directory.user(legacy_name(request))
        return self._held([user.username], user.groups)

    async def of_group(self, request: Request) -> Response:
        """What a group is granted."""
        self._gate.artifactory_admin(request)
        return self._held([], [self._directory.group(legacy_name(request)).name])

    def _held(self, users: list[str], groups: list[str]) -> Response:
        ordered = sorted(self._platform.state.permissions, key=lambda one: one.name)
        found = (dialects.held_v2(permission, users, groups) for permission in ordered)
        return json_reply([body for body in found if body is not None])

    async def get(self, request: Request) -> Response:
        """One permission; HEAD too."""
        return json_reply(dialects.write_v2(self._managed(request)[1]), media_type=_ONE)

    async def get_v1(self, request: Request) -> Response:
        """The artifacts of one permission."""
        return json_reply(dialects.write_v1(self._managed(request)[1]), media_type=_ONE)

    async def create(self, request: Request) -> Response:
        """Make a permission: 201; 409 if there is one of that name."""
        caller, name = self._gate.artifactory(request), legacy_name(request)
        fields = await f.read_json(request)
        old = self._platform.state.permissions.get(name)
        if old is not None:
            raise Refusal(409, Message.TARGET_EXISTS.format(name=name, kind=self._sections(old)))
        _check_name(name, fields)
        self._create(caller, name, dialects.read_v2(self._platform, fields))
        return Response(status_code=201)

    async def put(self, request: Request) -> Response:
        """Replace a permission (200), or make one (201); sections that are missing are removed."""
        fields, name = await f.read_json(request), legacy_name(request)
        _check_name(name, fields)
        resources = dialects.read_v2(self._platform, fields)
        return self._replace(request, resources, sections=True)

    async def put_v1(self, request: Request) -> Response:
        """Replace the artifacts of a permission (200), or make one (201)."""
        resource = dialects.read_v1(self._platform, await f.read_json(request))
        return self._replace(request, {"artifact": resource}, sections=False)

    def _replace(self, request: Request, resources: dict[str, Resource], *, sections: bool) -> Response:
        """Inferred: without `sections`, which v1 does not know, other resource types stay."""
        if legacy_name(request) not in self._platform.state.permissions:
            self._create(self._gate.artifactory(request), legacy_name(request), resources)
            return Response(status_code=201)
        caller, old = self._managed(request)
        if not sections:
            resources = old.resources | resources
        if not caller.admin:
            _check_only_principals(old, resources)
        self._platform.state.permissions.put(dialects.replaced_v2(old, resources, caller.username))
        return Response(status_code=200)

    def _create(self, caller: Caller, name: str, resources: dict[str, Resource]) -> None:
        if not caller.admin:
            raise forbidden(Message.TARGET_ONLY_ADMIN)
        made = PermissionRecord(check_permission(name), resources, caller.username, caller.username)
        self._platform.state.permissions.put(made)

    async def delete(self, request: Request) -> Response:
        """Remove a permission. Inferred: only administrators may, and the text."""
        self._gate.artifactory_admin(request)
        name = self._managed(request)[1].name
        self._platform.state.permissions.delete(name)
        return PlainTextResponse(f"Permission target '{name}' has been removed successfully.\n")

    def _managed(self, request: Request) -> tuple[Caller, PermissionRecord]:
        """The caller and the permission.

        Raises:
            Refusal: 404, or 403 if the caller does not manage it.
        """
        caller, name = self._gate.artifactory(request), legacy_name(request)
        permission = self._platform.state.permissions.get(name)
        if permission is None:
            raise not_found(Message.TARGET_NOT_FOUND.format(name=name))
        if not Rights(self._platform, caller).manages(permission):
            raise forbidden(Message.TARGET_FORBIDDEN.format(name=name, kinds=self._sections(permission)))
        return caller, permission

    def _sections(self, permission: PermissionRecord) -> str:
        return ", ".join(name for name, kind in dialects.SECTIONS.items() if kind in permission.resources)


def _check_name(name: str, fields: f.Fields) -> None:
    """Raises: Refusal 409 if the body names another permission than the path."""
    if fields.get("name") not in (None, "", name):
        raise Refusal(409, Message.TARGET_NAME)


def _check_only_principals(old: PermissionRecord, resources: dict[str, Resource]) -> None:
    """Who only manages a permission adds neither repositories nor patterns to it.

    Raises:
        Refusal: 403.
    """
    for kind, resource in resources.items():
        before = old.resources.get(kind, Resource())
        if not set(resource.targets) <= set(before.targets):
            raise forbidden(Message.TARGET_MANAGER.format(element="repositories"))
        for target, patterns in resource.targets.items():
            known = before.targets[target]
            if not set(patterns.include_patterns) <= set(known.include_patterns):
                raise forbidden(Message.TARGET_MANAGER.format(element="include patterns"))
            if not set(patterns.exclude_patterns) <= set(known.exclude_patterns):
                raise forbidden(Message.TARGET_MANAGER.format(element="exclude patterns"))
