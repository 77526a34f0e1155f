"""Where our files live, and how they are made: folders 0700, files 0600, whatever the umask says."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from jfconsole.domain.errors import Refused

HOME_VARIABLE: Final = "JFCONSOLE_HOME"
"""Names one directory for everything: a rehearsal, a test, a second identity."""

_APP: Final = "jfconsole"
_PRIVATE_FILE: Final = 0o600
_PRIVATE_DIR: Final = 0o700


@dataclass(frozen=True, slots=True)
class Paths:
    """The console's folders. Nothing is created before it is needed."""

    state: Path
    config: Path
    cache: Path

    @property
    def journal(self) -> Path:
        """The journal's database file."""
        return self.state / "journal.db"

    @property
    def reports(self) -> Path:
        """The folder of report files, one for each plan that ran."""
        return self.state / "reports"

    @property
    def crashes(self) -> Path:
        """The folder of crash files."""
        return self.state / "crashes"


def find_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """The folders of this user: under `JFCONSOLE_HOME` if that is set, else where the system keeps such things."""
    home = environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(state=root / "state", config=root / "config", cache=root / "cache")
    dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
    return Paths(state=dirs.user_state_path, config=dirs.user_config_path, cache=dirs.user_cache_path)


def private_dir(path: Path) -> Path:
    """The folder, made with its parents if it is missing, readable by nobody else.

    Raises OSError when that is impossible.
    """
    for folder in reversed((path, *path.parents)):
        if not folder.exists():
            folder.mkdir(_PRIVATE_DIR, exist_ok=True)
            folder.chmod(_PRIVATE_DIR)
    if path.stat().st_mode & 0o077:
        path.chmod(_PRIVATE_DIR)
    return path


def private_file(path: Path) -> Path:
    """The file, made empty if it is missing, 0600 before anything is written to it.

    Raises Refused when the path is a link (it may lead to somebody else's file), OSError when it cannot be made.
    """
    if path.is_symlink():
        raise Refused(f"{path} is a link", "Remove it; the console does not write through links")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE_FILE)
    try:
        os.fchmod(descriptor, _PRIVATE_FILE)
    finally:
        os.close(descriptor)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a whole file, 0600, durably and all at once: a reader sees the old content or the new one.

    Raises OSError when it cannot be written; the old content then stands.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, _PRIVATE_FILE)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_dir(path.parent)


def _sync_dir(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
