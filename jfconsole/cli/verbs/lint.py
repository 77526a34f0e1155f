"""`jfconsole lint`: what is dangerous or has no effect; its exit code tells scripts that there is something."""

from __future__ import annotations

import argparse

from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import cell_limit, print_json, print_lines, remark, table
from jfconsole.cli.platform import with_session
from jfconsole.cli.surroundings import loading
from jfconsole.domain.errors import ExitCode
from jfconsole.domain.text import visible
from jfconsole.services.directory import Directory
from jfconsole.services.lint_permissions import Finding, finding_record, lint_permissions
from jfconsole.services.session import Session


def permissions(arguments: argparse.Namespace) -> int:
    """Print the findings on permissions and groups, or `{"findings": […]}`; FAILED when there are any."""
    findings = with_session(connection_of(arguments), _find)
    if getattr(arguments, "json", False):
        print_json({"findings": [finding_record(finding) for finding in findings]})
    else:
        _print(findings)
    return ExitCode.FAILED if findings else ExitCode.OK


async def _find(session: Session) -> tuple[Finding, ...]:
    with loading() as watch:
        index = await Directory(session).access.index(watch)
    return lint_permissions(index.world)


def _print(findings: tuple[Finding, ...]) -> None:
    limit = cell_limit()
    rows = [
        (finding.rule.value, visible(finding.permission) or "–", finding.sentence, finding.fix) for finding in findings
    ]
    if rows and limit is None:
        print_lines(table(("RULE", "PERMISSION", "FINDING", "FIX"), rows))
    elif rows:
        for rule, permission, sentence, fix in rows:
            print_lines([f"{rule}  {permission}", f"  {sentence}.", f"  {fix}."])
    remark(f"{len(findings):,} finding{'' if len(findings) == 1 else 's'}")
