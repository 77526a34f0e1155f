"""A box to tick that says without colour whether it is ticked."""

from __future__ import annotations

from textual.content import ContentText
from textual.widgets import Checkbox

_TICKED = "X"
_EMPTY = " "


class TickBox(Checkbox):
    """Empty where the answer is no: Textual's own box shows its cross then, too, in a fainter colour."""

    def __init__(self, label: ContentText, value: bool) -> None:
        super().__init__(label, value=value, compact=True)
        self._fill()

    def watch_value(self) -> None:
        """See Textual; the sign goes with the value."""
        self._fill()
        super().watch_value()

    def _fill(self) -> None:
        self.BUTTON_INNER = _TICKED if self.value else _EMPTY
