"""Facts about one thing: a heading, then a label and a text a line, texts wrapped beside their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.ui.text import show

_NARROWEST: Final = 16


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One fact. The text may be hostile; `style` is a theme style for it, such as `$text-warning`.

    A `note` follows the text, muted.
    """

    label: str
    text: str
    style: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a fact sheet shows; the heading is safe content already, the tail follows the facts.

    `dense`: one of many on a page, without a line between the heading and the facts.
    """

    heading: Content
    lines: tuple[SheetLine, ...] = ()
    tail: Content | None = None
    label_width: int = 13
    dense: bool = False

    def lay_out(self, width: int) -> Content:
        """The sheet as content of that many cells."""
        parts = [self.heading] if self.dense else [self.heading, Content("")]
        for line in self.lines:
            parts += _wrapped(line, self.label_width, max(width - self.label_width, _NARROWEST))
        if self.tail is not None:
            parts += [Content(""), self.tail]
        return Content("\n").join(parts)


class FactSheet(Widget):
    """Shows a sheet, or nothing; as tall as its facts need."""

    DEFAULT_CSS = """
    FactSheet { height: auto; width: 100%; }
    """

    sheet: reactive[Sheet | None] = reactive(None, layout=True)

    def __init__(self, sheet: Sheet | None = None) -> None:
        super().__init__()
        self.set_reactive(FactSheet.sheet, sheet)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines at that width."""
        return self._at(width).get_height({}, width)

    def render(self) -> Content:
        """The sheet at the width there is."""
        return self._at(self.content_size.width)

    def _at(self, width: int) -> Content:
        return self.sheet.lay_out(width) if self.sheet is not None else Content("")


def _wrapped(line: SheetLine, label_width: int, width: int) -> list[Content]:
    text = show(line.text, line.style)
    if line.note:
        text += show(f"  {line.note}", "$text-muted dim")
    first, *rest = text.wrap(width) or [Content("")]
    label = show(f"{line.label:<{label_width}}", "$text-muted")
    return [label + first, *(show(" " * label_width) + more for more in rest)]
