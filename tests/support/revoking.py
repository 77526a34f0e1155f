"""What tests of revoking share: tokens on a sandbox, a runner on it, and what its logs say afterwards."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from jfconsole.domain.connection import Connection
from jfconsole.domain.plans import Plan, Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.tokens import Token
from jfconsole.jfrog import tokens as wire
from jfconsole.jfrog.transport import Transport
from jfconsole.services.journal import Journal
from jfconsole.services.journal_entries import Moment
from jfconsole.services.revoke import plan_revoke
from jfconsole.services.runner import Runner
from tests.support.crash import KILLED, dying_at, in_child
from tests.support.sandbox import RunningSandbox

MONTH = 30 * 86_400


class Desk:
    """One administrator's console without a screen: a journal and a runner on a sandbox."""

    def __init__(
        self,
        sandbox: RunningSandbox,
        home: Path,
        *,
        token: str | None = None,
        read_only: bool = False,
        listener: Callable[[Moment], None] | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.connection = Connection(
            url=sandbox.url, token=Secret(token or sandbox.token), read_only=read_only, source="a test"
        )
        self.journal = Journal(home / "state" / "journal.db", listener=listener)
        self.runner = Runner(self.journal, home / "reports", Transport(self.connection).sibling)

    def carry_out(self, plan: Plan) -> Report:
        """Run a plan to its end; what came of it reaches its person."""
        return self._handed(self.runner.run(plan))

    def carry_on(self, plan: Plan) -> Report | None:
        """What a person does after a crash: begin anew if nothing began, else continue; None when all was done."""
        if not self.journal.history():
            return self.carry_out(plan)
        if not self.journal.unfinished():
            return None
        report = self._handed(self.runner.resume(plan.id))
        assert report.complete, report.results
        return report

    def _handed(self, report: Report) -> Report:
        """Take what came of a plan; what waited for that is done, too."""
        if report.products:
            self.journal.handed_over(report.plan_id)
        return self.runner.resume(report.plan_id) if report.waits else report

    def tokens(self, prefix: str = "bot-") -> list[Token]:
        """The listed tokens of users whose name starts so."""

        async def fetch() -> wire.TokenList:
            async with Transport(self.connection) as sender:
                return await wire.fetch_list(sender)

        return [token for token in asyncio.run(fetch()).tokens if token.username.startswith(prefix)]

    def plan(self, tokens: list[Token] | None = None, own: str | None = None) -> Plan:
        """The plan that revokes these tokens, all of `make_tokens` unless given."""
        chosen = self.tokens() if tokens is None else tokens
        return plan_revoke(chosen, own_token_id=own, origin=self.sandbox.url)


def killed_at(sandbox: RunningSandbox, home: Path, plan: Plan, number: int) -> bool:
    """Carry a plan out in a process that dies at the moment of its journal with this number; whether it got there."""
    return in_child(lambda: Desk(sandbox, home, listener=dying_at(number)).carry_out(plan)) == KILLED


def make_tokens(sandbox: RunningSandbox, count: int, **fields: object) -> None:
    """Tokens of `bot-0`, `bot-1` and so on that live for a month, unless `fields` say otherwise."""
    for number in range(count):
        wanted: dict[str, object] = {"scope": "applied-permissions/user", "expires_in": MONTH}
        sandbox.create_token(username=f"bot-{number}", **(wanted | fields))


def deletions(sandbox: RunningSandbox) -> Counter[str]:
    """How often each token was deleted, by id."""
    return Counter(
        change["key"] for change in sandbox.changes() if (change["kind"], change["action"]) == ("tokens", "deleted")
    )


def calls(sandbox: RunningSandbox, method: str) -> list[str]:
    """The paths of the calls with this method, in the order of their arrival; the control area is left out."""
    return [arrival["path"] for arrival in sandbox.requests() if arrival["method"] == method]
