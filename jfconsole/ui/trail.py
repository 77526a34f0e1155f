"""Which sections were visited, as a browser remembers pages."""

from __future__ import annotations


class Trail:
    """A list of sections with a place in it."""

    def __init__(self) -> None:
        self._visited: list[str] = []
        self._place = -1

    def visit(self, section: str) -> None:
        """Go to a section; what lay ahead is forgotten."""
        if self.here != section:
            self._visited[self._place + 1 :] = [section]
            self._place += 1

    @property
    def here(self) -> str | None:
        """The section shown."""
        return self._visited[self._place] if self._visited else None

    @property
    def latest(self) -> list[str]:
        """The sections up to this one, the last first."""
        return self._visited[self._place :: -1] if self._visited else []

    def step(self, distance: int) -> str | None:
        """Go back (-1) or forward (1); None at the end of the trail."""
        wanted = self._place + distance
        if not 0 <= wanted < len(self._visited):
            return None
        self._place = wanted
        return self.here
