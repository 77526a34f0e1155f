"""All areas under one roof: what answers under which prefix, and in which envelope it refuses."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from jfconsole.sandbox.annotations import AnnotationsArea
from jfconsole.sandbox.api_keys import ApiKeysArea
from jfconsole.sandbox.artifacts import ArtifactsArea
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.control import ControlArea, Guard
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.docker import DockerArea
from jfconsole.sandbox.edge import CONTROL, Edge
from jfconsole.sandbox.errors import Message, Refusal, access_envelope, artifactory_envelope
from jfconsole.sandbox.exchange import ExchangeArea
from jfconsole.sandbox.exchanged_tokens import ExchangedTokens
from jfconsole.sandbox.faults import FaultBook
from jfconsole.sandbox.groups import GroupsArea
from jfconsole.sandbox.identity_mappings import IdentityMappingsArea
from jfconsole.sandbox.integrations import IntegrationsArea
from jfconsole.sandbox.issuer_keys import IssuerKeys
from jfconsole.sandbox.issuing import Issuer
from jfconsole.sandbox.item_info import ItemInfoArea
from jfconsole.sandbox.item_searches import ItemSearchesArea
from jfconsole.sandbox.legacy_groups import LegacyGroupsArea
from jfconsole.sandbox.legacy_permissions import LegacyPermissionsArea
from jfconsole.sandbox.legacy_security import LegacySecurityArea
from jfconsole.sandbox.legacy_tokens import LegacyTokensArea
from jfconsole.sandbox.legacy_users import LegacyUsersArea
from jfconsole.sandbox.password_policy import PasswordPolicyArea
from jfconsole.sandbox.permissions import PermissionsArea
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.projects import ProjectsArea
from jfconsole.sandbox.repositories import RepositoriesArea
from jfconsole.sandbox.request_log import RequestLog
from jfconsole.sandbox.roles import RolesArea
from jfconsole.sandbox.search import SearchArea
from jfconsole.sandbox.stand_in_calls import StandInsArea
from jfconsole.sandbox.stand_ins import StandIns
from jfconsole.sandbox.storage_summary import StorageSummaryArea
from jfconsole.sandbox.system import SystemArea
from jfconsole.sandbox.token_values import TokenValues
from jfconsole.sandbox.tokens import TokensArea
from jfconsole.sandbox.transfers import TransfersArea
from jfconsole.sandbox.users import UsersArea
from jfconsole.sandbox.web_login import WebLoginArea

Envelope = Callable[[Refusal], Response]


def build(platform: Platform) -> ASGIApp:
    """The application that serves `platform`."""
    log, faults, values = RequestLog(), FaultBook(), TokenValues(platform)
    gate, issuer, directory = Gate(platform, values), Issuer(platform, values), Directory(platform)
    system, stand_ins, guard = SystemArea(platform, gate), StandIns(platform), Guard(values)
    login = WebLoginArea(platform, gate, issuer)
    # Routes are tried in order: tokens first, thousands of which may be revoked in a row.
    access = [
        *TokensArea(platform, gate, values, issuer).routes(),
        *system.access_routes(),
        *UsersArea(platform, gate, directory).routes(),
        *GroupsArea(platform, gate, directory).routes(),
        *PermissionsArea(platform, gate).routes(),
        *PasswordPolicyArea(platform, gate).routes(),
        *RolesArea(platform, gate).routes(),
        *ProjectsArea(platform, gate).routes(),
        *ExchangeArea(platform, IssuerKeys(platform, stand_ins), ExchangedTokens(platform, issuer)).routes(),
        *IntegrationsArea(platform, gate).routes(),
        *IdentityMappingsArea(platform, gate).routes(),
        *login.access_routes(),
    ]
    docker = _registry(DockerArea(platform, gate, issuer).routes())
    artifactory = [
        *system.artifactory_routes(),
        *LegacyTokensArea(platform, gate, values, issuer).routes(),
        *LegacyUsersArea(platform, gate, directory).routes(),
        *LegacyGroupsArea(platform, gate, directory).routes(),
        *LegacyPermissionsArea(platform, gate, directory).routes(),
        *LegacySecurityArea(platform, gate, directory).routes(),
        *ApiKeysArea(platform, gate).routes(),
        *RepositoriesArea(platform, gate).routes(),
        *_item_routes(platform, gate),
        Mount("/api/docker/{repository}/v2", docker),
        *ArtifactsArea(platform, gate).routes(),
    ]
    control = [*ControlArea(platform, guard, values, log, faults).routes()]
    control += StandInsArea(platform, guard, stand_ins).routes()
    roof = Router(
        [
            Mount("/access", _service(access, access_envelope)),
            Mount("/artifactory", _service(artifactory, artifactory_envelope)),
            Mount("/v2", docker),
            Mount("/ui", _service(login.page_routes(), artifactory_envelope)),
            Mount("/router", Router(system.router_routes(), default=_unknown)),
            Mount(CONTROL, Starlette(routes=control, exception_handlers={HTTPException: _control_error})),
        ],
        default=_unknown,
        redirect_slashes=False,
    )
    return Edge(roof, platform, log, faults)


def _item_routes(platform: Platform, gate: Gate) -> list[Route]:
    """What there is to know of files and folders, and to do with them, short of their bytes."""
    areas = (ItemInfoArea, AnnotationsArea, TransfersArea, StorageSummaryArea, SearchArea, ItemSearchesArea)
    return [route for area in areas for route in area(platform, gate).routes()]


def _registry(routes: list[Route]) -> ASGIApp:
    """The registry, which refuses in a way of its own."""

    async def unrouted(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        body = {"errors": [{"code": "UNSUPPORTED", "message": "The operation is unsupported.", "detail": None}]}
        return JSONResponse(body, error.status_code)

    registry = Starlette(routes=routes, exception_handlers={HTTPException: unrouted})
    registry.router.redirect_slashes = False
    return registry


def _service(routes: Sequence[BaseRoute], envelope: Envelope) -> ASGIApp:
    """An application whose every error comes in the `envelope` of its service."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return envelope(error)

    async def unrouted(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return envelope(Refusal(error.status_code, _unrouted_message(envelope, error.status_code)))

    async def broken(request: Request, error: Exception) -> Response:
        return envelope(Refusal(500, Message.UNEXPECTED))

    service = Starlette(
        routes=routes,
        exception_handlers={Refusal: refused, HTTPException: unrouted, Exception: broken},
    )
    service.router.redirect_slashes = False
    return service


def _unrouted_message(envelope: Envelope, status: int) -> str:
    """What a service says of a path or method it does not have. Inferred for Access."""
    if envelope is access_envelope:
        return Message.ACCESS_STATUS.format(status=status, phrase=HTTPStatus(status).phrase)
    return Message.METHOD_NOT_ALLOWED if status == 405 else Message.NOT_FOUND


async def _unknown(scope: Scope, receive: Receive, send: Send) -> None:
    """The router's own answer (jfrog/artifactory-client-java#396)."""
    await PlainTextResponse("404 page not found\n", 404)(scope, receive, send)


async def _control_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)
