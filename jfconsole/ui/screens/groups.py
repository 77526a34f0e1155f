"""Groups: the live list, what is known of each, making, editing, renaming, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from jfconsole.domain.errors import Refused
from jfconsole.domain.filters import Schema
from jfconsole.domain.forms import Answers
from jfconsole.domain.group_facts import GroupView, group_record, group_schema
from jfconsole.domain.groups import why_read_only
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import Surroundings
from jfconsole.ui.actions import Scope
from jfconsole.ui.screens.access_page import Question, about_group
from jfconsole.ui.screens.adopt import create_or_adopt
from jfconsole.ui.screens.answers import text
from jfconsole.ui.screens.group_form import changed_group, edit_group_form, new_group, new_group_form, rename_form
from jfconsole.ui.screens.group_page import group_columns, group_sheet
from jfconsole.ui.screens.live_list import View
from jfconsole.ui.screens.people import PeopleScreen
from jfconsole.ui.screens.thin_list import ThinList
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Column
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty


class GroupsScreen(PeopleScreen[GroupView], ThinList[GroupView]):
    """All groups. The platform lists names; the rest is read for the rows in sight."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*PeopleScreen.SCOPES, Scope.RENAMABLE)
    CRUMBS: ClassVar[tuple[str, ...]] = ("groups",)
    NOUN: ClassVar[str] = "groups"
    ONE: ClassVar[str] = "group"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View("admin", "Administrators", "admin", "Members may do everything. Covers groups that were read."),
        View(
            "autojoin", "Joining by themselves", "autojoin", "New users become members. Covers groups that were read."
        ),
        View("empty", "Without members", "empty", "Nobody is in them. Covers groups that were read."),
    )
    ASKABLE: ClassVar[bool] = True
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def __init__(self) -> None:
        super().__init__()
        self._listing: Listing[GroupView] | None = None

    def columns(self) -> Sequence[Column[GroupView]]:
        """Name, members, what stands out, description."""
        return group_columns()

    def schema(self) -> Schema[GroupView]:
        """What filters may ask of groups."""
        return group_schema()

    def key(self, row: GroupView) -> str:
        """The name."""
        return row.name

    def is_known(self, key: str) -> bool:
        """Whether the members were read."""
        row = self.table.state.row(key)
        return row is None or row.detail is not None

    async def fetch(self) -> Sequence[GroupView]:
        """All names, and the details of those in sight."""
        groups = (await self.directory()).groups
        self._listing = await groups.list(self._listing)
        if await groups.details.load(self.in_sight([view.name for view in self._listing.views])):
            self._listing = await groups.list(self._listing)
        return self._listing.views

    def describe(self, row: GroupView) -> Sheet:
        """What is known without asking."""
        return Sheet(show_name(row.name)) if row.detail is None else group_sheet(row.detail)

    async def look_up(self, row: GroupView) -> Sheet:
        """Everything that the platform tells about the group now."""
        return group_sheet(await (await self.directory()).groups.get(row.name))

    def record(self, row: GroupView) -> Json:
        """As `groups show --json` prints it; the name alone where nothing else was read."""
        return {"name": row.name} if row.detail is None else group_record(row.detail)

    async def question(self, row: GroupView) -> Question:
        """What being in the group gives."""
        return about_group(row.name)

    def curl(self, row: GroupView) -> str | None:
        """GET of this group."""
        return self.app.workbench.group_curl(row.name)

    def empty(self) -> Empty:
        """Possible: even `readers` can be deleted."""
        return Empty("This platform lists no groups.", "Press n to make one.")

    # -- actions ---------------------------------------------------------------------------------------

    def do_new(self) -> None:
        """Ask for everything, review, make."""

        async def build(answers: Answers) -> Plan:
            groups, group = (await self.directory()).groups, new_group(answers)
            return await create_or_adopt(
                self.app,
                f"group {group.name}",
                lambda: groups.fetch(group.name),
                lambda: groups.plan_create(group),
                lambda: groups.plan_adopt(group),
            )

        self.propose(self.fill_in(new_group_form(), build))

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit(row.name))

    async def _edit(self, name: str) -> Plan | None:
        groups = (await self.directory()).groups
        group = await groups.get(name)
        form = edit_group_form(group)

        async def build(answers: Answers) -> Plan:
            return await groups.plan_update(group, changed_group(group, form, answers))

        return await self.fill_in(form, build)

    def do_members(self) -> None:
        """Choose the members; only the difference is sent."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._choose_members(row.name))

    async def _choose_members(self, name: str) -> Plan | None:
        groups = (await self.directory()).groups
        group = await groups.get(name)
        if reason := why_read_only(group.realm and visible(group.realm)):
            raise Refused(reason, "Change them there")
        picked = await self.pick("members", group.members or ())
        return None if picked is None else await groups.plan_members(name, *picked)

    def do_rename(self) -> None:
        """Ask for the new name, look up what names the old one, review, move."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._rename(row.name))

    async def _rename(self, name: str) -> Plan | None:
        directory = await self.directory()

        async def build(answers: Answers) -> Plan:
            return await directory.groups.plan_rename(name, text(answers, "name"), await self.surroundings(directory))

        return await self.fill_in(rename_form(name), build)

    async def deletion(self, directory: Directory, names: Sequence[str], around: Surroundings) -> Plan:
        """With what depends on them."""
        return await directory.groups.plan_delete(names, around)
