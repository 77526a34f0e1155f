"""The token that the console itself works with: what it is, what is wrong with it, and one for an hour instead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.plans import Report
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
_SWAPPED: Final = "The console works with a token for one hour, which is in memory alone"


class OwnTokenScreen(Overlay[bool]):
    """The facts of the token in use. Answers True when the person wants to work with another one."""

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
            scroll.border_subtitle = Content(_KEYS)
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
        self.query_one(FactSheet).sheet = Sheet(heading, fact_lines(own.facts(self.app.clock())))

    def action_for_an_hour(self) -> None:
        """Leave, to work with another one."""
        if self.app.connection.read_only:
            self.app.notify("The console is in read-only mode", severity="warning", markup=False)
        else:
            self.dismiss(True)

    def action_copy(self) -> None:
        """Copy the id, where it is known."""
        if self._own is not None and isinstance(self._own.identity.token_id, str):
            self.app.copy_text(self._own.identity.token_id)

    def action_leave(self) -> None:
        """Close the page."""
        self.dismiss(None)


async def work_for_an_hour(app: ConsoleApp) -> None:
    """Review the plan that makes an admin token for one hour, and go over to it. Call it in a worker."""
    try:
        plan = await (await app.workbench.living()).plan_session_token()
    except ConsoleError as error:
        app.say(line_of(error))
        return
    app.desk.review(plan, app.refresh_list, lambda report, seen: latest(app, "own", partial(_swap, app, report, seen)))


async def _swap(app: ConsoleApp, report: Report, seen: Then) -> None:
    try:
        await app.workbench.work_with(report)
    except ConsoleError as error:
        app.say(line_of(error))
        return
    seen()
    app.notify(_SWAPPED, markup=False, timeout=6)
    await app.identify()
    app.refresh_list()
