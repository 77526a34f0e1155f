"""Details of listed objects: each known as it comes, odd ones asked for once, and what came before an error kept."""

from __future__ import annotations

import asyncio

import pytest

from jfconsole.domain.errors import ErrorDetail, NotAllowed, NotFound, UsageError
from jfconsole.domain.text import Untrusted
from jfconsole.services.details import Details


class Platform:
    """Answers with the name in capitals; some names it does not have, or does not show."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, name: str) -> str:
        self.asked.append(name)
        await asyncio.sleep(0)
        if name == "gone":
            raise NotFound("gone", detail=ErrorDetail(code=Untrusted("NOT_FOUND")))
        if name == "no page":
            raise NotFound("something in between has no such page")
        if name == "..":
            raise UsageError("no name")
        if name == "hidden":
            raise NotAllowed("hidden")
        return name.upper()


def load(details: Details[str], *names: str) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    asyncio.run(_load(details, names, seen))
    return seen


async def _load(details: Details[str], names: tuple[str, ...], seen: list[tuple[int, int]]) -> None:
    await details.load(names, lambda done, total: seen.append((done, total)))


def test_what_is_not_known_is_read_once_and_told_as_it_comes() -> None:
    platform = Platform()
    details = Details(platform.fetch)
    assert load(details, "a", "b", "a") == [(1, 2), (2, 2)]
    assert load(details, "b", "c") == [(1, 1)]
    assert dict(details.known) == {"a": "A", "b": "B", "c": "C"}
    assert sorted(platform.asked) == ["a", "b", "c"]


def test_odd_ones_are_not_asked_for_again_before_something_changed() -> None:
    platform = Platform()
    details = Details(platform.fetch)
    load(details, "gone", "..", "a")
    assert details.missing(["gone", "..", "a", "b"]) == ["b"]
    details.forget()
    assert details.missing(["gone", "..", "a"]) == ["gone", "..", "a"]


@pytest.mark.parametrize(("odd", "error"), [("hidden", NotAllowed), ("no page", NotFound)])
def test_an_error_keeps_what_came_before_it(odd: str, error: type[Exception]) -> None:
    details = Details(Platform().fetch)
    with pytest.raises(error):
        load(details, "a", odd)
    assert dict(details.known) == {"a": "A"}
    assert details.missing([odd]) == [odd]
