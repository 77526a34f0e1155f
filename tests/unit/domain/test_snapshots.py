"""Snapshots: the same platform gives the same snapshot, and a file gives back what was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.domain.errors import UsageError
from jfconsole.domain.requests import Json
from jfconsole.domain.snapshots import (
    GROUPS,
    KINDS,
    MAPPINGS,
    NOT_HELD,
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


def one(kind: str, key: str) -> dict[str, Json]:
    """An object of that kind which stands under that key."""
    return {"username" if kind == USERS else "name": key}


def test_who_is_disabled_is_kept_as_that_and_no_other_state_is() -> None:
    assert kept(USERS, {"username": "one", "status": "disabled"}) == {"username": "one", "status": "disabled"}
    assert kept(USERS, {"username": "one", "status": "locked"}) == {"username": "one"}


@given(st.dictionaries(st.sampled_from([kind for kind in KINDS if kind != MAPPINGS]), NAMES))
def test_a_file_gives_back_what_was_written(keys: dict[str, list[str]]) -> None:
    objects = {kind: {key: one(kind, key) for key in names} for kind, names in keys.items()}
    text = canonical_text(snapshot(**objects))
    again = snapshot_from(text)
    assert compare(again, snapshot(**objects)) == ()
    assert canonical_text(again) == text


def test_every_difference_is_told_by_kind_and_key() -> None:
    before = snapshot(groups={"a": {"name": "a"}, "b": {"name": "b", "description": "one"}})
    after = snapshot(groups={"b": {"name": "b", "description": "two"}, "c": {"name": "c"}})
    assert [(found.key, found.sign) for found in compare(before, after)] == [("a", "-"), ("b", "~"), ("c", "+")]
    assert [line.text for line in compare(before, after)[1].lines] == ["description: one → two"]


@pytest.mark.parametrize(
    "changed",
    [
        {"objects": None},
        {"objects": []},
        {"objects": {GROUPS: [1]}},
        {"objects": {GROUPS: {"a": {}}}},
        {"objects": {GROUPS: {"readers": {"name": "administrators"}}}},
        {"objects": {USERS: {"a": {"name": "a"}}}},
        {"objects": {MAPPINGS: {"github/a": {"provider_name": "github", "name": "b"}}}},
        {"objects": {MAPPINGS: {"github/a": {"provider_name": "github", "name": "\ud800"}}}},
    ],
)
def test_a_file_that_was_changed_by_hand_is_refused(changed: dict[str, Any]) -> None:
    """What is reviewed by its key is what is restored; what is no object is not taken for nothing."""
    document = json.loads(canonical_text(snapshot(groups={"a": {"name": "a"}})))
    snapshot_from(json.dumps(document))
    with pytest.raises(UsageError, match=r"no snapshot|damaged"):
        snapshot_from(json.dumps({**document, **changed}))


@pytest.mark.parametrize("taken", [None, "now", float("inf"), float("nan"), -1, 10**300])
def test_a_time_that_is_none_is_not_believed(taken: object) -> None:
    document = json.loads(canonical_text(snapshot(groups={})))
    assert snapshot_from(json.dumps({**document, "taken": taken})).taken == 0


def test_a_snapshot_says_what_it_never_has() -> None:
    assert json.loads(canonical_text(snapshot(groups={})))["not_held"] == [*NOT_HELD]


@pytest.mark.parametrize(
    ("subject", "name"), [("jfac@1/users/ci/release", "ci/release"), ("mirror", "mirror"), (None, "nobody")]
)
def test_a_token_that_differs_is_told_by_whom_it_is_for(subject: str | None, name: str) -> None:
    (found,) = compare(snapshot(tokens={}), snapshot(tokens={"1c43": {"subject": subject}}))
    assert (found.title, found.record()["whose"]) == (f"token 1c43 of {name}", name)
