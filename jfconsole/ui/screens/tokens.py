"""Access tokens: the live list, what is known of each, revoking one or many."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from textual.content import Content

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import Schema, parse
from jfconsole.domain.forms import Answers
from jfconsole.domain.ledger import LedgerEntry
from jfconsole.domain.lint_tokens import RULES, Surroundings, lint_tokens
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.secret import Secret
from jfconsole.domain.token_facts import TokenView, token_record
from jfconsole.domain.token_filters import token_schema
from jfconsole.domain.views import READY, View
from jfconsole.services.inspect import inspect_pasted
from jfconsole.services.ledger import by_token
from jfconsole.services.token_precheck import own_name
from jfconsole.services.token_rotate import reminders
from jfconsole.services.tokens import NOT_ASKED
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.access_page import Question, about_token
from jfconsole.ui.screens.form import Sources
from jfconsole.ui.screens.paste import PasteToken
from jfconsole.ui.screens.refresh import RefreshEnd, pair_of, refresh_form
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.rotate_form import rotate_form, twin_of
from jfconsole.ui.screens.rotation_end import RotationEnd
from jfconsole.ui.screens.secret_panel import SecretPanel
from jfconsole.ui.screens.sources import sources_of
from jfconsole.ui.screens.token_check import TokenCheckScreen
from jfconsole.ui.screens.token_export import export_tokens
from jfconsole.ui.screens.token_form import foretold, token_form, token_request
from jfconsole.ui.screens.token_form_screen import TokenForm
from jfconsole.ui.screens.token_page import inspection_sheet, token_columns, token_sheet
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.screens.views import choose_view
from jfconsole.ui.widgets.columns import Column
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, line_of
from jfconsole.ui.work import Give, Then

_PASTE: Final = "Paste an access token or a reference token, then press enter."
_TRIED_HERE: Final = "It is decoded here first, then sent to this platform alone, and not at all if it is another's."


class TokensScreen(ResourceScreen[TokenView]):
    """All tokens of the platform for an administrator, one's own for everybody else."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.TOKENS)
    CRUMBS: ClassVar[tuple[str, ...]] = ("tokens",)
    NOUN: ClassVar[str] = "tokens"
    VIEWS: ClassVar[tuple[View, ...]] = READY["tokens"]
    ASKABLE: ClassVar[bool] = True
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("expires", False)

    def __init__(self) -> None:
        self._ledger: dict[str, LedgerEntry] = {}
        self._subjects = NOT_ASKED
        super().__init__()
        self._told_limits = False

    def columns(self) -> Sequence[Column[TokenView]]:
        """Subject, scope, expiry, age, last use, flags, description, id."""
        return token_columns(self._ledger)

    def schema(self) -> Schema[TokenView]:
        """The token filter by the app's clock, with what users and ledger add."""
        return token_schema(self.app.clock, external=self._is_external, here=self._ledger.__contains__)

    def _is_external(self, username: str) -> bool:
        return username.casefold() in (self._subjects.external or ())

    def _around(self) -> Surroundings:
        """What the linter knows beside the tokens."""
        known = self._subjects.states is not None
        return Surroundings(now=self.app.clock(), external=self._subjects.external, states_known=known)

    def key(self, row: TokenView) -> str:
        """The token id."""
        return row.token_id

    async def fetch(self) -> Sequence[TokenView]:
        """All tokens that this token may see, with the state of their users."""
        listing = await self.app.workbench.list_tokens()
        self._subjects = listing.subjects
        await self._read_ledger()
        self._tell_limits(listing.subjects.reason)
        return listing.views

    async def _read_ledger(self) -> None:
        """What this console made; without the journal, the list is as the platform tells it."""
        with contextlib.suppress(ConsoleError):
            made = by_token(await self.app.workbench.ledger())
            self._ledger.clear()
            self._ledger.update(made)

    def _tell_limits(self, users_unknown: str) -> None:
        """Say once what this token may not see."""
        if self._told_limits:
            return
        self._told_limits = True
        identity = self.app.workbench.identity
        own = identity is not None and identity.admin is False
        notes = ["this token is no administrator: the list holds its own user's tokens only"] if own else []
        notes += [users_unknown] if users_unknown else []
        if notes:
            self.say(Line("; ".join(notes)))

    def gone_reason(self) -> str:
        """A token leaves the list when it is revoked, or when it has lapsed and was tidied away."""
        return "revoked or lapsed"

    def describe(self, row: TokenView) -> Sheet:
        """Everything the list, the users and the documented defaults tell."""
        return token_sheet(row, self.app.clock(), self._ledger.get(row.token_id))

    def record(self, row: TokenView) -> Json:
        """As `tokens show --json` prints it."""
        return token_record(row, self.app.clock())

    def empty(self) -> Empty:
        """A fresh platform has only the tokens that are too short-lived to be stored."""
        return Empty(
            "This platform lists no access tokens.",
            "Tokens made to live less than 3 hours (by default) are not stored and never listed.",
        )

    def curl(self, row: TokenView) -> str | None:
        """GET of this token."""
        return self.app.workbench.token_curl(row.token_id)

    async def question(self, row: TokenView) -> Question:
        """What its bearer may do."""
        return about_token(row.token.scope, row.username)

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Revoking needs rows."""
        if action.id in {"tokens.revoke", "tokens.rotate"} and not self.table.targets:
            return "There is no token here"
        if action.id == "tokens.save-list" and not self.table.chosen_rows:
            return "There is no token to save"
        return super().why_not(action)

    async def views_wanted(self) -> None:
        """Offer the views; beside each stands how many tokens it shows."""
        found = await asyncio.to_thread(lint_tokens, self.rows or (), self._around())
        unasked = {rule.id for rule in found.not_asked}
        counts = {**found.counts, **{view.id: self._count(view) for view in self.VIEWS[len(RULES) :]}}
        counted = [
            replace(view, title=f"{view.title} ({'not known' if view.id in unasked else f'{counts[view.id]:,}'})")
            for view in self.VIEWS
        ]
        await choose_view(self, counted)

    def _count(self, view: View) -> int:
        holds = parse(view.filter, self.filter_schema).compile(self.app.clock())
        return sum(map(holds, self.rows or ()))

    def hint_label(self, action: Action) -> str:
        """`revoke 3` while three are marked."""
        marked = len(self.table.marks)
        return f"revoke {marked:,}" if action.id == "tokens.revoke" and marked else super().hint_label(action)

    def do_revoke(self) -> None:
        """Review, confirm, revoke."""
        try:
            plan = self.app.workbench.plan_revoke(self.table.targets)
        except ConsoleError as error:
            self.say(line_of(error))
            return
        self.app.desk.review(plan, self.changed)

    async def sources(self) -> Sources:
        """Users, groups and repositories to choose from."""
        return sources_of(await self.app.workbench.directory())

    def do_create(self) -> None:
        """Ask for everything, tell what will come of it, review, make, hand over."""
        self.propose(self._create())

    async def _create(self) -> None:
        access = (await self.app.workbench.directory()).access

        def preview(answers: Answers) -> Sequence[str]:
            return foretold(answers, self.app.clock(), self.app.workbench.identity, access.loaded)

        async def build(answers: Answers) -> Plan:
            return await self.app.workbench.plan_create_token(token_request(answers))

        await self.fill_in(token_form(preview), build, partial(TokenForm, own=self._own_name))

    def _own_name(self) -> str:
        identity = self.app.workbench.identity
        return "" if identity is None else own_name(identity)

    # -- living with them ------------------------------------------------------------------------------

    def do_rotate(self) -> None:
        """Ask what no list tells, review, make a twin, try it, hand it over, end the old one."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._rotate(row))

    async def _rotate(self, row: TokenView) -> None:
        entry = self._ledger.get(row.token_id)

        async def build(answers: Answers) -> Plan:
            return await (await self.app.workbench.living()).plan_rotate(row.token_id, twin_of(answers), entry)

        def giving(plan: Plan) -> Give:
            ahead = reminders(plan, row.token, self.app.clock())
            return lambda report, seen: self._give(RotationEnd(report, ahead), seen)

        await self.fill_in(rotate_form(row, entry), build, giving=giving)

    def do_refresh_pair(self) -> None:
        """Ask for the pair, review, refresh, hand the new one over."""
        self.propose(self._refresh_pair())

    async def _refresh_pair(self) -> None:
        async def build(answers: Answers) -> Plan:
            return await (await self.app.workbench.living()).plan_refresh(pair_of(answers))

        def giving(plan: Plan) -> Give:
            own = not plan.confirmation.by_yes  # what is never covered by a yes in advance is one's own
            return lambda report, seen: self._give(RefreshEnd(report, own=own), seen)

        await self.fill_in(refresh_form(), build, giving=giving)

    def _give(self, panel: SecretPanel, seen: Then) -> None:
        """Hand over what came of it; where nothing did, how it ended is what there is to see."""
        work = self.app.desk.latest
        if panel.report.products:
            self.app.push_screen(panel, lambda _: seen())
        elif work is not None:
            self.app.desk.follow(work)

    def do_revoke_value(self) -> None:
        """Ask for a leaked token, say which one it is, revoke it."""
        self.propose(self._revoke_value(None))

    async def _revoke_value(self, leaked: Secret | None) -> Plan | None:
        pasted = leaked or await self.app.push_screen_wait(
            PasteToken("Revoke a token by its value", _PASTE, _TRIED_HERE)
        )
        return None if pasted is None else await (await self.app.workbench.living()).plan_revoke_value(pasted)

    def do_check(self) -> None:
        """Ask for a token, and find out everything about it."""

        def answer(pasted: Secret | None) -> None:
            if pasted is not None:
                self.app.push_screen(TokenCheckScreen(pasted), then)

        def then(leaked: Secret | None) -> None:
            if leaked is not None:
                self.propose(self._revoke_value(leaked))

        self.app.push_screen(PasteToken("Check a token", _PASTE, _TRIED_HERE), answer)

    def do_save_list(self) -> None:
        """Save the tokens that are marked, or shown."""
        latest(self, "export", partial(export_tokens, self, self.table.chosen_rows, self._around()))

    def do_inspect(self) -> None:
        """Ask for a token and show what it is."""

        def answer(pasted: Secret | None) -> None:
            if pasted is not None:
                page = inspection_sheet(inspect_pasted(pasted, self.app.clock()))
                self.app.push_screen(Viewer(Content("inspected here, not sent"), page))

        self.app.push_screen(PasteToken(), answer)
