from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import BadResponse
from jfconsole.domain.users import UserRow, UserStatus
from jfconsole.jfrog import users
from jfconsole.jfrog.sender import Answer
from tests.unit.jfrog.recording_sender import RecordingSender, answer


def page(*names: str, cursor: str | None = None) -> Answer:
    rows = [{"username": name, "uri": f"x/{name}", "realm": "internal", "status": "enabled"} for name in names]
    return answer({"users": rows} | ({"cursor": cursor} if cursor else {}))


def fetched(*prepared: Answer, limit: int = 2) -> tuple[list[str], list[str]]:
    """The names that came together, and the targets that were asked."""

    async def scenario() -> tuple[list[str], list[str]]:
        sender = RecordingSender(list(prepared))
        names = [row.username async for rows in users.pages(sender, limit) for row in rows]
        return [str(name) for name in names], [request.target for request in sender.asked]

    return asyncio.run(scenario())


PATH = "/access/api/v2/users?limit=2"


def test_pages_are_followed_by_their_last_name() -> None:
    names, asked = fetched(page("a", "b", cursor="b"), page("c", "d e", cursor="d e"), page("f", cursor="f"))
    assert names == ["a", "b", "c", "d e", "f"]
    assert asked == [PATH, f"{PATH}&cursor=b", f"{PATH}&cursor=d%20e"]


@pytest.mark.parametrize("last", [page(), page(cursor="b"), page("a", "b", cursor="b")])
def test_an_empty_page_or_one_without_news_is_the_end(last: Answer) -> None:
    names, asked = fetched(page("a", "b", cursor="b"), last)
    assert names == ["a", "b"]
    assert len(asked) == 2


@pytest.mark.parametrize("only", [page("a", cursor="a"), page("a", "b"), page()])
def test_a_short_page_or_no_cursor_is_the_end(only: Answer) -> None:
    assert len(fetched(only)[1]) == 1


def test_who_moves_between_pages_is_listed_once() -> None:
    names, _ = fetched(page("a", "b", cursor="b"), page("b", "c", cursor="c"), page(cursor="c"))
    assert names == ["a", "b", "c"]


def test_statuses_of_tomorrow_are_kept_as_they_are() -> None:
    rows = [
        {"username": "a", "realm": "ldap", "status": "locked"},
        {"username": "b", "status": "hibernating"},
        {"username": "c", "realm": None, "status": None},
    ]
    found = asyncio.run(users.fetch_all(RecordingSender([answer({"users": rows})])))
    assert [(row.username, row.realm, row.status) for row in found] == [
        ("a", "ldap", UserStatus.LOCKED),
        ("b", "", "hibernating"),
        ("c", "", ""),
    ]
    assert all(type(row) is UserRow for row in found)
    assert isinstance(found[0].status, UserStatus)


def test_another_shape_is_refused() -> None:
    with pytest.raises(BadResponse, match=r"\$\.users\[0\]"):
        asyncio.run(users.fetch_all(RecordingSender([answer({"users": [{"name": "a"}]})])))
