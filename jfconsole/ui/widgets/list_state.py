"""What stands in a list's place while it has no rows to show: never blank, never a spinner without an end."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.domain.errors import ConsoleError
from jfconsole.ui.text import show


@dataclass(frozen=True, slots=True)
class Loading:
    """The first answer is on its way; `seconds` since it was asked for."""

    what: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Empty:
    """The platform has none."""

    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class FilteredEmpty:
    """There are rows, and the filter lets none through. `reach` says how much of them it could look at."""

    total: int
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing could be read; `retry_in` seconds until the next try, None when live refresh is off."""

    error: ConsoleError
    retry_in: int | None = None


State = Loading | Empty | FilteredEmpty | Failed


class ListState(Widget):
    """One of the states above, in words."""

    DEFAULT_CSS = """
    ListState { height: 1fr; padding: 1 2; }
    """

    state: reactive[State | None] = reactive(None)

    def render(self) -> Content:
        """The state in words."""
        match self.state:
            case Loading(what, seconds):
                waited = f" {seconds} s" if seconds else ""
                return show(f"Loading {what} …{waited}")
            case Empty(text, hint):
                return Content("\n\n").join([show(text), show(hint, "$text-muted")])
            case FilteredEmpty(total, reach):
                far = f" so far: {reach}" if reach else ""
                return show(f"0 of {total:,} match{far}. Press esc to clear the filter.")
            case Failed(error, retry_in):
                return _failure(error, retry_in)
        return Content("")


def _failure(error: ConsoleError, retry_in: int | None) -> Content:
    detail = error.detail
    lines = [show(error.message, "bold $text-error"), Content("")]
    if detail.server_text:
        lines.append(show(f"The server said: {detail.server_text}"))
    if detail.status:
        lines.append(show(f"HTTP {detail.status} for {detail.method} {detail.path}"))
    if detail.request_id:
        lines.append(show(f"Request id {detail.request_id}"))
    if error.hint:
        lines += [Content(""), show(error.hint, "bold")]
    retry = f"Trying again in {retry_in} s. " if retry_in is not None else ""
    return Content("\n").join([*lines, Content(""), show(f"{retry}Press r to try now.", "$text-muted")])
