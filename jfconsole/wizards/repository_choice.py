"""Which repositories a recipe offers, and what a permission names for those that are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jfconsole.domain.repositories import RepositoryKind, RepositoryRow
from jfconsole.services.directory import Directory
from jfconsole.wizards.recipe import RepositoriesPart


async def local_repositories(directory: Directory) -> tuple[str, ...]:
    """Every local one: those that can be read and written to without a proxy behind. Raises the ConsoleError family."""
    rows = (await directory.repositories.list()).views
    return tuple(row.key for row in rows if row.holds_artifacts and str(row.kind) == RepositoryKind.LOCAL)


class RepositoryChoice:
    """The repositories of one platform as a recipe's `[repositories]` sees them. Raises the ConsoleError family."""

    def __init__(self, directory: Directory, part: RepositoriesPart) -> None:
        self.part = part
        self._directory = directory

    async def names(self) -> tuple[str, ...]:
        """Those that fit."""
        return tuple(row.key for row in await self._rows() if self._fits(row))

    async def targets(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """What a permission names for those: a virtual one stands for those behind it."""
        kinds: dict[str, str] = {row.key: row.kind for row in await self._rows()}
        found: list[str] = []
        for name in chosen:
            found += await self._behind(name) if kinds.get(name) == RepositoryKind.VIRTUAL else [name]
        return tuple(dict.fromkeys(found))

    async def _behind(self, name: str) -> Sequence[str]:
        return (await self._directory.repositories.get(name)).members or ()

    async def _rows(self) -> Sequence[RepositoryRow]:
        return (await self._directory.repositories.list()).views

    def _fits(self, row: RepositoryRow) -> bool:
        part = self.part
        return (
            row.holds_artifacts
            and str(row.kind) in part.kinds
            and (not part.package_types or row.package_type in part.package_types)
        )
