"""What can be done with a list of resources of any kind: look, copy, sort, choose a view."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeAlias

from textual import on
from textual.widgets import Input

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.secret import Secret
from jfconsole.ui.actions import Action
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.live_list import LiveList, Row
from jfconsole.ui.text import json_page, show
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.message_line import line_of
from jfconsole.ui.widgets.resource_table import ResourceTable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from jfconsole.domain.forms import Answers, Form
    from jfconsole.domain.plans import Plan
    from jfconsole.domain.views import View
    from jfconsole.ui.screens.access_page import Question
    from jfconsole.ui.screens.form import FormScreen, Sources
    from jfconsole.ui.work import Give

Proposal: TypeAlias = "Coroutine[Any, Any, Plan | None]"
"""Comes to a plan to review, or to None when there is none left; may read the platform and ask questions."""

Build: TypeAlias = "Callable[[Answers], Awaitable[Plan]]"
"""The plan that answers come to; raises ConsoleError when they will not do."""


Giving: TypeAlias = "Callable[[Plan], Give]"
"""Who receives what comes of a plan."""


class FormMaker(Protocol):
    """Makes the screen that asks."""

    def __call__(self, form: Form, sources: Sources, *, answers: Answers | None, refusal: str) -> FormScreen:
        """See `FormScreen`."""
        ...


class ResourceScreen(LiveList[Row]):
    """A live list with its actions. `ASKABLE`: access questions can be asked about its rows."""

    ASKABLE: ClassVar[bool] = False

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Most actions of a list need a row."""
        if action.id == "list.access" and not self.ASKABLE:
            return "Access is a matter of users, groups, permissions, repositories and tokens"
        if action.id in _NEED_ROW and self.table.cursor_row is None:
            return "There is no row here"
        if action.id == "list.live" and not self.LIVE:
            return "This list is always up to date"
        return None

    def hint_label(self, action: Action) -> str:
        """`delete 3` while three are marked."""
        marked = len(self.table.marks)
        label = super().hint_label(action)
        return f"{label} {marked:,}" if marked and action.id in _TAKE_AWAY else label

    # -- changing --------------------------------------------------------------------------------------

    def propose(self, proposal: Proposal) -> None:
        """Work out a plan in the background, then review it; what stands in its way is said above the footer.

        One at a time: a second key press while the first is being worked out changes nothing.
        """
        others = (worker for worker in self.workers if worker.group == _PROPOSING and worker.node is self)
        if any(not worker.is_finished for worker in others):
            proposal.close()
            return
        self.app.typeahead.hold()
        self.run_worker(self._propose(proposal), group=_PROPOSING)

    async def _propose(self, proposal: Proposal) -> None:
        try:
            plan = await proposal
        except ConsoleError as error:
            self.app.typeahead.release()
            self.say(line_of(error))
            return
        if plan is not None:
            self.app.desk.review(plan, self.changed)

    async def fill_in(
        self, form: Form, build: Build, screen: FormMaker | None = None, giving: Giving | None = None
    ) -> None:
        """Ask by form until its plan is confirmed, or until the person leaves it. Call it in a proposal.

        `giving` says who receives what comes of the plan; without it, secrets are shown in a panel of their own.

        Whatever stands in the way, and a review that is cancelled, bring the form back as it was filled in.
        """
        from jfconsole.ui.screens.form import FormScreen

        answers: Answers | None = None
        refusal = ""
        sources = await self.sources()
        while True:
            asking = (screen or FormScreen)(form, sources, answers=answers, refusal=refusal)
            answers = await self.app.push_screen_wait(asking)
            if answers is None:
                return
            try:
                plan = await build(answers)
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}" if error.hint else error.message
                continue
            if await self.app.desk.agree(plan, self.changed, giving(plan) if giving is not None else None):
                return
            refusal = _again(answers)

    async def sources(self) -> Sources:
        """Where forms get names to choose from."""
        return {}

    def changed(self) -> None:
        """A reviewed plan has ended: the marks have served, and the list is fetched to show what became of it."""
        self.table.action_unmark_all()
        self.fetch_now()

    # -- looking ---------------------------------------------------------------------------------------

    @on(ResourceTable.Opened)
    def _open_row(self) -> None:
        """Enter does what `d` does, also where a list has its own way of telling everything."""
        self.do_describe()

    def do_describe(self) -> None:
        """A page with everything that can be learnt about the row."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "describe", partial(self._describe, row))

    async def _describe(self, row: Row) -> None:
        sheet = await self.full_sheet(row)
        self._show_page(row, sheet, self.key(row))

    def _show_page(self, row: Row, sheet: Sheet, copyable: str) -> None:
        from jfconsole.ui.screens.viewer import Viewer

        self.app.push_screen(Viewer(show(self.key(row)), sheet, copyable=copyable))

    async def question(self, row: Row) -> Question | None:
        """What to ask about the access of, or to, a row; None when the person thought better of it."""
        return None

    def do_access(self) -> None:
        """A page with who can, or what can be done, and why."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "access", partial(self._ask_access, row))

    async def _ask_access(self, row: Row) -> None:
        question = await self.question(row)
        if question is not None:
            from jfconsole.ui.screens.access import AccessScreen

            self.app.push_screen(AccessScreen(question))

    def do_json(self) -> None:
        """A page with the row as JSON."""
        row = self.table.cursor_row
        if row is not None:
            text, page = json_page(self.record(row))
            self._show_page(row, Sheet(page), text)

    def do_filter(self) -> None:
        """Go to the filter line."""
        self.bar.edit()

    def do_refresh(self) -> None:
        """Fetch now."""
        self.fetch_now()

    def do_live(self) -> None:
        """Live refresh on or off."""
        self.freshness.live = not self.freshness.live
        self._show_freshness()
        self._tick()

    def do_preview(self) -> None:
        """The pane on or off, until it is switched again."""
        self._pane_wanted = not self.query_one("#pane").display
        self._place_pane()

    def do_copy(self) -> None:
        """Copy the key of the row."""
        row = self.table.cursor_row
        if row is not None:
            self.app.copy_text(self.key(row))

    def do_copy_curl(self) -> None:
        """Copy the call that reads the row."""
        row = self.table.cursor_row
        command = None if row is None else self.curl(row)
        if command is not None:
            self.app.copy_text(command)

    def do_sort(self) -> None:
        """Choose the order from a menu."""
        from jfconsole.ui.screens.dialog import Choice, Menu

        def answer(chosen: str | None) -> None:
            if chosen is not None:
                self.table.sort_by(chosen)

        sortable = [column for column in self.table.columns if column.sort_key is not None]
        choices = [Choice(column.id, column.label.capitalize()) for column in sortable]
        current = self.table.sort.column_id if self.table.sort else None
        self.app.push_screen(Menu("Sort by", choices, current), answer)

    def do_views(self) -> None:
        """Choose a filter that is ready or saved, or save the one that is there."""
        latest(self, "views", self.views_wanted)

    async def views_wanted(self) -> None:
        """Offer the views of this list."""
        await self.offer_views(self.VIEWS)

    async def offer_views(self, views: Sequence[View]) -> None:
        """Ask for one of them, or for a saved filter."""
        from jfconsole.ui.screens.views import choose_view

        await choose_view(self, views)

    @property
    def kind(self) -> str:
        """What is listed: the section's name, by which filters are saved."""
        return self.app.current_mode

    def do_back(self) -> None:
        """Dismiss the message, clear the filter, leave: one at a time."""
        if self.focused is not None and isinstance(self.focused, Input):
            self.bar.escape()
        elif self.query_one("MessageLine").display or not self.bar.text:
            super().do_back()
        else:
            self.bar.text = ""


def _again(answers: Answers) -> str:
    """What a form that comes back after a review has to say: secrets do not stand in it any more."""
    typed = any(isinstance(answer, Secret) and answer for answer in answers.values())
    return "Nothing was sent. Give the secret again: it was not kept" if typed else ""


_PROPOSING: Final = "propose"
_TAKE_AWAY: Final = frozenset({"objects.delete", "tokens.revoke"})
_NEED_ROW: Final = frozenset(
    {"table.open", "list.describe", "list.json", "list.copy", "list.copy-curl", "list.access", "table.toggle-mark"}
)
