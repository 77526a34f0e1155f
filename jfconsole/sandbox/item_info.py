"""`/artifactory/api/storage`: what is in repositories, and who may do what with it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import item_bodies as bodies
from jfconsole.sandbox import path_patterns
from jfconsole.sandbox.access_rules import targets
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.content import Content, Item
from jfconsole.sandbox.errors import Message, bad_request, not_found
from jfconsole.sandbox.permission_words import LETTERS, translated
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord, FolderRecord, Patterns, Resource
from jfconsole.sandbox.replies import base_url, json_reply

_TYPE = "application/vnd.org.jfrog.artifactory.storage.{name}+json"


class ItemInfoArea:
    """Help pages "File Info", "Folder Info", "File List", "File Statistics", "Item Last Modified" and others."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route("/api/storage/{key}", self.get, methods=["GET"]),
            Route("/api/storage/{key}/{path:path}", self.get, methods=["GET"]),
        ]

    async def get(self, request: Request) -> Response:
        """A file, a folder, a list of files, or what else is known of one of them, as the query says."""
        content = Content(self._platform, self._gate.reader(request))
        key, query = str(request.path_params["key"]), request.query_params
        item = content.item(key, str(request.path_params.get("path", "")))
        if "permissions" in query:
            return self._permissions(request, content, item)
        record = content.found(item)
        if "properties" in query:
            return self._properties(request, content, item, record)
        if record is not None:
            return self._file(request, record)
        return self._folder(request, content, item)

    def _properties(
        self, request: Request, content: Content, item: Item, record: ArtifactRecord | FolderRecord | None
    ) -> Response:
        """All properties of a file or folder, or those that are named."""
        if record is None:
            self._inside(content, item)
            record = content.folder(item)
        names = [name for name in request.query_params["properties"].split(",") if name]
        held = record.properties if record else {}
        found = {name: values for name, values in held.items() if not names or name in names}
        if record is None or not found:
            raise not_found(Message.NO_PROPERTIES)
        uri = f"{base_url(self._platform, request)}/artifactory/api/storage/{record.key}"
        return json_reply({"properties": found, "uri": uri}, media_type=_TYPE.format(name="ItemProperties"))

    def _file(self, request: Request, record: ArtifactRecord) -> Response:
        """A file. Inferred: seen through a virtual repository, it says which one it is in."""
        base, query = base_url(self._platform, request), request.query_params
        if "stats" in query:
            return json_reply(bodies.statistics(record, base), media_type=_TYPE.format(name="StatsInfo"))
        if "lastModified" in query:
            return self._last_modified(record, base)
        return json_reply(bodies.file_info(record, base), media_type=_TYPE.format(name="FileInfo"))

    def _last_modified(self, record: ArtifactRecord, base: str) -> Response:
        uri = f"{base}/artifactory/api/storage/{record.key}"
        body = {"uri": uri, "lastModified": bodies.moment(record.modified)}
        return json_reply(body, media_type=_TYPE.format(name="ItemLastModified"))

    def _inside(self, content: Content, item: Item) -> tuple[list[ArtifactRecord], list[FolderRecord]]:
        """Files and made folders of a folder; 404 if it does not exist."""
        files, made = content.below(item), content.made(item)
        if item.path and not files and not made:
            raise not_found(Message.ITEM_NOT_FOUND)
        return files, made

    def _folder(self, request: Request, content: Content, item: Item) -> Response:
        files, made = self._inside(content, item)
        query, base = request.query_params, base_url(self._platform, request)
        repository, path = item.repository.repo_key, item.path
        if "lastModified" in query and files:
            return self._last_modified(max(files, key=lambda record: record.modified), base)
        if "list" in query:
            folders = self._changed(content, item) if query.get("listFolders") == "1" else {}
            listed = bodies.file_list(repository, path, files, folders, base, deep=query.get("deep") == "1")
            return json_reply(listed, media_type=_TYPE.format(name="FileList"))
        info = bodies.folder_info(repository, path, files, made, base)
        return json_reply(info, media_type=_TYPE.format(name="FolderInfo"))

    def _changed(self, content: Content, item: Item) -> dict[str, str]:
        """The folders below one, each with the time of its last change."""
        below = (Item(item.repository, path) for path in content.folders_below(item))
        return {one.path: bodies.folder_times(content.folder(one), content.below(one))["lastModified"] for one in below}

    def _permissions(self, request: Request, content: Content, item: Item) -> Response:
        """Letters of users and groups; for administrators and those who manage the repository."""
        content.require("MANAGE", item, Message.FORBIDDEN)
        if item.repository.rclass == "virtual":
            raise bad_request(Message.PERMISSION_TARGET_VIRTUAL)
        where = f"{item.repository.repo_key}/{item.path}".rstrip("/")
        uri = f"{base_url(self._platform, request)}/artifactory/api/storage/{where}"
        body = {"uri": uri, "principals": self._principals(item)}
        return json_reply(body, media_type=_TYPE.format(name="ItemPermissions"))

    def _principals(self, item: Item) -> dict[str, dict[str, list[str]]]:
        users: dict[str, list[str]] = {}
        groups: dict[str, list[str]] = {}
        for permission in self._platform.state.permissions:
            resource = permission.resources.get("artifact")
            if resource is not None and _covers(resource, item):
                for held, granted in ((users, resource.actions.users), (groups, resource.actions.groups)):
                    for name, actions in granted.items():
                        letters = translated(actions, LETTERS)
                        held[name] = list(dict.fromkeys((*held.get(name, ()), *letters)))
        return {"users": users, "groups": groups}


def _covers(resource: Resource, item: Item) -> bool:
    return any(
        targets(name, item.repository) and _within(patterns, item) for name, patterns in resource.targets.items()
    )


def _within(patterns: Patterns, item: Item) -> bool:
    return path_patterns.covers(patterns.include_patterns, patterns.exclude_patterns, item.path, folder=not item.path)
