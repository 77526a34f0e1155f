"""The query language: whatever is sent is a query or is refused, and pages add up to the whole."""

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.aql import Entry, Query
from jfconsole.sandbox.errors import Refusal

NOW = 1_800_000_000.0
NAMES = st.text("ab.", min_size=1, max_size=3)
ENTRIES = st.lists(
    st.builds(
        lambda name, size, value: Entry({"name": name, "size": size, "type": "file"}, {}, {"k": [value]}),
        NAMES,
        st.integers(0, 120),
        st.sampled_from("xyz"),
    ),
    max_size=8,
)
WANTED = st.one_of(
    st.builds(lambda name: {"name": {"$match": f"{name}*"}}, NAMES),
    st.builds(lambda size: {"size": {"$gte": size}}, st.integers(0, 120)),
    st.builds(lambda value: {"@k": {"$ne": value}}, st.sampled_from("xyz")),
)
CRITERIA = st.recursive(
    WANTED,
    lambda inner: st.builds(
        lambda op, parts: {op: parts}, st.sampled_from(["$and", "$or"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=4,
)


@given(st.one_of(st.text(max_size=40), st.text(max_size=20).map(lambda text: f"items.find({{{text}}})")))
def test_anything_is_a_query_or_is_refused(text: str) -> None:
    with suppress(Refusal):
        Query.parse(text).answer([Entry({"name": "a"}, {}, {})], NOW)


@given(ENTRIES, CRITERIA, st.booleans(), st.integers(1, 3))
def test_pages_add_up_to_the_whole_in_order(entries: list[Entry], criteria: object, down: bool, size: int) -> None:
    find = (
        f'items.find({json.dumps(criteria)}).include("name","size").sort({{"{"$desc" if down else "$asc"}":["size"]}})'
    )
    whole = Query.parse(find).answer(entries, NOW)
    sizes = [row["size"] for row in whole]
    assert sizes == sorted(sizes, key=lambda found: int(str(found)), reverse=down)
    starts = range(0, len(whole), size)
    pages = [Query.parse(f"{find}.offset({start}).limit({size})").answer(entries, NOW) for start in starts]
    assert [row for page in pages for row in page] == whole


@given(ENTRIES, CRITERIA)
def test_an_alternative_finds_no_less(entries: list[Entry], criteria: object) -> None:
    found = len(Query.parse(f"items.find({json.dumps(criteria)})").answer(entries, NOW))
    both = {"$or": [criteria, {"name": {"$match": "*"}}]}
    assert found <= len(Query.parse(f"items.find({json.dumps(both)})").answer(entries, NOW)) == len(entries)


def test_folders_come_only_when_their_type_is_asked_for() -> None:
    for text, folders in (
        ('items.find({"@kind":"type"})', False),
        ('items.find({"$and":[{"repo":"a"},{"$or":[{"type":"any"}]}]})', True),
    ):
        assert Query.parse(text).folders is folders
