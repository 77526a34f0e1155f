"""`/artifactory/api/storage` and `/artifactory/api/metadata`: giving properties to items, and taking them away."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import fields as f
from jfconsole.sandbox import item_properties as properties
from jfconsole.sandbox.auth import Caller, Gate
from jfconsole.sandbox.content import Content, Item
from jfconsole.sandbox.errors import Message, bad_request, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import FolderRecord
from jfconsole.sandbox.replies import no_content

_ALONE = ("recursive", "recursiveProperties")
Changes = Mapping[str, Sequence[str] | None]
"""New values of properties by name; None takes one away."""


class AnnotationsArea:
    """Help pages "Set Item Properties", "Delete Item Properties" and "Update Item Properties"."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        path = "{key}/{path:path}"
        return [
            Route(f"/api/storage/{path}", self.set, methods=["PUT"]),
            Route(f"/api/storage/{path}", self.delete, methods=["DELETE"]),
            Route(f"/api/metadata/{path}", self.update, methods=["PATCH"]),
        ]

    async def set(self, request: Request) -> Response:
        """Give properties to a file, or to a folder and all below it unless `recursive` is 0: 204."""
        found = properties.parse(request.query_params.get("properties", ""))
        if not found:
            raise bad_request(Message.INVALID_QUERY.format(name="properties"))
        return self._annotate(request, found)

    async def delete(self, request: Request) -> Response:
        """Take properties away, in the same way."""
        return self._annotate(request, dict.fromkeys(request.query_params.get("properties", "").split(",")))

    async def update(self, request: Request) -> Response:
        """Give and take in one, with the properties in the body. Inferred: 204, from ruizink/py-jfrog-client."""
        return self._annotate(request, properties.of_body(await f.read_json(request)))

    def _annotate(self, request: Request, changes: Changes) -> Response:
        """Change whatever is meant and the caller may annotate."""
        caller = self._gate.reader(request)
        content = Content(self._platform, caller)
        item = content.item(str(request.path_params["key"]), str(request.path_params["path"]))
        content.require("ANNOTATE", item, Message.FORBIDDEN)
        record = content.at(item)
        if record is not None:
            self._platform.state.artifacts.put(replace(record, properties=_changed(record.properties, changes)))
            return no_content()
        if not content.inside(item) and not content.made_inside(item):
            raise not_found(Message.ITEM_NOT_FOUND)
        self._annotate_folder(caller, content, item, changes)
        if all(request.query_params.get(name) != "0" for name in _ALONE):
            self._annotate_below(content, item, changes)
        return no_content()

    def _annotate_folder(self, caller: Caller, content: Content, item: Item, changes: Changes) -> None:
        folder = content.folder(item) or FolderRecord(
            item.repository.repo_key, item.path, self._platform.clock.precise(), caller.username
        )
        self._platform.state.folders.put(replace(folder, properties=_changed(folder.properties, changes)))

    def _annotate_below(self, content: Content, item: Item, changes: Changes) -> None:
        for record in content.inside(item):
            if content.rights.may("ANNOTATE", item.repository, record.path):
                self._platform.state.artifacts.put(replace(record, properties=_changed(record.properties, changes)))


def _changed(held: dict[str, list[str]], changes: Changes) -> dict[str, list[str]]:
    merged = {**held, **changes}
    return {name: list(values) for name, values in merged.items() if values is not None}
