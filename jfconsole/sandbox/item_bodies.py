"""Files and folders as Artifactory describes them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from jfconsole.sandbox.content import checksums
from jfconsole.sandbox.records import ArtifactRecord, FolderRecord


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


def folder_created(folder: FolderRecord, base: str) -> dict[str, object]:
    """What the making of a folder answers (help page "Create Directory")."""
    return {
        "repo": folder.repository,
        "path": f"/{folder.path}",
        "created": moment(folder.created),
        "createdBy": folder.created_by,
        "children": [],
        "uri": f"{base}/artifactory/{folder.key}",
    }


def folder_times(folder: FolderRecord | None, files: Iterable[ArtifactRecord]) -> dict[str, str]:
    """When a folder was made and changed. Inferred: the times of its files, if nobody made it."""
    times = [record.modified for record in files] or [folder.created if folder else 0.0]
    made, changed = folder.created if folder else min(times), moment(max(times))
    return {"created": moment(made), "lastModified": changed, "lastUpdated": changed}


def folder_info(
    repository: str, path: str, files: Sequence[ArtifactRecord], folders: Sequence[FolderRecord], base: str
) -> dict[str, object]:
    """A folder and its children (help page "Folder Info")."""
    children: dict[str, bool] = {}
    for record in files:
        child, slash, _ = _relative(record.path, path).partition("/")
        children[child] = bool(slash)
    children |= {_relative(folder.path, path).partition("/")[0]: True for folder in folders}
    itself = next((folder for folder in folders if folder.path == path), None)
    children.pop("", None)
    where = f"{repository}/{path}".rstrip("/")
    return {
        "repo": repository,
        "path": f"/{path}",
        **folder_times(itself, files),
        **({"createdBy": itself.created_by, "modifiedBy": itself.created_by} if itself else {}),
        "children": [{"uri": f"/{name}", "folder": folder} for name, folder in sorted(children.items())],
        "uri": f"{base}/artifactory/api/storage/{where}",
    }


def file_list(
    repository: str, path: str, files: Iterable[ArtifactRecord], folders: Mapping[str, str], base: str, *, deep: bool
) -> dict[str, object]:
    """The files of a folder (help page "File List"): those directly in it, or all below it.

    `folders` are those to be listed too, each with the time of its last change.
    """
    shown = {record.path: _file_row(record, path) for record in files}
    shown |= {name: _folder_row(name, path, changed) for name, changed in folders.items()}
    start = len(path) + 1 if path else 0
    rows = [row for name, row in sorted(shown.items()) if deep or "/" not in name[start:]]
    where = f"{repository}/{path}".rstrip("/")
    return {"uri": f"{base}/artifactory/api/storage/{where}", "files": rows}


def _file_row(record: ArtifactRecord, folder: str) -> dict[str, object]:
    sums = checksums(record)
    return {
        "uri": f"/{_relative(record.path, folder)}",
        "size": len(record.content),
        "lastModified": moment(record.modified),
        "folder": False,
        "sha1": sums["sha1"],
        "sha2": sums["sha256"],
    }


def _folder_row(path: str, folder: str, changed: str) -> dict[str, object]:
    """A folder in a list; its size is -1, as in the sample of the help page."""
    return {"uri": f"/{_relative(path, folder)}", "size": -1, "lastModified": changed, "folder": True}


def statistics(record: ArtifactRecord, base: str) -> dict[str, object]:
    """How often a file was downloaded, when last and by whom (help page "File Statistics"); times in milliseconds."""
    return {
        "uri": f"{base}/artifactory/{record.key}",
        "downloadCount": record.downloads,
        "lastDownloaded": int((record.last_downloaded or 0) * 1000),
        **({"lastDownloadedBy": record.last_downloaded_by} if record.downloads else {}),
        "remoteDownloadCount": 0,
        "remoteLastDownloaded": 0,
    }


def _relative(path: str, folder: str) -> str:
    return f"{path}/".removeprefix(f"{folder}/").rstrip("/") if folder else path
