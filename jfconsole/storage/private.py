"""Folders 0700 and files 0600, whatever the umask says; whole files written durably and all at once."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import Refused

FILE: Final = 0o600
FOLDER: Final = 0o700
_OTHERS: Final = 0o077


def private_dir(path: Path) -> Path:
    """The folder, made with its parents if it is missing, readable by nobody else.

    Raises OSError when that is impossible.
    """
    _make(path)
    if path.stat().st_mode & _OTHERS:
        path.chmod(FOLDER)
    return path


def private_file(path: Path) -> Path:
    """The file, made empty if it is missing, 0600 before anything is written to it.

    Raises Refused when the path is a link (it may lead to somebody else's file), OSError when it cannot be made.
    """
    descriptor = _open(path)
    try:
        os.fchmod(descriptor, FILE)
    finally:
        os.close(descriptor)
    return path


def secret_dir(path: Path) -> Path:
    """The folder, made with its parents if it is missing.

    Raises Refused when it belongs to somebody else or others may enter it, OSError when it cannot be made.
    """
    _make(path)
    _refuse_others(path, path.stat(), "700")
    return path


def secret_file(path: Path) -> Path:
    """The file, made empty if it is missing, 0600 before anything is written to it.

    Raises Refused for a link, for somebody else's file and for one that others may read, OSError when it cannot be
    made.
    """
    descriptor = _open(path)
    try:
        found = os.fstat(descriptor)
        if found.st_size == 0:
            os.fchmod(descriptor, FILE)
            found = os.fstat(descriptor)
        _refuse_others(path, found, "600")
    finally:
        os.close(descriptor)
    return path


def read_secret_file(path: Path, limit: int) -> bytes:
    """A file's content, at most `limit` bytes. Raises Refused as `secret_file` does, OSError when it is not there."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        _refuse_others(path, os.fstat(descriptor), "600")
        return file.read(limit)


def write_whole(path: Path, content: bytes, mode: int = FILE) -> None:
    """Write a file durably and all at once: a reader sees the old content or the new one.

    Raises OSError when it cannot be written; the old content then stands.
    """
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


def _make(path: Path) -> None:
    for folder in reversed((path, *path.parents)):
        if not folder.exists():
            folder.mkdir(FOLDER, exist_ok=True)
            folder.chmod(FOLDER)


def _open(path: Path) -> int:
    if path.is_symlink():
        raise Refused(f"{path} is a link", "Remove it; the console does not write through links")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE)


def _refuse_others(path: Path, found: os.stat_result, mode: str) -> None:
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
