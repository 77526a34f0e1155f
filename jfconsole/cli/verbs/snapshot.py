"""`jfconsole snapshot`: everything about access as a file, compared and brought back."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jfconsole.cli.connect import Where, connection_of
from jfconsole.cli.files import read_text
from jfconsole.cli.handing import new_private_file
from jfconsole.cli.output import cell_limit, print_json, print_lines, progress_line, remark, table, warn
from jfconsole.cli.plans import agree, change
from jfconsole.cli.platform import with_session
from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ExitCode, ReadOnly, UsageError
from jfconsole.domain.plans import MAX_DELETES, Confirmation, Plan, refuse_many
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import (
    NOT_HELD,
    Difference,
    Snapshot,
    canonical_text,
    cautions,
    compare,
    counts_words,
    not_held_words,
    snapshot_from,
    uncompared,
)
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.services.paths import find_paths
from jfconsole.services.restoring import plan_restore
from jfconsole.services.session import Session
from jfconsole.services.snapshot_files import (
    SnapshotFile,
    SnapshotFiles,
    delete_confirmation,
    lost_words,
    read_snapshot,
)
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
            visible(one.problem) or f"{one.total:,}",
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
    found, told = compare(before, after), cautions(before, after)
    if getattr(arguments, "json", False):
        records: list[Json] = [difference.record() for difference in found]
        apart: list[Json] = [*uncompared(before, after)]
        print_json({"differences": records, "uncompared": apart, "notes": [*told], "not_held": [*NOT_HELD]})
    elif found:
        print_lines(line for difference in found for line in _lines(difference))
    else:
        remark("Nothing differs.")
    for sentence in told:
        remark(visible(sentence))
    remark(f"{not_held_words('so not compared')}.")
    return ExitCode.FAILED if found else ExitCode.OK


def restore(arguments: argparse.Namespace) -> int:
    """Make what a snapshot has and the platform has not, and change back what differs. Nothing is deleted."""
    wanted = snapshot_from(read_text(arguments)) if arguments.file == "-" else _read(arguments.file)

    async def plan(session: Session) -> Plan:
        return plan_restore(wanted, await _take(session))

    return change(arguments, plan)


def delete(arguments: argparse.Namespace) -> int:
    """Delete kept snapshots. Returns the exit code: 1 when a file is still there."""
    place = _kept()
    files = [*{file.path: file for file in map(place.find, arguments.names)}.values()]
    confirmation = delete_confirmation(files, place.list())
    if arguments.plan:
        _print_deletion(confirmation, files, as_json=getattr(arguments, "json", False))
        return 0
    refuse_many(len(files), MAX_DELETES if arguments.max_deletes is None else arguments.max_deletes)
    if getattr(arguments, "read_only", False):
        raise ReadOnly("Read-only: no file was changed", "Leave --read-only out to delete, or look with --plan")
    if not arguments.yes:
        agree(_deletion_lines(confirmation, files), confirmation.verb, confirmation.phrase or "yes")
    return _deleted(place, files, as_json=getattr(arguments, "json", False))


def _print_deletion(confirmation: Confirmation, files: Sequence[SnapshotFile], *, as_json: bool) -> None:
    if as_json:
        listed: list[Json] = [file.record() for file in files]
        effects: list[Json] = [*confirmation.effects]
        plan: Json = {
            "effects": effects,
            "phrase": confirmation.phrase,
            "covered_by_yes": confirmation.by_yes,
            "snapshots": listed,
        }
        print_json({"plan": plan})
    else:
        print_lines([*_deletion_lines(confirmation, files), "Nothing was done."])


def _deletion_lines(confirmation: Confirmation, files: Sequence[SnapshotFile]) -> list[str]:
    return [*map(lost_words, files), *(f"  {effect}." for effect in confirmation.effects)]


def _deleted(place: SnapshotFiles, files: Sequence[SnapshotFile], *, as_json: bool) -> int:
    """Delete what can be, and say what cannot."""
    failed = place.delete_all(files)
    still = {file.path for file, _ in failed}
    gone = [file for file in files if file.path not in still]
    if as_json:
        failures: list[Json] = [{"file": str(file.path), "message": error.message} for file, error in failed]
        print_json({"deleted": [str(file.path) for file in gone], "failed": failures})
    else:
        print_lines(f"deleted  {visible(file.name)}" for file in gone)
        for _, error in failed:
            warn(visible(error.message))
    return ExitCode.FAILED if failed else ExitCode.OK


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
    remark(f"{not_held_words('so neither compared nor restored')}.")


def _lines(difference: Difference) -> list[str]:
    return [
        f"{difference.sign} {difference.title}",
        *(f"    {line.sign} {line.text}" for line in difference.lines),
    ]
