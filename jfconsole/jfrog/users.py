"""Users on the wire: `/access/api/v2/users` (Artifactory 7.49.3 and newer)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from jfconsole.domain.requests import LIST_DEADLINE, LIST_LIMIT, CallClass, Request
from jfconsole.domain.text import Untrusted
from jfconsole.domain.users import UserRow, UserStatus
from jfconsole.jfrog.answers import typed
from jfconsole.jfrog.sender import Answer, Sender

PAGE: Final = 1000
"""Rows asked for at a time; the platform's own default. Source: JFrog REST API "Get User List"."""

_STATUSES: Final = frozenset(UserStatus)


class _Row(msgspec.Struct, frozen=True):
    username: str
    realm: str = ""
    status: str = ""


class _Page(msgspec.Struct, frozen=True):
    users: tuple[_Row, ...]
    cursor: str | None = None


def page_request(cursor: str | None = None, limit: int = PAGE) -> Request:
    """The users after `cursor`, which is the last name of the page before."""
    query = (("limit", str(limit)), *((("cursor", cursor),) if cursor else ()))
    return Request(
        method="GET",
        path="/access/api/v2/users",
        query=query,
        call_class=CallClass.SAFE,
        limit=LIST_LIMIT,
        deadline=LIST_DEADLINE,
    )


async def pages(sender: Sender, limit: int = PAGE) -> AsyncIterator[tuple[UserRow, ...]]:
    """All users, page by page, each once. Admins only.

    The last page still carries a cursor; a page that is short, empty or brings nothing new is the last one.
    Inferred from the same behaviour of the permission list (JFrog REST API "Get All Permissions").
    """
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        page = await sender.send(page_request(cursor, limit), _decode)
        fresh = [row for row in page.users if row.username not in seen]
        seen.update(row.username for row in fresh)
        if fresh:
            yield tuple(_user(row) for row in fresh)
        if not fresh or not page.cursor or len(page.users) < limit:
            return
        cursor = page.cursor


async def fetch_all(sender: Sender) -> tuple[UserRow, ...]:
    """Every user, in the platform's order."""
    return tuple([row async for page in pages(sender) for row in page])


def _decode(answer: Answer) -> _Page:
    return typed(answer, _Page)


def _user(row: _Row) -> UserRow:
    status = UserStatus(row.status) if row.status in _STATUSES else Untrusted(row.status)
    return UserRow(Untrusted(row.username), Untrusted(row.realm), status)
