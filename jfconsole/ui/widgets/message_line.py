"""The line above the footer: an error or a notice that stays until it is dismissed or no longer true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.domain.errors import ConsoleError, NothingToChange
from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.text import show


class Severity(StrEnum):
    """How much a line matters."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown; the texts may be hostile, they are cleaned when drawn."""

    text: str
    severity: Severity = Severity.NOTICE
    hint: str = ""


def line_of(error: ConsoleError) -> Line:
    """An error as one line: what, the server's words where they add something, what now.

    That everything is as wanted already is none.
    """
    said = error.detail.server_text
    text = f"{error.message}: {said}" if said and said not in error.message else error.message
    return Line(text, Severity.NOTICE if isinstance(error, NothingToChange) else Severity.ERROR, error.hint)


class MessageLine(Widget):
    """Hidden while there is nothing to say; at most three rows."""

    DEFAULT_CSS = """
    MessageLine { height: auto; max-height: 3; dock: bottom; display: none; padding: 0 1; }
    MessageLine.-notice { display: block; background: $surface; color: $foreground; }
    MessageLine.-warning { display: block; background: $warning-muted; color: $text-warning; }
    MessageLine.-error { display: block; background: $error-muted; color: $text-error; }
    """

    line: reactive[Line | None] = reactive(None, layout=True)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._marks = {Severity.NOTICE: glyphs.bullet, Severity.WARNING: glyphs.warn, Severity.ERROR: glyphs.fail}

    def watch_line(self, line: Line | None) -> None:
        """Show or hide."""
        for severity in Severity:
            self.set_class(line is not None and line.severity is severity, f"-{severity}")

    def render(self) -> Content:
        """Mark, text, and what to do now."""
        if self.line is None:
            return Content("")
        body = show(f"{self._marks[self.line.severity]} {self.line.text}")
        return body + show(f"  {self.line.hint}", "bold") if self.line.hint else body
