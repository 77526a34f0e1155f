"""`jfconsole registries login-config`: lets container clients ask our credential helper for an address."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from jfconsole.cli.issuing import issuer_service
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.cli.plans import agree, carry_out, local_connection
from jfconsole.domain.errors import NothingToChange, ReadOnly, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.plans import Plan
from jfconsole.domain.registries import EVERY_REPOSITORY, RemoteRegistry
from jfconsole.domain.text import visible
from jfconsole.services import registries
from jfconsole.services.issuer_steps import REGISTRY
from jfconsole.services.login_config import (
    HELPER,
    PROGRAM,
    LoginChange,
    docker_config,
    plan_login,
    podman_config,
    write_login,
)


def login_config(arguments: argparse.Namespace) -> int:
    """Keep which entry clients get, where it is named; then change the client's file. Returns the exit code."""
    with issuer_service() as service:
        registry = registries.find(service.local.state(), arguments.address)
        wanted = _wanted(registry, arguments.repository)
        try:
            plan = service.plan_apply(REGISTRY, {"address": registry.address, "login-repository": wanted or None})
        except NothingToChange:
            plan = None
    change = plan_login(_file(arguments), registry.address)
    if arguments.plan:
        return _show(arguments, change, plan)
    if getattr(arguments, "read_only", False):
        raise ReadOnly("Read-only: nothing was changed", "Leave --read-only out, or look with --plan")
    if not arguments.yes and (change.needed or plan is not None):
        agree(_lines(change, plan), f"Let clients ask {PROGRAM} for {registry.address}")
        arguments.yes = True
    if plan is not None and (code := _keep(arguments, plan)):
        return code
    return _write(arguments, change)


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


def _file(arguments: argparse.Namespace) -> Path:
    if arguments.docker_config:
        return Path(arguments.docker_config).expanduser()
    return podman_config() if arguments.podman else docker_config()


def _lines(change: LoginChange, plan: Plan | None) -> list[str]:
    lines = [f"  {visible(step.title)}: login-repository" for step in (plan.steps if plan else ())]
    lines += [f"  {visible(str(change.path))}", *(f"    {line.sign} {line.text}" for line in change.lines)]
    return lines if change.needed else [*lines, "    as wanted already"]


def _show(arguments: argparse.Namespace, change: LoginChange, plan: Plan | None) -> int:
    if getattr(arguments, "json", False):
        print_json({"login": _record(change, None)})
    else:
        print_lines(_lines(change, plan))
    return 0


def _record(change: LoginChange, backup: Path | None) -> JsonObject:
    written = {"file": str(change.path), "backup": str(backup) if backup else None}
    return {**written, "helper": HELPER, "changed": change.needed}


def _keep(arguments: argparse.Namespace, plan: Plan) -> int:
    """Keep the repository with the registry, as a plan like any other."""
    quiet = argparse.Namespace(**{**vars(arguments), "export": None, "max_deletes": None, "json": False})
    return carry_out(quiet, plan, local_connection(arguments, plan), lambda journal, report: int(report.exit_code))


def _write(arguments: argparse.Namespace, change: LoginChange) -> int:
    backup = write_login(change) if change.needed else None
    if getattr(arguments, "json", False):
        print_json({"login": _record(change, backup)})
    else:
        print_lines([f"{visible(str(change.path))}: {'written' if change.needed else 'as wanted already'}"])
    if backup is not None:
        remark(f"The old file is kept as {visible(str(backup))}")
    if change.stored:
        remark("It also holds a login for this address, which is not used any more: take it out with a logout")
    if shutil.which(PROGRAM) is None:
        remark(f"{PROGRAM} is not on the PATH here: clients find it there, and nowhere else")
    return 0
