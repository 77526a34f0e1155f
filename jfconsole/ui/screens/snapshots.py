"""Snapshots: everything about access on a platform at one time, to compare and to bring back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from textual.content import Content

from jfconsole.domain.durations import format_relative
from jfconsole.domain.errors import ConsoleError, NotFound
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import KINDS, NOT_HELD, Snapshot, cautions, compare, counts_words
from jfconsole.domain.text import visible
from jfconsole.domain.times import local_text
from jfconsole.services.profiles import ProfileStore
from jfconsole.services.servers import Servers
from jfconsole.services.snapshot_files import (
    SnapshotFile,
    SnapshotFiles,
    delete_confirmation,
    lost_words,
    read_snapshot,
)
from jfconsole.services.snapshots import Watch, snapshot_of
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.comparison import ComparisonPage
from jfconsole.ui.screens.confirm import Confirm
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.waiting import Tell, wait_for
from jfconsole.ui.server_tokens import token_of
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, Severity, line_of

_HERE: Final = "this server, as it is now"
"""What can be compared with everything."""


@dataclass(frozen=True, slots=True)
class _Side:
    """What is compared: a file, a server by its profile, or, with neither, this server."""

    words: str
    file: Path | None = None
    profile: str = ""


class SnapshotsScreen(ResourceScreen[SnapshotFile]):
    """The snapshots that this console keeps, of whatever platform."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.OBJECTS, Scope.SNAPSHOTS)
    CRUMBS: ClassVar[tuple[str, ...]] = ("snapshots",)
    NOUN: ClassVar[str] = "snapshots"
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("taken", True)

    _just_taken = ""
    """The name of the one that the cursor goes to when it is in the list."""

    def columns(self) -> Sequence[Column[SnapshotFile]]:
        """When, of what, how much, where."""
        return (
            Column("taken", "TAKEN", _taken, 12, 0, 12, 8, lambda row: row.taken),
            Column("platform", "PLATFORM", lambda row, _: Cell(row.platform), 20, 2, 60, 7, lambda row: row.platform),
            Column("objects", "OBJECTS", _objects, 12, 0, 12, 6, lambda row: row.total, "right"),
            Column("file", "FILE", lambda row, _: Cell(row.name, "muted"), 20, 2, 60, 5, lambda row: row.name),
        )

    def schema(self) -> Schema[SnapshotFile]:
        """Words, platform, age."""
        return Schema(
            lambda row: f"{row.name}\n{row.platform}\n{row.problem}".lower(),
            {
                FieldSpec("server", "text", (), "the platform"): lambda row: row.platform,
                FieldSpec("age", "duration_since", ("taken",), "how long ago: age<7d"): lambda row: row.taken,
            },
        )

    def key(self, row: SnapshotFile) -> str:
        """The file's name."""
        return row.name

    @property
    def files(self) -> SnapshotFiles:
        """The folder of the snapshots."""
        return self.app.workbench.snapshots.files

    async def fetch(self) -> Sequence[SnapshotFile]:
        """All files of the folder; the very same list when nothing changed."""
        found = await asyncio.to_thread(self.files.list)
        return self.rows if self.rows is not None and list(self.rows) == list(found) else found

    def _arrived(self, rows: Sequence[SnapshotFile]) -> None:
        """What was just taken is what the next key is about."""
        super()._arrived(rows)
        if self._just_taken and self.table.move_to_key(self._just_taken):
            self._just_taken = ""

    def describe(self, row: SnapshotFile) -> Sheet:
        """What the file says of itself."""
        if row.problem:
            told = (SheetLine("problem", row.problem, "$text-error"), SheetLine("file", str(row.path)))
            return Sheet(show(row.name, "bold"), told)
        counts = tuple(SheetLine(kind, f"{row.counts[kind]:,}") for kind in KINDS if row.counts and kind in row.counts)
        notes = tuple(SheetLine("beware", note, "$text-warning") for note in row.notes)
        return Sheet(
            show(row.name, "bold"),
            (
                SheetLine("platform", f"{row.platform} {row.version}"),
                SheetLine("taken", local_text(row.taken) or "?"),
                *counts,
                *notes,
                SheetLine("file", str(row.path)),
                SheetLine("never in it", "; ".join(NOT_HELD), "$text-muted"),
            ),
        )

    def record(self, row: SnapshotFile) -> Json:
        """As `snapshot list --json` prints it."""
        return row.record()

    def empty(self) -> Empty:
        """Nothing was kept yet."""
        return Empty(
            "No snapshots yet. One holds groups, users, permissions, integrations, mappings and facts on tokens; "
            "no secret.",
            "Press n to take one, = to compare two servers.",
        )

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Only what is a snapshot can be brought back."""
        row = self.table.cursor_row
        if action.id == "objects.delete" and not self.table.targets:
            return "There is no snapshot here"
        if action.id == "snapshots.restore" and (row is None or row.problem):
            return row.problem if row is not None else "There is no row here"
        return super().why_not(action)

    def do_take(self) -> None:
        """Take a snapshot of this server, and keep it."""
        latest(self, "take", self._take)

    async def _take(self) -> None:
        bench = self.app.workbench
        try:
            taken = await wait_for(
                self.app, f"Snapshot of {bench.connection.host}", lambda tell: bench.snapshots.take(_watching(tell))
            )
            if taken is not None:
                path = await asyncio.to_thread(self.files.keep, taken)
                self._just_taken = path.name
                self.say(Line(f"{path.name}: {counts_words(taken)}", hint="; ".join(taken.notes)))
        except ConsoleError as error:
            line = line_of(error)
            self.say(replace(line, text=f"No snapshot was kept. {line.text}"))
        self.fetch_now()

    def do_restore(self) -> None:
        """Work out what brings this server back to the snapshot under the cursor, and review it."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._restore(row))

    async def _restore(self, row: SnapshotFile) -> Plan | None:
        bench = self.app.workbench
        wanted = await asyncio.to_thread(read_snapshot, row.path)
        return await wait_for(
            self.app,
            f"Compare {bench.connection.host}",
            lambda tell: bench.snapshots.plan_restore(wanted, _watching(tell)),
        )

    # -- deleting --------------------------------------------------------------------------------------

    def do_delete(self) -> None:
        """Delete the files of the marked ones, or of the one under the cursor, when that is confirmed."""
        latest(self, "delete", partial(self._delete, self.table.targets))

    async def _delete(self, rows: Sequence[SnapshotFile]) -> None:
        confirmation = delete_confirmation(rows, self.rows or ())
        listed = Content("\n").join([show(lost_words(row)) for row in rows])
        asking = Confirm(confirmation.verb, confirmation, "what is lost", listed)
        if await self.app.push_screen_wait(asking):
            await self._delete_all(rows)

    async def _delete_all(self, rows: Sequence[SnapshotFile]) -> None:
        failed = await asyncio.to_thread(self.files.delete_all, rows)
        still = {row.path for row, _ in failed}
        gone = [row.name for row in rows if row.path not in still]
        told = f"{gone[0]} is deleted" if len(gone) == 1 else f"{len(gone):,} snapshots are deleted"
        said = [*([told] if gone else []), *(error.message for _, error in failed)]
        self.say(Line(". ".join(said), Severity.ERROR if failed else Severity.NOTICE))
        self.changed()

    # -- comparing -------------------------------------------------------------------------------------

    def do_diff(self) -> None:
        """Choose what to compare with what."""
        latest(self, "diff", self._diff)

    async def _diff(self) -> None:
        try:
            sides = await asyncio.to_thread(self._sides)
            answers = await self.app.push_screen_wait(FormScreen(self._form(sides)))
            if answers is not None:
                await self._compared(_side(sides, answers, "before"), _side(sides, answers, "after"))
        except ConsoleError as error:
            self.say(line_of(error))

    async def _compared(self, before: _Side, after: _Side) -> None:
        read = [await self._read(side) for side in (before, after)]
        first, second = read
        if first is None or second is None:
            return
        found = await asyncio.to_thread(compare, first, second)
        beware = cautions(first, second)
        self.app.push_screen(ComparisonPage(_named(before, first), _named(after, second), found, beware))

    async def _read(self, side: _Side) -> Snapshot | None:
        """What stands on one side; None where the person does not wait for it, or has no token."""
        bench = self.app.workbench
        if side.file is not None:
            return await asyncio.to_thread(read_snapshot, side.file)
        if not side.profile:
            return await wait_for(
                self.app, f"Read {bench.connection.host}", lambda tell: bench.snapshots.take(_watching(tell))
            )
        servers = Servers(bench.paths)
        profile = (await asyncio.to_thread(servers.profiles)).find(side.profile)
        if profile is None:
            raise NotFound(f"There is no profile {visible(side.profile)} any more", "Choose another server")
        token = await token_of(self.app, servers, profile)
        if token is None:
            return None
        connection = profile.connection(token, f"profile {profile.name}, to compare")
        return await wait_for(self.app, f"Read {profile.name}", lambda tell: snapshot_of(connection, _watching(tell)))

    def _sides(self) -> tuple[_Side, ...]:
        """This server, the files, the other servers; in the order in which they are offered."""
        bench = self.app.workbench
        known = ProfileStore(bench.paths.config).load().known
        others = [profile for profile in known if profile.name != bench.connection.profile]
        return (
            _Side(_HERE),
            *(_Side(visible(file.name), file=file.path) for file in self.files.list() if not file.problem),
            *(_Side(f"server {one.name}, as it is now", profile=one.name) for one in others),
        )

    def _proposed(self, choices: Sequence[str]) -> tuple[str, str]:
        """Two that are marked, the earlier one first; else the one under the cursor, and this server."""
        whole = [row for row in self.table.targets if not row.problem]
        if len(whole) == 2:
            first, second = sorted(whole, key=lambda row: row.taken or 0.0)
            return visible(first.name), visible(second.name)
        row = self.table.cursor_row
        return visible(row.name) if row is not None and not row.problem else choices[-1], choices[0]

    def _form(self, sides: Sequence[_Side]) -> Form:
        choices = tuple(side.words for side in sides)
        before, after = self._proposed(choices)
        return Form(
            title="Compare",
            fields=(
                _choice("before", "From", "What was: a snapshot, or a server.", choices, before),
                _choice("after", "To", "What is, or shall be. Nothing but reads is sent.", choices, after),
            ),
            check=_two,
            onward="Compare",
        )


def _choice(name: str, label: str, help_: str, choices: tuple[str, ...], default: str) -> FormField:
    return FormField(id=name, label=label, help=help_, kind=FieldKind.CHOICE, choices=choices, default=default)


def _two(answers: Answers) -> dict[str, str]:
    same = answers["before"] == answers["after"]
    return {"after": "Choose two that differ; `jfconsole profiles add` makes more servers known"} if same else {}


def _side(sides: Sequence[_Side], answers: Answers, name: str) -> _Side:
    return next(side for side in sides if side.words == answers[name])


def _named(side: _Side, read: Snapshot) -> str:
    if side.file is None:
        return f"{read.platform}, as it is now"
    return f"{read.platform}, {local_text(read.taken or None) or '?'} ({side.file.name})"


def _watching(tell: Tell) -> Watch:
    return lambda kind, done, total: tell(f"Reading {kind}: {done:,} of {total:,}")


def _taken(row: SnapshotFile, context: RenderContext) -> Cell:
    return Cell("?", "danger") if row.taken is None else Cell(format_relative(row.taken, context.now))


def _objects(row: SnapshotFile, _: RenderContext) -> Cell:
    return Cell("not readable", "danger") if row.problem else Cell(f"{row.total:,}")
