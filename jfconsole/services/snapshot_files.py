"""The snapshots that this user keeps: files in a folder of the console's state. Calls block."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.errors import ConsoleError, NotFound, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.plans import Confirmation
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import Snapshot, canonical_text, snapshot_from
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.times import local_text, utc_text
from jfconsole.services.keeping import keep
from jfconsole.storage.private import private_dir

SUFFIX: Final = ".json"

LIMIT: Final = 256 * 1024 * 1024
"""Bytes that a snapshot may have."""

_HOST: Final = 100
"""Letters of a platform's name in the name of a file."""

_NOTHING: Final = Untrusted("")

_ODD: Final = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """What a file says of itself.

    `taken` is in epoch seconds, None where it does not say. `problem` is why it is none, as a sentence.
    `state` tells another file in its place, or one that was changed: inode, time of the change, bytes.
    """

    path: Path
    state: tuple[int, int, int] = (0, 0, 0)
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

    @property
    def total(self) -> int:
        """How many objects it holds."""
        return sum((self.counts or {}).values())

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
        self._known: dict[Path, SnapshotFile] = {}

    def list(self) -> tuple[SnapshotFile, ...]:
        """All of them, the latest first; those that are none last. Raises UsageError for a folder out of reach."""
        try:
            paths = [path for path in self.folder.iterdir() if path.suffix == SUFFIX and path.is_file()]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be read: {error.strerror}", "It takes a folder of yours") from error
        found = [seen for path in paths if (seen := self._seen(path)) is not None]
        return tuple(sorted(found, key=lambda one: (-(one.taken or 0.0), one.name)))

    def find(self, name: str) -> SnapshotFile:
        """The one of that name, or of that path when it leads here. Raises NotFound."""
        path = self.folder / Path(name).expanduser()
        known = path.suffix == SUFFIX and path.parent == self.folder and path.is_file()
        found = self._seen(path) if known else None
        if found is None:
            raise NotFound(
                f"{visible(name)} is none of the snapshots that the console keeps",
                "See `jfconsole snapshot list`; a file elsewhere is yours alone to delete",
            )
        return found

    def delete(self, file: SnapshotFile) -> None:
        """Delete one that was looked at; that it is gone already is well.

        Raises Refused when another one stands in its place by now, ConsoleError when it cannot be deleted.
        """
        seen = self._seen(file.path)
        if seen is not None and seen != file:
            raise Refused(f"{file.name} was changed since you looked at it, and was left alone", "Look at it again")
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise ConsoleError(f"{file.path} cannot be deleted: {error.strerror}", "It is as it was") from error
        self._known.pop(file.path, None)

    def delete_all(self, files: Sequence[SnapshotFile]) -> Sequence[tuple[SnapshotFile, ConsoleError]]:
        """Delete these; those that could not be, and why, are given back."""
        failed: list[tuple[SnapshotFile, ConsoleError]] = []
        for file in files:
            try:
                self.delete(file)
            except ConsoleError as error:
                failed.append((file, error))
        return failed

    def keep(self, snapshot: Snapshot) -> Path:
        """Write it to a new file, 0600, that is called after the platform and the time. Raises UsageError."""
        try:
            private_dir(self.folder)
        except OSError as error:
            raise UsageError(
                f"{self.folder} cannot be made: {error.strerror}", "Free the place, or the disk"
            ) from error
        return keep(self._free(snapshot), canonical_text(snapshot))

    def _free(self, snapshot: Snapshot) -> Path:
        """A name that is not taken: there may be two within a second."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(snapshot.taken))
        host = _ODD.sub("-", urlsplit(snapshot.platform).netloc.lower())[:_HOST].strip("-.") or "platform"
        more = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
        paths = (self.folder / f"{host}-{stamp}{suffix}{SUFFIX}" for suffix in more)
        return next(path for path in paths if not path.exists())

    def _seen(self, path: Path) -> SnapshotFile | None:
        """What the file says; None when it is gone."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        state = (found.st_ino, found.st_ctime_ns, found.st_size)
        before = self._known.get(path)
        if before is None or before.state != state:
            self._known[path] = before = replace(_described(path), state=state)
        return before


def delete_confirmation(files: Sequence[SnapshotFile], kept: Sequence[SnapshotFile]) -> Confirmation:
    """What a person agrees to before these are deleted; `kept` are all there are."""
    count = len(files)
    left = {one.platform for one in kept if one not in files and not one.problem}
    last = dict.fromkeys(one.platform for one in files if not one.problem and one.platform not in left)
    return Confirmation(
        verb="Delete snapshot" if count == 1 else f"Delete {count:,} snapshots",
        effects=(
            "Gone for good: nothing can be compared with it or restored from it any more, and no undo brings it back",
            *(f"No other snapshot of {visible(platform)} is kept here" for platform in last),
            "No platform is asked or changed; copies elsewhere stay",
        ),
        phrase=None if count == 1 else f"delete {count}",
    )


def lost_words(file: SnapshotFile) -> str:
    """What goes with a file, in one line: its name, and what it holds; cleaned."""
    if file.problem:
        return f"{visible(file.name)}: {visible(file.problem)}"
    counted = f"{file.total:,} object{'' if file.total == 1 else 's'}"
    return f"{visible(file.name)}: {visible(file.platform)} on {local_text(file.taken) or '?'}, {counted}"


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
        taken=found.taken or None,
        counts={kind: len(objects) for kind, objects in found.objects.items()},
        notes=tuple(map(Untrusted, found.notes)),
    )
