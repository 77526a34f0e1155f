"""Row 1: where am I, on which platform, as whom, how fresh, and may I change anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.ui.glyphs import Glyphs
from jfconsole.ui.text import show


@dataclass(frozen=True, slots=True)
class Status:
    """What the line shows. Names are raw server text; they are cleaned when drawn."""

    crumbs: tuple[str, ...] = ()
    host: str = ""
    user: str = ""
    version: str = ""
    token: str = ""
    token_style: str = ""
    live: str = ""
    live_style: str = ""
    work: str = ""
    read_only: bool = False
    profile: str = ""
    colour: str = ""


_COLOURS: Final = {
    "red": "#ff6b6b",
    "yellow": "#ffd866",
    "green": "#7bd88f",
    "cyan": "#78dce8",
    "blue": "#7aa2f7",
    "magenta": "#c792ea",
}
"""Behind the name of a server, which is black on it: light enough for that in every theme."""


_LONGEST: Final = 16
"""Letters of a server's name: the rest of the line is wanted, too."""

_SHORTEST: Final = 12
_GAP: Final = 2
"""Cells that are left of a host at least, and between where one is and what there is to say."""


class StatusLine(Widget):
    """One line: breadcrumb on the left, facts on the right; the least important facts give way first."""

    DEFAULT_CSS = """
    StatusLine { height: 1; dock: top; background: $panel; color: $foreground; padding: 0 1; }
    """

    status: reactive[Status] = reactive(Status())

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs

    def change(self, **changes: object) -> None:
        """Show other values for some of the facts; an unchanged status draws nothing."""
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]

    def render(self) -> Content:
        """The line, cut to the width. What gives way last is by what one knows the server: its name, else its host."""
        width = self.content_size.width
        left, facts = self._crumbs(), self._facts()
        for name in ("version", "user", *(("host", "ours") if self.status.profile else ("ours", "host")), "live"):
            over = left.cell_length + _GAP + self._joined(facts).cell_length - width
            if over <= 0:
                break
            if name == "ours":
                left = self._crumbs(ours=False)
            else:
                known = name == "host" and not self.status.profile
                facts[name] = self._shortened(facts[name], over) if known else Content("")
        right = self._joined(facts)
        return Content.assemble(left, " " * max(width - left.cell_length - right.cell_length, 1), right)

    def _shortened(self, fact: Content, over: int) -> Content:
        room = fact.cell_length - over
        return fact.truncate(room - 1).append(self._glyphs.ellipsis) if room >= _SHORTEST else Content("")

    def _crumbs(self, *, ours: bool = True) -> Content:
        names = [Content.styled("jfconsole", "bold")] if ours else []
        return Content(f" {self._glyphs.crumb} ").join([*names, *map(show, self.status.crumbs)])

    def _profile(self) -> Content:
        """The server's name in its colour."""
        status = self.status
        if not status.profile:
            return Content("")
        name, colour = status.profile, _COLOURS.get(status.colour)
        if len(name) > _LONGEST:
            name = f"{name[: _LONGEST - 1]}{self._glyphs.ellipsis}"
        return show(f" {name} ", f"bold black on {colour}") if colour else show(name, "bold")

    def _facts(self) -> dict[str, Content]:
        """What there is to say, in reading order; the token, and whether anything can be changed, never give way."""
        status = self.status
        return {
            "profile": self._profile(),
            "host": show(status.host),
            "user": show(status.user),
            "token": show(status.token, status.token_style),
            "version": show(status.version),
            "work": show(status.work, "bold $text-accent"),
            "live": show(status.live, status.live_style),
            "read_only": Content.styled("READ-ONLY" if status.read_only else "", "bold reverse"),
        }

    def _joined(self, facts: Mapping[str, Content]) -> Content:
        return Content.styled(f" {self._glyphs.bullet} ", "$text-muted").join(filter(None, facts.values()))
