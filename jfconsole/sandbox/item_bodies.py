"""Files and folders as Artifactory describes them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from jfconsole.sandbox.content import checksums
from jfconsole.sandbox.records import ArtifactRecord


def moment(epoch: float) -> str:
    """A time as Artifactory writes it: ISO 8601 with milliseconds, UTC."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def created(record: ArtifactRecord, base: str) -> dict[str, object]:
    """What a deployment answers; sizes are strings."""
    sums, uri = checksums(record), f"{base}/artifactory/{record.key}"
    return {
        "repo": record.repository,
        "path": f"/{record.path}",
        "created": moment(record.created),
        "createdBy": record.created_by,
        "downloadUri": uri,
        "mimeType": record.media_type,
        "size": str(len(record.content)),
        "checksums": sums,
        "originalChecksums": {"sha256": sums["sha256"]},
        "uri": uri,
    }


def file_info(record: ArtifactRecord, base: str) -> dict[str, object]:
    """A file (help page "File Info")."""
    changed = moment(record.modified)
    times = {"lastModified": changed, "modifiedBy": record.modified_by, "lastUpdated": changed}
    return created(record, base) | times | {"uri": f"{base}/artifactory/api/storage/{record.key}"}


def folder_info(repository: str, path: str, files: Iterable[ArtifactRecord], base: str) -> dict[str, object]:
    """A folder and its children (help page "Folder Info"). Inferred: its times, those of its files."""
    inside = list(files)
    children: dict[str, bool] = {}
    for record in inside:
        child, slash, _ = _relative(record, path).partition("/")
        children[child] = bool(slash)
    times = [record.modified for record in inside] or [0.0]
    where = f"{repository}/{path}".rstrip("/")
    return {
        "repo": repository,
        "path": f"/{path}",
        "created": moment(min(times)),
        "lastModified": moment(max(times)),
        "lastUpdated": moment(max(times)),
        "children": [{"uri": f"/{name}", "folder": folder} for name, folder in sorted(children.items())],
        "uri": f"{base}/artifactory/api/storage/{where}",
    }


def file_list(
    repository: str, path: str, files: Iterable[ArtifactRecord], base: str, *, deep: bool
) -> dict[str, object]:
    """The files of a folder (help page "File List"): those directly in it, or all below it."""
    shown = (record for record in files if deep or "/" not in _relative(record, path))
    where = f"{repository}/{path}".rstrip("/")
    rows = [
        {
            "uri": f"/{_relative(record, path)}",
            "size": len(record.content),
            "lastModified": moment(record.modified),
            "folder": False,
            "sha1": checksums(record)["sha1"],
            "sha2": checksums(record)["sha256"],
        }
        for record in shown
    ]
    return {"uri": f"{base}/artifactory/api/storage/{where}", "files": rows}


def _relative(record: ArtifactRecord, folder: str) -> str:
    return record.path.removeprefix(f"{folder}/") if folder else record.path
