"""Snapshots: the same platform gives the same snapshot, and a file gives back what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import (
    GROUPS,
    KINDS,
    PERMISSIONS,
    USERS,
    Snapshot,
    canonical_text,
    compare,
    kept,
    snapshot_from,
)

NAMES = st.lists(st.text(min_size=1, max_size=5), max_size=4, unique=True)
ACTIONS = st.dictionaries(st.text(max_size=4), NAMES, max_size=3)


def snapshot(**objects: dict[str, dict[str, Json]]) -> Snapshot:
    return Snapshot(platform="https://acme.jfrog.io", taken=1_800_000_000, objects=objects)


@given(ACTIONS, ACTIONS)
def test_the_order_of_names_says_nothing(users: dict[str, list[str]], groups: dict[str, list[str]]) -> None:
    def permission(turned: bool) -> dict[str, Json]:
        def lists(actions: dict[str, list[str]]) -> dict[str, Json]:
            return {name: [*reversed(names)] if turned else [*names] for name, names in actions.items()}

        return {"resources": {"artifact": {"actions": {"users": lists(users), "groups": lists(groups)}}}}

    assert kept(PERMISSIONS, permission(False)) == kept(PERMISSIONS, permission(True))


@pytest.mark.parametrize(
    ("kind", "field"),
    [(USERS, "status"), (USERS, "last_logged_in"), (USERS, "effective_admin"), (GROUPS, "members")],
)
def test_what_the_platform_sets_by_itself_is_left_out(kind: str, field: str) -> None:
    assert kept(kind, {"name": "one", field: "any"}) == {"name": "one"}


@given(
    st.dictionaries(st.sampled_from(KINDS), st.dictionaries(st.text(max_size=5), st.just({"name": "x"}), max_size=3))
)
def test_a_file_gives_back_what_was_written(objects: dict[str, dict[str, dict[str, Json]]]) -> None:
    text = canonical_text(snapshot(**objects))
    again = snapshot_from(text)
    assert compare(again, snapshot(**objects)) == ()
    assert canonical_text(again) == text


def test_every_difference_is_told_by_kind_and_key() -> None:
    before = snapshot(groups={"a": {"name": "a"}, "b": {"name": "b", "description": "one"}})
    after = snapshot(groups={"b": {"name": "b", "description": "two"}, "c": {"name": "c"}})
    assert [(found.key, found.sign) for found in compare(before, after)] == [("a", "-"), ("b", "~"), ("c", "+")]
    assert [line.text for line in compare(before, after)[1].lines] == ["description: one → two"]
