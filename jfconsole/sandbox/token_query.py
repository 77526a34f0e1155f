"""Filters and orders of the token list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from jfconsole.sandbox import paging, scopes
from jfconsole.sandbox.errors import Message, bad_request
from jfconsole.sandbox.records import TokenRecord

_NEVER = float("inf")
_ORDERS: dict[str, Callable[[TokenRecord], str | float]] = {
    "created": lambda row: row.item.issued_at,
    "token_id": lambda row: row.key,
    "owner": lambda row: row.username,
    "subject": lambda row: row.item.subject,
    "expiry": lambda row: _NEVER if row.item.expiry is None else row.item.expiry,
}


@dataclass(frozen=True, slots=True)
class TokenQuery:
    """Query parameters of `GET /access/api/v1/tokens` (help page "Get Tokens"); a missing one filters nothing.

    Inferred: without an order, tokens come as they were made; never-expiring ones sort after all others.
    """

    description: str | None = None
    username: str | None = None
    refreshable: bool | None = None
    token_id: str | None = None
    scope: str | None = None
    order_by: str | None = None
    descending: bool = False

    @classmethod
    def of(cls, query: QueryParams) -> "TokenQuery":
        """Read the parameters.

        Raises:
            Refusal: 400 for an unknown order or a value that is not a boolean.
        """
        order_by = query.get("order_by") or None
        if order_by is not None and order_by not in _ORDERS:
            raise bad_request(Message.INVALID_QUERY.format(name="order_by"))
        return cls(
            description=query.get("description") or None,
            username=query.get("username") or None,
            refreshable=paging.flag(query, "refreshable"),
            token_id=query.get("token_id") or None,
            scope=query.get("scope") or None,
            order_by=order_by,
            descending=paging.flag(query, "descending_order") or False,
        )

    @property
    def is_everything(self) -> bool:
        """Whether this is the plain list."""
        return self == TokenQuery()

    def apply(self, rows: Iterable[TokenRecord]) -> list[TokenRecord]:
        """The rows asked for, in the order asked for."""
        found = [row for row in rows if self._matches(row)]
        if self.order_by is not None:
            return sorted(found, key=_ORDERS[self.order_by], reverse=self.descending)
        return found[::-1] if self.descending else found

    def _matches(self, row: TokenRecord) -> bool:
        return (
            (self.token_id is None or row.key == self.token_id)
            and (self.username is None or row.username == self.username)
            and (self.refreshable is None or row.item.refreshable == self.refreshable)
            and (self.description is None or _like(self.description, row.item.description or "", leading=False))
            and (self.scope is None or self._scope_matches(row, self.scope))
        )

    def _scope_matches(self, row: TokenRecord, pattern: str) -> bool:
        names = scopes.parse(row.scope).names()
        project = (row.item.project,) if row.item.project else ()
        return any(_like(pattern, name, leading=True) for name in (*names, *project))


def _like(pattern: str, value: str, *, leading: bool) -> bool:
    """Whether `value` is `pattern`, in which a `*` at the end (and at the start, if `leading`) stands for anything."""
    ends_open = pattern.endswith("*")
    starts_open = leading and pattern.startswith("*")
    core = pattern[starts_open : len(pattern) - ends_open] if pattern != "*" else ""
    if starts_open and ends_open:
        return core in value
    if ends_open:
        return value.startswith(core)
    return value.endswith(core) if starts_open else value == core
