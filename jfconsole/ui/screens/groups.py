"""Groups: the live list, what is known of each, making, editing, renaming, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from jfconsole.domain.answers import text
from jfconsole.domain.errors import Refused
from jfconsole.domain.filters import Schema
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.group_facts import GroupView, group_record, group_schema, view_group
from jfconsole.domain.groups import NEW_GROUP_ROLES, Group, why_read_only
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted, visible
from jfconsole.domain.views import READY, View
from jfconsole.services.directory import Directory
from jfconsole.services.groups import GroupService
from jfconsole.services.ladder import Surroundings
from jfconsole.services.reading import group_request
from jfconsole.ui.screens.access_page import Question, about_group
from jfconsole.ui.screens.adopt import create_or_adopt
from jfconsole.ui.screens.group_form import changed_group, edit_group_form, new_group, new_group_form
from jfconsole.ui.screens.group_page import group_columns, group_sheet
from jfconsole.ui.screens.people import PeopleScreen
from jfconsole.ui.screens.rename_form import rename_form
from jfconsole.ui.screens.thin_list import ThinList
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Column
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty


class GroupsScreen(PeopleScreen[GroupView], ThinList[GroupView, Group]):
    """All groups. The platform lists names; the rest is read for the rows in sight."""

    CRUMBS: ClassVar[tuple[str, ...]] = ("groups",)
    NOUN: ClassVar[str] = "groups"
    ONE: ClassVar[str] = "group"
    VIEWS: ClassVar[tuple[View, ...]] = READY["groups"]
    ASKABLE: ClassVar[bool] = True
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def columns(self) -> Sequence[Column[GroupView]]:
        """Name, members, what stands out, description."""
        return group_columns()

    def schema(self) -> Schema[GroupView]:
        """What filters may ask of groups."""
        return group_schema()

    async def service(self) -> GroupService:
        """What lists groups."""
        return (await self.directory()).groups

    def view(self, name: Untrusted, detail: Group | None) -> GroupView:
        """One row."""
        return view_group(name, detail)

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
        return self.app.workbench.curl(group_request(row.name))

    def empty(self) -> Empty:
        """Possible: even `readers` can be deleted."""
        return Empty("This platform lists no groups.", "Press n to make one.")

    # -- actions ---------------------------------------------------------------------------------------

    def do_new(self) -> None:
        """Ask for everything, review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        directory = await self.directory()
        groups = directory.groups

        async def build(answers: Answers) -> Plan:
            group = new_group(answers)
            return await create_or_adopt(
                self.app,
                f"group {group.name}",
                lambda: groups.fetch(group.name),
                lambda: groups.plan_create(group),
                lambda: groups.plan_adopt(group),
            )

        await self.fill_in(new_group_form(await directory.capabilities.roles(NEW_GROUP_ROLES)), build)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit(row.name))

    async def _edit(self, name: str) -> None:
        groups = await self.service()
        group = await groups.get(name)
        form = edit_group_form(group)

        async def build(answers: Answers) -> Plan:
            return await groups.plan_update(group, changed_group(group, form, answers))

        await self.fill_in(form, build)

    def do_members(self) -> None:
        """Choose the members; only the difference is sent."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._choose_members(row.name))

    async def _choose_members(self, name: str) -> None:
        groups = await self.service()
        group = await groups.get(name)
        if reason := why_read_only(group.realm and visible(group.realm)):
            raise Refused(reason, "Change them there")
        await self.pick("members", group.members or (), partial(groups.plan_members, name))

    def rename_form(self, name: str) -> Form:
        """The new name."""
        return rename_form("group", name)

    async def renaming(self, directory: Directory, old: str, answers: Answers, around: Surroundings) -> Plan:
        """With members and grants."""
        return await directory.groups.plan_rename(old, text(answers, "name"), around)

    async def deletion(self, directory: Directory, names: Sequence[str], around: Surroundings) -> Plan:
        """With what depends on them."""
        return await directory.groups.plan_delete(names, around)
