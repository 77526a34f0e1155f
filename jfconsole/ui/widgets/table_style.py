"""How a table looks: its CSS, and the terminal styles that follow from a line's look and a cell's tone."""

from __future__ import annotations

from typing import Final, Literal

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from jfconsole.ui.widgets.columns import TONES, Tone

Look = Literal["row", "marked", "new", "gone", "cursor"]
"""What a whole line says about itself; the strongest one wins."""

PREFIX: Final = "resource-table--"

COMPONENT_CLASSES: Final = frozenset(
    PREFIX + part
    for part in ("header", "sorted", "row", "marked", "new", "gone", "reason", "cursor", "sign", *TONES[1:])
)

CSS: Final = """
ResourceTable {
    height: 1fr;
    background: $surface;
    color: $foreground;
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-gutter: stable;
    scrollbar-size-vertical: 1;

    & > .resource-table--header { background: $panel; color: $text-muted; text-style: bold; }
    & > .resource-table--sorted { background: $panel; color: $accent; text-style: bold; }
    & > .resource-table--marked { background: $accent 14%; }
    & > .resource-table--new { background: $success 12%; }
    & > .resource-table--gone { color: $text-disabled; text-style: strike; }
    & > .resource-table--reason { color: $text-warning; text-style: italic; }
    & > .resource-table--cursor { background: $foreground 9%; }

    & > .resource-table--sign { color: $accent; text-style: bold; }
    & > .resource-table--muted { color: $text-muted; }
    & > .resource-table--strong { text-style: bold; }
    & > .resource-table--accent { color: $text-accent; }
    & > .resource-table--success { color: $text-success; }
    & > .resource-table--warning { color: $text-warning; }
    & > .resource-table--danger { color: $text-error; text-style: bold; }

    &:focus > .resource-table--cursor { background: $primary 45%; text-style: bold; }

    &:ansi {
        & > .resource-table--header { text-style: bold underline; }
        & > .resource-table--marked { background: ansi_default; text-style: bold; }
        & > .resource-table--new { background: ansi_default; }
        & > .resource-table--gone { text-style: dim strike; }
        & > .resource-table--cursor { background: ansi_default; text-style: underline; }
        & > .resource-table--muted { text-style: dim; }
        &:focus > .resource-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
    }
    &:nocolor {
        & > .resource-table--header { text-style: bold underline; }
        & > .resource-table--sorted { text-style: bold underline; }
        & > .resource-table--cursor { background: $surface; text-style: underline; }
        &:focus > .resource-table--cursor { background: $surface; text-style: reverse; }
    }
}
"""


class Palette:
    """Styles of one table under the theme of the moment, each worked out when it is first wanted.

    Every style has a background of its own: the line API paints nothing beneath a segment.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, str], Style] = {}

    def style(self, look: Look, tone: Tone | Literal["sign", "reason"] = "normal") -> Style:
        """The style of a cell with this tone on a line with this look."""
        known = self._styles.get((look, tone))
        if known is None:
            known = self._styles[look, tone] = self._toned(look, tone)
        return known

    def header(self, is_sorted: bool) -> Style:
        """The style of a column's label."""
        return self._widget.get_component_rich_style(PREFIX + ("sorted" if is_sorted else "header"))

    def _toned(self, look: Look, tone: str) -> Style:
        base = self._widget.get_component_rich_style(PREFIX + look)
        if tone == "normal":
            return base
        own = self._widget.get_component_styles(PREFIX + tone)
        keeps_colour = self._widget.get_component_styles(PREFIX + look).has_rule("color") and tone != "reason"
        if keeps_colour or not (own.has_rule("color") or own.has_rule("auto_color")):
            return base + own.text_style
        background = Color.from_rich_color(base.bgcolor, foreground=False)
        return base + Style(color=(background + own.color).rich_color) + own.text_style
