"""The palette: every action of the screen, found by its words; those not possible now say why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from jfconsole.ui.actions import Action, in_scopes, key_names
from jfconsole.ui.keymap import keys_of
from jfconsole.ui.screens.base import ConsoleScreen
from jfconsole.ui.text import show

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp


class ActionProvider(Provider):
    """Entries are content, never markup: a key such as `/` and a server's name stay what they are."""

    @property
    def console(self) -> ConsoleApp:
        """The app whose actions these are."""
        return cast("ConsoleApp", self.app)

    async def discover(self) -> Hits:
        """All actions, before anything is typed."""
        for action in self._actions():
            entry: Content = self._entry(show(action.label), action)
            yield DiscoveryHit(entry, self._call(action))

    async def search(self, query: str) -> Hits:
        """Actions whose label, id or help has the words."""
        matcher = self.matcher(query)
        for action in self._actions():
            by_label = matcher.match(action.label)
            score = max(by_label, matcher.match(action.id), matcher.match(action.help) / 2)
            if score > 0:
                label = matcher.highlight(action.label) if by_label else show(action.label)
                entry: Content = self._entry(label, action)
                yield Hit(score=score, match_display=entry, command=self._call(action))

    def _actions(self) -> list[Action]:
        return in_scopes(self.screen.SCOPES) if isinstance(self.screen, ConsoleScreen) else []

    def _call(self, action: Action) -> partial[None]:
        return partial(self.console.action_perform, action.id)

    def _entry(self, label: Content, action: Action) -> Content:
        assert isinstance(self.screen, ConsoleScreen)
        reason = self.console.reason_against(action, self.screen)
        own = keys_of(action, self.console.own_keys)
        keys = f"   {key_names(own)}" if own else ""
        below = show(f"Not now: {reason}" if reason else action.help, "$text-muted")
        name = show(f"   {action.id}", "$text-muted")
        return Content("\n").join([label + show(keys, "bold $text-accent") + name, below])
