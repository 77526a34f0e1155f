"""`/artifactory/api/search/aql`: finding files and folders."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox.aql import Entry, Query
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.content import Content, Item, checksums
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.item_bodies import folder_times, moment
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord
from jfconsole.sandbox.replies import json_reply

_REQUIRED = frozenset({"repo", "path", "name"})


class SearchArea:
    """AQL (help page "Artifactory Query Language"), over what the caller can read."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [Route("/api/search/aql", self.aql, methods=["POST"])]

    async def aql(self, request: Request) -> Response:
        """Find items."""
        caller = self._gate.artifactory(request)
        query = Query.parse((await request.body()).decode(errors="replace"))
        own = query.own_fields
        if not caller.admin and "*" not in own and not _REQUIRED.issubset(own):
            raise bad_request(Message.AQL_FIELDS)
        entries = self._entries(Content(self._platform, caller), folders=query.folders)
        rows = query.answer(entries, self._platform.clock.precise())
        span = {"start_pos": query.offset, "end_pos": query.offset + len(rows), "total": len(rows)}
        return json_reply({"results": rows, "range": span})

    def _entries(self, content: Content, *, folders: bool) -> Iterator[Entry]:
        """Files, and if wanted folders, of every repository that has any."""
        for root in content.roots():
            yield from (_file(record) for record in content.below(root))
            if folders:
                yield from (_folder(content, Item(root.repository, path)) for path in content.folders_below(root))


def _file(record: ArtifactRecord) -> Entry:
    sums = checksums(record)
    fields = _place(record.repository, record.path) | {
        "type": "file",
        "size": len(record.content),
        "created": moment(record.created),
        "created_by": record.created_by,
        "modified": moment(record.modified),
        "modified_by": record.modified_by,
        "updated": moment(record.modified),
        **{f"{state}_{kind}": sums[kind] for state in ("original", "actual") for kind in ("md5", "sha1")},
        "sha256": sums["sha256"],
    }
    return Entry(fields, _statistics(record), record.properties)


def _statistics(record: ArtifactRecord) -> dict[str, object]:
    """Downloads; nothing at all of what was never downloaded, whose `stat.downloads` is null (artifactory-cleanup)."""
    if not record.downloads or record.last_downloaded is None:
        return {}
    return {
        "downloads": record.downloads,
        "downloaded": moment(record.last_downloaded),
        "downloaded_by": record.last_downloaded_by,
    }


def _folder(content: Content, item: Item) -> Entry:
    record = content.folder(item)
    times = folder_times(record, content.inside(item))
    made_by = record.created_by if record else "admin"
    fields = _place(item.repository.repo_key, item.path) | {
        "type": "folder",
        "size": 0,
        "created": times["created"],
        "created_by": made_by,
        "modified": times["lastModified"],
        "modified_by": made_by,
        "updated": times["lastUpdated"],
    }
    return Entry(fields, {}, record.properties if record else {})


def _place(repository: str, path: str) -> dict[str, object]:
    """Where an item is; `depth` counts the segments of its whole path."""
    folder, _, name = path.rpartition("/")
    return {"repo": repository, "path": folder or ".", "name": name, "depth": path.count("/") + 1}
