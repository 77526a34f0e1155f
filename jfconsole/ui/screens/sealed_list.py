"""What all lists of what the local issuer holds share: the vault, making, changing and deleting by plans, supctl."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar, Final, TypeAlias

from jfconsole.domain.errors import ConsoleError, Refused
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Plan
from jfconsole.domain.text import visible
from jfconsole.services.issuer import IssuerService
from jfconsole.services.issuer_steps import Kind
from jfconsole.services.issuer_view import IssuerView
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.unlock import open_vault
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show, show_block
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, Severity, line_of

Record: TypeAlias = Callable[[Answers], JsonObject]
Work: TypeAlias = Callable[[], Awaitable[None]]

NO_VAULT: Final = Empty(
    "There is no local issuer yet: its vault holds the keys that sign.", "Press 8 for the vault, and n to make it."
)

_NEED_ROW: Final = frozenset(
    {
        *("objects.edit", "objects.delete", "issuer.supctl", "issuers.publish", "issuers.address"),
        *("keys.rotate-key", "keys.emergency", "keys.destroy"),
        *("registries.entries", "registries.explain", "registries.compare", "registries.login"),
    }
)
_OWN: Final = frozenset(
    {
        *(Scope.OBJECTS, Scope.EDITABLE, Scope.ISSUER, Scope.VAULT, Scope.KEYS, Scope.ISSUERS),
        *(Scope.MINTING, Scope.MINT_LOG, Scope.REGISTRIES),
    }
)
"""Scopes of actions that say something of the local issuer."""

_NOT_HERE: Final = frozenset({"list.access", "list.preview", "list.describe"})
_LATER: Final = 100


class SealedList(ResourceScreen[Row]):
    """A list of what the local issuer holds. It works while the vault is locked; a change asks for the passphrase."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.OBJECTS, Scope.EDITABLE, Scope.ISSUER)
    ONE: ClassVar[str] = "row"
    FOOTER: ClassVar[tuple[str, ...]] = ()
    """The keys that matter most, by the ids of their actions."""

    def __init__(self) -> None:
        super().__init__()
        self.view: IssuerView | None = None

    # -- what a list brings ----------------------------------------------------------------------------

    @abstractmethod
    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[Row]:
        """The rows."""

    @abstractmethod
    def supctl(self, row: Row) -> str:
        """The row as supctl commands."""

    @abstractmethod
    def nothing(self) -> Empty:
        """What to say, and to press, when the vault is there and nothing else."""

    def show_vault(self) -> None:
        """Show whether the vault is open, after that may have changed."""
        self.refresh_hints()

    # -- what was read ---------------------------------------------------------------------------------

    @property
    def service(self) -> IssuerService:
        """The local issuer."""
        return self.app.workbench.issuer

    async def seen(self) -> IssuerView:
        """What was read last; read now, where a key came before the list. Raises Damaged, StoreClosed."""
        if self.view is None:
            self.view = await asyncio.to_thread(self.service.look)
        return self.view

    async def seen_state(self) -> IssuerState:
        """The same where there has to be a vault. Raises Refused where there is none."""
        await self.seen()
        return self.state

    @property
    def state(self) -> IssuerState:
        """What was read last. Raises Refused where there is no vault."""
        if self.view is None or self.view.state is None:
            raise Refused(NO_VAULT.text, NO_VAULT.hint)
        return self.view.state

    async def fetch(self) -> Sequence[Row]:
        """Everything public; the very same rows when nothing changed."""
        self.view = view = await asyncio.to_thread(self.service.look)
        rows = self.rows_of(view, view.state) if view.state is not None else ()
        self.show_vault()
        return self.rows if self.rows is not None and list(self.rows) == list(rows) else rows

    def empty(self) -> Empty:
        """No vault, or nothing of this list in it."""
        return NO_VAULT if self.view is None or self.view.state is None else self.nothing()

    # -- actions ---------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Nearly everything needs a vault, and many things a row."""
        if action.scope in _OWN and not self._may_be_without_vault(action):
            if self.view is not None and self.view.state is None:
                return "There is no local issuer yet"
            if action.id in _NEED_ROW and not self.table.targets:
                return f"There is no {self.ONE} here"
        return super().why_not(action)

    def _may_be_without_vault(self, action: Action) -> bool:
        return False

    def place_of(self, action: Action) -> int | None:
        """What matters here comes first, and what this list does not have stays out: 80 columns show eight keys."""
        if action.id in _NOT_HERE or (action.id == "list.views" and not self.VIEWS):
            return None
        if action.id in self.FOOTER:
            return self.FOOTER.index(action.id)
        return None if action.footer is None else _LATER + action.footer

    def hint_label(self, action: Action) -> str:
        """`lock` where it is open."""
        if action.id == "issuer.lock" and not self.service.local.vault.locked:
            return "lock"
        return super().hint_label(action)

    def do_lock(self) -> None:
        """Lock what is open, open what is locked."""
        if self.service.local.vault.locked:
            latest(self, "unlock", self._unlock)
            return
        self.service.local.vault.lock()
        self.show_vault()
        warning = self.view.status.warning if self.view is not None else ""
        self.say(Line("The vault is locked", hint=warning))

    async def _unlock(self) -> None:
        if await self.opened():
            self.say(Line("The vault is open", hint="It locks by itself when it is left alone"))

    async def opened(self) -> bool:
        """Whether the vault is open, or was opened now."""
        done = await open_vault(self.app)
        self.show_vault()
        return done

    def do_supctl(self) -> None:
        """Show the row as supctl commands."""
        row = self.table.cursor_row
        if row is not None:
            text = self.supctl(row)
            self.app.push_screen(Viewer(show(self.key(row)), Sheet(show_block(text)), copyable=text))

    # -- changing --------------------------------------------------------------------------------------

    async def ask_and_apply(self, kind: Kind, form: Form, record: Record, *, new: bool = False) -> None:
        """Ask for an object until its plan is confirmed. `record` makes its document of the answers.

        A `new` one does not take the place of one that is there.
        """
        plan = self.service.plan_create if new else self.service.plan_apply

        async def build(answers: Answers) -> Plan:
            return await asyncio.to_thread(lambda: plan(kind, record(answers)))

        await self.fill_in(form, build)

    def propose_deletion(self, kind: Kind, keys: Sequence[str]) -> None:
        """Review the deletion of these; what stands in its way is said."""
        self.propose(asyncio.to_thread(self.service.plan_delete, kind, *keys))

    def in_background(self, group: str, work: Work) -> None:
        """Do something that changes no configuration; what goes wrong is said above the footer."""
        latest(self, group, partial(self._said, work))

    async def _said(self, work: Work) -> None:
        try:
            await work()
        except ConsoleError as error:
            self.say(line_of(error))
        except OSError as problem:
            self.say(Line(visible(f"{problem.filename or 'It'}: {problem.strerror}"), Severity.WARNING))
        self.fetch_now()
