"""`/access/api/v1/oidc`: OIDC integrations."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import integration_bodies as bodies
from jfconsole.sandbox.auth import Caller, Gate
from jfconsole.sandbox.errors import Message, Refusal, forbidden, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.project_admins import administers
from jfconsole.sandbox.records import IntegrationRecord
from jfconsole.sandbox.replies import json_reply, no_content

PATH = "/api/v1/oidc"
_LICENSED = ("enterprise_xray", "enterprise_plus")


class IntegrationsArea:
    """Integrations (help pages "Create OIDC Configuration", "Get All OIDC Configuration" and others).

    For administrators; those that belong to a project also for who administers it. Inferred: 201 for a new one, 200 and
    the object for a changed one, 204 for a deleted one.
    """

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [
            Route(PATH, self.list_integrations, methods=["GET"]),
            Route(PATH, self.create, methods=["POST"]),
            Route(f"{PATH}/{{name}}", self.get, methods=["GET"]),
            Route(f"{PATH}/{{name}}", self.update, methods=["PUT"]),
            Route(f"{PATH}/{{name}}", self.delete, methods=["DELETE"]),
        ]

    async def list_integrations(self, request: Request) -> Response:
        """Those the caller may manage, as a bare array; of one project if `project_key` names one. Inferred: that."""
        caller, project = oidc_caller(self._platform, self._gate, request), request.query_params.get("project_key")
        found = [one for one in self._platform.state.integrations if project is None or one.project_key == project]
        mine = [one for one in found if manages(self._platform, caller, one.project_key)]
        if not mine and not caller.admin and not self._administers_any(caller):
            raise forbidden(Message.NOT_ADMIN.format(user=caller.username))
        return json_reply([bodies.shown(self._platform, one) for one in mine])

    async def create(self, request: Request) -> Response:
        """Make an integration."""
        caller = oidc_caller(self._platform, self._gate, request)
        fields = await f.read_json(request)
        project = f.text(fields, "project_key", 32)
        require_manager(self._platform, caller, project if self._platform.emulation.has_oidc_projects else None)
        record = bodies.created(self._platform, fields)
        if record.key in self._platform.state.integrations:
            raise Refusal(409, Message.INTEGRATION_EXISTS.format(name=record.name))
        self._platform.state.integrations.put(record)
        return json_reply(bodies.shown(self._platform, record), 201)

    async def get(self, request: Request) -> Response:
        """One integration."""
        return json_reply(bodies.shown(self._platform, self._managed(request)))

    async def update(self, request: Request) -> Response:
        """Put the object that is sent in the place of an integration."""
        record = bodies.replaced(self._platform, self._managed(request), await f.read_json(request))
        self._platform.state.integrations.put(record)
        return json_reply(bodies.shown(self._platform, record))

    async def delete(self, request: Request) -> Response:
        """Remove an integration, and its identity mappings with it (as a workflow of jfrog/setup-jfrog-cli does)."""
        name, state = self._managed(request).name, self._platform.state
        for mapping in [mapping for mapping in state.mappings if mapping.provider_name == name]:
            state.mappings.delete(mapping.key)
        state.integrations.delete(name)
        return no_content()

    def _managed(self, request: Request) -> IntegrationRecord:
        caller = oidc_caller(self._platform, self._gate, request)
        return managed_integration(self._platform, caller, str(request.path_params["name"]))

    def _administers_any(self, caller: Caller) -> bool:
        return any(administers(self._platform, caller, project.key) for project in self._platform.state.projects)


def oidc_caller(platform: Platform, gate: Gate, request: Request) -> Caller:
    """Who calls an endpoint of OIDC.

    Raises:
        Refusal: 401; 403 without the licence.
    """
    caller = gate.access(request)
    require_licence(platform)
    return caller


def require_licence(platform: Platform) -> None:
    """Raises: Refusal 403 unless the licence covers OIDC. Inferred: how it refuses."""
    if not platform.settings.subscription.startswith(_LICENSED):
        raise forbidden(Message.OIDC_UNLICENSED)


def manages(platform: Platform, caller: Caller, project: str | None) -> bool:
    """Whether the caller may manage integrations and mappings of `project`, or global ones if there is none."""
    return caller.admin or (project is not None and administers(platform, caller, project))


def require_manager(platform: Platform, caller: Caller, project: str | None) -> None:
    """Raises: Refusal 403 unless `manages`."""
    if not manages(platform, caller, project):
        raise forbidden(Message.NOT_ADMIN.format(user=caller.username))


def managed_integration(
    platform: Platform, caller: Caller, name: str, *, project: str | None = None
) -> IntegrationRecord:
    """The integration called `name`, for a caller who manages it, or `project`'s part of it.

    Raises:
        Refusal: 403, 404.
    """
    record = platform.state.integrations.get(name)
    owners = {project, record.project_key if record else None} - {None} or {None}
    for owner in owners:
        require_manager(platform, caller, owner)
    if record is None:
        raise not_found(Message.INTEGRATION_NOT_FOUND.format(name=name))
    return record
