"""A full-size page of text: details, JSON, help, reports."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from jfconsole.ui.screens.dialog import Overlay
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet


class Page(VerticalScroll):
    """Scrolls with the keys of the lists too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]


class Viewer(Overlay[None]):
    """Shows content that is already safe; scrolls with the usual keys, closes with escape or `q`."""

    DEFAULT_CSS = """
    Viewer { align: center middle; }
    Viewer VerticalScroll {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    """

    HINT: ClassVar[str] = "esc close"

    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("c", "copy", show=False),
    ]

    def __init__(self, title: Content, *pages: Sheet, copyable: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._pages = pages
        self._copyable = copyable

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with Page() as scroll:
            scroll.border_title = self._title
            scroll.border_subtitle = Content(f"{'c copy · ' if self._copyable else ''}{self.HINT}")
            yield from (FactSheet(page) for page in self._pages)

    def action_leave(self) -> None:
        """Close the page."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Copy what the page is about, where that can be copied."""
        if self._copyable is not None:
            self.app.copy_text(self._copyable)  # type: ignore[attr-defined]
