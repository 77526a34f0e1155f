"""What the lists of integrations and of identity mappings share: simulator, doctor, exchange, deleting."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers
from jfconsole.domain.integrations import Integration
from jfconsole.domain.mappings import IdentityMapping, MappingRef
from jfconsole.domain.plans import Plan
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_words import Fact
from jfconsole.services.directory import Directory
from jfconsole.services.exchanges import exchange_report
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.screens.sources import sources_of
from jfconsole.ui.widgets.fact_sheet import SheetLine
from jfconsole.ui.widgets.form_body import Sources
from jfconsole.ui.widgets.message_line import line_of

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

    def do_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor."""
        self.propose(self._delete(self.table.targets))

    async def _delete(self, rows: Sequence[Row]) -> Plan:
        return await self.deletion(await self.directory(), rows)

    # -- trying ----------------------------------------------------------------------------------------

    def do_simulate(self) -> None:
        """Open the simulator on the integration."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "simulate", partial(self._simulate, self.integration_of(row)))

    async def _simulate(self, integration: str) -> None:
        """Until it is left; a mapping that is to be edited is edited, and the simulator comes back."""
        from jfconsole.ui.screens.simulator import Simulator

        wish = await self.app.push_screen_wait(Simulator(integration))
        while wish is not None:
            try:
                directory = await self.directory()
                about = await directory.integrations.get(integration)
                before = await directory.mappings.get(ref_of(wish.mapping))
                await self.edit_mapping(directory, about, before, wish.claims)
            except ConsoleError as error:
                self.say(line_of(error))
                return
            wish = await self.app.push_screen_wait(Simulator(integration, wish.given))
        self.fetch_now()

    async def edit_mapping(
        self,
        directory: Directory,
        about: Integration,
        before: IdentityMapping | None,
        proposed: JsonObject | None = None,
    ) -> None:
        """Ask until the plan is confirmed, or the person leaves. The linter looks on all the time.

        `proposed` are claims to begin with in the place of those that the mapping has.
        """
        from jfconsole.ui.screens.mapping_form import claims_editor, mapping_form, mapping_of

        service = directory.mappings
        start = before or IdentityMapping(name=Untrusted(""), provider_name=about.name, claims={})
        others = await service.list(about.name, [start.project_key or ""])
        claims = await self.app.push_screen_wait(claims_editor(about, start, others, proposed))
        if claims is None:
            return

        async def build(answers: Answers) -> Plan:
            wanted = mapping_of(start, claims, answers)
            return await (service.plan_update(before, wanted) if before else service.plan_create(wanted))

        await self.fill_in(mapping_form(about, start, claims, others, new=before is None), build)

    async def sources(self) -> Sources:
        """Groups and users to pick from."""
        return sources_of(await self.directory())

    def do_doctor(self) -> None:
        """Open the doctor on the integration."""
        from jfconsole.ui.screens.doctor import DoctorScreen

        row = self.table.cursor_row
        if row is not None:
            self.app.push_screen(DoctorScreen(self.integration_of(row)), lambda _: self.fetch_now())

    def do_exchange(self) -> None:
        """Ask for a token, exchange it, show what comes of it once."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "exchange", partial(self._exchange, self.integration_of(row)))

    async def _exchange(self, integration: str) -> None:
        from jfconsole.ui.screens.exchange import ExchangePanel, exchange_form, exchange_order

        form, refusal = exchange_form(integration), ""
        answers: Answers | None = None
        while True:
            answers = await self.app.push_screen_wait(FormScreen(form, answers=answers, refusal=refusal))
            if answers is None:
                return
            try:
                given = await self.app.workbench.exchange(exchange_order(integration, answers))
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}"
                answers = {**answers, "token": Secret("")}
                continue
            self.app.push_screen(ExchangePanel(exchange_report(given, self.app.connection.url)))
            return


def ref_of(mapping: IdentityMapping) -> MappingRef:
    """Which mapping it is."""
    return MappingRef(mapping.provider_name, mapping.name, mapping.project_key or None)


def fact_lines(facts: Sequence[Fact]) -> tuple[SheetLine, ...]:
    """Facts for a sheet; what to beware of stands out."""
    return tuple(
        SheetLine(fact.label, fact.text, "$text-warning" if fact.label in _LOUD or _RULE.fullmatch(fact.label) else "")
        for fact in facts
    )
