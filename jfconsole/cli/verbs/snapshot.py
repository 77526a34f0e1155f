"""`jfconsole snapshot`: everything about access as a file, compared and brought back."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from jfconsole.cli.connect import Where, connection_of
from jfconsole.cli.files import read_text
from jfconsole.cli.handing import new_private_file
from jfconsole.cli.output import cell_limit, print_json, print_lines, progress_line, remark, table
from jfconsole.cli.plans import change
from jfconsole.cli.platform import with_session
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ExitCode, UsageError
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import (
    Difference,
    Snapshot,
    canonical_text,
    compare,
    counts_words,
    snapshot_from,
    uncompared,
)
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.services.paths import find_paths
from jfconsole.services.restoring import plan_restore
from jfconsole.services.session import Session
from jfconsole.services.snapshot_files import SnapshotFiles, read_snapshot
from jfconsole.services.snapshots import take_snapshot


def take(arguments: argparse.Namespace) -> int:
    """Write a snapshot of the platform to a new file, or to stdout for `-`."""
    snapshot = with_session(connection_of(arguments), _take)
    if arguments.file == "-":
        print_lines([canonical_text(snapshot).removesuffix("\n")])
    else:
        remark(f"{visible(str(_written(snapshot, arguments.file)))}: {counts_words(snapshot)}")
    _tell_notes(snapshot)
    return 0


def list_kept(arguments: argparse.Namespace) -> int:
    """Print the snapshots that the console keeps, the latest first."""
    found = _kept().list()
    if getattr(arguments, "json", False):
        listed: list[Json] = [one.record() for one in found]
        print_json({"snapshots": listed})
        return 0
    if not found:
        remark("There is none yet. Take one: jfconsole snapshot take")
        return 0
    rows = [
        (
            visible(one.name),
            visible(one.platform),
            local_text(one.taken) or "",
            one.problem or f"{sum((one.counts or {}).values()):,}",
        )
        for one in found
    ]
    print_lines(table(("FILE", "PLATFORM", "TAKEN", "OBJECTS"), rows, limit=cell_limit()))
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Tell what differs between two snapshots, a snapshot and a platform, or two platforms; 1 when anything does."""
    if bool(arguments.before) == bool(arguments.from_profile):
        raise UsageError("one thing to start from is needed", "Name a snapshot, or a server with --from-profile")
    if arguments.after and arguments.to_profile:
        raise UsageError("OTHER and --to-profile exclude each other", "Give one of them")
    before = _server(arguments, arguments.from_profile) if arguments.from_profile else _read(arguments.before)
    after = _read(arguments.after) if arguments.after else _server(arguments, arguments.to_profile)
    found, apart = compare(before, after), uncompared(before, after)
    if getattr(arguments, "json", False):
        records: list[Json] = [difference.record() for difference in found]
        print_json({"differences": records, "uncompared": [*apart]})
    elif found:
        print_lines(line for difference in found for line in _lines(difference))
    else:
        remark("Nothing differs.")
    if apart:
        remark(f"Not compared, as one side does not have them: {', '.join(apart)}")
    return ExitCode.FAILED if found else ExitCode.OK


def restore(arguments: argparse.Namespace) -> int:
    """Make what a snapshot has and the platform has not, and change back what differs. Nothing is deleted."""
    wanted = snapshot_from(read_text(arguments)) if arguments.file == "-" else _read(arguments.file)

    async def plan(session: Session) -> Plan:
        return plan_restore(wanted, await _take(session))

    return change(arguments, plan)


def _server(arguments: argparse.Namespace, profile: str | None) -> Snapshot:
    """A platform as it is now: that of a profile, or the one that the command line names."""
    connection = _connection(profile) if profile else connection_of(arguments)
    return with_session(replace(connection, read_only=True), _take)


def _connection(profile: str) -> Connection:
    from jfconsole.cli.profiles import connection_of_profile

    found = connection_of_profile(profile, Where(), "named to compare")
    assert found is not None, "a profile that is named is there, or refused"
    return found


async def _take(session: Session) -> Snapshot:
    with progress_line() as show:
        told = None if show is None else lambda kind, done, total: show(f"Reading {kind}: {done:,} of {total:,}")
        return await take_snapshot(session, told)


def _written(snapshot: Snapshot, name: str | None) -> Path:
    if not name:
        return _kept().keep(snapshot)
    path = Path(name).expanduser()
    with os.fdopen(new_private_file(path), "w", encoding="utf-8") as file:
        file.write(canonical_text(snapshot))
    return path


def _read(name: str) -> Snapshot:
    """A file, or one of those that the console keeps."""
    path = Path(name).expanduser()
    kept = _kept().folder / name
    return read_snapshot(kept if not path.exists() and path.name == name and kept.exists() else path)


def _kept() -> SnapshotFiles:
    return SnapshotFiles(find_paths().snapshots)


def _tell_notes(snapshot: Snapshot) -> None:
    for note in snapshot.notes:
        remark(visible(note))


def _lines(difference: Difference) -> list[str]:
    return [
        f"{difference.sign} {difference.kind.removesuffix('s')} {visible(difference.key)}",
        *(f"    {line.sign} {line.text}" for line in difference.lines),
    ]
