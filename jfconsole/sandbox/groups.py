"""`/access/api/v2/groups`: groups and their members."""

from fnmatch import fnmatchcase

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import paging
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Message, Refusal, bad_request, not_found
from jfconsole.sandbox.membership import Delta
from jfconsole.sandbox.names import check_group
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import GroupRecord
from jfconsole.sandbox.replies import base_url, json_reply, no_content, page_reply, segment
from jfconsole.sandbox.role_filter import RoleFilter

_PATH = "/api/v2/groups"
_SCOPE = "system:identities"
_TEXTS = {"description": 1024, "external_id": 255}
_FLAGS = ("auto_join", "admin_privileges")
_ROLES = (
    "reports_manager",
    "watch_manager",
    "policy_manager",
    "policy_viewer",
    "manage_resources",
    "manage_webhook",
)


class GroupsArea:
    """Groups as Access v2 has them (help pages "Get a List of Groups", "Create a Group", "Group Update" and others).

    There is neither PUT nor a way to rename.
    """

    def __init__(self, platform: Platform, gate: Gate, directory: Directory) -> None:
        self._platform = platform
        self._gate = gate
        self._directory = directory

    def routes(self) -> list[Route]:
        """Routes under `/access`."""
        return [
            Route(_PATH, self.list_groups, methods=["GET"]),
            Route(_PATH, self.create, methods=["POST"]),
            Route(f"{_PATH}/{{name}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{name}}", self.update, methods=["PATCH"]),
            Route(f"{_PATH}/{{name}}", self.delete, methods=["DELETE"]),
            Route(f"{_PATH}/{{name}}/members", self.change_members, methods=["PATCH"]),
        ]

    async def list_groups(self, request: Request) -> Response:
        """One page of names."""
        self._gate.access(request).require(_SCOPE, "r")
        page, part = paging.Page.of(request.query_params), request.query_params.get("groupName", "")
        members = RoleFilter.of(self._platform, request.query_params).names(self._platform, "groups")
        names = page.cut(
            group.name
            for group in self._platform.state.groups
            if _like(part, group.name) and (members is None or group.name in members)
        )
        base = f"{base_url(self._platform, request)}/access{_PATH}"
        rows = ({"group_name": name, "uri": f"{base}/{segment(name)}"} for name in names)
        return page_reply("groups", rows, names)

    async def create(self, request: Request) -> Response:
        """Make a group, with members if some are named: 201."""
        self._gate.access(request).require_admin()
        fields = await f.read_json(request)
        name = check_group(fields.get("name"))
        if self._directory.group_like(name) is not None:
            raise Refusal(409, Message.GROUP_EXISTS.format(name=name))
        group = self._changed(GroupRecord(name), fields)
        members = f.names(fields, "members") or []
        if not self._directory.known_users(members):
            raise not_found(Message.USERS_NOT_FETCHED)
        self._directory.save_group(group)
        self._directory.change_members(name, add=members, remove=())
        return json_reply(self._shown(group), 201)

    async def get(self, request: Request) -> Response:
        """Everything about one group, members included."""
        self._gate.access(request).require(_SCOPE, "r")
        return json_reply(self._shown(self._directory.group(_name(request))))

    async def update(self, request: Request) -> Response:
        """Change what is named; nothing at all is fine too. Members have a call of their own."""
        self._gate.access(request).require_admin()
        group = self._directory.group(_name(request))
        group = self._changed(group, await f.read_json(request))
        self._directory.save_group(group)
        return json_reply(self._shown(group))

    async def delete(self, request: Request) -> Response:
        """Remove a group from the platform, and from its members and permissions."""
        self._gate.access(request).require_admin()
        self._directory.delete_group(_name(request))
        return no_content()

    async def change_members(self, request: Request) -> Response:
        """Let users join and leave; answers with all who are members then."""
        self._gate.access(request).require_admin()
        group = self._directory.group(_name(request))
        delta = Delta.of(await f.read_json(request))
        if not self._directory.known_users((*delta.add, *delta.remove)):
            raise bad_request(Message.USERS_NOT_FETCHED)
        self._directory.change_members(group.name, add=delta.add, remove=delta.remove)
        return json_reply({"members": self._directory.members(group.name)})

    def _changed(self, group: GroupRecord, fields: f.Fields) -> GroupRecord:
        """`group` with what `fields` say. An empty description is none (jfrog/terraform-provider-platform#265).

        That a manager of policies may also view them is forced, as in resource_group.go of that provider.
        """
        texts = {name: f.text(fields, name, limit) for name, limit in _TEXTS.items() if name in fields}
        known = (*_FLAGS, *_ROLES) if self._platform.emulation.has_role_flags else _FLAGS
        flags = {name: value for name in known if (value := f.boolean(fields, name)) is not None}
        changed = replace(group, **texts, **flags)
        if changed.auto_join and changed.admin_privileges:
            raise bad_request(Message.ADMIN_AUTO_JOIN)
        return replace(changed, policy_viewer=True) if changed.policy_manager else changed

    def _shown(self, group: GroupRecord) -> dict[str, object]:
        body: dict[str, object] = {
            "name": group.name,
            "description": group.description,
            "auto_join": group.auto_join,
            "admin_privileges": group.admin_privileges,
            "realm": group.realm,
            "realm_attributes": group.realm_attributes,
            "external_id": group.external_id,
            "members": self._directory.members(group.name),
        }
        roles = _ROLES if self._platform.emulation.has_role_flags else ()
        return body | {name: getattr(group, name) for name in roles}


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _like(part: str, name: str) -> bool:
    """Whether `name` contains `part`, in any case. Inferred: a `*` in it stands for anything."""
    pattern = part.lower() if "*" in part else f"*{part.lower()}*"
    return fnmatchcase(name.lower(), pattern.replace("[", "[[]").replace("?", "[?]"))
