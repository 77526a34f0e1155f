"""OIDC integrations: the live list, each with what its issuer publishes, making, editing, deleting with mappings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from jfconsole.domain.filters import Schema
from jfconsole.domain.forms import Answers
from jfconsole.domain.integration_facts import (
    describe_integration,
    integration_record,
    integration_schema,
    platform_words,
)
from jfconsole.domain.integrations import Integration
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.lint_mappings import passes
from jfconsole.domain.mapping_words import finding_fact
from jfconsole.domain.plans import Plan
from jfconsole.domain.provider_catalog import PROVIDERS, provider_named
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.token_words import Fact
from jfconsole.domain.views import READY, View
from jfconsole.services.details import Listing
from jfconsole.services.directory import Directory
from jfconsole.services.issuer_words import issuer_facts
from jfconsole.services.reading import integration_request
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.integration_form import (
    changed_integration,
    edit_integration_form,
    new_integration,
    new_integration_form,
)
from jfconsole.ui.screens.trust_list import TrustList, fact_lines
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show, show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty
from jfconsole.ui.widgets.message_line import Line


class IntegrationsScreen(TrustList[Integration]):
    """All integrations that the token may see."""

    CRUMBS: ClassVar[tuple[str, ...]] = ("integrations",)
    NOUN: ClassVar[str] = "integrations"
    ONE: ClassVar[str] = "integration"
    VIEWS: ClassVar[tuple[View, ...]] = READY["integrations"]
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("name", False)

    def __init__(self) -> None:
        super().__init__()
        self._listing: Listing[Integration] | None = None

    def columns(self) -> Sequence[Column[Integration]]:
        """Name, what the linter says, type, URL, audience, description, project."""
        return (
            Column("name", "NAME", lambda row, _: Cell(row.name), 16, 2, 40, 9, lambda row: row.name.lower()),
            Column("lint", "LINT", _lint, 14, 0, 14, 8),
            Column("platform", "PLATFORM", _platform, 16, 1, 30, 6, platform_words),
            Column("url", "PROVIDER URL", _url, 24, 2, 70, 7, lambda row: row.issuer_url or ""),
            Column("audience", "AUDIENCE", _audience, 12, 1, 40, 5, lambda row: row.audience or ""),
            Column("description", "DESCRIPTION", _description, 16, 2, 60, 4),
            Column("project", "PROJECT", _project, 8, 0, 16, 3, lambda row: row.project_key or ""),
        )

    def schema(self) -> Schema[Integration]:
        """What filters may ask of integrations."""
        return integration_schema()

    def key(self, row: Integration) -> str:
        """The name."""
        return row.name

    def integration_of(self, row: Integration) -> str:
        """Itself."""
        return row.name

    async def fetch(self) -> Sequence[Integration]:
        """All of them; the very same rows when nothing changed."""
        self._listing = await (await self.directory()).integrations.list(self._listing)
        return self._listing.views

    def describe(self, row: Integration) -> Sheet:
        """What the list says, and what the linter finds in it."""
        return _sheet(row, ())

    async def look_up(self, row: Integration) -> Sheet:
        """With its mappings. The issuer is not asked while the cursor passes by: `d` does."""
        mappings = await (await self.directory()).integrations.fetch_mappings(row.name)
        names = ", ".join(visible(mapping.name) for mapping in mappings) or "none: nobody gets in"
        return _sheet(row, (Fact("mappings", names), Fact("issuer", "d asks it for its keys, from here")))

    async def _describe(self, row: Integration) -> None:
        """The page asks the issuer, too, which may take a few seconds."""
        self.say(Line(f"Asking the issuer of {row.name} …"))
        sheet = await self.full_sheet(row)
        report = await (await self.directory()).integrations.look_up(row)
        self.say(None)
        told = replace(sheet, lines=(*sheet.lines[:-1], *fact_lines(issuer_facts(report))))
        self.app.push_screen(Viewer(show(row.name), told, copyable=row.name))

    def record(self, row: Integration) -> Json:
        """As `integrations show --json` prints it."""
        return integration_record(row)

    def curl(self, row: Integration) -> str | None:
        """GET of this integration."""
        return self.app.workbench.curl(integration_request(row.name))

    def empty(self) -> Empty:
        """A platform that trusts nobody."""
        return Empty("This platform trusts no issuer of tokens.", "Press n to make an integration.")

    # -- changing --------------------------------------------------------------------------------------

    def do_new(self) -> None:
        """Choose a platform, fill in the rest, review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        choices = [Choice(provider.id, provider.title, f"{provider.issuer}") for provider in PROVIDERS]
        chosen = await self.app.push_screen_wait(Menu("Whose tokens?", choices))
        provider = provider_named(chosen or "")
        if provider is None:
            return
        service = (await self.directory()).integrations

        async def build(answers: Answers) -> Plan:
            return await service.plan_create(new_integration(answers))

        await self.fill_in(new_integration_form(provider), build)

    def do_edit(self) -> None:
        """Ask for what shall be different, review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit(row.name))

    async def _edit(self, name: str) -> None:
        service = (await self.directory()).integrations
        before = await service.get(name)

        async def build(answers: Answers) -> Plan:
            return await service.plan_update(before, changed_integration(before, answers))

        await self.fill_in(edit_integration_form(before), build)

    async def deletion(self, directory: Directory, rows: Sequence[Integration]) -> Plan:
        """After the mappings that go with them."""
        return await directory.integrations.plan_delete([row.name for row in rows])


def _sheet(row: Integration, more: Sequence[Fact]) -> Sheet:
    facts = (*describe_integration(row), *map(finding_fact, lint_integration(row)), *more)
    return Sheet(show_name(row.name), fact_lines(facts), label_width=16)


def _lint(row: Integration, _: RenderContext) -> Cell:
    found = lint_integration(row)
    if not found:
        return Cell("nothing found", "muted")
    rules = ", ".join(dict.fromkeys(finding.rule.value for finding in found))
    return Cell(rules, "warning" if passes(found) else "danger")


def _platform(row: Integration, _: RenderContext) -> Cell:
    return Cell(platform_words(row) or row.provider_type or "", "normal" if platform_words(row) else "muted")


def _url(row: Integration, _: RenderContext) -> Cell:
    return Cell(row.issuer_url or "", "muted")


def _audience(row: Integration, _: RenderContext) -> Cell:
    return Cell(row.audience or "any", "normal" if row.audience else "warning")


def _description(row: Integration, _: RenderContext) -> Cell:
    return Cell(row.description or "", "muted")


def _project(row: Integration, _: RenderContext) -> Cell:
    return Cell(row.project_key or "", "muted")
