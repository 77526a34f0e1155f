"""Identity mappings: the list in evaluation order, with what shadows what and what the linter finds; editing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from jfconsole.domain.filters import Schema
from jfconsole.domain.lint_mappings import Finding
from jfconsole.domain.mapping_facts import MappingView
from jfconsole.domain.mapping_words import (
    claims_words,
    describe_view,
    finding_fact,
    mapping_record,
    mapping_schema,
    who_words,
)
from jfconsole.domain.mappings import MappingRef
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Json
from jfconsole.domain.views import READY, View
from jfconsole.services.directory import Directory
from jfconsole.services.lint_trust import all_mappings
from jfconsole.services.reading import mapping_request
from jfconsole.ui.actions import Action, Scope
from jfconsole.ui.screens.mapping_order import MappingOrder
from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.screens.trust_list import TrustList, fact_lines, ref_of
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext
from jfconsole.ui.widgets.fact_sheet import Sheet
from jfconsole.ui.widgets.list_state import Empty


class MappingsScreen(TrustList[MappingView]):
    """The mappings of all integrations, those of each in the order in which they are looked at."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*TrustList.SCOPES, Scope.MAPPINGS)
    CRUMBS: ClassVar[tuple[str, ...]] = ("mappings",)
    NOUN: ClassVar[str] = "mappings"
    ONE: ClassVar[str] = "mapping"
    VIEWS: ClassVar[tuple[View, ...]] = READY["mappings"]

    def __init__(self) -> None:
        super().__init__()
        self._views: tuple[MappingView, ...] = ()

    def columns(self) -> Sequence[Column[MappingView]]:
        """Integration, place, name, what is found, what it wants, what it gives, project."""
        return (
            Column("integration", "INTEGRATION", lambda row, _: Cell(row.mapping.provider_name), 14, 1, 30, 7),
            Column("place", "#", _place, 3, 0, 4, 9, align="right"),
            Column("name", "NAME", lambda row, _: Cell(row.mapping.name), 14, 2, 40, 10),
            Column("lint", "LINT", _lint, 16, 0, 20, 8),
            Column("wants", "WANTS", _wants, 20, 3, 80, 6),
            Column("gives", "GIVES", _gives, 18, 2, 60, 5),
            Column("project", "PROJECT", _project, 8, 0, 16, 4),
        )

    def schema(self) -> Schema[MappingView]:
        """What filters may ask of mappings."""
        return mapping_schema()

    def key(self, row: MappingView) -> str:
        """Integration, name and project."""
        return row.key

    def integration_of(self, row: MappingView) -> str:
        """Whose it is."""
        return row.mapping.provider_name

    async def fetch(self) -> Sequence[MappingView]:
        """All of them; the very same rows when nothing changed."""
        found = await all_mappings(await self.directory())
        if found != self._views:
            self._views = found
        return self._views

    def describe(self, row: MappingView) -> Sheet:
        """Everything: claims, what it gives, its place, findings."""
        return _sheet(row)

    async def look_up(self, row: MappingView) -> Sheet | None:
        """How those stand whom it names."""
        told = (await (await self.directory()).mappings.on_targets([row.mapping])).get(row.key, ())
        return _sheet(row, told) if told else None

    def record(self, row: MappingView) -> Json:
        """As `mappings show --json` prints it."""
        return mapping_record(row.mapping)

    def curl(self, row: MappingView) -> str | None:
        """GET of this mapping."""
        return self.app.workbench.curl(mapping_request(ref_of(row.mapping)))

    def empty(self) -> Empty:
        """Nobody gets in by an exchange."""
        return Empty("This platform has no identity mappings.", "Press n to make one, or 6 for the integrations.")

    # -- changing --------------------------------------------------------------------------------------

    def do_new(self) -> None:
        """Choose the integration, then claims, then the token; review, make."""
        self.propose(self._new())

    async def _new(self) -> None:
        directory = await self.directory()

        async def integrations() -> Sequence[str]:
            return [found.name for found in (await directory.integrations.list()).views]

        chosen = await self.app.push_screen_wait(Picker("integration", integrations, one=True))
        if chosen:
            integration = await directory.integrations.get(chosen[0])
            await self.edit_mapping(directory, integration, None)

    def do_edit(self) -> None:
        """Claims first, then the token; review, change."""
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._edit(ref_of(row.mapping)))

    async def _edit(self, ref: MappingRef) -> None:
        directory = await self.directory()
        integration = await directory.integrations.get(ref.provider)
        await self.edit_mapping(directory, integration, await directory.mappings.get(ref))

    def why_not(self, action: Action) -> str | None:
        """One alone stands in no order."""
        if action.scope is Scope.MAPPINGS:
            if self.table.cursor_row is None:
                return "There is no mapping here"
            if len(self._beside(self.table.cursor_row)) < 2:
                return "It is the only one of its integration and project: there is nothing to order"
        return super().why_not(action)

    def do_move_up(self) -> None:
        """Choose the order, with this one a place earlier to begin with; review, change."""
        self._arrange(-1)

    def do_move_down(self) -> None:
        """Choose the order, with this one a place later to begin with; review, change."""
        self._arrange(1)

    def _arrange(self, step: int) -> None:
        row = self.table.cursor_row
        if row is not None:
            self.propose(self._order(row, step))

    async def _order(self, row: MappingView, step: int) -> Plan | None:
        directory, about = await self.directory(), ref_of(row.mapping)
        integration = await directory.integrations.get(about.provider)
        project = f" of project {about.project}" if about.project else ""
        title = f"Looked at in this order: mappings of {about.provider}{project}"
        mappings = [view.mapping for view in self._beside(row)]
        asking = MappingOrder(title, mappings, integration.common_claims, row.key, step)
        names = await self.app.push_screen_wait(asking)
        return None if names is None else await directory.mappings.plan_order(about.provider, names, about.project)

    def _beside(self, row: MappingView) -> list[MappingView]:
        """Those that stand in one order with it, in that order."""
        about = ref_of(row.mapping)
        refs = ((view, ref_of(view.mapping)) for view in self._views)
        return [view for view, ref in refs if (ref.provider, ref.project) == (about.provider, about.project)]

    async def deletion(self, directory: Directory, rows: Sequence[MappingView]) -> Plan:
        """Those who came in through them may come in through others."""
        return await directory.mappings.plan_delete([ref_of(row.mapping) for row in rows])


def _sheet(row: MappingView, absent: Sequence[Finding] = ()) -> Sheet:
    facts = (*describe_view(row), *map(finding_fact, absent))
    return Sheet(show_name(row.mapping.name), fact_lines(facts), label_width=16)


def _place(row: MappingView, _: RenderContext) -> Cell:
    return Cell(f"{row.place}{'=' if row.tied else ''}", "warning" if row.tied else "muted")


def _lint(row: MappingView, _: RenderContext) -> Cell:
    rules = ", ".join(dict.fromkeys(finding.rule.value for finding in row.findings))
    if row.shadow is not None:
        return Cell(f"never wins {rules}", "danger" if row.admits_strangers else "warning")
    if not rules:
        return Cell("nothing found", "muted")
    return Cell(f"stops {rules}" if row.admits_strangers else rules, "danger" if row.admits_strangers else "warning")


def _wants(row: MappingView, _: RenderContext) -> Cell:
    return Cell(claims_words(row.mapping.claims), "normal" if row.mapping.claims else "danger")


def _gives(row: MappingView, _: RenderContext) -> Cell:
    return Cell(who_words(row.mapping.token_spec))


def _project(row: MappingView, _: RenderContext) -> Cell:
    return Cell(row.mapping.project_key or "", "muted")
