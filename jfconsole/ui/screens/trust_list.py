"""What the lists of integrations and of identity mappings share: simulator, doctor, exchange, deleting."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.screen import Screen

from jfconsole.domain.plans import Plan
from jfconsole.domain.token_words import Fact
from jfconsole.services.directory import Directory
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.widgets.fact_sheet import SheetLine

_NEED_ROW: Final = frozenset({"objects.edit", "objects.delete", "trust.simulate", "trust.doctor", "trust.exchange"})
_LOUD: Final = frozenset({"beware", "problem", "fails"})
_RULE: Final = re.compile(r"M\d\d")


class TrustList(ResourceScreen[Row]):
    """A list whose rows belong to an integration."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*ResourceScreen.SCOPES, Scope.OBJECTS, Scope.EDITABLE, Scope.TRUST)
    ONE: ClassVar[str] = "row"

    @abstractmethod
    def integration_of(self, row: Row) -> str:
        """The name of the integration that a row belongs to."""

    @abstractmethod
    async def deletion(self, directory: Directory, rows: Sequence[Row]) -> Plan:
        """The plan that deletes these."""

    async def directory(self) -> Directory:
        """What integrations and mappings are looked after with."""
        return await self.app.workbench.directory()

    def why_not(self, action: Action) -> str | None:
        """Nearly everything needs a row."""
        if action.id in _NEED_ROW and not self.table.targets:
            return f"There is no {self.ONE} here"
        return super().why_not(action)

    def hint_label(self, action: Action) -> str:
        """`delete 3` while three are marked."""
        marked = len(self.table.marks)
        return f"delete {marked:,}" if action.id == "objects.delete" and marked else super().hint_label(action)

    def do_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor."""
        self.propose(self._delete(self.table.targets))

    async def _delete(self, rows: Sequence[Row]) -> Plan:
        return await self.deletion(await self.directory(), rows)

    def do_simulate(self) -> None:
        """Open the simulator on the integration."""
        from jfconsole.ui.screens.simulator import Simulator

        self._open(Simulator)

    def do_doctor(self) -> None:
        """Open the doctor on the integration."""
        from jfconsole.ui.screens.doctor import DoctorScreen

        self._open(DoctorScreen)

    def do_exchange(self) -> None:
        """Ask for a token, exchange it, show what comes of it once."""
        from jfconsole.ui.screens.exchange import ExchangeScreen

        self._open(ExchangeScreen)

    def _open(self, screen: Callable[[str], Screen[None]]) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.app.push_screen(screen(self.integration_of(row)), lambda _: self.fetch_now())


def fact_lines(facts: Sequence[Fact]) -> tuple[SheetLine, ...]:
    """Facts for a sheet; what to beware of stands out."""
    return tuple(
        SheetLine(fact.label, fact.text, "$text-warning" if fact.label in _LOUD or _RULE.fullmatch(fact.label) else "")
        for fact in facts
    )
