"""The issuer's folder and files: made 0700 and 0600 whatever the umask, refused when others could read them."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import Refused

_FILE: Final = 0o600
_FOLDER: Final = 0o700
_OTHERS: Final = 0o077


def private_folder(path: Path) -> Path:
    """The folder, made with its parents if it is missing.

    Raises Refused when it belongs to somebody else or others may enter it, OSError when it cannot be made.
    """
    for folder in reversed((path, *path.parents)):
        if not folder.exists():
            folder.mkdir(_FOLDER, exist_ok=True)
            folder.chmod(_FOLDER)
    _check(path, path.stat(), "700")
    return path


def private_file(path: Path) -> Path:
    """The file, made empty if it is missing, 0600 before anything is written to it.

    Raises Refused for a link, for somebody else's file and for one that others may read.
    """
    if path.is_symlink():
        raise Refused(f"{path} is a link", "Remove it; secrets are not written through links")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE)
    try:
        found = os.fstat(descriptor)
        if found.st_size == 0:
            os.fchmod(descriptor, _FILE)
            found = os.fstat(descriptor)
        _check(path, found, "600")
    finally:
        os.close(descriptor)
    return path


def read_private(path: Path, limit: int) -> bytes:
    """A file's content, at most `limit` bytes. Raises Refused as `private_file` does, OSError when it is not there."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        _check(path, os.fstat(descriptor), "600")
        return file.read(limit)


def write_whole(path: Path, content: bytes, mode: int = _FILE) -> None:
    """Write a file durably and all at once: a reader sees the old content or the new one. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _check(path: Path, found: os.stat_result, mode: str) -> None:
    if found.st_uid != os.getuid():
        raise Refused(f"{path} belongs to another user", "The issuer's files belong to the one who runs it")
    if stat.S_IMODE(found.st_mode) & _OTHERS:
        raise Refused(f"Others can read {path}", f"chmod {mode} {path}; then consider what they may have seen")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
