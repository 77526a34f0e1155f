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

from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.storage.private import write_whole

HELPER: Final = "jfconsole"
"""What stands in the file; the program is `docker-credential-jfconsole`."""

PROGRAM: Final = f"docker-credential-{HELPER}"

_HELPERS: Final = "credHelpers"
_LIMIT: Final = 1024 * 1024


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


@dataclass(frozen=True, slots=True)
class Login:
    """What a client's file says of an address. Raises UsageError throughout for a file that is none of ours to mend."""

    path: Path
    address: str

    def helper(self) -> str:
        """The helper that is asked for the address; empty without one."""
        return str(self._helpers(self._document(self._text())).get(self.address) or "")

    def stored(self) -> bool:
        """Whether the file also holds a login for the address, which is used no more once there is a helper."""
        return bool(as_object(as_object(self._document(self._text()).get("auths")).get(self.address)))

    def backup(self, now: float | None = None) -> Path | None:
        """Where a copy of the file as it is belongs; None where there is no file. `now` is in epoch seconds."""
        if self._text() is None:
            return None
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() if now is None else now))
        return self.path.with_name(f"{self.path.name}.{stamp}.bak")

    def write(self, helper: str, backup: Path | None = None) -> None:
        """Have this helper asked for the address, or none. A copy of the old file is kept where `backup` says.

        Raises ConsoleError when it cannot be written: then it is as it was.
        """
        text = self._text()
        known = self._document(text)
        helpers = {**self._helpers(known), self.address: helper}
        kept = {address: name for address, name in helpers.items() if name}
        after = {name: value for name, value in {**known, _HELPERS: kept}.items() if name != _HELPERS or kept}
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if text is not None and backup is not None and not backup.exists():
                write_whole(backup, text.encode())
            written = json.dumps(after, indent=_indent(text), ensure_ascii=False)
            write_whole(self.path, f"{written}\n".encode())
        except OSError as problem:
            raise ConsoleError(f"{self.path} cannot be written: {problem.strerror}", "It is as it was") from problem

    def _text(self) -> str | None:
        """The file's text; None when there is no such file."""
        path = self.path
        try:
            if path.stat().st_size > _LIMIT:
                raise UsageError(f"{path} has more than {_LIMIT:,} bytes", "Is this the right file?")
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as problem:
            raise UsageError(f"{path} cannot be read", "It takes a JSON file of yours") from problem

    def _document(self, text: str | None) -> JsonObject:
        try:
            found = json.loads(text or "{}")
        except (ValueError, RecursionError) as problem:
            raise UsageError(f"{self.path} is no JSON", "Mend the file first: nothing was changed") from problem
        if not isinstance(found, dict):
            raise UsageError(f"{self.path} holds no JSON object", "Mend the file first: nothing was changed")
        return found

    def _helpers(self, document: JsonObject) -> JsonObject:
        helpers = document.get(_HELPERS)
        if helpers is not None and not isinstance(helpers, dict):
            raise UsageError(f"{_HELPERS} in {self.path} is no object", "Mend the file first")
        return as_object(helpers)


def _indent(text: str | None) -> str:
    """As the file has it: clients write tabs."""
    return "  " if text is not None and '\n  "' in text else "\t"
