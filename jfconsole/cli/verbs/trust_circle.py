"""`jfconsole trust-circle show`, `save-cert` and `check`: platforms that believe each other's tokens."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from jfconsole.cli.connect import connection_of, read_token_file
from jfconsole.cli.output import fact_lines, print_json, print_lines
from jfconsole.cli.pasted import read_pasted
from jfconsole.cli.plan_output import print_report
from jfconsole.cli.plans import carry_out, tell_orphans
from jfconsole.cli.platform import with_session
from jfconsole.cli.take_away import check_records
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.domain.plans import Report
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.trust import RULES, certificate_name, certificate_record, peer_steps
from jfconsole.services.journal import Journal
from jfconsole.services.trust import Shown, cross, facts, peer_connection, plan_trial, show


def show_own(arguments: argparse.Namespace) -> int:
    """Print service ids, root certificate, rules and steps, or `{"trust": {…}}`."""
    found = with_session(connection_of(arguments), show)
    if getattr(arguments, "json", False):
        print_json({"trust": _record(found)})
        return 0
    print_lines(fact_lines(facts(found)))
    print_lines(["", "So that a peer believes tokens of this platform:"])
    print_lines(f"  {number}. {step}." for number, step in enumerate(_steps(found), 1))
    print_lines(["", "Rules:", *(f"  - {rule}." for rule in RULES)])
    return 0


def save(arguments: argparse.Namespace) -> int:
    """Write the root certificate to a new file under a name that says whose it is."""
    found = with_session(connection_of(arguments), show)
    path = Path(arguments.file or certificate_name(found.host)).expanduser()
    content = found.certificate.der if arguments.der else found.certificate.pem.encode("ascii")
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as problem:
        raise UsageError(f"{visible(str(path))} exists, and is not overwritten", "Name a new file") from problem
    except OSError as problem:
        raise UsageError(
            f"{visible(str(path))} cannot be written: {problem.strerror}", "Name another file"
        ) from problem
    if getattr(arguments, "json", False):
        print_json({"file": str(path), "trust": _record(found)})
    else:
        print_lines([f"Written to {visible(str(path))}: {visible(found.certificate.subject)}", ""])
        print_lines(f"{number}. {step}." for number, step in enumerate(_steps(found, path.name), 1))
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Try a token of this platform on a peer: one that is given, else one that is made for it, as a plan."""
    token = read_token_file(Path(arguments.peer_token_file).expanduser())
    source = "--peer-url and --peer-token-file"
    peer = peer_connection(arguments.peer_url, token, arguments.peer_ca_cert or "", source)
    if arguments.trial is not None:
        checks = _cross(peer, read_pasted(arguments, arguments.trial))
        _print(checks, None, as_json=getattr(arguments, "json", False))
        return _code(checks)
    connection = connection_of(arguments)
    plan = with_session(connection, plan_trial)

    def finish(journal: Journal, report: Report) -> int:
        checks = [check for product in report.products for check in _cross(peer, product.secrets["access_token"])]
        if report.products:
            journal.handed_over(report.plan_id)
        _print(checks, report, as_json=getattr(arguments, "json", False))
        tell_orphans(plan, report)
        return int(report.exit_code) or _code(checks)

    return carry_out(arguments, plan, connection, finish)


def _cross(peer: Connection, value: Secret) -> Sequence[Check]:
    return with_session(peer, lambda session: cross(session, value))


def _code(checks: Sequence[Check]) -> int:
    return ExitCode.FAILED if any(check.verdict is Verdict.BAD for check in checks) else ExitCode.OK


def _print(checks: Sequence[Check], report: Report | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"checks": check_records(checks)})
        return
    if report is not None:
        print_report(report, as_json=False)
    print_lines(
        f"{check.verdict.value}: {check.what}{f'. {check.detail}' if check.detail else ''}." for check in checks
    )


def _steps(found: Shown, file: str = "") -> tuple[str, ...]:
    return peer_steps(file or certificate_name(found.host), found.host, "PEER")


def _record(found: Shown) -> Json:
    rules: list[Json] = [*RULES]
    steps: list[Json] = [*_steps(found)]
    return {
        "host": found.host,
        "artifactory_id": found.artifactory_id,
        "access_id": found.access_id,
        "certificate": certificate_record(found.certificate),
        "file": certificate_name(found.host),
        "steps": steps,
        "rules": rules,
    }
