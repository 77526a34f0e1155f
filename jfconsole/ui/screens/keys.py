"""Transit keys: the live list, the life of each as a timeline, making, changing, rotating, destroying, deleting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from jfconsole.domain.durations import format_duration, format_relative
from jfconsole.domain.exports.supctl import export_key
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.key_timeline import LEGEND, timeline
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.transit_keys import KeyState
from jfconsole.services.issuer_steps import KEY
from jfconsole.services.issuer_trust import reach
from jfconsole.services.issuer_view import IssuerView, KeyRow, key_rows
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.issuer_list import IssuerList
from jfconsole.ui.screens.key_form import edit_key_form, key_record, new_key_form
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show, show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty

_NARROW: Final = 22
_WIDE: Final = 50
"""Characters of a timeline in the pane, and on a page of 80 columns."""


class KeysScreen(IssuerList[KeyRow]):
    """All transit keys of the local issuer."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*IssuerList.SCOPES, Scope.KEYS)
    CRUMBS: ClassVar[tuple[str, ...]] = ("issuer", "keys")
    PART: ClassVar[str] = "keys"
    NOUN: ClassVar[str] = "transit keys"
    ONE: ClassVar[str] = "transit key"
    FOOTER: ClassVar[tuple[str, ...]] = (
        *("table.open", "objects.new", "objects.edit", "objects.delete"),
        *("keys.rotate-key", "issuer.next-part", "issuer.lock", "issuer.supctl"),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def columns(self) -> Sequence[Column[KeyRow]]:
        """Name, cipher, what signs, when it rotates, who uses it."""
        return (
            Column("name", "NAME", lambda row, _: Cell(row.name), 12, 2, 40, 9, lambda row: row.name),
            Column("cipher", "CIPHER", lambda row, _: Cell(row.record.key.cipher.value), 10, 0, 10, 6),
            Column("signs", "SIGNS", _signs, 18, 1, 30, 8),
            Column("rotates", "ROTATES", _rotates, 12, 1, 20, 7),
            Column("next", "NEXT VERSION", _next, 14, 1, 26, 5),
            Column("users", "USED BY", lambda row, _: Cell(", ".join(row.users) or "nobody", "muted"), 10, 2, 50, 4),
        )

    def schema(self) -> Schema[KeyRow]:
        """Name, cipher, who uses it, age of what signs."""
        return Schema(
            lambda row: f"{row.name} {row.record.key.cipher} {' '.join(row.users)}",
            {
                FieldSpec("name", "text", (), "the key"): lambda row: row.name,
                FieldSpec("cipher", "text", (), "such as ecdsa-p256"): lambda row: row.record.key.cipher.value,
                FieldSpec("user", "text", (), "an issuer that uses it"): lambda row: " ".join(row.users),
                FieldSpec("unused", "flag", (), "no issuer uses it"): lambda row: not row.users,
            },
        )

    def key(self, row: KeyRow) -> str:
        """The name."""
        return row.name

    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[KeyRow]:
        """All of them."""
        return tuple(key_rows(state, view.now))

    def describe(self, row: KeyRow) -> Sheet:
        """What is set, and its life in short."""
        return self._sheet(row, _NARROW)

    async def _describe(self, row: KeyRow) -> None:
        """The page has more room for the timeline."""
        self.app.push_screen(Viewer(show(row.name), self._sheet(row, _WIDE), copyable=row.record.active.kid))

    def _sheet(self, row: KeyRow, width: int) -> Sheet:
        key, now = row.record.key, self.app.clock()
        lines = [
            SheetLine("cipher", f"{key.cipher.value}, signs with {key.cipher.algorithm}"),
            SheetLine("rotates", f"every {format_duration(key.rotate_period)}" if key.rotate_period else "by hand"),
            SheetLine("overlap", format_duration(key.overlap)),
            SheetLine("deletion", "allowed" if key.deletion_allowed else "not allowed"),
            SheetLine("used by", ", ".join(row.users) or "nobody"),
            *_bewares(row, now),
            SheetLine("timeline", LEGEND, "$text-muted"),
        ]
        for version in timeline(row.record, now, width):
            lines.append(SheetLine(f"{version.version} {version.state}", version.bar))
            lines.append(SheetLine("", f"kid {version.kid}", "$text-muted"))
            lines.append(SheetLine("", version.words))
        return Sheet(show_name(row.name), tuple(lines))

    def record(self, row: KeyRow) -> Json:
        """As `keys show --json` prints it."""
        shown = self.service.keys()
        return next((key for key in shown if key["name"] == row.name), None)

    def supctl(self, row: KeyRow) -> str:
        """The key."""
        return export_key(row.record.key)

    def nothing(self) -> Empty:
        """No key yet."""
        return Empty("There is no transit key yet: an issuer signs with one.", "Press n to make one.")

    # -- changing --------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """A version can be destroyed when it has retired."""
        row = self.table.cursor_row
        if action.id == "keys.destroy" and row is not None and not _retiring(row):
            return "No version of this key has retired and is still published"
        return super().why_not(action)

    def do_new(self) -> None:
        """Ask, review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        await self.seen_state()
        await self.ask_and_apply(KEY, new_key_form(), key_record, new=True)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self.ask_and_apply(KEY, edit_key_form(row.record.key), key_record))

    def do_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor."""
        self.propose_deletion(KEY, [row.name for row in self.table.targets])

    def do_rotate_key(self) -> None:
        """Let the next version sign, once verifiers know it."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(asyncio.to_thread(self.service.plan_rotate, row.name, emergency=False))

    def do_emergency(self) -> None:
        """Let the next version sign at once."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._emergency(row.name))

    async def _emergency(self, name: str) -> Plan:
        affected = await self._affected(name)
        return await asyncio.to_thread(self.service.plan_rotate, name, emergency=True, affected=affected)

    def do_destroy(self) -> None:
        """Choose a version that has retired, review, destroy."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._destroy(row))

    async def _destroy(self, row: KeyRow) -> Plan | None:
        choices = [
            Choice(str(number), f"Version {number}", f"kid {kid}: tokens under it verify no more")
            for number, kid in _retiring(row)
        ]
        chosen = await self.app.push_screen_wait(Menu(f"Destroy which version of {row.name}?", choices))
        if chosen is None:
            return None
        affected = await self._affected(row.name)
        return await asyncio.to_thread(self.service.plan_destroy, row.name, int(chosen), affected)

    async def _affected(self, name: str) -> tuple[str, ...]:
        """Who on this platform trusts the issuers that sign with a key."""
        urls = await asyncio.to_thread(self.service.urls_signed_by, name)
        return await reach(await self.app.workbench.directory(), urls)


def _bewares(row: KeyRow, now: float) -> Sequence[SheetLine]:
    """Why it does not rotate, where its time has come or its next version is not known."""
    if row.ready is None:
        words = "the next version is not in what was published, so that it cannot sign: publish the issuer again"
        return (SheetLine("beware", words, "$text-warning"),)
    due = row.record.due()
    if due is not None and due <= now:
        return (SheetLine("beware", "its time has come: it rotates while the vault is open", "$text-warning"),)
    return ()


def _retiring(row: KeyRow) -> list[tuple[int, str]]:
    versions = row.record.versions
    return [(version.version, version.kid) for version in versions if version.state is KeyState.RETIRING]


def _signs(row: KeyRow, context: RenderContext) -> Cell:
    active = row.record.active
    return Cell(f"v{active.version} since {format_relative(active.activated or active.created, context.now)}")


def _rotates(row: KeyRow, context: RenderContext) -> Cell:
    due = row.record.due()
    if due is None:
        return Cell("by hand", "muted")
    return Cell("overdue", "warning") if due <= context.now else Cell(format_relative(due, context.now))


def _next(row: KeyRow, context: RenderContext) -> Cell:
    if row.ready is None:
        return Cell("not published", "warning")
    return Cell("ready") if row.ready <= context.now else Cell(f"ready {format_relative(row.ready, context.now)}")
