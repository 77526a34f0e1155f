"""Container clients on this machine: whom they ask for the login of a registry, and the steps that change it."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Step
from jfconsole.domain.text import visible
from jfconsole.services.login_config import HELPER, PROGRAM, Login, docker_config, podman_config
from jfconsole.services.login_steps import backup_in, login_step
from jfconsole.services.paths import HOME_VARIABLE

DOCKER: Final = "Docker"
PODMAN: Final = "Podman/Skopeo/Buildah"
CLIENTS: Final = (DOCKER, PODMAN)
"""Those whose files are known."""


def config_of(client: str) -> Path:
    """The file of one of the `CLIENTS`."""
    return podman_config() if client == PODMAN else docker_config()


def shell_lines(environ: Mapping[str, str] = os.environ) -> list[str]:
    """What another shell has to be told so that clients in it use the same files as this process."""
    told = (HOME_VARIABLE, "DOCKER_CONFIG", "REGISTRY_AUTH_FILE")
    return [f"export {name}={shlex.quote(environ[name])}" for name in told if environ.get(name)]


@dataclass(frozen=True, slots=True)
class LoginChanges:
    """The changes that are needed to files of clients, and what to know of these files before, as sentences."""

    steps: tuple[Step, ...]
    effects: tuple[str, ...]


def login_changes(address: str, files: Sequence[Path]) -> LoginChanges:
    """What lets the clients of these files ask our helper. Raises UsageError for a file that cannot be read."""
    looked = [(login, login_step(login)) for login in (Login(file.expanduser(), address) for file in files)]
    return LoginChanges(tuple(step for _, step in looked if step is not None), tuple(_effects(address, looked)))


def login_preview(address: str, files: Sequence[Path]) -> list[str]:
    """Which files would change, and what to know of them before, as lines while clients are chosen. Blocks."""
    try:
        return [*map(str, files), *login_changes(address, files).effects] or ["No file of a client is changed"]
    except ConsoleError as error:
        return [f"{error.message}. {error.hint}"]


def login_words(client: str, address: str) -> str:
    """Whom a client on this machine asks for an address, as a sentence; cleaned. Blocks."""
    try:
        helper = Login(config_of(client).expanduser(), address).helper()
    except ConsoleError as error:
        return visible(error.message)
    if helper == HELPER:
        return f"asks {PROGRAM}"
    return f"asks docker-credential-{visible(helper)}" if helper else "does not ask us"


def _effects(address: str, looked: Sequence[tuple[Login, Step | None]]) -> Iterator[str]:
    for login, step in looked:
        if step is not None and (backup := backup_in(step)):
            name, kept = visible(login.path.name), visible(backup.name)
            yield f"{name} is kept as it is in {kept} beside it; nothing else in it changes"
        if login.stored():
            where = visible(str(login.path))
            yield f"{where} also holds a login for {address}, which is not used any more: take it out with a logout"
    if looked and shutil.which(PROGRAM) is None:
        yield f"{PROGRAM} is not on the PATH here: clients look for it there, and nowhere else"
