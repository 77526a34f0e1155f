"""`/artifactory/api/storage`: what is in repositories, and who may do what with it."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import item_bodies as bodies
from jfconsole.sandbox import item_properties as properties
from jfconsole.sandbox import path_patterns
from jfconsole.sandbox.access_rules import targets
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.content import Content, Item
from jfconsole.sandbox.errors import Message, bad_request, not_found
from jfconsole.sandbox.permission_words import LETTERS, translated
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord, Patterns, Resource
from jfconsole.sandbox.replies import base_url, json_reply, no_content

_TYPE = "application/vnd.org.jfrog.artifactory.storage.{name}+json"


class ItemInfoArea:
    """Help pages "File Info", "Folder Info", "File List", "Effective Item Permissions" and "Set Item Properties"."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route("/api/storage/{key}", self.get, methods=["GET"]),
            Route("/api/storage/{key}/{path:path}", self.get, methods=["GET"]),
            Route("/api/storage/{key}/{path:path}", self.set_properties, methods=["PUT"]),
            Route("/api/storage/{key}/{path:path}", self.delete_properties, methods=["DELETE"]),
        ]

    async def get(self, request: Request) -> Response:
        """A file, a folder, a list of files, or who may do what, as the query says."""
        content = Content(self._platform, self._gate.reader(request))
        key, query = str(request.path_params["key"]), request.query_params
        item = content.item(key, str(request.path_params.get("path", "")))
        if "permissions" in query:
            return self._permissions(request, content, item)
        if "properties" in query:
            return self._properties(request, content, item)
        if item.repository.rclass != "virtual" and content.at(item) is not None:
            info = bodies.file_info(content.file(item), base_url(self._platform, request))
            return json_reply(info, media_type=_TYPE.format(name="FileInfo"))
        return self._folder(request, content, item)

    def _properties(self, request: Request, content: Content, item: Item) -> Response:
        """All properties of a file, or those that are named. Folders have none of their own here."""
        record, names = content.file(item), [name for name in request.query_params["properties"].split(",") if name]
        found = {name: values for name, values in record.properties.items() if not names or name in names}
        if not found:
            raise not_found(Message.NO_PROPERTIES)
        uri = f"{base_url(self._platform, request)}/artifactory/api/storage/{record.key}"
        return json_reply({"properties": found, "uri": uri}, media_type=_TYPE.format(name="ItemProperties"))

    async def set_properties(self, request: Request) -> Response:
        """Give properties to a file, or to all files below a folder unless `recursive` is 0: 204."""
        found = properties.parse(request.query_params.get("properties", ""))
        if not found:
            raise bad_request(Message.INVALID_QUERY.format(name="properties"))
        for record in self._annotated(request):
            self._platform.state.artifacts.put(replace(record, properties=record.properties | found))
        return no_content()

    async def delete_properties(self, request: Request) -> Response:
        """Take properties away, in the same way."""
        names = request.query_params.get("properties", "").split(",")
        for record in self._annotated(request):
            kept = {name: values for name, values in record.properties.items() if name not in names}
            self._platform.state.artifacts.put(replace(record, properties=kept))
        return no_content()

    def _annotated(self, request: Request) -> list[ArtifactRecord]:
        """The files whose properties are meant, which the caller may annotate."""
        content = Content(self._platform, self._gate.reader(request))
        item = content.item(str(request.path_params["key"]), str(request.path_params["path"]))
        content.require("ANNOTATE", item, Message.FORBIDDEN)
        record = content.at(item)
        below = [] if request.query_params.get("recursive") == "0" else content.inside(item)
        found = below if record is None else [record]
        if not found:
            raise not_found(Message.ITEM_NOT_FOUND)
        return [one for one in found if content.rights.may("ANNOTATE", item.repository, one.path)]

    def _folder(self, request: Request, content: Content, item: Item) -> Response:
        files, query, base = content.below(item), request.query_params, base_url(self._platform, request)
        if not files and item.path:
            raise not_found(Message.ITEM_NOT_FOUND)
        repository, path = item.repository.repo_key, item.path
        if "list" in query:
            listed = bodies.file_list(repository, path, files, base, deep=query.get("deep") == "1")
            return json_reply(listed, media_type=_TYPE.format(name="FileList"))
        info = bodies.folder_info(repository, path, files, base)
        return json_reply(info, media_type=_TYPE.format(name="FolderInfo"))

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
