"""Lists with a cursor, as Access v2 pages users, groups and permissions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from jfconsole.sandbox.errors import Message, bad_request

DEFAULT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a sorted list is asked for.

    The cursor is the name of the last item of the page before, is excluded itself, and is returned even on the last
    page (help page "Get Permissions"). Inferred: it is left out when the page is empty.
    """

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    descending: bool = False

    @classmethod
    def of(cls, query: QueryParams) -> "Page":
        """Read `limit`, `cursor` and `descendingOrder`."""
        return cls(
            limit=_limit(query.get("limit")),
            cursor=query.get("cursor") or None,
            descending=flag(query, "descendingOrder") or False,
        )

    def cut(self, names: Iterable[str]) -> list[str]:
        """The names of this page. Names sort by letters regardless of case, then by case."""
        wanted = names if self.cursor is None else filter(self._is_beyond(_order(self.cursor)), names)
        ordered = sorted(sorted(wanted), key=str.lower)
        return (ordered[::-1] if self.descending else ordered)[: self.limit]

    def _is_beyond(self, mark: tuple[str, str]) -> Callable[[str], bool]:
        if self.descending:
            return lambda name: _order(name) < mark
        return lambda name: _order(name) > mark


def flag(query: QueryParams, name: str) -> bool | None:
    """A boolean query parameter in any case, as Python clients send `True`; None if it is absent.

    Raises:
        Refusal: 400, it is neither true nor false.
    """
    value = query.get(name)
    if value is None or value == "":
        return None
    if value.lower() not in ("true", "false"):
        raise bad_request(Message.INVALID_QUERY.format(name=name))
    return value.lower() == "true"


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise bad_request(Message.INVALID_QUERY.format(name="limit"))
    return int(text[:9])


def _order(name: str) -> tuple[str, str]:
    return name.lower(), name
