"""The glossary: terms of the platform, found while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from jfconsole.domain.filters import Schema
from jfconsole.domain.glossary import Term
from jfconsole.domain.requests import Json
from jfconsole.services.glossary import glossary
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.text import show
from jfconsole.ui.widgets.columns import Cell, Column
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty


class GlossaryScreen(ResourceScreen[Term]):
    """What the words mean; the same text as `jfconsole glossary`."""

    CRUMBS: ClassVar[tuple[str, ...]] = ("glossary",)
    NOUN: ClassVar[str] = "the glossary"
    LIVE: ClassVar[bool] = False

    def columns(self) -> Sequence[Column[Term]]:
        """Term, meaning."""
        return (
            Column("term", "TERM", lambda term, _: Cell(term.name, "strong"), 22, 0, 22, 9, lambda term: term.names),
            Column("text", "MEANING", lambda term, _: Cell(term.text), 30, 1, 400, 5),
        )

    def schema(self) -> Schema[Term]:
        """By any word of it."""
        return Schema(lambda term: term.haystack, {})

    def apply_filter(self) -> None:
        """A term that is typed out is gone to, among those that only mention it."""
        super().apply_filter()
        wanted = self.bar.text.lower().strip()
        found = next((term for term in self.rows or () if wanted in term.names), None)
        if found is not None:
            self.table.move_to_key(found.name)

    def key(self, row: Term) -> str:
        """The term itself."""
        return row.name

    async def fetch(self) -> Sequence[Term]:
        """All terms: they come with the console."""
        return glossary()

    def describe(self, row: Term) -> Sheet:
        """The whole of its text, other names, what belongs to it."""
        return term_sheet(row)

    def record(self, row: Term) -> Json:
        """As `glossary --json` prints it."""
        return row.record()

    def empty(self) -> Empty:
        """There always are terms."""
        return Empty("The glossary is empty.", "")


def term_sheet(term: Term) -> Sheet:
    """A term with everything that is said of it."""
    more = (("also", ", ".join(term.also)), ("see", ", ".join(term.see)), ("source", term.source))
    return Sheet(
        show(term.name, "bold"),
        (SheetLine("means", term.text), *(SheetLine(label, text) for label, text in more if text)),
        label_width=8,
    )
