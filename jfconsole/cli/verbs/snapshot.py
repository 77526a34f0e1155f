"""`jfconsole snapshot`: everything about access as a file, compared and brought back."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from jfconsole.cli.connect import connection_of
from jfconsole.cli.files import read_text
from jfconsole.cli.handing import new_private_file
from jfconsole.cli.output import print_json, print_lines, progress_line, remark
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_session
from jfconsole.domain.errors import ExitCode
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import Difference, Snapshot, canonical_text, compare, snapshot_from
from jfconsole.domain.text import visible
from jfconsole.services.session import Session
from jfconsole.services.snapshots import plan_restore, take_snapshot


def take(arguments: argparse.Namespace) -> int:
    """Write a snapshot of the platform to a new file, or to stdout for `-`."""
    snapshot = with_session(connection_of(arguments), _take)
    text = canonical_text(snapshot)
    if arguments.file == "-":
        print_lines([text.removesuffix("\n")])
    else:
        with os.fdopen(new_private_file(Path(arguments.file).expanduser()), "w", encoding="utf-8") as file:
            file.write(text)
        counts = ", ".join(f"{len(found):,} {kind}" for kind, found in snapshot.objects.items())
        remark(f"{visible(arguments.file)}: {counts}")
    for note in snapshot.notes:
        remark(visible(note))
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Tell what differs between a snapshot and another one, or the platform as it is now; 1 when anything does."""
    before = _read(arguments, arguments.before)
    after = _read(arguments, arguments.after) if arguments.after else with_session(connection_of(arguments), _take)
    found = compare(before, after)
    if getattr(arguments, "json", False):
        records: list[Json] = [difference.record() for difference in found]
        print_json({"differences": records})
    elif found:
        print_lines(line for difference in found for line in _lines(difference))
    else:
        remark("Nothing differs.")
    return ExitCode.FAILED if found else ExitCode.OK


def restore(arguments: argparse.Namespace) -> int:
    """Make what a snapshot has and the platform has not, and change back what differs. Nothing is deleted."""
    wanted = _read(arguments, arguments.file)

    async def plan(session: Session) -> Plan:
        return plan_restore(wanted, await _take(session))

    return change(arguments, plan)


async def _take(session: Session) -> Snapshot:
    with progress_line() as show:
        told = None if show is None else lambda kind, done, total: show(f"Reading {kind}: {done:,} of {total:,}")
        return await take_snapshot(session, told)


def _read(arguments: argparse.Namespace, name: str) -> Snapshot:
    arguments.file = name
    return snapshot_from(read_text(arguments))


def _lines(difference: Difference) -> list[str]:
    return [
        f"{difference.sign} {difference.kind.removesuffix('s')} {visible(difference.key)}",
        *(f"    {line.sign} {line.text}" for line in difference.lines),
    ]
