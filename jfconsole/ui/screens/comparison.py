"""What differs between two snapshots, on a page that can be copied and saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from jfconsole.domain.snapshots import Difference, not_held_words
from jfconsole.domain.text import visible
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.save_as import save_as
from jfconsole.ui.screens.viewer import Viewer
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import Sheet

_SHOWN: Final = 2_000
"""Lines on the page; the copy and the file have all of them."""

_NEVER: Final = not_held_words("so not compared")

_STYLES: Final = {"+": "$text-success", "-": "$text-error", "~": "$text-warning"}
_WORDS: Final = {"+": "new", "-": "gone", "~": "changed"}


class ComparisonPage(Viewer):
    """The differences, kind by kind; `s` saves them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "save", show=False)]

    def __init__(self, before: str, after: str, found: Sequence[Difference], beware: Sequence[str]) -> None:
        """`before` and `after` say what was compared; `beware` is what keeps it from being all."""
        self._text = comparison_text(before, after, found, beware)
        super().__init__(show("what differs"), _sheet(before, after, found, beware), copyable=self._text)

    def compose(self) -> ComposeResult:
        """The page, with one key more."""
        yield from super().compose()
        self.call_after_refresh(self._name_keys)

    def _name_keys(self) -> None:
        self.query_one(VerticalScroll).border_subtitle = Content("c copy · s save · esc close")

    def action_save(self) -> None:
        """Save it as text."""
        latest(self, "save", partial(self._save))

    async def _save(self) -> None:
        await save_as(self.app, "the comparison", "jfconsole-comparison.txt", self._text)


def comparison_text(before: str, after: str, found: Sequence[Difference], beware: Sequence[str]) -> str:
    """The comparison as text to take away; cleaned."""
    lines = [line for _, line in _lines(found)]
    head = [f"from {visible(before)}", f"to {visible(after)}", summary(found), *map(visible, beware)]
    return "\n".join([*head, "", *lines, "", _NEVER]) + "\n"


def summary(found: Sequence[Difference]) -> str:
    """`3 new, 1 gone, 2 changed`, or that nothing differs."""
    counts = Counter(difference.sign for difference in found)
    told = [f"{counts[sign]:,} {word}" for sign, word in _WORDS.items() if counts[sign]]
    return ", ".join(told) or "Nothing differs"


def _sheet(before: str, after: str, found: Sequence[Difference], beware: Sequence[str]) -> Sheet:
    shown = [show(line, _STYLES[sign]) for sign, line in _lines(found)]
    more = [show(f"and {len(shown) - _SHOWN:,} lines more: c copies all of them")] if len(shown) > _SHOWN else []
    never = [show(""), show(_NEVER, "$text-muted")] if shown else [show(_NEVER, "$text-muted")]
    head = [show(f"from {before}", "$text-muted"), show(f"to   {after}", "$text-muted")]
    told = [*head, *(show(line, "$text-warning") for line in beware), show(summary(found), "bold")]
    return Sheet(Content("\n").join(told), tail=Content("\n").join([*shown[:_SHOWN], *more, *never]), dense=True)


def _lines(found: Sequence[Difference]) -> list[tuple[str, str]]:
    """Sign and text of every line, cleaned."""
    lines: list[tuple[str, str]] = []
    for one in found:
        lines.append((one.sign, f"{one.sign} {one.title}  {_WORDS[one.sign]}"))
        lines += [(line.sign, f"    {line.sign} {line.text}") for line in one.lines]
    return lines
