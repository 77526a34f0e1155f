"""What lists of users and of groups share: questions by form, memberships by picker, deletions with what depends."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from jfconsole.domain.errors import ConsoleError, NothingToChange
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.plans import Plan
from jfconsole.services.access import Loading
from jfconsole.services.directory import Directory
from jfconsole.services.ladder import Surroundings
from jfconsole.services.session import Unknown
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.form import Sources
from jfconsole.ui.screens.import_csv import import_form, plan_file
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.sources import sources_of
from jfconsole.ui.widgets.message_line import Line, line_of

BuildDelta = Callable[[set[str], set[str]], Awaitable[Plan]]

_NEED_ROW: Final = frozenset({"objects.edit", "objects.rename", "objects.delete", "people.members"})


class PeopleScreen(ResourceScreen[Row]):
    """A list of users or groups, with everything that can be done to them."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (
        *ResourceScreen.SCOPES,
        Scope.OBJECTS,
        Scope.EDITABLE,
        Scope.RENAMABLE,
        Scope.PEOPLE,
    )
    ONE: ClassVar[str] = "one"

    @abstractmethod
    async def deletion(self, directory: Directory, names: Sequence[str], around: Surroundings) -> Plan:
        """The plan that deletes these."""

    async def directory(self) -> Directory:
        """The services behind the screen."""
        return await self.app.workbench.directory()

    def why_not(self, action: Action) -> str | None:
        """What is about somebody needs somebody."""
        if action.id in _NEED_ROW and not self.table.targets:
            return f"There is no {self.ONE} here"
        return super().why_not(action)

    # -- asking ----------------------------------------------------------------------------------------

    async def sources(self) -> Sources:
        """Names to pick from, asked of the platform over all pages."""
        return sources_of(await self.directory())

    async def pick(self, what: str, held: Sequence[str], build: BuildDelta) -> None:
        """Let choose from all users or groups there are until the plan is confirmed, or nothing is chosen.

        `build` gets who comes and who goes. What stands in the way, and a review that is cancelled, bring the choice
        back. Raises NothingToChange.
        """
        load = (await self.sources())[what]
        chosen: Sequence[str] | None = held
        while chosen is not None:
            chosen = await self.app.push_screen_wait(Picker(what, load, chosen))
            if chosen is not None and await self._agree(build(set(chosen) - set(held), set(held) - set(chosen))):
                return

    async def _agree(self, building: Awaitable[Plan]) -> bool:
        """Whether the plan came about, and was confirmed."""
        try:
            plan = await building
        except NothingToChange:
            raise
        except ConsoleError as error:
            self.say(line_of(error))
            return False
        self.say(None)
        return await self.app.desk.agree(plan, self.changed)

    def do_import(self) -> None:
        """Ask for a file, review what it comes to, import."""
        self.propose(self._import())

    async def _import(self) -> None:
        await self.fill_in(import_form(), partial(plan_file, await self.directory()))

    # -- renaming --------------------------------------------------------------------------------------

    @abstractmethod
    def rename_form(self, name: str) -> Form:
        """What a rename asks; the new name is the answer `name`."""

    @abstractmethod
    async def renaming(self, directory: Directory, old: str, answers: Answers, around: Surroundings) -> Plan:
        """The plan that renames one."""

    def do_rename(self) -> None:
        """Ask for the new name, look up what names the old one, review, move."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._rename(self.key(row)))

    async def _rename(self, name: str) -> None:
        directory = await self.directory()

        async def build(answers: Answers) -> Plan:
            around = await self.surroundings(directory, refresh=True)
            self.say(None)
            return await self.renaming(directory, name, answers, around)

        await self.fill_in(self.rename_form(name), build)

    # -- deleting --------------------------------------------------------------------------------------

    def do_delete(self) -> None:
        """Look up what depends on them, review, delete."""
        self.propose(self._delete([self.key(row) for row in self.table.targets]))

    async def _delete(self, names: Sequence[str]) -> Plan:
        directory = await self.directory()
        plan = await self.deletion(directory, names, await self.surroundings(directory))
        self.say(None)
        return plan

    async def surroundings(self, directory: Directory, *, refresh: bool = False) -> Surroundings:
        """Who is named where: permissions, groups and tokens. Says how far it has got."""

        def watch(loading: Loading) -> None:
            self.say(Line(f"Looking up what depends on it: {loading.what} {loading.done:,} of {loading.total:,}"))

        self.say(Line("Looking up what depends on it …"))
        tokens = (await self.app.workbench.list_tokens()).views
        identity = self.app.workbench.identity
        own = identity.username if identity is not None and not isinstance(identity.username, Unknown) else None
        return await directory.surroundings(own=own, tokens=tokens, watch=watch, refresh=refresh)
