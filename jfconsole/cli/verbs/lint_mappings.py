"""`jfconsole lint mappings`: what in the platform's trust lets strangers in, or lets nobody in."""

from __future__ import annotations

import argparse

from jfconsole.cli.output import cell_limit, print_json, print_lines, remark, table
from jfconsole.cli.platform import with_directory
from jfconsole.domain.errors import ExitCode
from jfconsole.domain.text import visible
from jfconsole.services.lint_trust import TrustFinding, lint_trust, trust_finding_record

_HEAD = ("RULE", "SEVERITY", "INTEGRATION", "MAPPING", "FINDING", "FIX")


def mappings(arguments: argparse.Namespace) -> int:
    """Print the findings on integrations and mappings, or `{"findings": […]}`; FAILED when there are any."""
    findings = with_directory(arguments, lint_trust)
    if getattr(arguments, "json", False):
        print_json({"findings": [trust_finding_record(found) for found in findings]})
    else:
        _print(findings)
    return ExitCode.FAILED if findings else ExitCode.OK


def _print(findings: tuple[TrustFinding, ...]) -> None:
    if findings and cell_limit() is None:
        print_lines(table(_HEAD, [_row(found) for found in findings]))
    else:
        for found in findings:
            rule, severity, integration, mapping, sentence, fix = _row(found)
            place = integration if mapping == "–" else f"{integration} / {mapping}"
            print_lines([f"{rule}  {severity}  {place}", f"  {sentence}.", *([f"  {fix}."] if fix else [])])
    remark(f"{len(findings):,} finding{'' if len(findings) == 1 else 's'}")


def _row(found: TrustFinding) -> tuple[str, ...]:
    finding = found.finding
    return (
        finding.rule.value,
        finding.severity.value,
        visible(found.integration),
        visible(finding.mapping) or "–",
        finding.sentence,
        finding.fix,
    )
