"""The token that the console itself works with: what it is, what is wrong with it, one for an hour, and back again."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Report
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.services import going_over
from jfconsole.services.own_token import OwnToken
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Overlay
from jfconsole.ui.screens.trust_list import fact_lines
from jfconsole.ui.screens.viewer import Page
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet
from jfconsole.ui.widgets.list_state import Failed, ListState, Loading
from jfconsole.ui.widgets.message_line import line_of
from jfconsole.ui.work import Then

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_KEYS: Final = "h work with an admin token for one hour · c copy id · esc close"
_KEYS_BACK: Final = "b back to the former token · h another hour · c copy id · esc close"
_SWAPPED: Final = "The console works with a token for one hour, which is in memory alone"
_BACK: Final = "The console works with the former token again; the one for an hour lapses by itself"


class Wish(Enum):
    """Which other token a person wants to work with."""

    HOUR = "one for an hour"
    FORMER = "the one before"


class OwnTokenScreen(Overlay[Wish]):
    """The facts of the token in use. Answers a wish to work with another one."""

    DEFAULT_CSS = """
    OwnTokenScreen { align: center middle; }
    OwnTokenScreen VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    OwnTokenScreen ListState { height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("h", "for_an_hour", show=False),
        Binding("b", "back", show=False),
        Binding("c", "copy", show=False),
    ]

    app: ConsoleApp

    def __init__(self) -> None:
        super().__init__()
        self._own: OwnToken | None = None

    def compose(self) -> ComposeResult:
        """One page."""
        with Page() as scroll:
            scroll.border_title = Content("own token")
            scroll.border_subtitle = Content(_KEYS_BACK if self.app.workbench.former else _KEYS)
            yield ListState()
            yield FactSheet()

    def on_mount(self) -> None:
        """Ask the platform; what it does not say comes from the value."""
        self.query_one(ListState).state = Loading("facts", 0)
        latest(self, "own", self._load)

    async def _load(self) -> None:
        state = self.query_one(ListState)
        try:
            self._own = own = await (await self.app.workbench.living()).own()
        except ConsoleError as error:
            state.state = Failed(error)
            return
        state.display = False
        heading = show("The token that this console works with", "bold")
        lines = (*own.facts(self.app.clock()), *self._former())
        self.query_one(FactSheet).sheet = Sheet(heading, fact_lines(lines))

    def _former(self) -> tuple[Fact, ...]:
        former = self.app.workbench.former
        return (Fact("before it", f"the token from {visible(former.source)}: b goes back to it"),) if former else ()

    def action_for_an_hour(self) -> None:
        """Leave, to work with another one."""
        if self.app.connection.read_only:
            self.app.notify("The console is in read-only mode", severity="warning", markup=False)
        else:
            self.dismiss(Wish.HOUR)

    def action_back(self) -> None:
        """Leave, to work with the former one."""
        if self.app.workbench.former is not None:
            self.dismiss(Wish.FORMER)

    def action_copy(self) -> None:
        """Copy the id, where it is known."""
        if self._own is not None and isinstance(self._own.identity.token_id, str):
            self.app.copy_text(self._own.identity.token_id)

    def action_leave(self) -> None:
        """Close the page."""
        self.dismiss(None)


async def look_at_own(app: ConsoleApp) -> None:
    """Show the token in use, and go over to another one where the person asks for it. Call it in a worker."""
    wish = await app.push_screen_wait(OwnTokenScreen())
    if wish is Wish.HOUR:
        await _work_for_an_hour(app)
    elif wish is Wish.FORMER:
        await go_back(app)


async def go_back(app: ConsoleApp) -> None:
    """Work with the former token again. Call it in a worker."""
    try:
        await going_over.go_back(app.workbench)
    except ConsoleError as error:
        app.say(line_of(error))
        return
    await _went_over(app, _BACK)


async def _work_for_an_hour(app: ConsoleApp) -> None:
    """Review the plan that makes an admin token for one hour, and go over to it."""
    try:
        plan = await (await app.workbench.living()).plan_session_token()
    except ConsoleError as error:
        app.say(line_of(error))
        return
    app.desk.review(plan, app.refresh_list, lambda report, seen: latest(app, "own", partial(_swap, app, report, seen)))


async def _swap(app: ConsoleApp, report: Report, seen: Then) -> None:
    try:
        await going_over.work_with(app.workbench, report)
    except ConsoleError as error:
        app.say(line_of(error))
        return
    seen()
    await _went_over(app, _SWAPPED)


async def _went_over(app: ConsoleApp, sentence: str) -> None:
    app.say(None)
    app.notify(visible(sentence), markup=False, timeout=6)
    await app.identify()
    app.refresh_list()
