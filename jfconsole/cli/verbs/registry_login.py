"""`jfconsole registries login-config`: lets container clients ask our credential helper for an address."""

from __future__ import annotations

import argparse
from pathlib import Path

from jfconsole.cli.issuing import issuer_service
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.cli.plan_output import print_nothing, print_report
from jfconsole.cli.plans import carry_out, local_connection
from jfconsole.domain.errors import ExitCode, NothingToChange
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.text import visible
from jfconsole.services.journal import Journal
from jfconsole.services.login_config import HELPER, docker_config, podman_config
from jfconsole.services.login_steps import backup_in, is_login
from jfconsole.services.logins import plan_login


def login_config(arguments: argparse.Namespace) -> int:
    """Keep which entry clients get, where it is named, and change the client's file. Returns the exit code."""
    file = _file(arguments)
    with issuer_service() as service:
        try:
            plan = plan_login(service, arguments.address, [file], arguments.repository)
        except NothingToChange as nothing:
            return _nothing(arguments, file, nothing)

    def finish(journal: Journal, report: Report) -> int:
        return _finish(arguments, file, plan, report)

    return carry_out(arguments, plan, local_connection(arguments, plan), finish)


def _file(arguments: argparse.Namespace) -> Path:
    if arguments.docker_config:
        return Path(arguments.docker_config).expanduser()
    return podman_config() if arguments.podman else docker_config()


def _nothing(arguments: argparse.Namespace, file: Path, nothing: NothingToChange) -> int:
    if arguments.plan or not getattr(arguments, "json", False):
        print_nothing(nothing.message, planned=arguments.plan, as_json=getattr(arguments, "json", False))
    else:
        print_json({"login": _record(file, None, changed=False)})
    return 0


def _finish(arguments: argparse.Namespace, file: Path, plan: Plan, report: Report) -> int:
    backup = next((backup_in(step) for step in plan.steps if is_login(step.requests[0])), None)
    done = report.exit_code is ExitCode.OK
    if not done:
        print_report(report, as_json=getattr(arguments, "json", False))
    elif getattr(arguments, "json", False):
        print_json({"login": _record(file, backup, changed=any(is_login(step.requests[0]) for step in plan.steps))})
    else:
        print_lines([f"{visible(str(file))}: written"])
        for effect in plan.confirmation.effects:
            remark(visible(effect))
    return int(report.exit_code)


def _record(file: Path, backup: Path | None, *, changed: bool) -> JsonObject:
    written = {"file": str(file), "backup": str(backup) if backup else None}
    return {**written, "helper": HELPER, "changed": changed}
