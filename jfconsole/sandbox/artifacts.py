"""`/artifactory/<repository>/<path>`: deploying, downloading and deleting small files."""

import mimetypes

from msgspec.structs import replace
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox import item_properties as properties
from jfconsole.sandbox.auth import Caller, Gate, denied
from jfconsole.sandbox.content import Content, Item, checksums
from jfconsole.sandbox.errors import Message, Refusal, bad_request, not_found
from jfconsole.sandbox.item_bodies import created, folder_created
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord, FolderRecord
from jfconsole.sandbox.replies import base_url, json_reply, no_content

_CREATED = "application/vnd.org.jfrog.artifactory.storage.ItemCreated+json"
_LARGEST = 1 << 20
_TOTAL = 64 << 20
"""Bytes the sandbox keeps, of one file and of all."""
_DIGITS = {32: "md5", 40: "sha1", 64: "sha256"}


class _RepositoryConvertor(StringConvertor):
    """A first segment that is not that of the API."""

    regex = "(?!api(?:/|$))[^/]+"


register_url_convertor("repository", _RepositoryConvertor())


class ArtifactsArea:
    """Files (help pages "Retrieve Artifact", "Deploy Artifact", "Deploy Artifact by Checksum", "Delete Item")."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`, after all others."""
        path = "/{repository:repository}/{path:path}"
        return [
            Route(path, self.download, methods=["GET"]),
            Route(path, self.deploy, methods=["PUT"]),
            Route(path, self.delete, methods=["DELETE"]),
        ]

    async def download(self, request: Request) -> Response:
        """The bytes of a file; HEAD too, which is no download."""
        caller = self._gate.reader(request)
        content = Content(self._platform, caller)
        record = content.file(_item(content, request))
        if request.method == "GET":
            self._count(caller, record)
        sums = checksums(record)
        headers = {
            "x-checksum-sha1": sums["sha1"],
            "x-checksum-md5": sums["md5"],
            "x-checksum-sha256": sums["sha256"],
            "x-artifactory-filename": record.path.rpartition("/")[2].encode("ascii", "replace").decode(),
            "etag": sums["sha1"],
        }
        return Response(record.content, headers=headers, media_type=record.media_type)

    def _count(self, caller: Caller, record: ArtifactRecord) -> None:
        now = self._platform.clock.precise()
        seen = replace(record, downloads=record.downloads + 1, last_downloaded=now, last_downloaded_by=caller.username)
        self._platform.state.artifacts.touch(seen)

    async def deploy(self, request: Request) -> Response:
        """Store a file, or make a folder where the path ends in a slash: 201.

        What is there already takes the right to delete, too.
        """
        caller, body = self._gate.reader(request), await request.body()
        content = Content(self._platform, caller)
        found = properties.of_path(str(request.path_params["path"]))
        item = self._deployable(content, _item(content, request))
        content.require("WRITE", item, Message.FORBIDDEN)
        if str(request.path_params["path"]).partition(";")[0].endswith("/"):
            return self._make_folder(request, caller, content, item)
        old = content.at(item)
        if old is not None:
            message = Message.MAY_NOT_OVERWRITE.format(path=old.key, user=caller.username)
            content.require("DELETE", item, message)
        if request.headers.get("x-checksum-deploy", "").lower() == "true":
            body = self._known(content, request)
        self._check_room(len(body))
        record = replace(self._record(caller, item, body, old), properties=found)
        self._platform.state.artifacts.put(record)
        return json_reply(created(record, base_url(self._platform, request)), 201, media_type=_CREATED)

    def _make_folder(self, request: Request, caller: Caller, content: Content, item: Item) -> Response:
        """Help page "Create Directory". Inferred: a folder that is there already stays as it is."""
        folder, found = content.folder(item), properties.of_path(str(request.path_params["path"]))
        if folder is None:
            now = self._platform.clock.precise()
            folder = FolderRecord(item.repository.repo_key, item.path, now, caller.username, found)
            self._platform.state.folders.put(folder)
        return json_reply(folder_created(folder, base_url(self._platform, request)), 201, media_type=_CREATED)

    def _known(self, content: Content, request: Request) -> bytes:
        """Content that is there already and readable: deployed by its checksums, without being sent.

        404 is the answer that asks for an upload (help page "Deploy Artifact by Checksum").
        """
        wanted = _checksums(request)
        if not wanted:
            raise bad_request(Message.CHECKSUM_MISSING)
        for record in self._platform.state.artifacts:
            if wanted.items() <= checksums(record).items() and content.readable(record):
                return record.content
        named = ", ".join(f"{kind.upper()}: {value}" for kind, value in wanted.items())
        raise not_found(Message.CHECKSUM_UNKNOWN.format(checksums=named))

    async def delete(self, request: Request) -> Response:
        """Remove a file or a folder: 204. Inferred: a folder goes whole or not at all."""
        caller = self._gate.reader(request)
        content = Content(self._platform, caller)
        item = _item(content, request)
        content.require("DELETE", item, Message.FORBIDDEN)
        record = content.at(item)
        doomed = content.inside(item) if record is None else [record]
        folders = content.made_inside(item) if record is None else []
        if not doomed and not folders:
            raise not_found(Message.NOTHING_TO_DELETE.format(path=f"{item.repository.repo_key}:{item.path}"))
        if not all(content.rights.may("DELETE", item.repository, one.path) for one in doomed):
            raise denied(caller, Message.FORBIDDEN)
        for one in doomed:
            self._platform.state.artifacts.delete(one.key)
        for folder in folders:
            self._platform.state.folders.delete(folder.key)
        return no_content()

    def _deployable(self, content: Content, item: Item) -> Item:
        """`item`, or the same path in the default repository that a virtual one deploys to."""
        if item.repository.rclass == "virtual":
            default = item.repository.config.get("defaultDeploymentRepo")
            if isinstance(default, str) and default:
                item = content.item(default, item.path)
        if item.repository.rclass not in ("local", "federated") or not item.path:
            raise bad_request(Message.NOT_DEPLOYABLE.format(name=item.repository.repo_key))
        return item

    def _check_room(self, size: int) -> None:
        if size > _LARGEST or size + sum(len(record.content) for record in self._platform.state.artifacts) > _TOTAL:
            raise Refusal(413, Message.ARTIFACT_TOO_LARGE)

    def _record(self, caller: Caller, item: Item, body: bytes, old: ArtifactRecord | None) -> ArtifactRecord:
        now, kind = self._platform.clock.precise(), mimetypes.guess_type(item.path)[0]
        record = ArtifactRecord(
            repository=item.repository.repo_key,
            path=item.path,
            content=body,
            created=now,
            created_by=caller.username,
            modified=now,
            modified_by=caller.username,
            media_type=kind or "application/octet-stream",
        )
        return record if old is None else replace(record, created=old.created, created_by=old.created_by)


def _item(content: Content, request: Request) -> Item:
    return content.item(str(request.path_params["repository"]), str(request.path_params["path"]))


def _checksums(request: Request) -> dict[str, str]:
    """The checksums that a request gives by kind; the kind of `X-Checksum` shows in its length."""
    named = {kind: request.headers.get(f"x-checksum-{kind}", "") for kind in _DIGITS.values()}
    plain = request.headers.get("x-checksum", "")
    named |= {_DIGITS[len(plain)]: plain} if len(plain) in _DIGITS else {}
    return {kind: value.lower() for kind, value in named.items() if value}
