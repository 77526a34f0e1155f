"""Access tokens: the live list, what is known of each, revoking one or many."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.token_facts import TokenView, token_record
from jfconsole.services.tokens import NOT_ASKED
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.token_columns import token_columns
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, line_of

if TYPE_CHECKING:
    from jfconsole.domain.filters import Schema
    from jfconsole.domain.ledger import LedgerEntry
    from jfconsole.domain.lint_tokens import Surroundings
    from jfconsole.domain.requests import Json
    from jfconsole.ui.screens.access_page import Question
    from jfconsole.ui.screens.form import Sources
    from jfconsole.ui.screens.token_work import TokenWork
    from jfconsole.ui.widgets.columns import Column
    from jfconsole.ui.widgets.fact_sheet import Sheet


class TokensScreen(ResourceScreen[TokenView]):
    """All tokens of the platform for an administrator, one's own for everybody else."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.TOKENS)
    CRUMBS: ClassVar[tuple[str, ...]] = ("tokens",)
    NOUN: ClassVar[str] = "tokens"
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
        from jfconsole.domain.token_filters import token_schema

        return token_schema(self.app.clock, external=self._is_external, here=self._ledger.__contains__)

    def _is_external(self, username: str) -> bool:
        return username.casefold() in (self._subjects.external or ())

    def _around(self) -> Surroundings:
        """What the linter knows beside the tokens."""
        from jfconsole.domain.lint_tokens import Surroundings

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
            made = await self.app.workbench.ledger()
            self._ledger.clear()
            if made:
                from jfconsole.services.ledger import by_token  # here: it came with what it is called for

                self._ledger.update(by_token(made))

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
        from jfconsole.ui.screens.token_page import token_sheet

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
        from jfconsole.services.reading import token_request

        return self.app.workbench.curl(token_request(row.token_id))

    async def question(self, row: TokenView) -> Question:
        """What its bearer may do."""
        from jfconsole.ui.screens.access_page import about_token

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
        from jfconsole.ui.screens.token_views import counted_views

        await self.offer_views(
            await asyncio.to_thread(counted_views, self.rows or (), self._around(), self.filter_schema)
        )

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
        from jfconsole.ui.screens.sources import sources_of

        return sources_of(await self.app.workbench.directory())

    @property
    def _work(self) -> TokenWork:
        from jfconsole.ui.screens.token_work import TokenWork  # here: its forms take longer to load than the list

        return TokenWork(self)

    def do_create(self) -> None:
        """Ask for everything, tell what will come of it, review, make, hand over."""
        self.propose(self._work.create())

    def do_rotate(self) -> None:
        """Ask what no list tells, review, make a twin, try it, hand it over, end the old one."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._work.rotate(row, self._ledger.get(row.token_id)))

    def do_refresh_pair(self) -> None:
        """Ask for the pair, review, refresh, hand the new one over."""
        self.propose(self._work.refresh_pair())

    def do_revoke_value(self) -> None:
        """Ask for a leaked token, say which one it is, revoke it."""
        self.propose(self._work.revoke_value())

    def do_check(self) -> None:
        """Ask for a token, and find out everything about it."""
        self._work.check()

    def do_inspect(self) -> None:
        """Ask for a token and show what it is."""
        self._work.inspect()

    def do_save_list(self) -> None:
        """Save the tokens that are marked, or shown."""
        latest(self, "export", partial(self._work.save, self.table.chosen_rows, self._around()))
