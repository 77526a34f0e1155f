"""How a table looks: its CSS, and the terminal styles that follow from a line's look and a cell's tone."""

from __future__ import annotations

from typing import Final, Literal

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from jfconsole.ui.widgets.columns import TONES, Tone

Look = Literal["row", "marked", "new", "gone", "cursor"]
"""What a whole line says about itself; the strongest one wins."""

Sign = Literal["sign", "reason"]
"""What is on a line besides its cells: the glyphs in front, the reason why it is gone."""

PREFIX: Final = "resource-table--"

LEAST_CONTRAST: Final = 3.0
"""Of text to its background, at which bold or large text counts as readable. Source: WCAG 2.2, 1.4.3."""

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
    & > .resource-table--sorted { background: $panel; color: $text-accent; text-style: bold; }
    & > .resource-table--marked { background: $accent 14%; }
    & > .resource-table--new { background: $success 12%; }
    & > .resource-table--gone { color: $text-disabled; text-style: strike; }
    & > .resource-table--reason { color: $text-warning; text-style: italic; }
    & > .resource-table--cursor { background: $foreground 9%; }

    & > .resource-table--sign { color: $text-accent; text-style: bold; }
    & > .resource-table--muted { color: $text-muted; }
    & > .resource-table--strong { text-style: bold; }
    & > .resource-table--accent { color: $text-accent; }
    & > .resource-table--success { color: $text-success; }
    & > .resource-table--warning { color: $text-warning; }
    & > .resource-table--danger { color: $text-error; text-style: bold; }

    &:focus > .resource-table--cursor { background: $primary 34%; text-style: bold; }

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

    def style(self, look: Look, tone: Tone | Sign = "normal") -> Style:
        """The style of a cell with this tone on a line with this look."""
        known = self._styles.get((look, tone))
        if known is None:
            known = self._styles[look, tone] = self._toned(look, tone)
        return known

    def header(self, is_sorted: bool) -> Style:
        """The style of a column's label."""
        return _legible(self._widget.get_component_rich_style(PREFIX + ("sorted" if is_sorted else "header")))

    def _toned(self, look: Look, tone: str) -> Style:
        base = _legible(self._widget.get_component_rich_style(PREFIX + look))
        if tone == "normal":
            return base
        own = self._widget.get_component_styles(PREFIX + tone)
        keeps_colour = self._widget.get_component_styles(PREFIX + look).has_rule("color") and tone != "reason"
        if keeps_colour or not (own.has_rule("color") or own.has_rule("auto_color")):
            return base + own.text_style
        background = Color.from_rich_color(base.bgcolor, foreground=False)
        colour = background.get_contrast_text(own.color.a) if own.auto_color else own.color
        return _legible(base + Style(color=(background + colour).rich_color)) + own.text_style


def _legible(style: Style) -> Style:
    """The style with its text moved towards black or white until it can be read on its background.

    Themes choose their colours for their plain background; ours stand on tinted lines too.
    """
    if style.color is None or style.bgcolor is None or not (style.color.triplet and style.bgcolor.triplet):
        return style
    text, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    strongest = ground.get_contrast_text(1.0)
    steps = (text.blend(strongest, step / 10) for step in range(11))
    readable = next((colour for colour in steps if contrast(colour, ground) >= LEAST_CONTRAST), strongest)
    return style + Style(color=readable.rich_color)


def contrast(one: Color, other: Color) -> float:
    """How well two colours stand out from each other, from 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
