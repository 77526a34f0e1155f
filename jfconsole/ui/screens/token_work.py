"""What is done with access tokens from their list: made, rotated, refreshed, checked, revoked by value, saved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content

from jfconsole.domain.forms import Answers
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.lint_tokens import Surroundings
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.domain.token_facts import TokenView
from jfconsole.services.inspect import inspect_pasted
from jfconsole.services.token_precheck import own_name
from jfconsole.services.token_rotate import reminders
from jfconsole.ui.screens.paste import PasteToken
from jfconsole.ui.screens.refresh import RefreshEnd, pair_of, refresh_form
from jfconsole.ui.screens.rotate_form import rotate_form, twin_of
from jfconsole.ui.screens.rotation_end import RotationEnd
from jfconsole.ui.screens.secret_panel import SecretPanel
from jfconsole.ui.screens.token_check import TokenCheckScreen
from jfconsole.ui.screens.token_export import export_tokens
from jfconsole.ui.screens.token_form import foretold, token_form, token_request
from jfconsole.ui.screens.token_form_screen import TokenForm
from jfconsole.ui.screens.token_page import inspection_sheet
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.work import Give, Then

if TYPE_CHECKING:
    from jfconsole.ui.screens.tokens import TokensScreen

_PASTE: Final = "Paste an access token or a reference token, then press enter."
_TRIED_HERE: Final = "It is decoded here first, then sent to this platform alone, and not at all if it is another's."


class TokenWork:
    """From the question to what is handed over. Coroutines come to a plan, or to none: see `ResourceScreen.propose`."""

    def __init__(self, screen: TokensScreen) -> None:
        self._screen = screen
        self._app = screen.app
        self._bench = screen.app.workbench

    async def create(self) -> None:
        """Ask for everything, tell what will come of it, review, make, hand over."""
        access = (await self._bench.directory()).access

        def preview(answers: Answers) -> Sequence[str]:
            return foretold(answers, self._app.clock(), self._bench.identity, access.loaded)

        async def build(answers: Answers) -> Plan:
            return await self._bench.plan_create_token(token_request(answers))

        await self._screen.fill_in(token_form(preview), build, partial(TokenForm, own=self._own_name))

    def _own_name(self) -> str:
        identity = self._bench.identity
        return "" if identity is None else own_name(identity)

    async def rotate(self, row: TokenView, entry: LedgerEntry | None) -> None:
        """Ask what no list tells, make a twin, try it, hand it over. `entry` is what the ledger has of the old one."""

        async def build(answers: Answers) -> Plan:
            return await (await self._bench.living()).plan_rotate(row.token_id, twin_of(answers), entry)

        def giving(plan: Plan) -> Give:
            ahead = reminders(plan, row.token, self._app.clock())
            return lambda report, seen: self._give(RotationEnd(report, ahead), seen)

        await self._screen.fill_in(rotate_form(row, entry), build, giving=giving)

    async def refresh_pair(self) -> None:
        """Ask for the pair, review, refresh, hand the new one over."""

        async def build(answers: Answers) -> Plan:
            return await (await self._bench.living()).plan_refresh(pair_of(answers))

        def giving(plan: Plan) -> Give:
            own = not plan.confirmation.by_yes  # what is never covered by a yes in advance is one's own
            return lambda report, seen: self._give(RefreshEnd(report, own=own), seen)

        await self._screen.fill_in(refresh_form(), build, giving=giving)

    def _give(self, panel: SecretPanel, seen: Then) -> None:
        """Hand over what came of it; where nothing did, how it ended is what there is to see."""
        work = self._app.desk.latest
        if panel.report.products:
            self._app.push_screen(panel, lambda _: seen())
        elif work is not None:
            self._app.desk.follow(work)

    async def revoke_value(self, leaked: Secret | None = None) -> Plan | None:
        """Revoke a leaked token; it is asked for when it is not given."""
        pasted = leaked or await self._app.push_screen_wait(
            PasteToken("Revoke a token by its value", _PASTE, _TRIED_HERE)
        )
        return None if pasted is None else await (await self._bench.living()).plan_revoke_value(pasted)

    def check(self) -> None:
        """Ask for a token, find out everything about it, and offer to revoke it."""

        def answer(pasted: Secret | None) -> None:
            if pasted is not None:
                self._app.push_screen(TokenCheckScreen(pasted), then)

        def then(leaked: Secret | None) -> None:
            if leaked is not None:
                self._screen.propose(self.revoke_value(leaked))

        self._app.push_screen(PasteToken("Check a token", _PASTE, _TRIED_HERE), answer)

    def inspect(self) -> None:
        """Ask for a token and show what it is."""

        def answer(pasted: Secret | None) -> None:
            if pasted is not None:
                page = inspection_sheet(inspect_pasted(pasted, self._app.clock()))
                self._app.push_screen(Viewer(Content("inspected here, not sent"), page))

        self._app.push_screen(PasteToken(), answer)

    async def save(self, rows: Sequence[TokenView], around: Surroundings) -> None:
        """Save tokens as a file; `around` is what their list knows beside them."""
        await export_tokens(self._screen, rows, around)
