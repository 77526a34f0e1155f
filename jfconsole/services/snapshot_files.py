"""The snapshots that this user keeps: files in a folder of the console's state. Calls block."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import Snapshot, canonical_text, snapshot_from
from jfconsole.domain.text import Untrusted
from jfconsole.domain.times import utc_text
from jfconsole.services.keeping import keep
from jfconsole.storage.private import private_dir

SUFFIX: Final = ".json"

LIMIT: Final = 256 * 1024 * 1024
"""Bytes that a snapshot may have."""

_NOTHING: Final = Untrusted("")

_ODD: Final = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """What a file says of itself. `taken` is in epoch seconds; `problem` is why it is none, as a sentence."""

    path: Path
    platform: Untrusted = _NOTHING
    version: Untrusted = _NOTHING
    taken: float | None = None
    counts: Mapping[str, int] | None = None
    notes: tuple[Untrusted, ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """The file's name; as a key it stays what it is."""
        return self.path.name

    def record(self) -> JsonObject:
        """For `--json`; keys are stable."""
        counts: JsonObject | None = None if self.counts is None else dict(self.counts)
        notes: list[Json] = [*self.notes]
        return {
            "file": str(self.path),
            "platform": self.platform or None,
            "platform_version": self.version or None,
            "taken": self.taken,
            "taken_iso": None if self.taken is None else utc_text(self.taken),
            "counts": counts,
            "notes": notes,
            "problem": self.problem or None,
        }


class SnapshotFiles:
    """The folder. A file is read once, and again when it was changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Path, tuple[tuple[int, int], SnapshotFile]] = {}

    def list(self) -> tuple[SnapshotFile, ...]:
        """All of them, the latest first; those that are none last."""
        if not self.folder.is_dir():
            return ()
        found = [self._seen(path) for path in self.folder.iterdir() if path.suffix == SUFFIX and path.is_file()]
        return tuple(sorted(found, key=lambda one: (-(one.taken or 0.0), one.name)))

    def keep(self, snapshot: Snapshot) -> Path:
        """Write it to a new file, 0600, that is called after the platform and the time. Raises UsageError."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(snapshot.taken))
        host = _ODD.sub("-", urlsplit(snapshot.platform).netloc.lower()).strip("-.") or "platform"
        try:
            private_dir(self.folder)
        except OSError as error:
            raise UsageError(
                f"{self.folder} cannot be made: {error.strerror}", "Free the place, or the disk"
            ) from error
        return keep(self.folder / f"{host}-{stamp}{SUFFIX}", canonical_text(snapshot))

    def _seen(self, path: Path) -> SnapshotFile:
        found = path.stat()
        state = (found.st_mtime_ns, found.st_size)
        before = self._known.get(path)
        if before is None or before[0] != state:
            self._known[path] = before = (state, _described(path))
        return before[1]


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a file. Raises UsageError when it cannot be read, or is none."""
    try:
        if path.stat().st_size > LIMIT:
            raise UsageError(f"{path} is too large for a snapshot", "Take one: jfconsole snapshot take")
        return snapshot_from(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(f"{path} cannot be read: {reason}", "Take another one") from error


def _described(path: Path) -> SnapshotFile:
    try:
        found = read_snapshot(path)
    except ConsoleError as error:
        return SnapshotFile(path=path, problem=error.message)
    return SnapshotFile(
        path=path,
        platform=Untrusted(found.platform),
        version=Untrusted(found.version),
        taken=found.taken,
        counts={kind: len(objects) for kind, objects in found.objects.items()},
        notes=tuple(map(Untrusted, found.notes)),
    )
