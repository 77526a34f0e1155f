"""What the parts of the local issuer share: the bar above, and the way from one part to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from jfconsole.domain.durations import MINUTE
from jfconsole.ui import sections
from jfconsole.ui.actions import Scope
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.screens.sealed_list import SealedList
from jfconsole.ui.widgets.issuer_bar import IssuerBar, IssuerFacts


class IssuerList(SealedList[Row]):
    """A list of one part of the local issuer."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (*SealedList.SCOPES, Scope.PARTS)
    PART: ClassVar[str] = ""

    def body(self) -> Iterable[Widget]:
        """The bar above the list."""
        yield IssuerBar(sections.ISSUER, self.PART)
        yield from super().body()

    def _tick(self) -> None:
        super()._tick()
        if self.is_current and self.view is not None:
            self.show_vault()

    def show_vault(self) -> None:
        """Bring vault and server into the bar."""
        server = self.service.public_server
        words, style = self._vault_words()
        serving = f"serving {server.url.removeprefix('http://')}, {server.count:,} hits" if server.running else ""
        self.query_one(IssuerBar).facts = IssuerFacts(words, style, serving)
        super().show_vault()

    def _vault_words(self) -> tuple[str, str]:
        if self.view is None or not self.view.status.exists:
            return "no vault yet", "$text-muted"
        left = self.service.local.vault.left
        if left is not None:
            return f"vault open, locks in {max(1, round(left / MINUTE))} min", "$text-success"
        unattended = bool(self.view.status.warning)
        return ("vault opens by itself", "") if unattended else ("vault locked", "$text-warning")

    def do_next_part(self) -> None:
        """Go on to the next part."""
        self._go(1)

    def do_previous_part(self) -> None:
        """Go back to the part before."""
        self._go(-1)

    def _go(self, distance: int) -> None:
        at = (sections.ISSUER.index(self.PART) + distance) % len(sections.ISSUER)
        self.app.show_section(sections.ISSUER[at])

    @on(IssuerBar.Chosen)
    def _chosen(self, event: IssuerBar.Chosen) -> None:
        self.app.show_section(event.part)
