"""Letting container clients pull: whom they ask for the login of a registry, and whose credentials they get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jfconsole.domain.errors import NothingToChange, UsageError
from jfconsole.domain.plans import Confirmation, Plan, Step
from jfconsole.domain.registries import EVERY_REPOSITORY, RemoteRegistry
from jfconsole.domain.text import visible
from jfconsole.services import registries
from jfconsole.services.clients import login_changes
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import REGISTRY
from jfconsole.services.login_config import PROGRAM


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
    changes = login_changes(registry.address, files)
    steps += changes.steps
    if not steps:
        raise NothingToChange(f"Clients ask {PROGRAM} for {registry.address} already")
    title = f"Let clients ask {PROGRAM} for {registry.address}"
    confirmation = Confirmation(verb="Write", effects=changes.effects)
    return Plan(title=title, origin=service.origin, steps=tuple(steps), confirmation=confirmation)


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
