"""`/access/api/v2/users`: users, their groups and their passwords."""

from msgspec.structs import replace
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import paging, user_bodies
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Message, Refusal, bad_request
from jfconsole.sandbox.membership import Delta
from jfconsole.sandbox.names import check_user
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import UserRecord
from jfconsole.sandbox.replies import base_url, json_reply, no_content, page_reply, segment
from jfconsole.sandbox.role_filter import RoleFilter

_PATH = "/api/v2/users"
_SCOPE = "system:identities"
_STATUSES = ("invited", "enabled", "disabled", "locked")


class UsersArea:
    """Users as Access v2 has them (help pages "Get a List of Users", "Create User", "Update a User" and others)."""

    def __init__(self, platform: Platform, gate: Gate, directory: Directory) -> None:
        self._platform = platform
        self._gate = gate
        self._directory = directory

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        user = f"{_PATH}/{{username}}"
        return [
            Route(_PATH, self.list_users, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(f"{_PATH}/expire_password_for_all_users", self.expire_all, methods=["POST"]),
            Route(f"{_PATH}/unexpire_password_for_all_users", self.unexpire_all, methods=["POST"]),
            Route(user, self.get, methods=["GET"]),
            Route(user, self.update, methods=["PATCH"]),
            Route(user, self.delete, methods=["DELETE"]),
            Route(f"{user}/groups", self.change_groups, methods=["PATCH"]),
            Route(f"{user}/password", self.set_password, methods=["PUT"]),
            Route(f"{user}/password/expire", self.expire, methods=["POST"]),
            Route(f"{user}/unlock", self.unlock, methods=["POST"]),
        ]

    async def list_users(self, request: Request) -> Response:
        """One page of thin rows, by name."""
        self._gate.access(request).require(_SCOPE, "r")
        page, users = paging.Page.of(request.query_params), self._platform.state.users
        names = page.cut(user.username for user in self._filtered(request.query_params))
        base = f"{base_url(self._platform, request)}/access{_PATH}"
        rows = (
            {"username": name, "uri": f"{base}/{segment(name)}", "realm": user.realm, "status": user.status}
            for name in names
            if (user := users.get(name)) is not None
        )
        return page_reply("users", rows, names)

    def _filtered(self, query: QueryParams) -> list[UserRecord]:
        status = query.get("status")
        if status is not None and status not in _STATUSES:
            raise bad_request(Message.INVALID_QUERY.format(name="status"))
        part, only_admins = query.get("username", "").lower(), paging.flag(query, "onlyAdmins")
        only_admins = only_admins and self._platform.emulation.has_only_admins_filter
        roles = RoleFilter.of(self._platform, query)
        if roles.role is not None:  # then those two are looked past (help page "Get a List of Users")
            part, only_admins = "", False
        members = roles.names(self._platform, "users")
        return [
            user
            for user in self._platform.state.users
            if (status is None or user.status == status)
            and (members is None or user.username in members)
            and part in user.username.lower()
            and (not only_admins or self._directory.is_effective_admin(user))
        ]

    async def create(self, request: Request) -> Response:
        """Make a user, who joins all groups that are joined automatically: 201."""
        self._gate.access(request).require_admin()
        fields = await f.read_json(request)
        name = check_user(fields.get("username"))
        if name in self._platform.state.users:
            raise Refusal(409, Message.USER_EXISTS.format(name=name))
        groups = f.names(fields, "groups") or []
        if not self._directory.known_groups(groups):
            raise bad_request(Message.GROUPS_NOT_FETCHED)
        joined = list(dict.fromkeys((*groups, *self._directory.auto_joined())))
        user = user_bodies.changed(self._platform, UserRecord(name, groups=joined), fields)
        self._directory.save_user(user)
        return self._reply(user, 201)

    async def get(self, request: Request) -> Response:
        """Everything about one user."""
        self._gate.access(request).require(_SCOPE, "r")
        return self._reply(self._named(request))

    async def update(self, request: Request) -> Response:
        """Change what is named, except name, groups, realm and status."""
        self._gate.access(request).require_admin()
        user, fields = self._named(request), await f.read_json(request)
        with_password = user.password is not None and not user.internal_password_disabled
        if with_password and "password" not in fields and not self._platform.emulation.updates_users_without_password:
            raise bad_request(Message.UPDATE_NEEDS_PASSWORD)
        user = user_bodies.changed(self._platform, user, fields)
        self._directory.save_user(user)
        return self._reply(user)

    async def delete(self, request: Request) -> Response:
        """Remove a user from the platform and from its permissions."""
        caller = self._gate.access(request)
        caller.require_admin()
        self._directory.delete_user(caller, _name(request))
        return no_content()

    async def change_groups(self, request: Request) -> Response:
        """Let a user join and leave groups; answers with all its groups then.

        Leaving a group one is not in is refused (jfrog/terraform-provider-artifactory#914).
        """
        self._gate.access(request).require_admin()
        user = self._named(request)
        delta = Delta.of(await f.read_json(request))
        if not self._directory.known_groups((*delta.add, *delta.remove)):
            raise bad_request(Message.GROUPS_NOT_FETCHED)
        if not set(delta.remove).issubset(user.groups):
            raise bad_request(Message.GROUP_NOT_ASSOCIATED)
        joined = dict.fromkeys((*user.groups, *delta.add))
        user = replace(user, groups=[group for group in joined if group not in delta.remove])
        self._directory.save_user(user)
        return json_reply({"groups": sorted(user.groups)})

    async def set_password(self, request: Request) -> Response:
        """Set a password; anyone may set one's own."""
        caller = self._gate.access(request)
        if not (caller.scope.user and caller.username == _name(request)):
            caller.require_admin()
        user, fields = self._named(request), await f.read_json(request)
        if user.internal_password_disabled:
            raise bad_request(Message.PASSWORD_DISABLED.format(name=user.username))
        self._platform.state.users.put(
            user_bodies.with_password(self._platform, user, fields.get("password")),
        )
        return no_content()

    async def expire(self, request: Request) -> Response:
        """Make a password useless until it is changed."""
        self._gate.access(request).require_admin()
        self._platform.state.users.put(replace(self._named(request), password_expired=True))
        return no_content()

    async def expire_all(self, request: Request) -> Response:
        """Make all passwords useless. Inferred: not those of administrators, who would be locked out, and the text."""
        self._gate.access(request).require_admin()
        self._mark_all(expired=True)
        return PlainTextResponse("Password expired for all users")

    async def unexpire_all(self, request: Request) -> Response:
        """Accept expired passwords again. Inferred: the text."""
        self._gate.access(request).require_admin()
        self._mark_all(expired=False)
        return PlainTextResponse("Password unexpired for all users")

    def _mark_all(self, *, expired: bool) -> None:
        for user in list(self._platform.state.users):
            spared = expired and self._directory.is_effective_admin(user)
            if user.password is not None and user.password_expired != expired and not spared:
                self._platform.state.users.put(replace(user, password_expired=expired))

    async def unlock(self, request: Request) -> Response:
        """Let a locked user in again."""
        self._gate.access(request).require_admin()
        self._directory.unlock(self._named(request))
        return no_content()

    def _named(self, request: Request) -> UserRecord:
        return self._directory.user(_name(request))

    def _reply(self, user: UserRecord, status: int = 200) -> Response:
        effective = self._directory.is_effective_admin(user)
        return json_reply(user_bodies.shown(self._platform, user, effective_admin=effective), status)


def _name(request: Request) -> str:
    return str(request.path_params["username"])
