"""Remote registries: the live list with what stands in the way of pulls, explaining, mending, making, changing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final
from urllib.parse import urlsplit

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.forms import Answers, Form
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Plan
from jfconsole.domain.registries import RemoteRegistry, registry_url
from jfconsole.domain.registry_checks import RegistryFinding, registry_findings
from jfconsole.domain.registry_text import entries_text
from jfconsole.domain.requests import Json
from jfconsole.domain.views import READY, View
from jfconsole.services import registries
from jfconsole.services.issuer_steps import REGISTRY
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.registry_form import edit_registry_form, explain_form, new_registry_form, registry_record
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line

_NEED_ROW: Final = frozenset({"objects.edit", "objects.delete", "registries.compare", "registries.explain"})


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A registry, and what stands in its way as far as the local issuer can tell."""

    registry: RemoteRegistry
    findings: tuple[RegistryFinding, ...]


class RegistriesScreen(ResourceScreen[RegistryRow]):
    """The registries of the local issuer. It works while the vault is locked; changes need it open."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (
        *ResourceScreen.SCOPES,
        Scope.OBJECTS,
        Scope.EDITABLE,
        Scope.REGISTRIES,
    )
    CRUMBS: ClassVar[tuple[str, ...]] = ("registries",)
    NOUN: ClassVar[str] = "registries"
    VIEWS: ClassVar[tuple[View, ...]] = READY["registries"]
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("address", False)

    def __init__(self) -> None:
        super().__init__()
        self._held: IssuerState | None = None
        self._rows: tuple[RegistryRow, ...] = ()

    def columns(self) -> Sequence[Column[RegistryRow]]:
        """Address, what was found, credentials, where tokens are exchanged."""
        return (
            Column("address", "ADDRESS", _address, 18, 2, 50, 9, lambda row: row.registry.address),
            Column("checks", "CHECKS", _checks, 14, 0, 14, 8, lambda row: len(row.findings)),
            Column("entries", "CREDENTIALS", _entries, 24, 3, 90, 7),
            Column("platform", "EXCHANGED AT", _platform, 18, 2, 60, 5, lambda row: row.registry.platform),
        )

    def schema(self) -> Schema[RegistryRow]:
        """Address, integration, what its entries name, and whether something stands in the way."""
        return Schema(
            lambda row: f"{row.registry.address} {entries_text(row.registry.credentials)}".lower(),
            {
                FieldSpec("address", "text", (), "the registry"): lambda row: row.registry.address,
                FieldSpec("integration", "text", (), "what an exchange names"): lambda row: row.registry.provider_name,
                FieldSpec("broken", "flag", (), "something stands in the way"): lambda row: bool(row.findings),
            },
        )

    def key(self, row: RegistryRow) -> str:
        """The address."""
        return row.registry.address

    async def fetch(self) -> Sequence[RegistryRow]:
        """All of them; the very same rows when nothing changed."""
        self._held = await asyncio.to_thread(self._look)
        state = self._held
        found = () if state is None else tuple(_row(state, one) for one in state.registries.values())
        if found != self._rows:
            self._rows = found
        return self._rows

    def _look(self) -> IssuerState | None:
        """What the local issuer holds; None where there is none yet."""
        local = self.app.workbench.issuer.local
        return local.state() if local.vault.status().exists else None

    def describe(self, row: RegistryRow) -> Sheet:
        """Everything, with what was found here."""
        return _sheet(row)

    async def look_up(self, row: RegistryRow) -> Sheet | None:
        """The same with what the platform says; what it cannot say leaves the sheet as it is."""
        return _sheet(RegistryRow(row.registry, await self._findings(row)))

    async def _findings(self, row: RegistryRow) -> tuple[RegistryFinding, ...]:
        directory = await self.app.workbench.directory()
        trust = await registries.platform_trust(directory.integrations, row.registry)
        return () if self._held is None else registry_findings(row.registry, self._held, trust)

    def record(self, row: RegistryRow) -> Json:
        """As `registries show --json` prints it."""
        return row.registry.document()

    def curl(self, row: RegistryRow) -> str | None:
        """What a client asks first."""
        return f"curl --include {registry_url(row.registry)}/v2/"

    def empty(self) -> Empty:
        """Nothing is pulled with our tokens yet."""
        if self._held is None:
            return Empty("There is no local issuer yet.", "Make one: `jfconsole vaults create --public-url URL`.")
        return Empty("No registry is known yet.", "Press n to add one, or w for the wizard that sets up everything.")

    # -- changing --------------------------------------------------------------------------------------

    def why_not(self, action: Action) -> str | None:
        """Nearly everything needs a row, and all of it a local issuer."""
        if action.id in _NEED_ROW and self.table.cursor_row is None:
            return "There is no registry here"
        if action.id == "objects.new" and self._held is None:
            return "There is no local issuer yet"
        return super().why_not(action)

    def do_new(self) -> None:
        """Ask, review, make."""
        if self._held is not None:
            url = self.app.connection.url
            self.propose(self._ask_for(new_registry_form(self._held, url, urlsplit(url).netloc.lower())))

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._ask_for(edit_registry_form(row.registry)))

    async def _ask_for(self, form: Form) -> None:
        service = self.app.workbench.issuer

        async def build(answers: Answers) -> Plan:
            return await asyncio.to_thread(service.plan_apply, REGISTRY, registry_record(answers))

        await self.fill_in(form, build)

    def do_delete(self) -> None:
        """Delete the one under the cursor; the files of clients are left alone."""
        row = self.table.cursor_row
        if row is not None:
            service = self.app.workbench.issuer
            self.propose(asyncio.to_thread(service.plan_delete, REGISTRY, row.registry.address))

    # -- asking ----------------------------------------------------------------------------------------

    def do_explain(self) -> None:
        """Say which entry an image uses, while it is typed."""
        row = self.table.cursor_row
        if row is not None and self._held is not None:
            self.app.push_screen(FormScreen(explain_form(self._held, row.registry.address)))

    def do_compare(self) -> None:
        """Compare it with the platform; what a plan can mend is offered."""
        row = self.table.cursor_row
        if row is not None:
            latest(self, "compare", partial(self._compare, row))

    async def _compare(self, row: RegistryRow) -> None:
        self.say(Line(f"Comparing {row.registry.address} with the platform …"))
        try:
            findings = await self._findings(row)
        except ConsoleError as error:
            self.warn(f"{error.message}. {error.hint}")
            return
        self.say(None)
        if not findings:
            self.say(Line(f"Nothing stands in the way of pulls from {row.registry.address}, as far as can be seen"))
            return
        choices = [Choice(str(number), one.sentence, _fix_words(one)) for number, one in enumerate(findings)]
        chosen = await self.app.push_screen_wait(Menu("What stands in the way: enter mends it", choices))
        if chosen is not None:
            self.propose(self._repair(findings[int(chosen)]))

    async def _repair(self, finding: RegistryFinding) -> Plan:
        directory = await self.app.workbench.directory()
        return await registries.plan_repair(self.app.workbench.issuer, directory.integrations, finding)


def _row(state: IssuerState, registry: RemoteRegistry) -> RegistryRow:
    return RegistryRow(registry, registry_findings(registry, state))


def _fix_words(finding: RegistryFinding) -> str:
    return finding.fix if finding.repair is not None else f"by hand: {finding.fix}"


def _sheet(row: RegistryRow) -> Sheet:
    registry = row.registry
    found = [line for one in row.findings for line in _finding_lines(one)]
    lines = (
        SheetLine("exchanged at", registry.platform),
        SheetLine("integration", registry.provider_name),
        *(SheetLine("entry", f"{entry.repository}: {entry.words}") for entry in registry.credentials),
        SheetLine("logins get", _login_words(registry)),
        SheetLine("authorities", f"{len(registry.ca_cert)} of its own" if registry.ca_cert else "the system's"),
        *(found or [SheetLine("checks", "nothing found", "$text-success")]),
    )
    return Sheet(show_name(registry.address), lines, label_width=14)


def _finding_lines(finding: RegistryFinding) -> Sequence[SheetLine]:
    return (SheetLine("beware", finding.sentence, "$text-warning"), SheetLine("to change", finding.fix))


def _login_words(registry: RemoteRegistry) -> str:
    entry = registry.login_entry
    return "nothing: there is no entry for *" if entry is None else f"the entry {entry.repository}: {entry.words}"


def _address(row: RegistryRow, _: RenderContext) -> Cell:
    return Cell(row.registry.address)


def _checks(row: RegistryRow, _: RenderContext) -> Cell:
    if not row.findings:
        return Cell("nothing found", "muted")
    return Cell(f"{len(row.findings)} findings" if len(row.findings) > 1 else "1 finding", "warning")


def _entries(row: RegistryRow, _: RenderContext) -> Cell:
    return Cell(entries_text(row.registry.credentials) or "none", "normal" if row.registry.credentials else "danger")


def _platform(row: RegistryRow, _: RenderContext) -> Cell:
    return Cell(row.registry.platform, "muted")
