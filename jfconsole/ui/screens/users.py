"""Users: the live list, what is known of each, making, editing, letting in again, deleting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from jfconsole.domain.answers import secret, text
from jfconsole.domain.errors import Refused
from jfconsole.domain.filters import Schema
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.user_facts import UserView, row_record, user_record, user_schema, view_user
from jfconsole.domain.users import ANONYMOUS, NEW_USER_ROLES, User, UserStatus
from jfconsole.domain.views import READY, View
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import Surroundings
from jfconsole.services.reading import user_request
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.access_page import Question, about_user
from jfconsole.ui.screens.adopt import create_or_adopt
from jfconsole.ui.screens.detail_loading import DetailLoading
from jfconsole.ui.screens.people import PeopleScreen
from jfconsole.ui.screens.user_form import (
    changed_user,
    edit_user_form,
    new_user,
    new_user_form,
    password_form,
    password_of,
    rename_user_form,
)
from jfconsole.ui.screens.user_page import row_sheet, user_columns, user_sheet
from jfconsole.ui.widgets.columns import Column
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.wizardry import open_built_in
from jfconsole.wizards import offboarding


class UsersScreen(PeopleScreen[UserView], DetailLoading[UserView]):
    """All users. The platform lists name, state and realm; the rest is read for the one under the cursor."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*PeopleScreen.SCOPES, Scope.USERS)
    CRUMBS: ClassVar[tuple[str, ...]] = ("users",)
    NOUN: ClassVar[str] = "users"
    ONE: ClassVar[str] = "user"
    VIEWS: ClassVar[tuple[View, ...]] = READY["users"]
    THIN: ClassVar[frozenset[str]] = frozenset({"name", "realm", "status", "locked", "disabled", "invited", "external"})
    ASKABLE: ClassVar[bool] = True
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def __init__(self) -> None:
        self._admins: set[str] = set()
        super().__init__()
        self._listing: Listing[UserView] | None = None
        self._details: Mapping[str, User] = {}

    def columns(self) -> Sequence[Column[UserView]]:
        """Name, state, realm, what stands out."""
        return user_columns(self._admins)

    def schema(self) -> Schema[UserView]:
        """What filters may ask of users."""
        return user_schema(self._admins)

    @property
    def thin(self) -> frozenset[str]:
        """Administrators need no details where the platform lists them, nor do words that a name holds."""
        listed = {"admin"} if self._admins else set()
        found = {""} if self.table.shown_count else set()
        return self.THIN | listed | found

    def key(self, row: UserView) -> str:
        """The user name."""
        return row.username

    async def fetch(self) -> Sequence[UserView]:
        """All users, and who of them is an administrator."""
        users = (await self.directory()).users
        self.known, self._details = users.details, users.details.known
        listing = await users.list(self._listing)
        if listing is not self._listing:
            self._admins.clear()
            self._admins.update(await users.administrators())
            self._listing = listing
        return listing.views

    def with_known(self) -> Sequence[UserView]:
        """The rows with what is known of each."""
        known = self._details
        return [
            view if view.detail is known.get(view.username) else view_user(view.row, known.get(view.username))
            for view in self.rows or ()
        ]

    def describe(self, row: UserView) -> Sheet:
        """What is known without asking."""
        return row_sheet(row) if row.detail is None else user_sheet(row.detail, self.app.clock())

    async def look_up(self, row: UserView) -> Sheet:
        """Everything that the platform tells about the user now."""
        user = await (await self.directory()).users.get(row.username)
        return user_sheet(user, self.app.clock())

    def record(self, row: UserView) -> Json:
        """As `users show --json` prints it; as `users list --json` where nothing else was read."""
        return row_record(row.row) if row.detail is None else user_record(row.detail)

    async def question(self, row: UserView) -> Question:
        """What the user may do."""
        return about_user(row.username)

    def curl(self, row: UserView) -> str | None:
        """GET of this user."""
        return self.app.workbench.curl(user_request(row.username))

    def empty(self) -> Empty:
        """Every platform has its administrator and anonymous, for those who may see them."""
        return Empty("This platform lists no users.", "Press n to make one.")

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """What cannot be done to these users, as far as the list tells."""
        targets = self.table.targets
        if action.id in {"users.password", "users.expire", "users.offboard"} and self.table.cursor_row is None:
            return "There is no user here"
        if action.id == "users.unlock" and not any(row.row.status == UserStatus.LOCKED for row in targets):
            return "None of these users is locked"
        if action.id == "objects.delete" and [row.username for row in targets] == [ANONYMOUS]:
            return "anonymous is built in and cannot be deleted"
        return super().why_not(action)

    def hint_label(self, action: Action) -> str:
        """The members of a user are groups."""
        return "groups" if action.id == "people.members" else super().hint_label(action)

    def do_new(self) -> None:
        """Ask for everything, review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        directory = await self.directory()
        users = directory.users

        async def build(answers: Answers) -> Plan:
            user = new_user(answers)
            return await create_or_adopt(
                self.app,
                f"user {user.username}",
                lambda: users.fetch(user.username),
                lambda: users.plan_create(user, password_of(answers)),
                lambda: users.plan_adopt(user),
            )

        await self.fill_in(new_user_form(await directory.capabilities.roles(NEW_USER_ROLES)), build)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit(row.username))

    async def _edit(self, username: str) -> None:
        users = (await self.directory()).users
        user = await users.get(username)
        form = edit_user_form(user)

        async def build(answers: Answers) -> Plan:
            return await users.plan_update(user, changed_user(user, form, answers), password_of(answers))

        await self.fill_in(form, build)

    def do_members(self) -> None:
        """Choose the groups of the user; only the difference is sent."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._choose_groups(row.username))

    async def _choose_groups(self, username: str) -> None:
        users = (await self.directory()).users
        held = (await users.get(username)).groups or ()
        await self.pick("groups", held, partial(users.plan_groups, username))

    def do_password(self) -> None:
        """Ask for another password, review, set."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._set_password(row.username))

    async def _set_password(self, username: str) -> None:
        users = (await self.directory()).users
        if (await users.get(username)).internal_password_disabled:
            raise Refused(f"{visible(username)} may have no password", "Press e to allow one, and to set it")

        async def build(answers: Answers) -> Plan:
            return await users.plan_password(username, secret(answers, "secret"))

        await self.fill_in(password_form(username), build)

    def rename_form(self, name: str) -> Form:
        """The new name, and whether there shall be a password."""
        return rename_user_form(name)

    async def renaming(self, directory: Directory, old: str, answers: Answers, around: Surroundings) -> Plan:
        """With groups and grants."""
        return await directory.users.plan_rename(old, text(answers, "name"), around, password_of(answers))

    def do_expire(self) -> None:
        """Review, make a new password necessary."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._expire(row.username))

    async def _expire(self, username: str) -> Plan:
        return await (await self.directory()).users.plan_expire(username)

    def do_unlock(self) -> None:
        """Review, let in again."""
        self.propose(self._unlock([row.username for row in self.table.targets]))

    async def _unlock(self, usernames: Sequence[str]) -> Plan:
        return await (await self.directory()).users.plan_unlock(usernames)

    def do_offboard(self) -> None:
        """Open the wizard on the user."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "offboard", partial(open_built_in, self.app, offboarding.ID, {offboarding.USER: row.username}))

    async def deletion(self, directory: Directory, names: Sequence[str], around: Surroundings) -> Plan:
        """With what depends on them."""
        return await directory.users.plan_delete(names, around)
