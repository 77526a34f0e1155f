"""A list of which the platform tells the names only: details are read for the rows in sight."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Generic, Protocol, TypeVar

from textual import on
from textual.timer import Timer

from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.text import Untrusted
from jfconsole.services.details import Details, Listing
from jfconsole.ui.screens.detail_loading import DetailLoading
from jfconsole.ui.widgets.message_line import line_of
from jfconsole.ui.widgets.resource_table import ResourceTable

_RESTING: Final = 0.15
"""Seconds the cursor must rest before details are read."""

Detail = TypeVar("Detail")


class NamedRow(Protocol):
    """A row of which the name is always known."""

    @property
    def name(self) -> Untrusted:
        """The key."""
        ...

    @property
    def detail(self) -> object | None:
        """Everything else; None until it was read."""
        ...


Named = TypeVar("Named", bound=NamedRow)


class Service(Protocol[Named, Detail]):
    """Lists names, and keeps details."""

    details: Details[Detail]

    async def list(self, previous: Listing[Named] | None = None) -> Listing[Named]:
        """All of them; `previous` where nothing has changed since."""
        ...


class ThinList(DetailLoading[Named], Generic[Named, Detail]):
    """Fetches again when the cursor rests among rows of which only the name is known."""

    def __init__(self) -> None:
        super().__init__()
        self._service: Service[Named, Detail] | None = None
        self._listing: Listing[Named] | None = None
        self._shown: tuple[Listing[Named], int] | None = None
        self._sight_timer: Timer | None = None

    @abstractmethod
    async def service(self) -> Service[Named, Detail]:
        """What lists them."""

    @abstractmethod
    def view(self, name: Untrusted, detail: Detail | None) -> Named:
        """One row."""

    def key(self, row: Named) -> str:
        """The name."""
        return row.name

    # -- reading ---------------------------------------------------------------------------------------

    async def fetch(self) -> Sequence[Named]:
        """All names, and the details of those in sight."""
        self._service = service = await self.service()
        self.known = service.details
        self._listing = await service.list(self._listing)
        try:
            await service.details.load(self.in_sight([row.name for row in self._listing.views]))
        except ConsoleError as error:
            self.say(line_of(error))
        return self.with_known()

    def with_known(self) -> Sequence[Named]:
        """The rows with what is known of each; the very same ones while nothing more is known."""
        assert self._service is not None
        assert self._listing is not None
        state = (self._listing, self._service.details.revision)
        if self.rows is None or self._shown != state:
            self._shown = state
            return self._views(self._listing, self._service.details.known)
        return self.rows

    def _views(self, listing: Listing[Named], known: Mapping[str, Detail]) -> Sequence[Named]:
        """A row of which nothing else is known than before stays the very same."""
        shown = {row.name: row for row in self.rows or listing.views}
        return [
            old if old is not None and old.detail is known.get(name) else self.view(name, known.get(name))
            for name, old in ((row.name, shown.get(row.name)) for row in listing.views)
        ]

    def is_known(self, key: str) -> bool:
        """Whether the details of a row were read, or there are none to be read."""
        return self._service is None or not self._service.details.missing([key])

    # -- sight -----------------------------------------------------------------------------------------

    def in_sight(self, names: Iterable[str]) -> list[str]:
        """Keys of the rows on the screen; before there are any, of those that will be."""
        state, height = self.table.state, self.table.page_height
        if not len(state):
            return sorted(names, key=str.lower)[:height]
        top = self.table.scroll_offset.y
        return [state.key_at(position) for position in range(top, min(len(state), top + height))]

    @on(ResourceTable.CursorMoved)
    def _wait_for_rest(self) -> None:
        if self._sight_timer is not None:
            self._sight_timer.stop()
        self._sight_timer = self.set_timer(_RESTING, self._learn_sight)

    def _learn_sight(self) -> None:
        if self.rows is not None and not all(self.is_known(key) for key in self.in_sight(())):
            self.fetch_now()
