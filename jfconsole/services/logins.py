"""Letting container clients pull: whom they ask for the login of a registry, and whose credentials they get."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import ConsoleError, NothingToChange, UsageError
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.registries import EVERY_REPOSITORY, RemoteRegistry
from jfconsole.domain.text import visible
from jfconsole.services import registries
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import REGISTRY
from jfconsole.services.login_config import HELPER, PROGRAM, Login, docker_config, podman_config
from jfconsole.services.login_steps import backup_in, login_step

DOCKER: Final = "Docker"
PODMAN: Final = "Podman, Skopeo, Buildah"
CLIENTS: Final = (DOCKER, PODMAN)
"""Those whose files are known."""


def config_of(client: str) -> Path:
    """The file of one of the `CLIENTS`."""
    return podman_config() if client == PODMAN else docker_config()


def plan_login(service: IssuerService, address: str, files: Sequence[Path], repository: str | None = None) -> Plan:
    """Let the clients of these files ask our helper for an address. Blocks.

    `repository` says whose credentials they get, since they ask by the address alone; it is kept with the registry,
    and None leaves that as it is. Raises NotFound, UsageError, NothingToChange.
    """
    registry = registries.find(service.local.state(), address)
    wanted = _wanted(registry, repository)
    steps: list[Step] = []
    if wanted != registry.login_repository:
        record = {"address": registry.address, "login-repository": wanted or None}
        steps += service.plan_apply(REGISTRY, {**record}).steps
    steps += login_steps(registry.address, files)
    if not steps:
        raise NothingToChange(f"Clients ask {PROGRAM} for {registry.address} already")
    title = f"Let clients ask {PROGRAM} for {registry.address}"
    effects = login_effects(registry.address, files)
    return Plan(
        title=title, origin=service.origin, steps=tuple(steps), confirmation=Confirmation(verb="Write", effects=effects)
    )


def login_steps(address: str, files: Sequence[Path]) -> list[Step]:
    """The changes that are needed. Raises UsageError for a file that cannot be read."""
    found = (login_step(Login(file, address)) for file in files)
    return [step for step in found if step is not None]


def login_effects(address: str, files: Sequence[Path]) -> tuple[str, ...]:
    """What to know of the files before, as sentences."""
    return tuple(_effects(address, files))


def login_words(client: str, address: str) -> str:
    """Whom a client on this machine asks for an address, as a sentence; cleaned. Blocks."""
    try:
        helper = Login(config_of(client).expanduser(), address).helper()
    except ConsoleError as error:
        return visible(error.message)
    if helper == HELPER:
        return f"asks {PROGRAM}"
    return f"asks docker-credential-{visible(helper)}" if helper else "does not ask us"


def _effects(address: str, files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        login, where = Login(file.expanduser(), address), visible(str(file))
        step = login_step(login)
        if step is not None and (backup := backup_in(step)):
            name, kept = visible(file.name), visible(backup.name)
            yield f"{name} is kept as it is in {kept} beside it; nothing else in it changes"
        if login.stored():
            yield f"{where} also holds a login for {address}, which is not used any more: take it out with a logout"
    if files and shutil.which(PROGRAM) is None:
        yield f"{PROGRAM} is not on the PATH here: clients look for it there, and nowhere else"


def _wanted(registry: RemoteRegistry, repository: str | None) -> str:
    """Which entry clients shall get. Raises UsageError where there is none."""
    wanted = registry.login_repository if repository is None else repository
    wanted = "" if wanted == EVERY_REPOSITORY else wanted
    if registry.entry(wanted) is None:
        raise UsageError(
            f"{registry.address} has no entry for {visible(wanted) if wanted else 'clients that ask by the address'}",
            "Add one for *, or name a repository that an entry covers: --repository NAME",
        )
    return wanted
