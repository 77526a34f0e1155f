"""`jfconsole lint tokens`: tokens that somebody should look at; its exit code tells scripts that there are some."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from jfconsole.cli.connect import connection_of
from jfconsole.cli.output import print_json, print_lines, remark
from jfconsole.cli.platform import with_session
from jfconsole.cli.saving import save_text
from jfconsole.cli.verbs.living import save_calendar
from jfconsole.domain.calendar import calendar_text
from jfconsole.domain.durations import parse_duration
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.domain.lint_tokens import RULES, Lint, Surroundings, findings_csv, lint_record
from jfconsole.domain.text import visible
from jfconsole.services.lint_tokens import expiry_reminders, lint

_NAMED = 10
"""Tokens that are named for each rule; `--json` and `--csv` have all."""


def tokens(arguments: argparse.Namespace) -> int:
    """Print counts and tokens by rule, or `{"counts": {…}, "findings": […], …}`; FAILED when there are any."""
    unknown = [name for name in arguments.rule if name not in {rule.id for rule in RULES}]
    if unknown:
        raise UsageError(f"There is no rule {visible(unknown[0])}", f"Rules: {', '.join(rule.id for rule in RULES)}")
    around = Surroundings(
        now=time.time(),
        older_than=_seconds(arguments.older_than),
        unused_for=_seconds(arguments.unused_for),
        soon=_seconds(arguments.soon),
    )
    connection = connection_of(arguments)
    found, listing, known = with_session(connection, lambda session: lint(session, around, arguments.rule))
    if arguments.csv:
        save_text(Path(arguments.csv), findings_csv(found.findings))
    if arguments.ics:
        save_calendar(Path(arguments.ics), calendar_text(expiry_reminders(listing.views, connection.url, known.now)))
    if getattr(arguments, "json", False):
        print_json(lint_record(found, len(listing.views)))
    else:
        _print(found, len(listing.views))
    return ExitCode.FAILED if found.findings else ExitCode.OK


def _print(found: Lint, total: int) -> None:
    for rule in found.asked:
        mine = [finding for finding in found.findings if finding.rule is rule]
        if not mine:
            continue
        print_lines([f"{len(mine):,}  {rule.title} ({rule.id}). {rule.fix}."])
        print_lines(
            f"    {visible(finding.view.token_id)}  {visible(finding.view.username)}  {finding.sentence}"
            for finding in mine[:_NAMED]
        )
        if len(mine) > _NAMED:
            print_lines([f"    and {len(mine) - _NAMED:,} more"])
    for rule in found.not_asked:
        remark(f"Not looked for, as the users cannot be read: {rule.title}")
    count = len({finding.view.token_id for finding in found.findings})
    remark(f"{count:,} of {total:,} tokens have findings")


def _seconds(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as problem:
        raise UsageError(visible(str(problem)), "Such as 7d, 2w or 1y") from problem
