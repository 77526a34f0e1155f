"""The line that all parts of the local issuer share: which part this is, whether the vault is open, what is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from jfconsole.ui.text import show


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """What stands on the right, in words: the vault, and the public server where it runs."""

    vault: str = ""
    vault_style: str = ""
    server: str = ""


class IssuerBar(Widget):
    """One line: the parts, this one in brackets, and facts as far as there is room."""

    DEFAULT_CSS = """
    IssuerBar { height: 1; background: $surface; padding: 0 1; }
    """

    facts: reactive[IssuerFacts] = reactive(IssuerFacts())

    @dataclass
    class Chosen(Message):
        """A part was clicked."""

        part: str

    def __init__(self, parts: Sequence[str], part: str) -> None:
        super().__init__()
        self._parts = parts
        self._part = part

    def render(self) -> Content:
        """The line, cut to the width: where the server is gives way first."""
        left = Content("").join([self._label(part) for part in self._parts])
        room = self.content_size.width - left.cell_length - 1
        facts = [show(self.facts.vault, self.facts.vault_style)]
        for server in (self.facts.server, self.facts.server.partition(" ")[0]):
            if server and len(self.facts.vault) + len(server) + 3 <= room:
                facts.insert(0, show(server))
                break
        right = Content(" · ").join(facts)
        return Content.assemble(left, " " * max(1, room + 1 - right.cell_length), right)

    def on_click(self, event: events.Click) -> None:
        """Go to the part under the pointer."""
        start = 1
        for part in self._parts:
            width = self._label(part).cell_length
            if start <= event.x < start + width:
                self.post_message(self.Chosen(part))
                return
            start += width

    def _label(self, part: str) -> Content:
        words = part.replace("-", " ")
        return show(f"[{words}]" if part == self._part else f" {words} ", "bold" if part == self._part else "")
