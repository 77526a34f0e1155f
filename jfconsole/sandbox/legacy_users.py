"""`/artifactory/api/security/users`: the deprecated API of users."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import user_bodies
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.item_bodies import moment
from jfconsole.sandbox.names import check_user
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord
from jfconsole.sandbox.replies import base_url, json_reply, legacy_name, segment

_PATH = "/api/security/users"
_LIST = "application/vnd.org.jfrog.artifactory.security.Users+json"
_ONE = "application/vnd.org.jfrog.artifactory.security.User+json"
_MODERN = {
    "admin": "admin",
    "profileUpdatable": "profile_updatable",
    "disableUIAccess": "disable_ui_access",
    "internalPasswordDisabled": "internal_password_disabled",
    "watchManager": "watch_manager",
    "policyManager": "policy_manager",
    "policyViewer": "policy_viewer",
    "reportsManager": "reports_manager",
    "email": "email",
    "password": "password",
}
_SHOWN = (
    "admin",
    "policyViewer",
    "policyManager",
    "watchManager",
    "reportsManager",
    "profileUpdatable",
    "internalPasswordDisabled",
)


class LegacyUsersArea:
    """Users as recorded in JupiterOne/graph-artifactory and called by jfrog/jfrog-client-go users.go."""

    def __init__(self, platform: Platform, gate: Gate, directory: Directory) -> None:
        self._platform = platform
        self._gate = gate
        self._directory = directory

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(_PATH, self.list_users, methods=["GET"]),
            Route(f"{_PATH}/{{name}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{name}}", self.put, methods=["PUT"]),
            Route(f"{_PATH}/{{name}}", self.post, methods=["POST"]),
            Route(f"{_PATH}/{{name}}", self.delete, methods=["DELETE"]),
        ]

    async def list_users(self, request: Request) -> Response:
        """All users, without pages."""
        self._gate.artifactory_admin(request)
        base = f"{base_url(self._platform, request)}/artifactory{_PATH}"
        users = sorted(self._platform.state.users, key=lambda user: user.username)
        rows = [{"name": u.username, "uri": f"{base}/{segment(u.username)}", "realm": u.realm} for u in users]
        return json_reply(rows, media_type=_LIST)

    async def get(self, request: Request) -> Response:
        """One user."""
        self._gate.artifactory_admin(request)
        return json_reply(_shown(self._directory.user(legacy_name(request))), media_type=_ONE)

    async def put(self, request: Request) -> Response:
        """Create a user or replace one; a replaced one keeps its password unless a new one is sent. 201 either way."""
        self._gate.artifactory_admin(request)
        name = legacy_name(request)
        old = self._platform.state.users.get(name)
        if old is None:
            user = UserRecord(check_user(name), groups=self._directory.auto_joined())
        else:
            user = UserRecord(
                name,
                realm=old.realm,
                status=old.status,
                last_logged_in=old.last_logged_in,
                password=old.password,
            )
        self._directory.save_user(self._changed(user, await f.read_json(request), joined=user.groups))
        return Response(status_code=201)

    async def post(self, request: Request) -> Response:
        """Change what is named; groups, if named, are all there are then."""
        self._gate.artifactory_admin(request)
        user = self._directory.user(legacy_name(request))
        self._directory.save_user(self._changed(user, await f.read_json(request), joined=[]))
        return Response(status_code=200)

    async def delete(self, request: Request) -> Response:
        """Remove a user."""
        caller, name = self._gate.artifactory_admin(request), legacy_name(request)
        self._directory.delete_user(caller, name)
        return PlainTextResponse(f"User '{name}' has been removed successfully.\n")

    def _changed(self, user: UserRecord, fields: f.Fields, *, joined: list[str]) -> UserRecord:
        """`user` with what `fields` say, in groups that are named or in `joined`. Inferred: unknown groups are 400."""
        groups = f.names(fields, "groups")
        if groups is not None:
            if not self._directory.known_groups(groups):
                raise bad_request(Message.GROUPS_NOT_FETCHED)
            user = replace(user, groups=list(dict.fromkeys((*groups, *joined))))
        modern = {_MODERN[name]: value for name, value in fields.items() if name in _MODERN and value is not None}
        changed = user_bodies.changed(self._platform, user, modern)
        by_group = replace(changed, admin=False)
        if modern.get("admin") is False and user.admin and self._directory.is_effective_admin(by_group):
            raise bad_request(Message.ADMIN_BY_GROUP)
        return changed


def _shown(user: UserRecord) -> dict[str, object]:
    body: dict[str, object] = {"name": user.username}
    if user.email is not None:
        body["email"] = user.email
    body |= {name: getattr(user, _MODERN[name]) for name in _SHOWN}
    if user.groups:
        body["groups"] = sorted(user.groups)
    if user.last_logged_in is not None:
        body["lastLoggedIn"] = moment(user.last_logged_in)
    return body | {
        "lastLoggedInMillis": 0,
        "realm": user.realm,
        "offlineMode": False,
        "disableUIAccess": user.disable_ui_access,
        "mfaStatus": "NONE",
        "status": user.status.upper(),
        "shouldInvite": False,
    }
