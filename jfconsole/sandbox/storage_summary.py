"""`/artifactory/api/storageinfo`: how much is stored, and where."""

import shutil
import tempfile
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.content import Content, Item
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import RepositoryRecord
from jfconsole.sandbox.replies import json_reply
from jfconsole.sandbox.repository_bodies import capitalised

Row = tuple[RepositoryRecord, int, int, int]
"""A repository with its folders, files and bytes."""
_UNITS = ("bytes", "KB", "MB", "GB", "TB")


class StorageSummaryArea:
    """Help pages "Get Storage Summary Info" and "Refresh Storage Summary Info", for administrators."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [
            Route("/api/storageinfo", self.get, methods=["GET"]),
            Route("/api/storageinfo/calculate", self.calculate, methods=["POST"]),
        ]

    async def get(self, request: Request) -> Response:
        """Binaries, the file store, and every repository; sizes and counts as people read them."""
        content = Content(self._platform, self._gate.artifactory_admin(request))
        rows = [self._row(content, repository) for repository in self._platform.state.repositories]
        body = {
            "binariesSummary": self._binaries(sum(row[1] for row in rows)),
            "fileStoreSummary": _file_store(),
            "repositoriesSummaryList": [self._shown(*row) for row in rows] + [_total(rows)],
        }
        return json_reply(body)

    async def calculate(self, request: Request) -> Response:
        """Nothing to do: the summary is always fresh. 202. Inferred: the text."""
        self._gate.artifactory_admin(request)
        return PlainTextResponse("Calculating storage summary\n", 202)

    def _binaries(self, folders: int) -> dict[str, str]:
        artifacts = list(self._platform.state.artifacts)
        binaries = {record.content for record in artifacts}
        size, stored = sum(len(record.content) for record in artifacts), sum(map(len, binaries))
        return {
            "binariesCount": f"{len(binaries):,}",
            "binariesSize": _readable(stored),
            "artifactsSize": _readable(size),
            "optimization": f"{100 * stored / size if size else 100:.2f}%",
            "itemsCount": f"{len(artifacts) + folders:,}",
            "artifactsCount": f"{len(artifacts):,}",
        }

    def _row(self, content: Content, repository: RepositoryRecord) -> Row:
        """One repository; a virtual one has nothing of its own."""
        item = Item(repository, "")
        if repository.rclass == "virtual":
            return repository, 0, 0, 0
        files = content.inside(item)
        return repository, len(content.folders_below(item)), len(files), sum(len(file.content) for file in files)

    def _shown(self, repository: RepositoryRecord, folders: int, files: int, size: int) -> dict[str, object]:
        whole = sum(len(record.content) for record in self._platform.state.artifacts)
        return {
            "repoKey": repository.repo_key,
            "repoType": "CACHE" if repository.rclass == "remote" else repository.rclass.upper(),
            **_counted(folders, files, size),
            "packageType": capitalised(repository.package_type),
            "projectKey": repository.project_key or "default",
            "percentage": f"{100 * size / whole if whole else 0:.2f}%",
        }


def _total(rows: Sequence[Row]) -> dict[str, object]:
    folders, files, size = sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows)
    return {"repoKey": "TOTAL", "repoType": "NA", **_counted(folders, files, size)}


def _counted(folders: int, files: int, size: int) -> dict[str, object]:
    return {
        "foldersCount": folders,
        "filesCount": files,
        "usedSpace": _readable(size),
        "usedSpaceInBytes": size,
        "itemsCount": folders + files,
    }


def _file_store() -> dict[str, str]:
    """The disk that this process runs on stands for the file store."""
    disk = shutil.disk_usage(tempfile.gettempdir())
    shares = {"usedSpace": disk.used, "freeSpace": disk.free}
    return {
        "storageType": "file-system",
        "storageDirectory": "/var/opt/jfrog/artifactory/data/artifactory/filestore",
        "totalSpace": _readable(disk.total),
        **{name: f"{_readable(size)} ({100 * size / disk.total:.2f}%)" for name, size in shares.items()},
    }


def _readable(size: float) -> str:
    """A size as Artifactory writes it: `0 bytes`, `34.46 MB`."""
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{int(size)} bytes" if unit == "bytes" else f"{size:.2f} {unit}"
