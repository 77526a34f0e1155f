"""`/access/api/v2/users`: reading users."""

from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import paging
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.errors import Message, bad_request, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord

_PATH = "/api/v2/users"
_SCOPE = "system:identities"
_STATUSES = ("invited", "enabled", "disabled", "locked")
_FLAGS = (
    "profile_updatable",
    "disable_ui_access",
    "internal_password_disabled",
    "watch_manager",
    "policy_viewer",
    "policy_manager",
    "reports_manager",
    "resources_manager",
    "manage_webhook",
    "platform_auditor",
)


class UsersArea:
    """Users as Access v2 shows them (help pages "Get a List of Users", "Get User Details")."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [
            Route(_PATH, self.list_users, methods=["GET"]),
            Route(f"{_PATH}/{{username}}", self.get, methods=["GET"]),
        ]

    async def list_users(self, request: Request) -> Response:
        """One page of thin rows, by name."""
        self._gate.access(request).require(_SCOPE, "r")
        query, page = request.query_params, paging.Page.of(request.query_params)
        names = page.cut(user.username for user in self._filtered(query))
        base = self._platform.settings.base_url or str(request.base_url).rstrip("/")
        users = [self._row(base, name) for name in names]
        cursor = {"cursor": names[-1]} if names else {}
        return _json({"users": users} | cursor)

    def _filtered(self, query: QueryParams) -> list[UserRecord]:
        status = query.get("status")
        if status is not None and status not in _STATUSES:
            raise bad_request(Message.INVALID_QUERY.format(name="status"))
        part, only_admins = query.get("username", "").lower(), paging.flag(query, "onlyAdmins")
        return [
            user
            for user in self._platform.state.users
            if (status is None or user.status == status)
            and part in user.username.lower()
            and (not only_admins or self._is_effective_admin(user))
        ]

    def _row(self, base: str, name: str) -> dict[str, object]:
        user = self._platform.state.users.get(name)
        assert user is not None
        uri = f"{base}/access{_PATH}/{quote(name, safe='@')}"
        return {"username": name, "uri": uri, "realm": user.realm, "status": user.status}

    async def get(self, request: Request) -> Response:
        """Everything about one user."""
        self._gate.access(request).require(_SCOPE, "r")
        name = str(request.path_params["username"])
        user = self._platform.state.users.get(name)
        if user is None:
            raise not_found(Message.USER_NOT_FOUND.format(name=name))
        return _json(self._detail(user))

    def _detail(self, user: UserRecord) -> dict[str, object]:
        body: dict[str, object] = {"username": user.username}
        if user.email is not None:
            body["email"] = user.email
        body |= {"admin": user.admin, "effective_admin": self._is_effective_admin(user)}
        body |= {name: getattr(user, name) for name in _FLAGS}
        if user.last_logged_in is not None:
            moment = datetime.fromtimestamp(user.last_logged_in, UTC)
            body["last_logged_in"] = moment.isoformat(timespec="milliseconds")
        return body | {"realm": user.realm, "groups": sorted(user.groups), "status": user.status}

    def _is_effective_admin(self, user: UserRecord) -> bool:
        groups = (self._platform.state.groups.get(name) for name in user.groups)
        return user.admin or any(group is not None and group.admin_privileges for group in groups)


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
