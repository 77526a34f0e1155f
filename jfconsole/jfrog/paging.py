"""Lists that come in pages, each continued after the last name of the one before.

The last page still carries a cursor; a page that is short, empty or brings nothing new is the last one.
Source: the samples of JFrog REST API "Get All Permissions". Inferred: groups and users are paged alike.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from jfconsole.domain.requests import LIST_DEADLINE, LIST_LIMIT, CallClass, Request
from jfconsole.jfrog.sender import Answer, Sender

Row = TypeVar("Row")


@dataclass(frozen=True)  # with slots, Page[...](...) fails on Python 3.11
class Page(Generic[Row]):
    """One page as it came. `cursor` continues after it, None says that the platform has no more."""

    rows: Sequence[Row]
    cursor: str | None


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A whole list, each row once, in the platform's order.

    `changed`: a row came twice, so the list changed while it was read and may lack others.
    """

    rows: tuple[Row, ...]
    changed: bool = False


def page_request(path: str, cursor: str | None, limit: int, more: Sequence[tuple[str, str]] = ()) -> Request:
    """The rows after `cursor`, with further query parameters."""
    query = (("limit", str(limit)), *((("cursor", cursor),) if cursor else ()), *more)
    return Request(
        method="GET", path=path, query=query, call_class=CallClass.SAFE, limit=LIST_LIMIT, deadline=LIST_DEADLINE
    )


class Pages(Generic[Row]):
    """Reads a list page by page; `changed` becomes true when a row comes a second time."""

    def __init__(
        self,
        sender: Sender,
        request: Callable[[str | None], Request],
        decode: Callable[[Answer], Page[Row]],
        key: Callable[[Row], str],
        limit: int,
    ) -> None:
        self.changed = False
        self._sender = sender
        self._request = request
        self._decode = decode
        self._key = key
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[tuple[Row, ...]]:
        """Fresh rows of each page. Raises the ConsoleError family."""
        seen: set[str] = set()
        cursor: str | None = None
        while True:
            page = await self._sender.send(self._request(cursor), self._decode)
            fresh = tuple(row for row in page.rows if self._key(row) not in seen)
            self.changed |= len(fresh) < len(page.rows) and bool(fresh)
            seen.update(map(self._key, fresh))
            if fresh:
                yield fresh
            if not fresh or not page.cursor or len(page.rows) < self._limit:
                return
            cursor = page.cursor

    async def all(self) -> Listed[Row]:
        """Every row."""
        rows = tuple([row async for page in self for row in page])
        return Listed(rows, self.changed)
