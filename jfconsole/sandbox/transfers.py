"""`/artifactory/api/copy` and `/artifactory/api/move`: files and folders from one place to another."""

from dataclasses import dataclass

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox.auth import Gate, denied
from jfconsole.sandbox.content import Content, Item
from jfconsole.sandbox.errors import Message, Refusal, bad_request, not_found
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord, FolderRecord
from jfconsole.sandbox.replies import json_reply

_TYPE = "application/vnd.org.jfrog.artifactory.storage.CopyOrMoveResult+json"
_DEPLOYABLE = ("local", "federated")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is done, in the words of the answer, and whether the source goes."""

    doing: str
    done: str
    moves: bool


_COPY = _Kind("copying", "copied", moves=False)
_MOVE = _Kind("moving", "moved", moves=True)


@dataclass(frozen=True, slots=True)
class _Load:
    """What is taken from `source` to `target`: one file, or all below a folder."""

    source: Item
    target: Item
    files: list[ArtifactRecord]
    folders: list[FolderRecord]

    def paths(self) -> list[str]:
        """Where all of it is."""
        return [*(file.path for file in self.files), *(folder.path for folder in self.folders)]

    def new(self, path: str) -> Item:
        """Where what is at `path` goes."""
        rest = path[len(self.source.path) :].strip("/")
        return Item(self.target.repository, "/".join(filter(None, (self.target.path, rest))))


class TransfersArea:
    """Help pages "Copy Item" and "Move Item"."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route(f"/api/{verb}/{path}", call, methods=["POST"])
            for verb, call in (("copy", self.copy), ("move", self.move))
            for path in ("{key}", "{key}/{path:path}")
        ]

    async def copy(self, request: Request) -> Response:
        """Copy a file or a folder to where `to` says."""
        return self._transfer(request, _COPY)

    async def move(self, request: Request) -> Response:
        """Move a file or a folder to where `to` says."""
        return self._transfer(request, _MOVE)

    def _transfer(self, request: Request, kind: _Kind) -> Response:
        """Do it, or with `dry=1` only say what it would come to. Inferred: status and words of what fails."""
        caller = self._gate.reader(request)
        content = Content(self._platform, caller)
        try:
            load = self._load(content, request)
        except Refusal as refusal:
            return _answer(refusal.status, "ERROR", refusal.message)
        if not all(self._allowed(content, kind, load, path) for path in load.paths()):
            raise denied(caller, Message.FORBIDDEN)
        folders = 0 if content.at(load.source) else len(content.folders_below(load.source)) + bool(load.source.path)
        if request.query_params.get("dry") != "1":
            self._carry(kind, load)
        counted = f"{len(load.files)} artifacts and {folders} folders were {kind.done}"
        ends = f"{_named(load.source)} to {_named(load.target)}"
        return _answer(200, "INFO", f"{kind.doing} {ends} completed successfully, {counted}")

    def _load(self, content: Content, request: Request) -> _Load:
        """What is meant; a folder that is there already takes the source into itself, as in a file system.

        Raises:
            Refusal: 404, one of the ends does not exist; 400, there is no deploying to the target.
        """
        source = content.item(str(request.path_params["key"]), str(request.path_params.get("path", "")))
        key, _, path = request.query_params.get("to", "").strip("/").partition("/")
        target = content.item(key, path)
        if target.repository.rclass not in _DEPLOYABLE:
            raise bad_request(Message.NOT_DEPLOYABLE.format(name=key))
        file = content.at(source)
        files = content.inside(source) if file is None else [file]
        folders = content.made_inside(source) if file is None else []
        if not files and not folders:
            raise not_found(Message.ITEM_NOT_FOUND)
        if source.path and (not target.path or content.inside(target) or content.made_inside(target)):
            name = source.path.rpartition("/")[2]
            target = Item(target.repository, "/".join(filter(None, (target.path, name))))
        return _Load(source, target, files, folders)

    def _allowed(self, content: Content, kind: _Kind, load: _Load, path: str) -> bool:
        """It takes READ there and WRITE here, and DELETE of what is moved away or overwritten."""
        rights, new = content.rights, load.new(path)
        needed = {"READ", "DELETE"} if kind.moves else {"READ"}
        written = {"WRITE", "DELETE"} if content.at(new) else {"WRITE"}
        return all(rights.may(action, load.source.repository, path) for action in needed) and all(
            rights.may(action, new.repository, new.path) for action in written
        )

    def _carry(self, kind: _Kind, load: _Load) -> None:
        state = self._platform.state
        for file in load.files:
            new = load.new(file.path)
            if kind.moves:
                state.artifacts.delete(file.key)
            seen = file.downloads if kind.moves else 0
            state.artifacts.put(replace(file, repository=new.repository.repo_key, path=new.path, downloads=seen))
        for folder in load.folders:
            new = load.new(folder.path)
            if kind.moves:
                state.folders.delete(folder.key)
            state.folders.put(replace(folder, repository=new.repository.repo_key, path=new.path))


def _named(item: Item) -> str:
    return f"{item.repository.repo_key}:{item.path}"


def _answer(status: int, level: str, message: str) -> Response:
    return json_reply({"messages": [{"level": level, "message": message}]}, status, media_type=_TYPE)
