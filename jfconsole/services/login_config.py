"""The files in which container clients look for credential helpers: read, changed in one place, written whole.

Source: Docker CLI reference, "Credential helpers"; containers-auth.json(5). Everything else in them stays as it is.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.diff_words import DiffLine, diff_lines
from jfconsole.domain.errors import ConsoleError, PlanMoved, UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.storage.private import write_whole

HELPER: Final = "jfconsole"
"""What stands in the file; the program is `docker-credential-jfconsole`."""

PROGRAM: Final = f"docker-credential-{HELPER}"

_HELPERS: Final = "credHelpers"
_LIMIT: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginChange:
    """A change of such a file; `original` is its text, None where there is none yet.

    `stored` says that it also holds a login for the address, which is used no more.
    """

    path: Path
    original: str | None
    before: JsonObject
    after: JsonObject
    text: str
    stored: bool

    @property
    def lines(self) -> tuple[DiffLine, ...]:
        """What changes."""
        before: JsonObject = {_HELPERS: self.before.get(_HELPERS)}
        return diff_lines(before, {_HELPERS: self.after[_HELPERS]})

    @property
    def needed(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after


def docker_config(environ: Mapping[str, str] = os.environ) -> Path:
    """The Docker client's file. Source: Docker CLI reference, "Configuration files"."""
    folder = environ.get("DOCKER_CONFIG")
    return (Path(folder).expanduser() if folder else Path.home() / ".docker") / "config.json"


def podman_config(environ: Mapping[str, str] = os.environ) -> Path:
    """The file of Podman, Skopeo and Buildah that outlives a login. Source: containers-auth.json(5)."""
    named = environ.get("REGISTRY_AUTH_FILE")
    if named:
        return Path(named).expanduser()
    home = environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "containers" / "auth.json"


def plan_login(path: Path, address: str) -> LoginChange:
    """What has to change so that clients ask our helper for an address. Raises UsageError for a broken file."""
    path = path.resolve()
    text = _read(path)
    known = _parsed(path, text or "{}")
    helpers = known.get(_HELPERS)
    if helpers is not None and not isinstance(helpers, dict):
        raise UsageError(f"{_HELPERS} in {path} is no object", "Mend the file first")
    after: JsonObject = {**known, _HELPERS: {**as_object(helpers), address: HELPER}}
    return LoginChange(
        path=path,
        original=text,
        before=known,
        after=after,
        text=json.dumps(after, indent=_indent(text), ensure_ascii=False) + "\n",
        stored=bool(as_object(as_object(known.get("auths")).get(address))),
    )


def write_login(change: LoginChange, now: float | None = None) -> Path | None:
    """Write the file, after a copy of the old one beside it; where that is, if there was one.

    Raises PlanMoved when the file is not what was reviewed, ConsoleError when it cannot be written: then it is as it
    was. `now` is in epoch seconds.
    """
    path, backup = change.path, None
    if _read(path) != change.original:
        raise PlanMoved(f"{path} was changed meanwhile: nothing was written", "Look again")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if change.original is not None:
            stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() if now is None else now))
            backup = path.with_name(f"{path.name}.{stamp}.bak")
            write_whole(backup, change.original.encode())
        write_whole(path, change.text.encode())
    except OSError as problem:
        raise ConsoleError(f"{path} cannot be written: {problem.strerror}", "It is as it was") from problem
    return backup


def _read(path: Path) -> str | None:
    """The file's text; None when there is no such file."""
    try:
        if path.stat().st_size > _LIMIT:
            raise UsageError(f"{path} has more than {_LIMIT:,} bytes", "Is this the right file?")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path} cannot be read", "It takes a JSON file of yours") from problem


def _parsed(path: Path, text: str) -> JsonObject:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{path} is no JSON", "Mend the file first: nothing was changed") from problem
    if not isinstance(found, dict):
        raise UsageError(f"{path} holds no JSON object", "Mend the file first: nothing was changed")
    return found


def _indent(text: str | None) -> str:
    """As the file has it: clients write tabs."""
    return "  " if text is not None and '\n  "' in text else "\t"
