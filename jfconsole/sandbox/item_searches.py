"""`/artifactory/api/search/...`: finding files without a query, by name, property, checksum or pattern."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import item_bodies as bodies
from jfconsole.sandbox import path_patterns
from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.content import Content, checksums
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord
from jfconsole.sandbox.replies import base_url, json_reply

_TYPE = "application/vnd.org.jfrog.artifactory.search.{name}+json"
_KINDS = ("md5", "sha1", "sha256")
_Test = Callable[[ArtifactRecord], bool]


class ItemSearchesArea:
    """Help pages "Artifact Search (Quick Search)", "Property Search", "Checksum Search" and "Pattern Search"."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route("/api/search/artifact", self.by_name, methods=["GET"]),
            Route("/api/search/prop", self.by_property, methods=["GET"]),
            Route("/api/search/checksum", self.by_checksum, methods=["GET"]),
            Route("/api/search/pattern", self.by_pattern, methods=["GET"]),
        ]

    async def by_name(self, request: Request) -> Response:
        """By a part of the file name, which may have wildcards."""
        name = _wanted(request, "name")
        return self._results(
            request, "ArtifactSearchResult", lambda one: fnmatchcase(one.path.rpartition("/")[2], f"*{name}*")
        )

    async def by_property(self, request: Request) -> Response:
        """By properties, each with one of the values that are named, or with any if none is."""
        wanted = {name: set(text.split(",")) - {""} for name, text in request.query_params.items() if name != "repos"}
        if not wanted:
            raise bad_request(Message.INVALID_QUERY.format(name="properties"))
        return self._results(
            request,
            "MetadataSearchResult",
            lambda one: all(_has(one.properties.get(name), values) for name, values in wanted.items()),
        )

    async def by_checksum(self, request: Request) -> Response:
        """By one checksum."""
        wanted = {kind: request.query_params[kind].lower() for kind in _KINDS if kind in request.query_params}
        if not wanted:
            raise bad_request(Message.INVALID_QUERY.format(name="sha1"))
        return self._results(request, "ChecksumSearchResult", lambda one: wanted.items() <= checksums(one).items())

    async def by_pattern(self, request: Request) -> Response:
        """By an Ant pattern within one repository. `**` is too much."""
        asked = _wanted(request, "pattern")
        key, _, pattern = asked.partition(":")
        if not pattern or "**" in pattern:
            raise bad_request(Message.INVALID_QUERY.format(name="pattern"))
        content = Content(self._platform, self._gate.artifactory(request))
        files = [one.path for one in content.below(content.item(key, "")) if path_patterns.matches(pattern, one.path)]
        where = f"{base_url(self._platform, request)}/artifactory/{key}"
        body = {"repoUri": where, "repositoryUri": where, "sourcePattern": asked, "files": files}
        return json_reply(body, media_type=_TYPE.format(name="PatternResultFileSet"))

    def _results(self, request: Request, kind: str, test: _Test) -> Response:
        """What passes, in the repositories that `repos` names or in all."""
        content = Content(self._platform, self._gate.reader(request))
        repositories = set(request.query_params.get("repos", "").split(",")) - {""}
        found = (one for one in content.everything() if not repositories or one.repository in repositories)
        details = {detail.strip() for detail in request.headers.get("x-result-detail", "").split(",")}
        rows = self._rows(request, filter(test, found), details)
        return json_reply({"results": rows}, media_type=_TYPE.format(name=kind))

    def _rows(self, request: Request, found: Iterable[ArtifactRecord], details: set[str]) -> list[dict[str, object]]:
        base = base_url(self._platform, request)
        rows = []
        for record in found:
            row: dict[str, object] = {"uri": f"{base}/artifactory/api/storage/{record.key}"}
            row |= bodies.file_info(record, base) if "info" in details else {}
            row |= {"properties": record.properties} if "properties" in details else {}
            rows.append(row)
        return rows


def _wanted(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise bad_request(Message.INVALID_QUERY.format(name=name))
    return value


def _has(held: Iterable[str] | None, wanted: set[str]) -> bool:
    return held is not None and (not wanted or bool(wanted.intersection(held)))
