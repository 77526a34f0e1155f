"""What one console works with: a session, its tokens, the journal and the runner, each opened when first needed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from functools import cached_property, partial
from typing import TYPE_CHECKING

from jfconsole.domain.connection import Connection
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.request_log import RequestLog
from jfconsole.services.journal_file import JournalFile
from jfconsole.services.paths import Paths
from jfconsole.services.session import Identity, Session, open_session
from jfconsole.services.token_kinds import GIVING
from jfconsole.services.tokens import TokenListing, TokenService

if TYPE_CHECKING:
    from jfconsole.domain.ledger import LedgerEntry
    from jfconsole.domain.plans import Plan, Report
    from jfconsole.domain.requests import Request
    from jfconsole.domain.token_facts import TokenView
    from jfconsole.domain.token_requests import TokenRequest
    from jfconsole.jfrog.sender import Sender
    from jfconsole.services.control import Control
    from jfconsole.services.directory import Directory
    from jfconsole.services.exchange_rows import ExchangeRow
    from jfconsole.services.exchanges import Exchange, ExchangeOrder
    from jfconsole.services.issuer import IssuerService
    from jfconsole.services.journal import Journal
    from jfconsole.services.journal_chain import Verification
    from jfconsole.services.journal_entries import Entry, LoadedPlan
    from jfconsole.services.living import Living
    from jfconsole.services.runner import Runner, Watch
    from jfconsole.services.snapshot_service import SnapshotService
    from jfconsole.services.trust_doctor import Case, TrustDoctor
    from jfconsole.services.wizard_runs import WizardTools


class Workbench:
    """The services of one connection, for a front end that stays open.

    Everything may raise the ConsoleError family. Calls that read files run off the caller's loop. What the first list
    does not need is imported where it is used: it would double the time until that list is there.
    """

    def __init__(self, connection: Connection, paths: Paths, issuer: IssuerService | None = None) -> None:
        """`issuer`: the local issuer of these paths, where it is open already; it is closed with the workbench."""
        self.connection = connection
        self.former: Connection | None = None
        self.log = RequestLog()
        self.identity: Identity | None = None
        self.paths = paths
        self._journal_file = JournalFile(paths.journal)
        self._open = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._session: Session | None = None
        self._tokens: TokenService | None = None
        self._listing: TokenListing | None = None
        self._directory: Directory | None = None
        self._issuer = issuer

    async def close(self) -> None:
        """Let go of connections and files, and lock the vault."""
        await self._open.aclose()
        await self._seal_journal()
        if self._issuer is not None:
            await asyncio.to_thread(self._issuer.close)
        self._journal_file.close()

    # -- reading the platform --------------------------------------------------------------------------

    async def identify(self) -> Identity:
        """Who we are on the platform."""
        self.identity = await (await self._token_service()).identify()
        return self.identity

    async def list_tokens(self) -> TokenListing:
        """All tokens that we may see, the very same listing when nothing changed."""
        service = await self._token_service()
        await service.subjects()
        self._listing = await service.list(self._listing)
        return self._listing

    async def directory(self) -> Directory:
        """Groups, users, permissions, repositories and effective access."""
        from jfconsole.services.directory import Directory

        session = await self._open_session()
        if self._directory is None:
            self._directory = Directory(session)
        return self._directory

    async def doctor(self, case: Case) -> TrustDoctor:
        """A doctor for one case of trust that does not work."""
        from jfconsole.services.trust_doctor import TrustDoctor

        return TrustDoctor(await self._open_session(), self._journal, case)

    async def exchange(self, order: ExchangeOrder) -> Exchange:
        """Exchange a token; the journal has it before it is returned."""
        from jfconsole.services.exchanges import exchange_token

        session = await self._open_session()
        return await exchange_token(session.sender, session.connection.url, self._journal, order)

    async def wizard_tools(self) -> WizardTools:
        """What a wizard works with on this platform."""
        from jfconsole.services.wizard_runs import WizardTools, read_runs

        runs = await asyncio.to_thread(read_runs, self._journal, self.connection.url)
        session = await self._open_session()
        return WizardTools(session, await self.directory(), self._journal, runs, lambda: self.issuer)

    def curl(self, request: Request) -> str:
        """A call as a command without credentials."""
        from jfconsole.domain.curl import as_curl

        return as_curl(request, self.connection.url)

    @property
    def issuer(self) -> IssuerService:
        """The local issuer, which belongs to the user and to no platform."""
        if self._issuer is None:
            from jfconsole.services.issuer import IssuerService

            self._issuer = IssuerService(self.paths.state)
        return self._issuer

    @cached_property
    def snapshots(self) -> SnapshotService:
        """Snapshots of this platform, and those that are kept of whatever platform."""
        from jfconsole.services.snapshot_service import SnapshotService

        return SnapshotService(self.paths.snapshots, self._open_session)

    async def tend_issuer(self) -> None:
        """What is to be done for the local issuer from time to time; nothing where nobody has looked at it."""
        if self._issuer is not None:
            await asyncio.to_thread(partial(self._issuer.tend, rotate=not self.connection.read_only))

    # -- changing it -----------------------------------------------------------------------------------

    def plan_revoke(self, views: Sequence[TokenView]) -> Plan:
        """The plan that revokes these tokens, to be reviewed."""
        assert self._tokens is not None, "tokens are listed before they are revoked"
        return self._tokens.plan_revoke(views)

    async def plan_create_token(self, request: TokenRequest) -> Plan:
        """The plan that makes a token; see `TokenService.plan_create`."""
        return await (await self._token_service()).plan_create(request)

    async def living(self) -> Living:
        """What is done with tokens that are there."""
        from jfconsole.services.living import Living

        return Living(await self._open_session())

    async def use(self, connection: Connection, former: Connection | None = None) -> None:
        """Work with another token of the platform, and keep nothing that was learnt with the one so far."""
        async with self._opening:
            await self._open.aclose()
            self.connection, self.former, self.identity = connection, former, None
            self._session = self._tokens = self._listing = self._directory = None

    async def run(self, plan: Plan, control: Control, watch: Watch) -> Report:
        """Execute a reviewed plan in the runner's own thread."""
        return await self._changing((await self._runner()).execute(plan, control, watch))

    async def resume(self, plan_id: str, control: Control, watch: Watch, *, again: bool = False) -> Report:
        """Continue an interrupted plan; see `Runner.resume` for `again`."""
        return await self._changing((await self._runner()).execute_resumed(plan_id, control, watch, again=again))

    async def plan_undo(self, plan_id: str) -> Plan:
        """The plan that takes back what an earlier one did, as far as that is possible now."""
        from jfconsole.services.routes import Routed
        from jfconsole.services.undo import plan_undo

        session = await self._open_session()
        return await plan_undo(self._journal, plan_id, Routed(session.sender, partial(_to_issuer, self)))

    # -- the journal -----------------------------------------------------------------------------------

    @cached_property
    def _journal(self) -> Journal:
        """What reads and writes plans; made when there is one."""
        from jfconsole.services.journal import Journal

        return Journal(self.paths.journal, file=self._journal_file)

    async def unfinished(self) -> tuple[Entry, ...]:
        """Interrupted plans for this platform and for the local issuer, newest first."""
        if not await asyncio.to_thread(self._journal_file.has_open_plans):
            return ()
        return tuple(entry for entry in await asyncio.to_thread(self._journal.unfinished) if self.concerns(entry))

    def concerns(self, entry: Entry) -> bool:
        """Whether a plan can be continued and taken back here: it is for this platform, or for the local issuer."""
        from jfconsole.services.issuer_calls import is_local_origin

        return entry.origin == self.connection.url or is_local_origin(entry.origin)

    async def history(self) -> tuple[Entry, ...]:
        """Past plans on any platform, newest first."""
        return await asyncio.to_thread(self._journal.history)

    async def exchanges(self) -> tuple[ExchangeRow, ...]:
        """Past exchanges on any platform, newest first."""
        from jfconsole.services.exchange_rows import exchanges_made

        return await asyncio.to_thread(exchanges_made, self._journal)

    async def load(self, plan_id: str) -> LoadedPlan:
        """A plan as reviewed, with its outcomes."""
        return await asyncio.to_thread(self._journal.load, plan_id)

    async def handed_over(self, plan_id: str) -> None:
        """Say that a person has the secrets that came of a plan: until then it can be continued."""
        await asyncio.to_thread(self._journal.handed_over, plan_id)

    async def let_go(self, plan_id: str, stopped: str) -> None:
        """Give a plan back whose secret reached nobody: it can be continued at once. `stopped` says why it ended."""
        loaded = await self.load(plan_id)
        await asyncio.to_thread(self._journal.release, loaded.plan, stopped)

    async def sign_of_life(self, plan_id: str) -> None:
        """Say that a secret is still being shown; wanted at least every `SIGN_OF_LIFE` seconds."""
        await asyncio.to_thread(self._journal.sign_of_life, plan_id)

    async def ledger(self) -> tuple[LedgerEntry, ...]:
        """The tokens that this console made on this platform, newest first."""
        if not await asyncio.to_thread(self._journal_file.has_steps, GIVING, self.connection.url):
            return ()
        from jfconsole.services.ledger import tokens_made

        return await asyncio.to_thread(tokens_made, self._journal, self.connection.url)

    async def keep(self, plan_id: str) -> None:
        """Leave an interrupted plan as it is, for good."""
        await asyncio.to_thread(self._journal.abandon, plan_id)

    async def verify(self) -> Verification:
        """Check the audit trail for damage; where a vault is open, for edits on purpose too."""
        from jfconsole.services import journal_seal

        issuer = self.issuer.local if journal_seal.has_vault(self.paths.state) else None
        return await asyncio.to_thread(journal_seal.verify, self._journal, issuer)

    async def _seal_journal(self) -> None:
        """Put the journal under the vault's key while that is at hand."""
        if self._issuer is None or self._issuer.local.vault.locked:
            return
        from jfconsole.services import journal_seal

        with contextlib.suppress(ConsoleError):  # verifying it tells
            await asyncio.to_thread(journal_seal.seal, self._journal, self._issuer.local)

    # -- opening ---------------------------------------------------------------------------------------

    async def _open_session(self) -> Session:
        async with self._opening:
            if self._session is None:
                opening = open_session(self.connection, threaded=True, log=self.log)
                self._session = await self._open.enter_async_context(opening)
            return self._session

    async def _changing(self, execution: Awaitable[Report]) -> Report:
        try:
            return await execution
        finally:
            await self._seal_journal()
            if self._directory is not None:
                self._directory.forget()

    async def _token_service(self) -> TokenService:
        session = await self._open_session()
        if self._tokens is None:
            self._tokens = TokenService(session)
        return self._tokens

    async def _runner(self) -> Runner:
        from jfconsole.services.routes import routed
        from jfconsole.services.runner import Runner

        session = await self._open_session()
        opener, read_only = partial(_to_issuer, self), self.connection.read_only
        connect = routed(session.new_transport, opener, read_only=read_only)
        return Runner(self._journal, self.paths.reports, connect)


def _to_issuer(bench: Workbench) -> Sender:
    """What sends to the local issuer, under the restrictions of the connection."""
    return bench.issuer.sender(read_only=bench.connection.read_only)
