"""`/artifactory/api/security/groups`: the deprecated API of groups."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.directory import Directory
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.names import check_group
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import GroupRecord
from jfconsole.sandbox.replies import base_url, json_reply, legacy_name, segment

_PATH = "/api/security/groups"
# Recorded so in JupiterOne/graph-artifactory: groups come under the types of users.
_LIST = "application/vnd.org.jfrog.artifactory.security.Users+json"
_ONE = "application/vnd.org.jfrog.artifactory.security.User+json"
_TEXTS = {
    "description": "description",
    "externalId": "external_id",
    "realm": "realm",
    "realmAttributes": "realm_attributes",
}
_FLAGS = {
    "autoJoin": "auto_join",
    "adminPrivileges": "admin_privileges",
    "policyViewer": "policy_viewer",
    "policyManager": "policy_manager",
    "watchManager": "watch_manager",
    "reportsManager": "reports_manager",
}


class LegacyGroupsArea:
    """Groups as jfrog/jfrog-client-go groups.go and jfrog/terraform-provider-artifactory call them."""

    def __init__(self, platform: Platform, gate: Gate, directory: Directory) -> None:
        self._platform = platform
        self._gate = gate
        self._directory = directory

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(_PATH, self.list_groups, methods=["GET"]),
            Route(f"{_PATH}/{{name}}", self.get, methods=["GET"]),
            Route(f"{_PATH}/{{name}}", self.put, methods=["PUT"]),
            Route(f"{_PATH}/{{name}}", self.post, methods=["POST"]),
            Route(f"{_PATH}/{{name}}", self.delete, methods=["DELETE"]),
        ]

    async def list_groups(self, request: Request) -> Response:
        """All groups, without pages."""
        self._gate.artifactory_admin(request)
        base = f"{base_url(self._platform, request)}/artifactory{_PATH}"
        names = sorted(group.name for group in self._platform.state.groups)
        rows = [{"name": name, "uri": f"{base}/{segment(name)}"} for name in names]
        return json_reply(rows, media_type=_LIST)

    async def get(self, request: Request) -> Response:
        """One group, with its members if `includeUsers` is true in any case."""
        self._gate.artifactory_admin(request)
        group = self._directory.group(legacy_name(request))
        body = _shown(group)
        if request.query_params.get("includeUsers", "").lower() == "true":
            body["userNames"] = self._directory.members(group.name)
        return json_reply(body, media_type=_ONE)

    async def put(self, request: Request) -> Response:
        """Create a group or replace one, members too if they are named; 201 either way (the provider insists)."""
        self._gate.artifactory_admin(request)
        name = legacy_name(request)
        old = self._platform.state.groups.get(name)
        if old is None and (like := self._directory.group_like(name)) is not None:
            raise bad_request(Message.GROUP_EXISTS.format(name=like.name))
        group = GroupRecord(check_group(name), realm=old.realm if old else "internal")
        fields = await f.read_json(request)
        self._directory.save_group(_changed(group, fields))
        members = self._known(fields)
        if members is not None:
            gone = set(self._directory.members(name)).difference(members)
            self._directory.change_members(name, add=members, remove=sorted(gone))
        return Response(status_code=201)

    async def post(self, request: Request) -> Response:
        """Change what is named; members that are named join, and none leaves (devopshq/artifactory#431)."""
        self._gate.artifactory_admin(request)
        group, fields = self._directory.group(legacy_name(request)), await f.read_json(request)
        self._directory.save_group(_changed(group, fields))
        self._directory.change_members(group.name, add=self._known(fields) or (), remove=())
        return Response(status_code=200)

    async def delete(self, request: Request) -> Response:
        """Remove a group. Inferred: the text."""
        self._gate.artifactory_admin(request)
        name = legacy_name(request)
        self._directory.delete_group(name)
        return PlainTextResponse(f"Group '{name}' has been removed successfully.\n")

    def _known(self, fields: f.Fields) -> list[str] | None:
        """Members that are named and exist: unknown ones are passed over in silence
        (jfrog/terraform-provider-artifactory#1128)."""
        named = f.names(fields, "userNames")
        return None if named is None else [name for name in named if name in self._platform.state.users]


def _changed(group: GroupRecord, fields: f.Fields) -> GroupRecord:
    """`group` with what `fields` say; unlike Access v2, this API can set the realm."""
    texts = {
        attribute: f.text(fields, name, 10_000) for name, attribute in _TEXTS.items() if fields.get(name) is not None
    }
    flags = {attribute: value for name, attribute in _FLAGS.items() if (value := f.boolean(fields, name)) is not None}
    changed = replace(group, **texts, **flags)
    if changed.auto_join and changed.admin_privileges:
        raise bad_request(Message.ADMIN_AUTO_JOIN)
    return changed


def _shown(group: GroupRecord) -> dict[str, object]:
    body: dict[str, object] = {"name": group.name}
    body |= {name: value for name, attribute in _TEXTS.items() if (value := getattr(group, attribute)) is not None}
    body |= {"autoJoin": group.auto_join, "adminPrivileges": group.admin_privileges}
    roles = ("policyViewer", "policyManager", "watchManager", "reportsManager")
    return body | {name: getattr(group, _FLAGS[name]) for name in roles}
