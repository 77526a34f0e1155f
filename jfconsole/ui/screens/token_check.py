"""What a pasted token is, whether the platform accepts it now, and what it can do: decoded here first, then tried."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.secret import Secret
from jfconsole.domain.token_standing import Standing
from jfconsole.services.inspect import inspect_pasted
from jfconsole.services.token_check import TokenCheck
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.access_page import about_token
from jfconsole.ui.screens.dialog import Overlay
from jfconsole.ui.screens.token_page import inspection_sheet
from jfconsole.ui.screens.viewer import Page
from jfconsole.ui.text import show
from jfconsole.ui.widgets.check_list import checks_content
from jfconsole.ui.widgets.fact_sheet import FactSheet

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_DECODED: Final = "What it says of itself, decoded on this machine"
_KEYS: Final = "^d revoke it · esc close"
_KEYS_FOREIGN: Final = "s send it all the same · esc close"
_STYLES: Final = {Standing.ACCEPTED: "$text-success", Standing.NOT_SENT: "$text-warning"}


class TokenCheckScreen(Overlay[Secret]):
    """One pasted token, which lives as long as the page. Answers it when it is to be revoked."""

    DEFAULT_CSS = """
    TokenCheckScreen { align: center middle; }
    TokenCheckScreen VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    TokenCheckScreen #standing, TokenCheckScreen #trials { height: auto; margin-bottom: 1; }
    TokenCheckScreen FactSheet { margin-bottom: 1; }
    TokenCheckScreen #reach { height: auto; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("s", "send", show=False),
        Binding("ctrl+d,delete", "revoke", show=False),
    ]

    app: ConsoleApp

    def __init__(self, pasted: Secret) -> None:
        super().__init__()
        self._pasted = pasted
        self._check: TokenCheck | None = None

    def compose(self) -> ComposeResult:
        """How it stands, what was tried, what is in it, what it can do."""
        with Page() as scroll:
            scroll.border_title = Content("check a token")
            scroll.border_subtitle = Content("esc close")
            yield Static(id="standing")
            yield Static(id="trials")
            yield FactSheet(inspection_sheet(inspect_pasted(self._pasted, self.app.clock()), _DECODED))
            yield Vertical(id="reach")

    def on_mount(self) -> None:
        """Try it; a token of another issuer is not sent unless the person says so."""
        self._try(send=False)

    def _try(self, *, send: bool) -> None:
        self._tell(show("Trying it on this platform …", "$text-muted"))
        latest(self, "try", partial(self._tried, send=send))

    async def _tried(self, *, send: bool) -> None:
        try:
            self._check = check = await (await self.app.workbench.living()).check(self._pasted, send=send)
        except ConsoleError as error:
            self._tell(show(f"{error.message}. {error.hint}", "$text-error"))
            return
        self._tell(self._standing(check))
        self.query_one("#trials", Static).update(checks_content(check.checks, self.app.glyphs))
        self.query_one("#trials").display = bool(check.checks)
        foreign = check.standing is Standing.NOT_SENT
        self.query_one(Page).border_subtitle = Content(_KEYS_FOREIGN if foreign else _KEYS)
        await self._show_reach(check)

    def _standing(self, check: TokenCheck) -> Content:
        style = _STYLES.get(check.standing, "$text-error")
        whose = f" · of {check.username}" if check.username else ""
        head = show(f"{check.standing.value}{whose} · issued by {check.origin.value}", f"bold {style}")
        return head + Content("\n") + show(f"{check.explanation}.")

    async def _show_reach(self, check: TokenCheck) -> None:
        """What its bearer may do, where that matters; what it needs is loaded now."""
        place = self.query_one("#reach", Vertical)
        await place.remove_children()
        if not check.accepted or check.username is None:
            return
        note = Static(Content("Loading what it can do …"))
        await place.mount(note)
        try:
            index = await (await self.app.workbench.directory()).access.index()
        except ConsoleError as error:
            note.update(show(f"What it can do is not known: {error.message}", "$text-warning"))
            return
        await note.remove()
        await place.mount_all(
            FactSheet(sheet) for sheet in about_token(check.scope, check.username).answer(index).sheets
        )

    def _tell(self, content: Content) -> None:
        self.query_one("#standing", Static).update(content)

    def action_send(self) -> None:
        """Send a token of another issuer all the same."""
        if self._check is not None and self._check.standing is Standing.NOT_SENT:
            self._try(send=True)

    def action_revoke(self) -> None:
        """Leave, to revoke it."""
        if self.app.connection.read_only:
            self.app.notify("The console is in read-only mode", severity="warning", markup=False)
        elif self._check is not None and self._check.standing is not Standing.NOT_SENT:
            self.dismiss(self._pasted)

    def action_leave(self) -> None:
        """Close the page, and forget the token."""
        self.dismiss(None)
