"""Differences and merges keep their laws on any objects, and name what people changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.diff_words import DiffLine, conflict_words, diff_lines, summary_words
from jfconsole.domain.diffs import changes, holds, includes, merge, same
from jfconsole.domain.requests import Json

PEM = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
PRINT = hashlib.sha256(b"\x30\x00").digest().hex(":").upper()

NAMES = st.sampled_from(["a", "b", "c", "members", "targets"])
ACTIONS = st.lists(st.sampled_from(["READ", "WRITE", "NEW"]), unique=True)
TARGET: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "include_patterns": st.lists(st.sampled_from(["**", "org/**"]), max_size=2, unique=True),
        "exclude_patterns": st.just([]),
    }
)
SECTION: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "actions": st.fixed_dictionaries(
            {
                "users": st.dictionaries(NAMES, ACTIONS, max_size=3),
                "groups": st.dictionaries(NAMES, ACTIONS, max_size=3),
            }
        ),
        "targets": st.dictionaries(NAMES, TARGET, max_size=3),
    },
    optional={"later": st.integers()},
)
GROUP: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"name": st.just("g")},
    optional={
        "description": st.sampled_from(["", "x", "y"]),
        "admin_privileges": st.booleans(),
        "members": st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
        "later": st.dictionaries(NAMES, st.integers(0, 2), max_size=2),
    },
)
OBJECTS = st.one_of(
    GROUP, st.fixed_dictionaries({"resources": st.dictionaries(st.sampled_from(["artifact", "build"]), SECTION)})
)
PAIRS = st.one_of(st.tuples(GROUP, GROUP), st.tuples(SECTION, SECTION))
TRIPLES = st.one_of(st.tuples(GROUP, GROUP, GROUP), st.tuples(SECTION, SECTION, SECTION))


@settings(max_examples=50)
@given(OBJECTS)
def test_an_object_does_not_differ_from_itself(value: Json) -> None:
    assert changes(value, value) == ()
    assert includes(value, value)


@settings(max_examples=50)
@given(PAIRS)
def test_what_one_side_did_is_kept(pair: tuple[Json, Json]) -> None:
    base, ours = pair
    for merged in (merge(base, base, ours), merge(base, ours, base), merge(base, ours, ours)):
        assert merged.clean
        assert same(merged.merged, ours)


def test_a_merge_is_the_same_whoever_is_first_and_has_both_changes() -> None:
    seen = Counter[bool]()

    @settings(max_examples=200)
    @given(TRIPLES)
    def agrees(triple: tuple[Json, Json, Json]) -> None:
        base, theirs, ours = triple
        one, other = merge(base, theirs, ours), merge(base, ours, theirs)
        assert one.clean is other.clean
        seen[one.clean] += 1
        if one.clean:
            assert same(one.merged, other.merged)
            assert holds(base, theirs, one.merged)
            assert holds(base, ours, one.merged)

    agrees()
    assert min(seen[True], seen[False]) * 10 >= seen.total() * 2


@settings(max_examples=100)
@given(TRIPLES)
def test_a_conflict_leaves_theirs(triple: tuple[Json, Json, Json]) -> None:
    base, theirs, ours = triple
    merged = merge(base, theirs, ours)
    for conflict in merged.conflicts:
        assert conflict.base != conflict.ours or conflict.base != conflict.theirs
    remaining = merge(merged.merged, theirs, merged.merged)
    assert remaining.clean


@settings(max_examples=50)
@given(PAIRS)
def test_after_a_change_it_holds(pair: tuple[Json, Json]) -> None:
    before, after = pair
    assert holds(before, after, after)
    assert holds(before, after, before) is all(change.container for change in changes(before, after))


def section(targets: dict[str, list[str]] | None = None, **groups: str) -> dict[str, Any]:
    return {
        "actions": {"users": {}, "groups": {name: actions.split() for name, actions in groups.items()}},
        "targets": {
            name: {"include_patterns": include, "exclude_patterns": []} for name, include in (targets or {}).items()
        },
    }


def test_two_people_at_one_section() -> None:
    base = section({"libs": ["**"]}, a="READ", b="READ")
    theirs = section({"libs": ["**"]}, a="READ WRITE", b="READ")
    ours = section({"libs": ["**"]}, a="READ", b="DELETE")
    merged = merge(base, theirs, ours)
    assert merged.clean
    assert merged.merged == section({"libs": ["**"]}, a="READ WRITE", b="DELETE")


def test_two_people_at_one_principal() -> None:
    merged = merge(section(a="READ"), section(a="READ WRITE"), section(a="DELETE"))
    (conflict,) = merged.conflicts
    assert conflict_words(conflict) == (
        "group a: it was READ when it was read, is READ, WRITE now, and was to become DELETE"
    )
    assert same(merged.merged, section(a="READ WRITE"))


def test_what_is_put_into_something_that_was_removed_is_a_conflict() -> None:
    base: Any = {"resources": {"build": section({"x": ["**"]})}}
    removed: Any = {"resources": {}}
    grown: Any = {"resources": {"build": section({"x": ["**"]}, a="READ")}}
    assert merge(base, removed, grown).merged == {"resources": {}}
    assert same(merge(base, grown, removed).merged, {"resources": {"build": {"actions": {"groups": {"a": ["READ"]}}}}})
    for theirs, ours in ((removed, grown), (grown, removed)):
        assert next(conflict.place for conflict in merge(base, theirs, ours).conflicts)[:2] == ("resources", "build")


def test_order_nulls_and_empty_texts_do_not_count() -> None:
    assert same({"members": ["b", "a"], "description": None}, {"members": ["a", "b"], "description": ""})
    assert same(section(a="READ WRITE"), section(a="WRITE READ"))
    assert not same({"flag": True}, {"flag": 1})


def test_a_list_that_was_empty_is_a_change_like_any_other() -> None:
    before: Json = {"allowed": [], "also": ["x"]}
    after: Json = {"allowed": [{"name": "env"}], "also": []}
    assert not holds(before, after, before)
    assert holds(before, after, after)
    assert [change.container for change in changes(before, after)] == [False, False]


def test_fields_of_tomorrow_keep_their_form() -> None:
    base: Json = {"name": "g", "later": {"deep": [1, {"x": None}]}, "nothing": []}
    ours: Json = {"name": "g", "later": {"deep": [1, {"x": None}]}, "nothing": [], "description": "new"}
    assert merge(base, base, ours).merged == ours


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (section(a="READ"), section(a="READ", b="WRITE"), ["+ group b: WRITE"]),
        (section(a="READ"), section(a="READ WRITE"), ["~ group a: READ → READ, WRITE"]),
        (section({"x": ["**"]}), section({"x": ["org/**"]}), ["~ target x: everywhere → org/**"]),
        (section({"x": ["**"]}), section(), ["- target x: everywhere"]),
        ({"members": ["a"]}, {"members": ["b"]}, ["- member a", "+ member b"]),
        ({"auto_join": False}, {"auto_join": True}, ["~ auto join: no → yes"]),
        ({"description": "x"}, {}, ["- description: x"]),
        ({"resources": {}}, {"resources": {"build": section(a="READ")}}, ["+ section build", "+ build: group a: READ"]),
        ({"members": []}, {"members": [f"u{n}" for n in range(12)]}, ["+ 12 members (u0, u1, u2 and 9 more)"]),
        ({"name": "\x1b[2J"}, {"name": "b"}, ["~ name: ␛[2J → b"]),
        ({}, {"entries": [{"on": "*", "role": "a"}, {"on": "b"}]}, ["+ entries: on *, role a; on b"]),
        ({"ca-cert": []}, {"ca-cert": [PEM]}, [f"~ ca-cert: nothing → a certificate, SHA-256 {PRINT}"]),
        (section(None, **{"\u202ea": "READ"}), section(), ["- group ⟨U+202E⟩a: READ"]),
        ({}, {"expires_in": 7_776_000}, ["+ expires in: 90d"]),
        ({"expires_in": 3600}, {"expires_in": 0}, ["~ expires in: 1h → never"]),
        (
            {"token_spec": {"expires_in": 60}},
            {"token_spec": {"expires_in": 90}},
            ["~ token spec / expires in: 1m → 1m30s"],
        ),
        ({}, {"specs": [{"expires_in": 60}]}, ["+ specs: expires in 1m"]),
    ],
)
def test_differences_in_words(before: Json, after: Json, expected: list[str]) -> None:
    assert [f"{line.sign} {line.text}" for line in diff_lines(before, after)] == expected


def test_targets_that_a_catch_all_covers_are_counted() -> None:
    after = section({"ANY LOCAL": ["**"], **{f"repo-{number}": ["**"] for number in range(300)}})
    covered = {f"repo-{number}": "ANY LOCAL" for number in range(300)}
    lines = diff_lines(section({"ANY LOCAL": ["**"]}), after, covered)
    assert lines == (DiffLine("+", "300 targets that ANY LOCAL covers as well"),)


def test_a_summary_says_how_much_more_there_is() -> None:
    lines = diff_lines({}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    assert summary_words(lines) == "+ a: 1; + b: 2; + c: 3; and 2 more"
