"""What f1 shows: everything there is to say about one field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from jfconsole.domain.forms import Answer, FieldKind, FormField
from jfconsole.domain.glossary import Term, terms_named_in
from jfconsole.services.glossary import glossary
from jfconsole.ui.screens.dialog import Dialog
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet, SheetLine

_KINDS: Final = {
    FieldKind.SECRET: "It is masked, and stands in no log and no plan.",
    FieldKind.SOME: "Space ticks any of them, or none.",
    FieldKind.NAMES: "Enter opens the list to choose from.",
    FieldKind.NAME: "Typed, or chosen: enter opens the list.",
}


class FieldHelp(Dialog[None]):
    """Closed with escape, f1 or enter; the form behind it stays as it is."""

    DEFAULT_CSS = """
    FieldHelp VerticalScroll { height: auto; max-height: 18; }
    FieldHelp FactSheet { margin-bottom: 1; }
    """

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,enter,q", "dismiss_dialog", show=False)]

    def __init__(self, title: str, text: str, *facts: SheetLine, terms: tuple[Term, ...] = ()) -> None:
        """`facts` stand below the text, then the `terms` of the glossary that it is about."""
        super().__init__()
        self._title = title
        self._pages = [Sheet(show(text), facts, label_width=12)]
        self._pages += [
            Sheet(show(f"In the glossary: {term.name}", "$text-muted"), tail=show(term.text)) for term in terms
        ]

    def compose(self) -> ComposeResult:
        """The explanation, as long as it is."""
        with self.framed(self._title) as frame:
            frame.border_subtitle = Content("esc close")
            with VerticalScroll():
                yield from (FactSheet(page) for page in self._pages)


def help_of(field: FormField) -> FieldHelp:
    """Everything about a field of a form."""
    terms = tuple(terms_named_in(glossary(), field.label))
    return FieldHelp(field.label, field.help, *_facts(field), terms=terms)


def _facts(field: FormField) -> Iterator[SheetLine]:
    if field.choices:
        yield SheetLine("one of" if field.kind is FieldKind.CHOICE else "any of", ", ".join(field.choices))
    if field.fixed:
        yield SheetLine("fixed", "It cannot be changed here.")
    elif field.kind not in {FieldKind.FLAG, FieldKind.CHOICE}:
        yield SheetLine("needed", "yes" if field.required else "no: it may be left empty")
    if default := _words(field.default):
        yield SheetLine("by default", default)
    if field.kind in _KINDS:
        yield SheetLine("", _KINDS[field.kind])


def _words(default: Answer) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, tuple):
        return ", ".join(default)
    return default if isinstance(default, str) else ""
