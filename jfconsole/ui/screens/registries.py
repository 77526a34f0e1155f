"""Remote registries: the live list with what stands in the way of pulls, explaining, mending, making, changing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

from jfconsole.domain.answers import text
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.exports.supctl import export_registry
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.filters import FieldSpec, Schema
from jfconsole.domain.forms import Answers
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.plans import Plan
from jfconsole.domain.registries import RegistryCredential, RemoteRegistry, registry_url
from jfconsole.domain.registry_checks import RegistryFinding, registry_findings
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.views import READY, View
from jfconsole.services import registries
from jfconsole.services.issuer_steps import REGISTRY
from jfconsole.services.issuer_view import IssuerView
from jfconsole.services.logins import plan_login
from jfconsole.services.pull_proof import prove_pull
from jfconsole.ui.actions import Scope
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.form import FormScreen, Sources
from jfconsole.ui.screens.registry_entries import edit_entries
from jfconsole.ui.screens.registry_form import (
    IMAGE,
    edit_registry_form,
    explain_form,
    new_registry_form,
    registry_record,
)
from jfconsole.ui.screens.registry_login import files_of, login_form
from jfconsole.ui.screens.registry_sheet import client_lines, registry_sheet
from jfconsole.ui.screens.sealed_list import SealedList
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show
from jfconsole.ui.widgets.check_list import checks_content
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line, line_of


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A registry, and what stands in its way as far as the local issuer can tell."""

    registry: RemoteRegistry
    findings: tuple[RegistryFinding, ...]


class Explain(FormScreen):
    """A question whose answer stands below it, to be tried: nothing is lost by leaving."""

    def action_dismiss_dialog(self) -> None:
        """Leave."""
        self.dismiss(None)


class RegistriesScreen(SealedList[RegistryRow]):
    """The registries of the local issuer."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*SealedList.SCOPES, Scope.REGISTRIES)
    CRUMBS: ClassVar[tuple[str, ...]] = ("registries",)
    NOUN: ClassVar[str] = "registries"
    ONE: ClassVar[str] = "registry"
    VIEWS: ClassVar[tuple[View, ...]] = READY["registries"]
    FOOTER: ClassVar[tuple[str, ...]] = (
        *("table.open", "objects.new", "objects.edit", "registries.entries"),
        *("registries.explain", "registries.compare", "registries.login", "issuer.supctl", "issuer.lock"),
    )
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("address", False)

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
            lambda row: f"{row.registry.address} {_entries_text(row.registry.credentials)}".lower(),
            {
                FieldSpec("address", "text", (), "the registry"): lambda row: row.registry.address,
                FieldSpec("integration", "text", (), "what an exchange names"): lambda row: row.registry.provider_name,
                FieldSpec("broken", "flag", (), "something stands in the way"): lambda row: bool(row.findings),
            },
        )

    def key(self, row: RegistryRow) -> str:
        """The address."""
        return row.registry.address

    def rows_of(self, view: IssuerView, state: IssuerState) -> Sequence[RegistryRow]:
        """All of them."""
        return tuple(RegistryRow(one, registry_findings(one, state)) for one in state.registries.values())

    def describe(self, row: RegistryRow) -> Sheet:
        """Everything, with what was found here."""
        return registry_sheet(row.registry, row.findings)

    async def look_up(self, row: RegistryRow) -> Sheet | None:
        """The same with what clients on this machine do, and what the platform says, or why it says nothing."""
        clients = await asyncio.to_thread(client_lines, row.registry)
        try:
            return registry_sheet(row.registry, await self._findings(row), clients)
        except ConsoleError as error:
            unasked = SheetLine("platform", f"not asked: {error.message}", "$text-warning")
            return registry_sheet(row.registry, row.findings, [*clients, unasked])

    async def _findings(self, row: RegistryRow) -> tuple[RegistryFinding, ...]:
        state = await self.seen_state()
        directory = await self.app.workbench.directory()
        trust = await registries.platform_trust(directory.integrations, row.registry)
        return registry_findings(row.registry, state, trust)

    def record(self, row: RegistryRow) -> Json:
        """As `registries show --json` prints it."""
        return row.registry.document()

    def curl(self, row: RegistryRow) -> str | None:
        """What a client asks first."""
        return f"curl --include {registry_url(row.registry)}/v2/"

    def supctl(self, row: RegistryRow) -> str:
        """The registry with its credentials."""
        return export_registry(row.registry)

    def nothing(self) -> Empty:
        """Nothing is pulled with our tokens yet."""
        return Empty("No registry is known yet.", "Press n to add one, or w for the wizard that sets up everything.")

    # -- changing --------------------------------------------------------------------------------------

    async def sources(self) -> Sources:
        """Roles and secrets to choose from."""
        state = await self.seen_state()

        async def roles() -> Sequence[str]:
            return tuple(state.roles)

        async def secrets() -> Sequence[str]:
            return tuple(state.secrets)

        return {"roles": roles, "secrets": secrets}

    def do_new(self) -> None:
        """Ask, review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        url = self.app.connection.url
        form = new_registry_form(await self.seen_state(), url, urlsplit(url).netloc.lower())
        await self.ask_and_apply(REGISTRY, form, registry_record, new=True)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self.ask_and_apply(REGISTRY, edit_registry_form(row.registry), registry_record))

    def do_entries(self) -> None:
        """Change the credentials one by one, review them together."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit_entries(row.registry))

    async def _edit_entries(self, registry: RemoteRegistry) -> Plan | None:
        entries = await edit_entries(self.app, await self.seen_state(), registry, await self.sources())
        if entries is None:
            return None
        record: JsonObject = {"address": registry.address, "credentials": [entry.document() for entry in entries]}
        return await asyncio.to_thread(self.service.plan_apply, REGISTRY, record)

    def do_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor; the files of clients are left alone."""
        self.propose_deletion(REGISTRY, [row.registry.address for row in self.table.targets])

    def do_login(self) -> None:
        """Ask which clients shall pull, review what changes in their files, write it."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._log_in(row.registry))

    async def _log_in(self, registry: RemoteRegistry) -> None:
        async def build(answers: Answers) -> Plan:
            files, repository = files_of(answers), text(answers, "repository")
            return await asyncio.to_thread(plan_login, self.service, registry.address, files, repository)

        await self.fill_in(login_form(registry), build)

    # -- asking ----------------------------------------------------------------------------------------

    def do_explain(self) -> None:
        """Say which entry an image uses, while it is typed; pull it to see that it works."""
        row = self.table.cursor_row
        if row is not None:
            self.in_background("explain", partial(self._explain, row.registry.address))

    async def _explain(self, address: str) -> None:
        answers: Answers | None = None
        while True:
            form = explain_form(await self.seen_state(), address)
            answers = await self.app.push_screen_wait(Explain(form, answers=answers))
            if answers is None or not await self.opened():
                return
            await self._try(text(answers, IMAGE))

    async def _try(self, image: str) -> None:
        """Pull with the credentials that a client would get, and show what came of it."""
        self.say(Line(f"Pulling {visible(image)} …"))
        explained = registries.explain(await self.seen_state(), image)
        tools = await self.app.workbench.wizard_tools()
        proof = await prove_pull(tools.puller, explained.registry, explained.entry, explained.image)
        self.say(None)
        await self.app.push_screen_wait(Viewer(show(image), Sheet(checks_content(proof, self.app.glyphs))))

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
            self.say(line_of(error))
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
        return await registries.plan_repair(self.service, directory.integrations, finding)


def _fix_words(finding: RegistryFinding) -> str:
    return finding.fix if finding.repair is not None else f"by hand: {finding.fix}"


def _address(row: RegistryRow, _: RenderContext) -> Cell:
    return Cell(row.registry.address)


def _checks(row: RegistryRow, _: RenderContext) -> Cell:
    if not row.findings:
        return Cell("nothing found", "muted")
    return Cell(f"{len(row.findings)} findings" if len(row.findings) > 1 else "1 finding", "warning")


def _entries(row: RegistryRow, _: RenderContext) -> Cell:
    return Cell(_entries_text(row.registry.credentials) or "none", "normal" if row.registry.credentials else "danger")


def _entries_text(entries: Sequence[RegistryCredential]) -> str:
    """`* role jfrog/pulls, team/app secret registry/hub`."""
    return ", ".join(f"{entry.repository} {entry.words}" for entry in entries)


def _platform(row: RegistryRow, _: RenderContext) -> Cell:
    return Cell(row.registry.platform if row.registry.exchanges else "no token is exchanged", "muted")
