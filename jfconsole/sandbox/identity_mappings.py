"""`/access/api/v1/oidc/{provider}/identity_mappings`: who gets which token."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import mapping_bodies as bodies
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, Refusal, not_found
from jfconsole.sandbox.integrations import PATH, managed_integration, oidc_caller
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import IntegrationRecord, MappingRecord, mapping_key
from jfconsole.sandbox.replies import json_reply, no_content

_PATH = f"{PATH}/{{provider}}/identity_mappings"


class IdentityMappingsArea:
    """Identity mappings (help pages "Create an Identity Mapping", "Get Identity Mapping" and others).

    `project_key` in the query says which: the same name may be global and in a project. Inferred: 201 for a new one.
    """

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [
            Route(_PATH, self.list_mappings, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(f"{_PATH}/{{name}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{name}}", self.update, methods=["PUT"]),
            Route(f"{_PATH}/{{name}}", self.delete, methods=["DELETE"]),
        ]

    async def list_mappings(self, request: Request) -> Response:
        """Those of an integration as a bare array: of a project, or else all. Inferred: the latter."""
        integration, project = self._integration(request), self._project(request)
        found = (one for one in self._platform.state.mappings if one.provider_name == integration.name)
        rows = [one for one in found if project is None or one.project_key == project]
        return json_reply([bodies.shown(self._platform, row) for row in rows])

    async def create(self, request: Request) -> Response:
        """Make a mapping."""
        integration, project = self._integration(request), self._project(request)
        if project is not None and project not in self._platform.state.projects:
            raise not_found(Message.PROJECT_NOT_FOUND.format(name=project))
        record = bodies.created(self._platform, integration, project, await f.read_json(request))
        if record.key in self._platform.state.mappings:
            raise Refusal(409, Message.MAPPING_EXISTS.format(name=record.name))
        self._platform.state.mappings.put(record)
        return json_reply(bodies.shown(self._platform, record), 201)

    async def get(self, request: Request) -> Response:
        """One mapping."""
        return json_reply(bodies.shown(self._platform, self._named(request)))

    async def update(self, request: Request) -> Response:
        """Put the object that is sent in the place of a mapping."""
        record = bodies.replaced(self._platform, self._named(request), await f.read_json(request))
        self._platform.state.mappings.put(record)
        return json_reply(bodies.shown(self._platform, record))

    async def delete(self, request: Request) -> Response:
        """Remove a mapping: 204 (reference page "Delete OIDC Identity Mapping")."""
        self._platform.state.mappings.delete(self._named(request).key)
        return no_content()

    def _named(self, request: Request) -> MappingRecord:
        name, integration = str(request.path_params["name"]), self._integration(request)
        record = self._platform.state.mappings.get(mapping_key(integration.name, self._project(request), name))
        if record is None:
            raise not_found(Message.MAPPING_NOT_FOUND.format(name=name))
        return record

    def _integration(self, request: Request) -> IntegrationRecord:
        """Inferred: who administers a project may add mappings for it to a global integration."""
        caller = oidc_caller(self._platform, self._gate, request)
        name, project = str(request.path_params["provider"]), self._project(request)
        return managed_integration(self._platform, caller, name, project=project)

    def _project(self, request: Request) -> str | None:
        if not self._platform.emulation.has_oidc_projects:
            return None
        return request.query_params.get("project_key") or None
