"""Permissions: the live list, what each gives to whom, making, editing, renaming and deleting them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from jfconsole.domain.access import AccessIndex
from jfconsole.domain.answers import text
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import Schema
from jfconsole.domain.forms import Answers
from jfconsole.domain.permission_facts import PermissionView, permission_record, permission_schema, view_permission
from jfconsole.domain.permissions import NAME_LIMIT, Permission
from jfconsole.domain.plans import Plan
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.requests import Json
from jfconsole.domain.text import Untrusted
from jfconsole.domain.views import READY, View
from jfconsole.services.details import Listing
from jfconsole.services.lint_permissions import Finding, lint_permissions
from jfconsole.services.permissions import PermissionService
from jfconsole.services.reading import permission_request
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.access import AccessScreen
from jfconsole.ui.screens.access_page import Question, about_all_permissions, about_permission
from jfconsole.ui.screens.permission_editor import PermissionEditor
from jfconsole.ui.screens.permission_page import name_sheet, permission_columns, permission_sheet
from jfconsole.ui.screens.rename_form import rename_form
from jfconsole.ui.screens.thin_list import ThinList
from jfconsole.ui.widgets.columns import Column
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import line_of


class PermissionsScreen(ThinList[PermissionView, Permission]):
    """All permissions. The platform lists names; the rest is read for the rows in sight."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (
        *ThinList.SCOPES,
        Scope.OBJECTS,
        Scope.EDITABLE,
        Scope.RENAMABLE,
        Scope.PERMISSIONS,
    )
    CRUMBS: ClassVar[tuple[str, ...]] = ("permissions",)
    NOUN: ClassVar[str] = "permissions"
    VIEWS: ClassVar[tuple[View, ...]] = READY["permissions"]
    THIN: ClassVar[frozenset[str]] = frozenset({"name", "builtin"})
    ASKABLE: ClassVar[bool] = True
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def __init__(self) -> None:
        super().__init__()
        self._repositories: Listing[RepositoryRow] | None = None
        self._linted: tuple[AccessIndex, tuple[Finding, ...]] | None = None

    def columns(self) -> Sequence[Column[PermissionView]]:
        """Name, resource types, targets, principals, flags."""
        return permission_columns()

    def schema(self) -> Schema[PermissionView]:
        """Names of everything involved, actions, types."""
        return permission_schema()

    # -- reading ---------------------------------------------------------------------------------------

    async def service(self) -> PermissionService:
        """What lists permissions."""
        return (await self.app.workbench.directory()).permissions

    def view(self, name: Untrusted, detail: Permission | None) -> PermissionView:
        """One row."""
        return view_permission(name, detail)

    def describe(self, row: PermissionView) -> Sheet:
        """What was read so far."""
        return name_sheet(row) if row.detail is None else self._sheet(row.detail)

    async def look_up(self, row: PermissionView) -> Sheet:
        """The permission as it is now; with findings where everything they need was loaded for another reason."""
        directory = await self.app.workbench.directory()
        permission = await directory.permissions.get(row.name)
        self._repositories = await directory.repositories.list(self._repositories)
        index = directory.access.loaded
        if index is not None and (self._linted is None or self._linted[0] is not index):
            self._linted = (index, await asyncio.to_thread(lint_permissions, index.world))
        return self._sheet(permission)

    def _sheet(self, permission: Permission) -> Sheet:
        rows = self._repositories.views if self._repositories is not None else ()
        found = (
            [finding for finding in self._linted[1] if finding.permission == permission.name] if self._linted else None
        )
        return permission_sheet(permission, rows, found)

    def record(self, row: PermissionView) -> Json:
        """As `permissions show --json` prints it; the name alone where nothing else was read."""
        return {"name": row.name} if row.detail is None else permission_record(row.detail)

    def curl(self, row: PermissionView) -> str | None:
        """GET of this permission."""
        return self.app.workbench.curl(permission_request(row.name))

    def empty(self) -> Empty:
        """Only administrators see an empty platform."""
        return Empty("This platform lists no permissions.", "Press n to make one.")

    async def question(self, row: PermissionView) -> Question:
        """What it gives to whom."""
        return about_permission(row.name)

    def do_lint(self) -> None:
        """Load everything, and show what is wrong with it; details tell it then, too."""
        self.app.push_screen(AccessScreen(about_all_permissions()), lambda _: self._follow_cursor())

    # -- changing --------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Editing needs a row, deleting needs some."""
        if action.id in {"objects.edit", "objects.rename", "objects.delete"} and not self.table.targets:
            return "There is no permission here"
        return super().why_not(action)

    def do_new(self) -> None:
        """Open the editor on nothing."""
        latest(self, "edit", partial(self._edit, None))

    def do_edit(self) -> None:
        """Open the editor on the permission as it is now."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "edit", partial(self._edit, row.name))

    async def _edit(self, name: str | None) -> None:
        try:
            directory = await self.app.workbench.directory()
            before = await directory.permissions.get(name) if name is not None else None
        except ConsoleError as error:
            self.say(line_of(error))
            return
        self.app.push_screen(PermissionEditor(directory, before))

    def do_delete(self) -> None:
        """Delete the marked permissions, or the one under the cursor."""
        self.propose(self._plan_delete([row.name for row in self.table.targets]))

    async def _plan_delete(self, names: Sequence[str]) -> Plan:
        return await (await self.service()).plan_delete(names)

    def do_rename(self) -> None:
        """Ask for the new name, make the permission anew, delete the old one."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._rename(row.name))

    async def _rename(self, old: str) -> None:
        service = await self.service()

        async def build(answers: Answers) -> Plan:
            return await service.plan_rename(old, text(answers, "name"))

        await self.fill_in(rename_form("permission", old, NAME_LIMIT), build)
