"""The token list's filters against a plain reading of their description."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from jfconsole.sandbox.records import TokenItem, TokenRecord
from jfconsole.sandbox.token_query import TokenQuery

WORDS = st.sampled_from(["", "a", "ab", "abc", "b", "bc", "ci", "ci a"])
GROUPS = ["readers", "release", "deploy ers"]


@st.composite
def records(draw: st.DrawFn) -> TokenRecord:
    group = draw(st.sampled_from(GROUPS))
    scope = draw(
        st.sampled_from(
            [
                "applied-permissions/user",
                "applied-permissions/admin",
                f'applied-permissions/groups:"{group}"',
                "applied-permissions/roles:acme:Viewer",
            ]
        )
    )
    item = TokenItem(
        token_id=str(draw(st.integers(0, 30))),
        subject=f"jfac@x/users/{draw(st.sampled_from(['amy', 'bob', 'bo']))}",
        issued_at=draw(st.integers(0, 5)),
        issuer="jfac@x",
        refreshable=draw(st.booleans()),
        expiry=draw(st.one_of(st.none(), st.integers(0, 5))),
        description=draw(WORDS) or None,
        scope=scope,
        project=draw(st.sampled_from([None, "acme", "dsci"])),
    )
    return TokenRecord(item, scope, "*@*", 0)


NAMES = ["acme", *GROUPS]
OPEN_ENDS = {"exact": "{}", "prefix": "{}*", "suffix": "*{}", "inside": "*{}*"}


@st.composite
def scope_patterns(draw: st.DrawFn) -> str:
    """A whole name, or a part of one that is open at the ends it lacks."""
    name, kind = draw(st.sampled_from(NAMES)), draw(st.sampled_from(list(OPEN_ENDS)))
    start = draw(st.integers(0, len(name) - 1)) if kind in ("suffix", "inside") else 0
    end = draw(st.integers(start + 1, len(name))) if kind in ("prefix", "inside") else len(name)
    return OPEN_ENDS[kind].format(name[start:end])


FILTERS: dict[str, st.SearchStrategy[str]] = {
    "description": st.tuples(st.sampled_from(["", "*"]), WORDS, st.sampled_from(["", "*"])).map("".join),
    "username": st.sampled_from(["amy", "bob", "bo", "b"]),
    "refreshable": st.sampled_from(["true", "False", "TRUE"]),
    "token_id": st.integers(0, 30).map(str),
    "scope": scope_patterns(),
}
ORDERS: dict[str, st.SearchStrategy[str]] = {
    "order_by": st.sampled_from(["created", "token_id", "owner", "subject", "expiry"]),
    "descending_order": st.sampled_from(["true", "false"]),
}
ONE_FILTER = st.one_of([st.fixed_dictionaries({name: values}) for name, values in FILTERS.items()])
QUERIES = st.one_of(ONE_FILTER, st.fixed_dictionaries({}, optional=FILTERS | ORDERS))


def wanted(row: TokenRecord, query: dict[str, str]) -> bool:
    """The description, read aloud."""
    item = row.item
    description, pattern = item.description or "", query.get("description", "")
    by_description = not pattern or (
        description.startswith(pattern[:-1]) if pattern.endswith("*") else description == pattern
    )
    names = {part.strip('"') for part in row.scope.replace("applied-permissions/groups:", "").split(",")}
    names = (names if "groups:" in row.scope else {"acme"} if "roles:" in row.scope else set()) | {item.project or ""}
    pattern = query.get("scope", "")
    core, left, right = pattern.strip("*"), pattern.startswith("*"), pattern.endswith("*")
    by_scope = not pattern or any(
        name and (core in name if left and right else name.endswith(core) if left else name.startswith(core))
        if left or right
        else name == core
        for name in names
    )
    return (
        by_description
        and by_scope
        and query.get("username", row.username) == row.username
        and query.get("token_id", row.key) == row.key
        and query.get("refreshable", str(item.refreshable)).lower() == str(item.refreshable).lower()
    )


def test_filters_keep_exactly_what_is_asked_for() -> None:
    """And the examples are worth something: a filter keeps some rows and drops others in a good part of them."""
    telling: Counter[bool] = Counter()

    @settings(max_examples=200)
    @given(st.lists(records(), min_size=4, max_size=10), QUERIES)
    def check(rows: list[TokenRecord], query: dict[str, str]) -> None:
        found = TokenQuery.of(QueryParams(query)).apply(rows)
        expected = [row for row in rows if wanted(row, query)]
        telling[0 < len(expected) < len(rows)] += 1
        assert sorted(map(id, found)) == sorted(map(id, expected))

    check()
    assert telling[True] >= 0.3 * telling.total()


@given(st.lists(records(), max_size=25), QUERIES)
def test_order_is_as_asked_and_stable(rows: list[TokenRecord], query: dict[str, str]) -> None:
    found = TokenQuery.of(QueryParams(query)).apply(rows)
    keys: dict[str, Callable[[TokenRecord], Any]] = {
        "created": lambda row: row.item.issued_at,
        "token_id": lambda row: row.key,
        "owner": lambda row: row.username,
        "subject": lambda row: row.item.subject,
        "expiry": lambda row: (row.item.expiry is None, row.item.expiry or 0),
    }
    if key := keys.get(query.get("order_by", "")):
        values = [key(row) for row in found]
        assert values == sorted(values, reverse=query.get("descending_order") == "true")
