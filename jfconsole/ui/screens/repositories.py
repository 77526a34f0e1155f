"""Repositories: the live list and what matters of each for access. They are read here, not changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from jfconsole.domain.filters import Schema
from jfconsole.domain.repositories import Repository, RepositoryKind, RepositoryRow, repository_record
from jfconsole.domain.repository_facts import describe_repository, repository_schema
from jfconsole.domain.requests import Json
from jfconsole.domain.views import READY, View
from jfconsole.services.details import Listing
from jfconsole.services.reading import repository_request
from jfconsole.ui.screens.access import AskPath
from jfconsole.ui.screens.access_page import Question, about_repository
from jfconsole.ui.screens.resource import ResourceScreen
from jfconsole.ui.text import show_name
from jfconsole.ui.widgets.columns import Cell, Column, RenderContext, Tone
from jfconsole.ui.widgets.fact_sheet import Sheet, SheetLine
from jfconsole.ui.widgets.list_state import Empty

_KIND_TONES: Final[dict[str, Tone]] = {RepositoryKind.REMOTE: "accent", RepositoryKind.VIRTUAL: "muted"}


class RepositoriesScreen(ResourceScreen[RepositoryRow]):
    """All repositories that the token may see."""

    CRUMBS: ClassVar[tuple[str, ...]] = ("repositories",)
    NOUN: ClassVar[str] = "repositories"
    VIEWS: ClassVar[tuple[View, ...]] = READY["repositories"]
    ASKABLE: ClassVar[bool] = True
    FIRST_SORT: ClassVar[tuple[str, bool] | None] = ("key", False)

    def __init__(self) -> None:
        super().__init__()
        self._listing: Listing[RepositoryRow] | None = None

    def columns(self) -> Sequence[Column[RepositoryRow]]:
        """Key, kind, package type, URL, description."""
        return (
            Column("key", "KEY", lambda row, _: Cell(row.key), 20, 2, 50, 9, lambda row: row.key.lower()),
            Column("kind", "KIND", _kind, 9, 0, 14, 8, lambda row: row.kind),
            Column("package", "PACKAGE TYPE", _package, 12, 0, 16, 7, lambda row: row.package_type.lower()),
            Column("url", "URL", _url, 24, 2, 70, 6, lambda row: row.url),
            Column("description", "DESCRIPTION", _description, 20, 2, 60, 5, lambda row: row.description),
        )

    def schema(self) -> Schema[RepositoryRow]:
        """What filters may ask of repositories."""
        return repository_schema()

    def key(self, row: RepositoryRow) -> str:
        """The repository key."""
        return row.key

    async def fetch(self) -> Sequence[RepositoryRow]:
        """All of them; the very same rows when nothing changed."""
        self._listing = await (await self.app.workbench.directory()).repositories.list(self._listing)
        return self._listing.views

    def describe(self, row: RepositoryRow) -> Sheet:
        """What the list says."""
        return _sheet(Repository(key=row.key, kind=row.kind, package_type=row.package_type, url=row.url))

    async def look_up(self, row: RepositoryRow) -> Sheet:
        """Patterns, members and project too."""
        return _sheet(await (await self.app.workbench.directory()).repositories.get(row.key))

    def record(self, row: RepositoryRow) -> Json:
        """As `repositories list --json` prints it."""
        return repository_record(row)

    async def question(self, row: RepositoryRow) -> Question | None:
        """Who may do what in it, or with one path of it."""
        path = await self.app.push_screen_wait(AskPath(row.key))
        return None if path is None else about_repository(row.key, path)

    def curl(self, row: RepositoryRow) -> str | None:
        """GET of this repository."""
        return self.app.workbench.curl(repository_request(row.key))

    def empty(self) -> Empty:
        """A fresh platform has none, and a token may see none."""
        return Empty(
            "There are no repositories here that this token may see.",
            "Repositories are made in the platform's own administration.",
        )


def _sheet(repository: Repository) -> Sheet:
    lines = tuple(
        SheetLine(fact.label, fact.text, "$text-warning" if fact.label == "beware" else "")
        for fact in describe_repository(repository)
    )
    return Sheet(show_name(repository.key), lines)


def _kind(row: RepositoryRow, _: RenderContext) -> Cell:
    return Cell(row.kind or "not said", _KIND_TONES.get(row.kind, "normal"))


def _package(row: RepositoryRow, _: RenderContext) -> Cell:
    return Cell(row.package_type)


def _url(row: RepositoryRow, _: RenderContext) -> Cell:
    return Cell(row.url or "", "muted")


def _description(row: RepositoryRow, _: RenderContext) -> Cell:
    return Cell(row.description or "", "muted")
